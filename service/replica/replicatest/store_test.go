package replicatest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

var name = standard.Name{Authority: "a", Standard: "b"}

func version(id standard.VersionID) *standard.Version {
	return &standard.Version{Name: name, ID: id, Designations: []string{"as given"}}
}

func entry(i standard.Revision) []*standard.Entry {
	return []*standard.Entry{{Index: i, Detail: "as given"}}
}

// put commits records on the present head.
func put(t *testing.T, s *Store, records ...store.Record) store.Head {
	t.Helper()
	on, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.Commit(t.Context(), on, store.Batch{Records: records, Entries: entry(on.Index + 1)})
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func TestCommit(t *testing.T) {
	s := new(Store)
	first := put(t, s, version("1"), &standard.Outcome{RequestID: "r"})
	if first.Index != 1 {
		t.Fatalf("head %+v, want index 1", first)
	}
	for what, c := range map[string]struct {
		on   store.Head
		b    store.Batch
		want error
	}{
		"on an old head":        {store.Head{}, store.Batch{Entries: entry(1)}, store.ErrConflict},
		"another token":         {store.Head{Index: 1, Token: 9}, store.Batch{Entries: entry(2)}, store.ErrConflict},
		"a version again":       {first, store.Batch{Records: []store.Record{version("1")}, Entries: entry(2)}, store.ErrExists},
		"an outcome again":      {first, store.Batch{Records: []store.Record{&standard.Outcome{RequestID: "r"}}, Entries: entry(2)}, store.ErrExists},
		"too many":              {first, store.Batch{Records: make([]store.Record, store.MaxBatchOps), Entries: entry(2)}, store.ErrTooLarge},
		"a record that is none": {first, store.Batch{Records: []store.Record{7}, Entries: entry(2)}, store.ErrCorrupt},
	} {
		if _, err := s.Commit(t.Context(), c.on, c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", what, err, c.want)
		}
	}
	for what, b := range map[string]store.Batch{
		"no entries":        {Records: []store.Record{version("2")}},
		"a gap in entries":  {Entries: entry(3)},
		"one record twice":  {Records: []store.Record{version("2"), version("2")}, Entries: entry(2)},
		"ids in other case": {Records: []store.Record{version("x"), version("X")}, Entries: entry(2)},
	} {
		if _, err := s.Commit(t.Context(), first, b); err == nil {
			t.Errorf("%s: was taken", what)
		}
	}
	if head, err := s.Head(t.Context()); err != nil || head != first {
		t.Errorf("head %+v, %v after refusals, want %+v", head, err, first)
	}
	swept := s.Sweep()
	if _, err := s.Commit(t.Context(), first, store.Batch{Entries: entry(2)}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("on the head before a sweep: got %v, want ErrConflict", err)
	}
	if _, err := s.Commit(t.Context(), swept, store.Batch{Entries: entry(2)}); err != nil {
		t.Error(err)
	}
}

func load(t *testing.T, s *Store) []store.Record {
	t.Helper()
	var out []store.Record
	if _, err := s.Load(t.Context(), func(r store.Record) error { out = append(out, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// What was given to the store and what it gave are apart from what it holds.
func TestIsolation(t *testing.T) {
	s := new(Store)
	given := version("1")
	put(t, s, given)
	given.Designations[0] = "spoilt"
	for range 2 {
		got := load(t, s)
		if diff := cmp.Diff([]store.Record{version("1")}, got, cmp.Comparer(func(a, b standard.Day) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
		got[0].(*standard.Version).Designations[0] = "spoilt"
		es, err := s.Entries(t.Context(), 0, 5)
		if err != nil || len(es) != 1 || es[0].Detail != "as given" {
			t.Fatalf("entries %v, %v", es, err)
		}
		es[0].Detail = "spoilt"
	}
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(Store)
		put(t, s, version("1"))
		put(t, s, &standard.DraftVersion{Version: *version("2")})
		after := put(t, s, store.DeletedDraft{Name: name, Version: "2"})
		if n := len(load(t, s)); n != 1 {
			t.Errorf("%d records after a draft went, want 1", n)
		}
		var heads []standard.Revision
		idle := 0
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		err := s.Follow(ctx, store.Head{}, func(c store.Commit) error {
			heads = append(heads, c.Head.Index)
			return nil
		}, func() { idle++ })
		if !errors.Is(err, context.DeadlineExceeded) || idle < 3 {
			t.Errorf("got %v and %d times idle", err, idle)
		}
		if diff := cmp.Diff([]standard.Revision{1, 2, 3}, heads); diff != "" {
			t.Error(diff)
		}
		s.Compact()
		enough := errors.New("enough")
		yield := func(store.Commit) error { return enough }
		if err := s.Follow(t.Context(), store.Head{}, yield, nil); !errors.Is(err, store.ErrCompacted) {
			t.Errorf("from before the compaction: got %v", err)
		}
		put(t, s)
		if err := s.Follow(t.Context(), after, yield, nil); !errors.Is(err, enough) {
			t.Errorf("from the head at the compaction: got %v, want what yield gave", err)
		}
		s.Cut(store.ErrUnavailable)
		if err := s.Follow(t.Context(), after, yield, nil); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("cut off: got %v", err)
		}
	})
}
