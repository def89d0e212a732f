package rpc

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// A job that is stuck keeps its goroutine, and no other job waits for it.
func TestSendersDoNotWaitForEachOther(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	s := newSenders(end)
	release, stuck := make(chan struct{}), make(chan struct{})
	s.run(func() { close(stuck); <-release })
	<-stuck
	var done sync.WaitGroup
	for range 1000 {
		done.Add(1)
		s.run(done.Done)
	}
	done.Wait()
	close(release)
}

// A goroutine that is done takes the next job, until the end.
func TestSendersTakeTheNextJob(t *testing.T) {
	end := make(chan struct{})
	s := newSenders(end)
	ended := make(chan struct{})
	first := make(chan struct{})
	go func() { defer close(ended); s.work(func() { close(first) }) }()
	<-first
	second := make(chan struct{})
	s.jobs <- func() { close(second) } // only a waiting goroutine can take it
	<-second
	close(end)
	<-ended
}

func TestShownChanges(t *testing.T) {
	entry := func(i standard.Revision) *standard.Entry {
		return &standard.Entry{Index: i, Time: time.Unix(1, 0), Type: standard.ChangeTagSet, Authority: "a", Standard: "s", Detail: "t"}
	}
	var s shownChanges
	a, b := entry(1), entry(1+standard.Revision(len(s))) // of the same place
	first := s.change(a)
	for _, e := range []*standard.Entry{a, b, a, entry(1)} {
		if diff := cmp.Diff(changeOut(e), s.change(e), protocmp.Transform()); diff != "" {
			t.Errorf("entry %d (-want +got):\n%s", e.Index, diff)
		}
	}
	s.change(a)
	if got := s.change(a); got != s.change(a) {
		t.Error("one entry has two messages")
	} else if got == first {
		t.Error("the message outlived another entry in its place")
	}
}

func TestAnswered(t *testing.T) {
	at := time.Unix(1000, 0)
	m := &etalonv1.ResolveResponse{Revision: 7}
	for _, tt := range []struct {
		name  string
		until time.Time
		rev   standard.Revision
		now   time.Time
		want  bool
	}{
		{"the same moment", time.Time{}, 7, at, true},
		{"later", time.Time{}, 7, at.Add(time.Hour), true},
		{"a clock that went back", time.Time{}, 7, at.Add(-1), false},
		{"another revision", time.Time{}, 8, at, false},
		{"before it may change", at.Add(2), 7, at.Add(1), true},
		{"when it may change", at.Add(2), 7, at.Add(2), false},
	} {
		r := &reference{}
		if r.answered(tt.rev, tt.now) != nil {
			t.Errorf("%s: an answer that nobody gave", tt.name)
		}
		r.answer.Store(&resolved{message: m, from: at, until: tt.until})
		if got := r.answered(tt.rev, tt.now) != nil; got != tt.want {
			t.Errorf("%s: kept = %v, want %v", tt.name, got, tt.want)
		}
	}
}
