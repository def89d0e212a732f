package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// A quiet watch does not tell whether etcd is still there: a member without
// quorum keeps it open. So the head is read, linearizably, when nothing came
// for probeEvery. A watch that is behind that head for stuckAfter is given up.
const (
	probeEvery   = 500 * time.Millisecond
	probeTimeout = 2 * time.Second
	stuckAfter   = 3 * time.Second
)

// Follow delivers the commits after a head; see store.Catalogue.
func (s *Store) Follow(ctx context.Context, after store.Head, yield func(store.Commit) error, idle func()) error {
	if idle == nil {
		idle = func() {}
	}
	f := &follower{s: s, at: after, yield: yield, idle: idle}
	for {
		rev, err := f.start(ctx)
		if err != nil {
			return fmt.Errorf("follow from %d: %w", f.at.Index, err)
		}
		err = f.run(ctx, rev)
		if !errors.Is(err, errResume) {
			return fmt.Errorf("follow from %d: %w", f.at.Index, err)
		}
	}
}

// errResume: the watch's own place in history was compacted, but whether the
// follower missed anything is for start to say.
var errResume = errors.New("resume")

type follower struct {
	s       *Store
	at      store.Head // the last one delivered
	yield   func(store.Commit) error
	idle    func()
	pending []*clientv3.Event // of the revision under way
	resumed int64             // where the last watch began
}

// start is the etcd revision to watch from. Where the head has not moved there
// is nothing to miss, and it is the next one of all: history between may have
// been compacted, and etcd may serve others besides us.
func (f *follower) start(ctx context.Context) (int64, error) {
	head, now, err := f.s.headAt(ctx)
	if err != nil {
		return 0, err
	}
	rev := f.at.Token + 1
	switch {
	case head.Token == f.at.Token:
		rev = now + 1
	case head.Token < f.at.Token || head.Index < f.at.Index:
		return 0, fmt.Errorf("%w: the store is older than the reader", store.ErrCompacted)
	case f.at.Token == 0:
		// Before the first commit: skip what came before this registry.
		if rev, err = f.s.created(ctx); err != nil {
			return 0, err
		}
	}
	if rev == f.resumed {
		return 0, store.ErrCompacted
	}
	f.resumed = rev
	return rev, nil
}

// created is the etcd revision at which the head was first written.
func (s *Store) created(ctx context.Context) (int64, error) {
	resp, err := s.get(ctx, "read head", s.keys.head())
	if err != nil {
		return 0, err
	}
	if len(resp.Kvs) == 0 {
		return 1, nil
	}
	return resp.Kvs[0].CreateRevision, nil
}

// run watches until something ends it.
func (f *follower) run(ctx context.Context, rev int64) error {
	wctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	var p prober
	defer p.wait()
	defer cancel()
	f.pending = nil
	watch := f.s.client.Watch(wctx, f.s.keys.catalogue, clientv3.WithPrefix(),
		clientv3.WithRev(rev), clientv3.WithFragment(), clientv3.WithProgressNotify())
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case resp, ok := <-watch:
			if !ok {
				return f.ended(ctx, nil)
			}
			if err := resp.Err(); err != nil {
				return f.ended(ctx, err)
			}
			if err := f.take(resp.Events); err != nil {
				return err
			}
			if len(resp.Events) > 0 {
				tick.Reset(probeEvery)
			}
		case <-tick.C:
			p.ask(wctx, f.s)
		case a := <-p.answers:
			if err := f.heard(ctx, &p, a); err != nil {
				return err
			}
		}
	}
}

// ended says why a watch ended.
func (f *follower) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		return fmt.Errorf("%w: the watch was closed", store.ErrUnavailable)
	}
	if errors.Is(sentinel(err), store.ErrCompacted) {
		return errResume
	}
	return fmt.Errorf("%w: watch: %v", store.ErrUnavailable, err)
}

// heard weighs the answer of a probe.
func (f *follower) heard(ctx context.Context, p *prober, a answer) error {
	p.asked = false
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case a.err != nil:
		return a.err
	case a.head.Token <= f.at.Token:
		p.behind = time.Time{}
		f.idle()
	case p.behind.IsZero() || p.seen != f.at.Token:
		p.behind, p.seen = time.Now(), f.at.Token
	case time.Since(p.behind) > stuckAfter:
		return fmt.Errorf("%w: the watch is stuck at %d, the head is at %d", store.ErrUnavailable, f.at.Index, a.head.Index)
	}
	return nil
}

// prober reads the head beside the watch, one read at a time.
type prober struct {
	answers chan answer
	asked   bool
	behind  time.Time // since when the watch is behind the head
	seen    int64     // where it was then
}

type answer struct {
	head store.Head
	err  error
}

func (p *prober) ask(ctx context.Context, s *Store) {
	if p.asked {
		return
	}
	if p.answers == nil {
		p.answers = make(chan answer, 1)
	}
	p.asked = true
	go func() {
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		h, err := s.Head(ctx)
		p.answers <- answer{h, err}
	}()
}

// wait waits for a read under way; its context was cancelled before.
func (p *prober) wait() {
	if p.asked {
		<-p.answers
	}
}

// take groups events by revision: one revision of etcd is one transaction.
func (f *follower) take(events []*clientv3.Event) error {
	for _, e := range events {
		if len(f.pending) > 0 && f.pending[0].Kv.ModRevision != e.Kv.ModRevision {
			if err := f.deliver(); err != nil {
				return err
			}
		}
		f.pending = append(f.pending, e)
	}
	// Etcd never splits a revision over two responses.
	return f.deliver()
}

// deliver makes one commit of the pending events and yields it.
func (f *follower) deliver() error {
	events := f.pending
	f.pending = nil
	c, ok, err := f.s.commitOf(events)
	if err != nil || !ok {
		return err
	}
	if c.Head.Token <= f.at.Token {
		return nil
	}
	if err := f.follows(c); err != nil {
		return err
	}
	f.at = c.Head
	return f.yield(c)
}

// follows says whether a commit is the next one.
func (f *follower) follows(c store.Commit) error {
	next := f.at.Index
	for _, e := range c.Entries {
		if next++; e.Index != next {
			return fmt.Errorf("%w: entry %d came where %d is next", store.ErrCompacted, e.Index, next)
		}
	}
	if c.Head.Index != next {
		return fmt.Errorf("%w: the head went from %d to %d with %d entries", store.ErrCompacted, f.at.Index, c.Head.Index, len(c.Entries))
	}
	return nil
}

// commitOf makes a commit of the events of one revision; false if they are
// none: a commit always writes the head.
func (s *Store) commitOf(events []*clientv3.Event) (c store.Commit, ok bool, err error) {
	var gone []store.DeletedDraft
	for _, e := range events {
		rel := strings.TrimPrefix(string(e.Kv.Key), s.keys.catalogue)
		if e.Type == clientv3.EventTypeDelete {
			if name, v, is := codec.DraftOf(rel); is {
				gone = append(gone, store.DeletedDraft{Name: name, Version: v})
			}
			continue
		}
		switch kind := codec.KindOf(rel); {
		case rel == codec.LogHead:
			c.Head, err = codec.DecodeHead(e.Kv.Value, e.Kv.ModRevision)
			ok = true
		case kind == codec.KindLog:
			err = s.addEntry(&c, e.Kv)
		case isRecord(kind):
			var r store.Record
			if r, err = s.keys.decode(kind, string(e.Kv.Key), e.Kv.Value); err == nil {
				c.Records = append(c.Records, r)
			}
		}
		if err != nil {
			return c, false, err
		}
	}
	for _, d := range gone {
		c.Records = append(c.Records, spelled(d, c.Entries))
	}
	return c, ok, nil
}

func (s *Store) addEntry(c *store.Commit, kv *mvccpb.KeyValue) error {
	e, err := s.keys.decodeEntry(string(kv.Key), kv.Value)
	if err == nil {
		c.Entries = append(c.Entries, e)
	}
	return err
}

func isRecord(kind string) bool {
	for _, k := range recordKinds {
		if k == kind {
			return true
		}
	}
	return false
}

// spelled gives a deleted draft's id its case back: the key has it folded, but
// the entry of the same commit does not.
func spelled(d store.DeletedDraft, entries []*standard.Entry) store.DeletedDraft {
	for _, e := range entries {
		if e.Authority == d.Name.Authority && e.Standard == d.Name.Standard && e.Version.Fold() == d.Version.Fold() {
			d.Version = e.Version
			return d
		}
	}
	return d
}
