package etcdstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// faultPatience bounds the waits of these tests; a cluster of busy machines
// takes seconds to find a leader.
const faultPatience = 60 * time.Second

// faultEntry is an entry that tells from all others.
func faultEntry(on store.Head, detail string) store.Batch {
	e := &standard.Entry{Index: on.Index + 1, Detail: detail}
	d := standard.DigestOf([]byte(detail))
	copy(e.Salt[:], d[:])
	return store.Batch{Entries: []*standard.Entry{e}}
}

// tryHead reads the head as soon as it can be had.
func tryHead(ctx context.Context, s *etcdstore.Store) (store.Head, error) {
	for {
		h, err := s.Head(ctx)
		if !errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil {
			return h, err
		}
	}
}

// TestMembersKilled kills one member after another, the leader first, while
// writers commit and a reader follows. What was acknowledged is in the log,
// once, and the reader sees the log.
func TestMembersKilled(t *testing.T) {
	t.Parallel()
	c := etcdtest.Cluster(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 2*faultPatience)
	defer cancel()
	s := open(t, dial(t, c.Endpoints()), etcdstore.Options{Timeout: 3 * time.Second})

	fctx, stopFollowing := context.WithCancel(ctx)
	defer stopFollowing()
	r := &reader{}
	var following sync.WaitGroup
	following.Go(func() { r.follow(fctx, t, s) })

	writing, stopWriting := context.WithCancel(ctx)
	acked := make([][]string, 2)
	var writers sync.WaitGroup
	for w := range acked {
		writers.Go(func() { acked[w] = writeOn(ctx, writing, t, s, w) })
	}
	for _, victim := range []int{c.Leader(ctx), 0, 1} {
		if victim < 0 {
			continue
		}
		progress(ctx, t, s, 3)
		c.Kill(victim)
		progress(ctx, t, s, 3)
		c.Restart(victim)
	}
	stopWriting()
	writers.Wait()

	head, err := tryHead(ctx, s)
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	es, err := s.Entries(ctx, 0, int(head.Index))
	if err != nil {
		t.Fatalf("Entries: %v", err)
	}
	times := map[string]int{}
	for _, e := range es {
		times[e.Detail]++
	}
	for w := range acked {
		for _, d := range acked[w] {
			if times[d] != 1 {
				t.Errorf("acknowledged entry %s is in the log %d times", d, times[d])
			}
		}
	}
	for d, n := range times {
		if n != 1 {
			t.Errorf("entry %s is in the log %d times", d, n)
		}
	}
	r.waitFor(ctx, t, head.Index)
	stopFollowing()
	following.Wait()
	if len(r.seen) != len(es) {
		t.Errorf("the reader saw %d entries, the log has %d", len(r.seen), len(es))
	}
}

// writeOn commits until writing is done, and returns what was acknowledged.
// After an unknown outcome it writes something else, so that nothing is in the
// log twice unless the store put it there twice.
func writeOn(ctx, writing context.Context, t *testing.T, s *etcdstore.Store, w int) (acked []string) {
	var on store.Head
	for i := 0; writing.Err() == nil; i++ {
		detail := fmt.Sprintf("%d/%d", w, i)
		next, err := s.Commit(ctx, on, faultEntry(on, detail))
		var conflict *store.ConflictError
		switch {
		case err == nil:
			acked, on = append(acked, detail), next
		case errors.As(err, &conflict):
			on = conflict.Head
		case errors.Is(err, store.ErrUnknownOutcome), errors.Is(err, store.ErrUnavailable):
			if on, err = tryHead(ctx, s); err != nil {
				t.Errorf("Head: %v", err)
				return acked
			}
		default:
			t.Errorf("Commit: %v", err)
			return acked
		}
	}
	return acked
}

// progress waits until the log has grown.
func progress(ctx context.Context, t *testing.T, s *etcdstore.Store, by standard.Revision) {
	t.Helper()
	first, err := tryHead(ctx, s)
	for err == nil {
		var h store.Head
		if h, err = tryHead(ctx, s); h.Index >= first.Index+by {
			return
		}
	}
	t.Fatalf("the log does not grow: %v", err)
}

// reader follows as a replica does: anew where it was, when the store is away.
type reader struct {
	mu   sync.Mutex
	at   store.Head
	seen []*standard.Entry
}

func (r *reader) follow(ctx context.Context, t *testing.T, s *etcdstore.Store) {
	for ctx.Err() == nil {
		r.mu.Lock()
		at := r.at
		r.mu.Unlock()
		err := s.Follow(ctx, at, func(c store.Commit) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.at = c.Head
			for _, e := range c.Entries {
				if want := standard.Revision(len(r.seen)) + 1; e.Index != want {
					return fmt.Errorf("entry %d came where %d is next", e.Index, want)
				}
				r.seen = append(r.seen, e)
			}
			return nil
		}, nil)
		if ctx.Err() == nil && !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Follow: %v", err)
			return
		}
	}
}

func (r *reader) waitFor(ctx context.Context, t *testing.T, index standard.Revision) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		r.mu.Lock()
		at := r.at.Index
		r.mu.Unlock()
		if at >= index {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the reader stays at %d, the head is at %d", at, index)
		}
	}
}

// TestNoQuorum takes two of three members away. Writes fail within their
// deadline, a follower learns of it though its own member is there, and all
// goes on by itself when a member is back.
func TestNoQuorum(t *testing.T) {
	t.Parallel()
	c := etcdtest.Cluster(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 2*faultPatience)
	defer cancel()
	s := open(t, dial(t, c.Endpoints()), etcdstore.Options{Timeout: 5 * time.Second})
	on, err := s.Commit(ctx, store.Head{}, faultEntry(store.Head{}, "first"))
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	idle := make(chan struct{}, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- s.Follow(ctx, on, func(store.Commit) error { return nil }, func() {
			select {
			case idle <- struct{}{}:
			default:
			}
		})
	}()
	<-idle
	c.Kill(0)
	c.Pause(1)
	if err := <-ended; !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Follow without quorum: got %v, want ErrUnavailable", err)
	}
	wctx, wcancel := context.WithTimeout(ctx, 2*time.Second)
	began := time.Now()
	_, err = s.Commit(wctx, on, faultEntry(on, "no quorum"))
	wcancel()
	if !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknownOutcome) {
		t.Errorf("Commit without quorum: %v", err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %v to fail, with a deadline of 2 s", took)
	}
	if _, err := s.Head(ctx); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Head without quorum: %v", err)
	}
	c.Resume(1)
	if on, err = tryHead(ctx, s); err != nil {
		t.Fatalf("Head after: %v", err)
	}
	for detail := "after"; ; detail += "+" {
		next, err := s.Commit(ctx, on, faultEntry(on, detail))
		var conflict *store.ConflictError
		if errors.As(err, &conflict) {
			on = conflict.Head // what was sent without quorum came after all
			continue
		}
		if errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrUnknownOutcome) {
			continue
		}
		if err != nil || next.Index != on.Index+1 {
			t.Errorf("Commit after: %+v, %v", next, err)
		}
		return
	}
}
