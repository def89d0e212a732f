package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func logTests() []test {
	return []test{
		{"an empty store", emptyStore},
		{"entries come back in order, without gaps", entriesInOrder},
		{"entries read the same for ever", entriesStay},
		{"head counts entries", headCounts},
	}
}

func emptyStore(t *testing.T, e *Env) {
	unchanged(t, e.Store, store.Head{}, map[string]store.Record{})
	if h := headOf(t, e.Store); h != (store.Head{}) {
		t.Errorf("Head of an empty store = %+v", h)
	}
	if _, err := e.Store.Outcome(testContext(t), "nothing"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Outcome: got %v, want ErrNotFound", err)
	}
}

func entriesInOrder(t *testing.T, e *Env) {
	ctx := testContext(t)
	var want []*standard.Entry
	on := headOf(t, e.Store)
	for _, n := range []int{1, 7, 100, 3} {
		es := entries(on, n, fmt.Sprint("batch of ", n))
		next, err := e.Store.Commit(ctx, on, store.Batch{Entries: es})
		if err != nil {
			t.Fatalf("Commit: %v", err)
		}
		on, want = next, append(want, es...)
	}
	for _, c := range []struct {
		after standard.Revision
		limit int
	}{{0, 1000}, {0, 1}, {0, 0}, {1, 7}, {8, 100}, {110, 1}, {110, 5}, {111, 5}, {500, 5}, {50, 61}} {
		got, err := e.Store.Entries(ctx, c.after, c.limit)
		if err != nil {
			t.Fatalf("Entries(%d, %d): %v", c.after, c.limit, err)
		}
		first := min(int(c.after), len(want))
		last := min(first+c.limit, len(want))
		if diff := gocmp.Diff(want[first:last], got, equal); diff != "" {
			t.Errorf("Entries(%d, %d) (-want +got):\n%s", c.after, c.limit, diff)
		}
	}
}

func entriesStay(t *testing.T, e *Env) {
	full := Fill(new(standard.Entry), 1)
	full.Index = 1
	if _, err := e.Store.Commit(testContext(t), store.Head{}, store.Batch{Entries: []*standard.Entry{full}}); err != nil {
		t.Fatalf("Commit: %v", err)
	}
	for i := range 5 {
		got, err := e.Store.Entries(testContext(t), 0, 1)
		if err != nil {
			t.Fatalf("Entries: %v", err)
		}
		if diff := gocmp.Diff([]*standard.Entry{full}, got, equal); diff != "" {
			t.Errorf("after %d more commits (-want +got):\n%s", i, diff)
		}
		commit(t, e.Store, "more")
	}
	e.Compact(t)
	got, err := e.Store.Entries(testContext(t), 0, 1)
	if err != nil || !gocmp.Equal([]*standard.Entry{full}, got, equal) {
		t.Errorf("after compaction: %v, %v", got, err)
	}
}

func headCounts(t *testing.T, e *Env) {
	ctx := testContext(t)
	on := headOf(t, e.Store)
	for want := standard.Revision(5); want <= 15; want += 5 {
		next, err := e.Store.Commit(ctx, on, store.Batch{Entries: entries(on, 5, "five")})
		if err != nil {
			t.Fatalf("Commit: %v", err)
		}
		if next.Index != want || next.Sweeps != 0 || next.Token == on.Token {
			t.Errorf("Commit gives %+v, want index %d and another token", next, want)
		}
		if got := headOf(t, e.Second); got != next {
			t.Errorf("Head = %+v, Commit gave %+v", got, next)
		}
		on = next
	}
}

func atomicityTests() []test {
	return []test{
		{"every kind of record comes back whole", everyKindBack},
		{"a batch is seen whole or not at all", seenWhole},
		{"a refused batch writes nothing", refusedWritesNothing},
		{"an invalid batch writes nothing", invalidWritesNothing},
		{"the limits of a batch", limits},
	}
}

func everyKindBack(t *testing.T, e *Env) {
	records := everyKind(7)
	commit(t, e.Store, "all", records...)
	got, _ := load(t, e.Second)
	if diff := gocmp.Diff(asMap(records), got, equal); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
}

func seenWhole(t *testing.T, e *Env) {
	const commits, each = 20, 10
	ctx := testContext(t)
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		on := headOf(t, e.Store)
		for i := range commits {
			var rs []store.Record
			for j := range each {
				rs = append(rs, version(fmt.Sprintf("s%d", j), fmt.Sprintf("%d.0.0", i)))
			}
			next, err := e.Store.Commit(ctx, on, batch(on, "whole", rs...))
			if err != nil {
				t.Errorf("Commit: %v", err)
				return
			}
			on = next
		}
	})
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		got, head := load(t, e.Second)
		if len(got) != each*int(head.Index) {
			t.Errorf("at %d there are %d records, want %d", head.Index, len(got), each*int(head.Index))
		}
	}
	wg.Wait()
	if h := headOf(t, e.Store); h.Index != commits {
		t.Errorf("head is at %d, want %d", h.Index, commits)
	}
}

func refusedWritesNothing(t *testing.T, e *Env) {
	commit(t, e.Store, "first", version("ocds", "1.0.0"))
	before, head := load(t, e.Store)
	_, err := e.Store.Commit(testContext(t), head, batch(head, "again",
		Fill(new(standard.Authority), 3), version("ocds", "1.1.0"), version("ocds", "1.0.0")))
	wantError(t, "Commit of a version that is there", err, store.ErrExists)
	unchanged(t, e.Second, head, before)
	stale := store.Head{}
	_, err = e.Store.Commit(testContext(t), stale, batch(stale, "stale", Fill(new(standard.Authority), 3)))
	wantError(t, "Commit on a stale head", err, store.ErrConflict)
	unchanged(t, e.Second, head, before)
}

func invalidWritesNothing(t *testing.T, e *Env) {
	head := commit(t, e.Store, "first", version("ocds", "1.0.0"))
	before, _ := load(t, e.Store)
	two := entries(head, 2, "two")
	draft := Fill(new(standard.DraftVersion), 1)
	for what, b := range map[string]store.Batch{
		"no entry":             {Records: []store.Record{version("ocds", "2.0.0")}},
		"wrong first entry":    {Entries: two[1:]},
		"a gap":                {Entries: []*standard.Entry{two[0], entries(head, 3, "x")[2]}},
		"entries out of order": {Entries: []*standard.Entry{two[1], two[0]}},
		"a record twice":       batch(head, "x", version("ocds", "2.0.0-A"), version("ocds", "2.0.0-a")),
		"put and deleted":      batch(head, "x", draft, store.DeletedDraft{Name: draft.Version.Name, Version: draft.Version.ID}),
		"no record":            batch(head, "x", 42),
		"an entry as record":   batch(head, "x", two[1]),
		"no name":              batch(head, "x", &standard.Version{ID: "1"}),
		"a slash in a name":    batch(head, "x", &standard.Version{Name: standard.Name{Authority: "a", Standard: "b/c"}, ID: "1"}),
		"step 0":               batch(head, "x", &standard.Step{Name: name("ocds"), Version: "1"}),
		"no UTF-8":             batch(head, "x", &standard.Authority{ID: "a", Homepage: "\xff"}),
		"no request id":        batch(head, "x", &standard.Outcome{}),
		"no designation":       batch(head, "x", &standard.Designation{}),
	} {
		if _, err := e.Store.Commit(testContext(t), head, b); !errors.Is(err, store.ErrInvalidBatch) {
			t.Errorf("%s: got %v, want ErrInvalidBatch", what, err)
		}
	}
	unchanged(t, e.Second, head, before)
}

func limits(t *testing.T, e *Env) {
	ctx := testContext(t)
	on := headOf(t, e.Store)
	fill := func(ops int) store.Batch {
		b := store.Batch{Entries: entries(on, ops/2, "limit")}
		for i := len(b.Entries) + 1; i < ops; i++ {
			b.Records = append(b.Records, version("ocds", fmt.Sprintf("%d.0.%d", on.Index, i)))
		}
		return b
	}
	on, err := e.Store.Commit(ctx, on, fill(store.MaxBatchOps))
	if err != nil {
		t.Fatalf("Commit of %d operations: %v", store.MaxBatchOps, err)
	}
	_, err = e.Store.Commit(ctx, on, fill(store.MaxBatchOps+1))
	wantError(t, "one operation too many", err, store.ErrTooLarge)

	big := func(n int) *standard.Authority {
		return &standard.Authority{ID: "big", Homepage: string(make([]byte, n))}
	}
	room := store.MaxBatchBytes - 2048
	if got := e.Store.Size(big(room)); got < room || got > store.MaxBatchBytes {
		t.Errorf("Size of a record of %d bytes = %d", room, got)
	}
	on, err = e.Store.Commit(ctx, on, batch(on, "big", big(room)))
	if err != nil {
		t.Fatalf("Commit of nearly %d bytes: %v", store.MaxBatchBytes, err)
	}
	_, err = e.Store.Commit(ctx, on, batch(on, "too big", big(store.MaxBatchBytes)))
	wantError(t, "a record too large", err, store.ErrTooLarge)
	if got := headOf(t, e.Store); got != on {
		t.Errorf("head = %+v, want %+v", got, on)
	}
}
