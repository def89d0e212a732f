package rpc

import (
	"sync/atomic"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// senders are goroutines that wait for readers. One that is done takes the
// next message: a new one for each would grow its stack each time, which
// costs more than sending.
type senders struct {
	jobs chan func()
	end  <-chan struct{}
}

// senderIdle is how long one waits for its next message.
const senderIdle = 100 * time.Millisecond

func newSenders(end <-chan struct{}) *senders {
	return &senders{jobs: make(chan func()), end: end}
}

// run has a goroutine do the job, and does not wait for it.
func (s *senders) run(job func()) {
	select {
	case s.jobs <- job:
	default:
		go s.work(job)
	}
}

func (s *senders) work(job func()) {
	idle := time.NewTimer(senderIdle)
	defer idle.Stop()
	for {
		job()
		job = nil // it holds a message
		idle.Reset(senderIdle)
		select {
		case job = <-s.jobs:
		case <-idle.C:
			return
		case <-s.end:
			return
		}
	}
}

// shownChanges keeps the newest entries of the log as messages: as a rule all
// watchers get the same ones at the same time.
type shownChanges [64]atomic.Pointer[shownChange]

type shownChange struct {
	entry   *standard.Entry
	message *etalonv1.Change
}

// change is the message of an entry. It is shared and must not be changed.
func (s *shownChanges) change(e *standard.Entry) *etalonv1.Change {
	place := &s[uint64(e.Index)%uint64(len(s))]
	if c := place.Load(); c != nil && c.entry == e {
		return c.message
	}
	m := changeOut(e)
	place.Store(&shownChange{e, m})
	return m
}
