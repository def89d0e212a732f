package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func orderTests() []test {
	return []test{
		{"follow from any head", followAnyHead},
		{"every kind of record is followed", followEveryKind},
		{"follow ends as it is told to", followEnds},
		{"idle while nothing is new", followIdle},
		{"compacted history is said to be gone", followCompacted},
		{"a reader at the head misses nothing by compaction", followOverCompaction},
		{"following makes the same state as loading", followEqualsLoad},
		{"followers under contention", followContended},
	}
}

// collector follows a store in the background.
type collector struct {
	commits chan store.Commit
	idle    chan struct{} // one token once there is nothing new
	cancel  context.CancelFunc
	err     chan error
}

func follow(t *testing.T, s store.Store, after store.Head) *collector {
	ctx, cancel := context.WithCancel(testContext(t))
	c := &collector{
		commits: make(chan store.Commit, 1000), idle: make(chan struct{}, 1),
		cancel: cancel, err: make(chan error, 1),
	}
	go func() {
		c.err <- s.Follow(ctx, after, func(commit store.Commit) error {
			c.commits <- commit
			return nil
		}, func() {
			select {
			case c.idle <- struct{}{}:
			default:
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-c.err: //nolint:errcheck // it has ended, for whatever reason
		case <-time.After(patience):
			t.Error("Follow does not end with its context")
		}
	})
	return c
}

// until collects commits up to a head.
func (c *collector) until(t testing.TB, last standard.Revision) []store.Commit {
	t.Helper()
	var out []store.Commit
	for len(out) == 0 || out[len(out)-1].Head.Index < last {
		out = append(out, c.next(t))
	}
	return out
}

// settle waits until the follower is where the store is.
func (c *collector) settle(t testing.TB) {
	t.Helper()
	select {
	case <-c.idle:
	case err := <-c.err:
		c.err <- err
		t.Fatalf("Follow ended: %v", err)
	case <-time.After(patience):
		t.Fatal("Follow never gets to the head")
	}
}

func (c *collector) next(t testing.TB) store.Commit {
	t.Helper()
	select {
	case got := <-c.commits:
		return got
	case err := <-c.err:
		c.err <- err
		t.Fatalf("Follow ended: %v", err)
	case <-time.After(patience):
		t.Fatal("Follow delivers nothing")
	}
	return store.Commit{}
}

func followAnyHead(t *testing.T, e *Env) {
	heads := []store.Head{headOf(t, e.Store)}
	var want []store.Commit
	for i := range 8 {
		on := heads[i]
		b := store.Batch{Entries: entries(on, i%3+1, "follow")}
		for j := range i {
			b.Records = append(b.Records, version(fmt.Sprintf("s%d", j), fmt.Sprintf("%d.0.0", i)))
		}
		next, err := e.Store.Commit(testContext(t), on, b)
		if err != nil {
			t.Fatalf("Commit: %v", err)
		}
		heads = append(heads, next)
		want = append(want, store.Commit{Head: next, Records: b.Records, Entries: b.Entries})
	}
	last := heads[len(heads)-1]
	for i, h := range heads[:len(heads)-1] {
		got := follow(t, e.Second, h).until(t, last.Index)
		for j := range got {
			got[j].Records = sorted(got[j].Records)
		}
		if diff := gocmp.Diff(want[i:], got, equal); diff != "" {
			t.Errorf("from %d (-want +got):\n%s", h.Index, diff)
		}
	}
	// And from the last one on, what is yet to come.
	c := follow(t, e.Second, last)
	next := commit(t, e.Store, "yet to come")
	if got := c.next(t); got.Head != next {
		t.Errorf("from the head: got %+v, want %+v", got.Head, next)
	}
}

func followEveryKind(t *testing.T, e *Env) {
	c := follow(t, e.Second, headOf(t, e.Store))
	records := everyKind(11)
	outcome := Fill(new(standard.Outcome), 20)
	want := commit(t, e.Store, "all", append(records, outcome)...)
	got := c.next(t)
	if got.Head != want || len(got.Entries) != 1 {
		t.Errorf("got %+v with %d entries, want %+v", got.Head, len(got.Entries), want)
	}
	if diff := gocmp.Diff(sorted(records), sorted(got.Records), equal); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	// A draft goes; the entry gives its id the case back.
	d := records[4].(*standard.DraftVersion).Version
	gone := store.DeletedDraft{Name: d.Name, Version: d.ID}
	es := entries(want, 1, "gone")
	es[0].Authority, es[0].Standard, es[0].Version = d.Name.Authority, d.Name.Standard, d.ID
	if _, err := e.Store.Commit(testContext(t), want, store.Batch{Records: []store.Record{gone}, Entries: es}); err != nil {
		t.Fatalf("Commit: %v", err)
	}
	if diff := gocmp.Diff([]store.Record{gone}, c.next(t).Records); diff != "" {
		t.Errorf("deleted draft (-want +got):\n%s", diff)
	}
}

func followEnds(t *testing.T, e *Env) {
	zero := headOf(t, e.Store)
	commit(t, e.Store, "one")
	stop := errors.New("enough")
	err := e.Store.Follow(testContext(t), zero, func(store.Commit) error { return stop }, nil)
	wantError(t, "Follow with a yield that fails", err, stop)
	ctx, cancel := context.WithCancel(testContext(t))
	err = e.Store.Follow(ctx, zero, func(store.Commit) error { cancel(); return nil }, nil)
	wantError(t, "Follow with a context that is cancelled", err, context.Canceled)
	err = e.Store.Follow(ctx, zero, func(store.Commit) error { return nil }, nil)
	wantError(t, "Follow with a context that was cancelled", err, context.Canceled)
}

func followIdle(t *testing.T, e *Env) {
	head := commit(t, e.Store, "one")
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(testContext(t))
	var calls []time.Time
	err := e.Second.Follow(ctx, head, func(c store.Commit) error {
		return fmt.Errorf("got %+v, though nothing is new", c.Head)
	}, func() {
		if calls = append(calls, time.Now()); len(calls) == 4 {
			cancel(enough)
		}
	})
	wantError(t, "Follow", err, context.Canceled)
	if !errors.Is(context.Cause(ctx), enough) {
		t.Errorf("idle was called %d times within %v", len(calls), patience)
	}
}

func followCompacted(t *testing.T, e *Env) {
	old := commit(t, e.Store, "one", version("ocds", "1.0.0"))
	for range 3 {
		commit(t, e.Store, "more")
	}
	e.Compact(t)
	for _, from := range []store.Head{{}, old} {
		err := e.Second.Follow(testContext(t), from, func(c store.Commit) error {
			return fmt.Errorf("got %+v out of compacted history", c.Head)
		}, nil)
		wantError(t, fmt.Sprintf("Follow from %d", from.Index), err, store.ErrCompacted)
	}
	if got, head := load(t, e.Second); len(got) != 1 || head.Index != 4 {
		t.Errorf("Load after compaction: %d records at %d, want 1 at 4", len(got), head.Index)
	}
}

// followOverCompaction: other traffic moves the history on, but not the head.
func followOverCompaction(t *testing.T, e *Env) {
	empty := headOf(t, e.Store)
	traffic := func(seed uint64) {
		for i := range uint64(5) {
			put(t, e.Store, content(seed+i, 10))
		}
		e.Compact(t)
	}
	traffic(100)
	c := follow(t, e.Second, empty)
	c.settle(t)
	head := commit(t, e.Store, "one")
	if got := c.next(t); got.Head != head {
		t.Errorf("from the empty store: got %+v, want %+v", got.Head, head)
	}
	traffic(200)
	c2 := follow(t, e.Second, head)
	c2.settle(t)
	head = commit(t, e.Store, "two")
	for i, c := range []*collector{c, c2} {
		if got := c.next(t); got.Head != head {
			t.Errorf("follower %d: got %+v, want %+v", i, got.Head, head)
		}
	}
}

// followEqualsLoad draws commits, also refused ones, and keeps a model by what
// Follow delivers.
func followEqualsLoad(t *testing.T, e *Env) {
	c := follow(t, e.Second, headOf(t, e.Store))
	model := map[string]store.Record{}
	state := map[string]store.Record{}
	on := headOf(t, e.Store)
	at := on // the last commit followed
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 3).Draw(rt, "commits") {
			records := drawRecords(rt)
			b := batch(on, "model", records...)
			next, err := e.Store.Commit(testContext(t), on, b)
			exists := false
			for _, r := range records {
				switch r.(type) {
				case *standard.Version, *standard.Step:
					exists = exists || state[identity(r)] != nil
				}
			}
			if exists != errors.Is(err, store.ErrExists) || !exists && err != nil {
				rt.Fatalf("Commit: %v, where something exists: %v", err, exists)
			}
			if err == nil {
				on = next
				apply(state, records)
			}
		}
		for at.Index < on.Index {
			got := c.next(t)
			at = got.Head
			apply(model, got.Records)
		}
		if diff := gocmp.Diff(state, model, equal); diff != "" {
			rt.Fatalf("followed (-committed +followed):\n%s", diff)
		}
	})
	loaded, head := load(t, e.Store)
	if head != on {
		t.Errorf("Load gives %+v, want %+v", head, on)
	}
	if diff := gocmp.Diff(loaded, model, equal); diff != "" {
		t.Errorf("(-loaded +followed):\n%s", diff)
	}
}

func drawRecords(rt *rapid.T) []store.Record {
	n := rapid.IntRange(0, 6).Draw(rt, "records")
	seen := map[string]bool{}
	var out []store.Record
	for range n {
		s := rapid.SampledFrom([]string{"ocds", "bods", "eforms"}).Draw(rt, "standard")
		id := rapid.SampledFrom([]string{"1.0.0", "1.1.0", "R4", "r4", "r5"}).Draw(rt, "id")
		text := rapid.StringMatching(`[a-zé ]{0,12}`).Draw(rt, "text")
		var r store.Record
		switch rapid.IntRange(0, 6).Draw(rt, "kind") {
		case 0:
			r = &standard.Authority{ID: standard.AuthorityID(s), Homepage: text}
		case 1:
			r = &standard.Standard{Name: name(s), Steward: text, Updated: epoch}
		case 2:
			v := version(s, id)
			v.Label = text
			r = v
		case 3:
			r = &standard.Step{Name: name(s), Version: standard.VersionID(id), Number: rapid.IntRange(1, 30).Draw(rt, "step"), Note: text}
		case 4:
			r = &standard.DraftVersion{Version: *version(s, id), Author: text}
		case 5:
			r = store.DeletedDraft{Name: name(s), Version: standard.VersionID(id)}
		default:
			r = &standard.Designation{Key: text + s, Claims: []standard.Claim{{Text: text, Name: name(s), Effective: epoch}}}
		}
		if !seen[identity(r)] {
			seen[identity(r)] = true
			out = append(out, r)
		}
	}
	return out
}

// followContended: two followers, one that begins in the middle, see all that
// several writers commit.
func followContended(t *testing.T, e *Env) {
	const writers, each = 4, 8
	first := follow(t, e.Second, headOf(t, e.Store))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			var on store.Head
			for i := range each {
				var err error
				on, err = contend(testContext(t), e.Store, on, func(on store.Head) store.Batch {
					return batch(on, fmt.Sprint(w, i), version(fmt.Sprintf("s%d", w), fmt.Sprintf("%d.0.0", i)))
				})
				if err != nil {
					t.Errorf("Commit: %v", err)
					return
				}
			}
		})
	}
	state, head := load(t, e.Second)
	if head.Index < writers*each {
		for _, c := range follow(t, e.Second, head).until(t, writers*each) {
			apply(state, c.Records)
		}
	}
	wg.Wait()
	followed := map[string]store.Record{}
	for _, c := range first.until(t, writers*each) {
		apply(followed, c.Records)
	}
	loaded, _ := load(t, e.Store)
	if diff := gocmp.Diff(loaded, followed, equal); diff != "" {
		t.Errorf("from the start (-loaded +followed):\n%s", diff)
	}
	if diff := gocmp.Diff(loaded, state, equal); diff != "" {
		t.Errorf("from the middle (-loaded +followed):\n%s", diff)
	}
}
