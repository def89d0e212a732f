package replica

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/replica/replicatest"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// seen is everything that a snapshot shows, by its methods.
type seen struct {
	Head        store.Head
	Counts      Counts
	Authorities []*standard.Authority
	Standards   []seenStandard
	Drafts      []*standard.DraftVersion
	Keys        []*standard.Designation
	Referrers   map[string][]resolve.Referrer
	Prefixes    map[string]standard.AuthorityID
	Manifests   []standard.Digest
}

type seenStandard struct {
	Record   *standard.Standard
	Versions []seenVersion
}

type seenVersion struct {
	Record *standard.Version
	Order  standard.Order
	Steps  []*standard.Step
}

func look(t interface{ Errorf(string, ...any) }, s *Snapshot) seen {
	out := seen{Head: s.Head(), Counts: s.Counts(), Referrers: map[string][]resolve.Referrer{}, Prefixes: map[string]standard.AuthorityID{}}
	out.Authorities = slices.Collect(s.Authorities())
	for st := range s.Standards("") {
		if s.Standard(st.Record.Name) != st {
			t.Errorf("%s is listed but not found", st.Record.Name)
		}
		one := seenStandard{Record: st.Record}
		for _, v := range st.Versions {
			if st.Find(v.Record.ID) != v {
				t.Errorf("%s@%s is listed but not found", st.Record.Name, v.Record.ID)
			}
			one.Versions = append(one.Versions, seenVersion{v.Record, v.Order, v.Steps})
		}
		out.Standards = append(out.Standards, one)
	}
	out.Drafts = slices.Collect(s.Drafts(standard.Name{}))
	out.Manifests = slices.Collect(s.ManifestDigests())
	for _, k := range []string{"key a", "key b", "key c", "key d", "key e"} {
		out.Keys = append(out.Keys, s.Designation(k))
	}
	for _, target := range targets {
		k := resolve.TargetKey(target)
		s.Referrers(k, func(r resolve.Referrer) bool {
			out.Referrers[k] = append(out.Referrers[k], r)
			return true
		})
	}
	for _, p := range []string{"iso", "iso iec", "rfc"} {
		out.Prefixes[p], _, _ = s.PrefixOwner([]string{p})
	}
	return out
}

var sameRecords = cmp.Options{
	cmp.Comparer(func(a, b standard.Order) bool { return a == b }),
	cmp.Comparer(func(a, b standard.Day) bool { return a == b }),
	cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() != nil && p.Last().Type().Kind().String() == "slice" },
		cmp.FilterValues(func(a, b any) bool { return empty(a) && empty(b) }, cmp.Ignore())),
}

func empty(v any) bool {
	switch v := v.(type) {
	case []string:
		return len(v) == 0
	case []standard.Relation:
		return len(v) == 0
	case []*standard.Step:
		return len(v) == 0
	}
	return false
}

// A snapshot that followed every commit shows the same as one loaded at the
// end, and older ones still show what they showed.
func TestApplyIsLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		st, g := new(replicatest.Store), newGenerator()
		s := Empty(1000)
		type past struct {
			s    *Snapshot
			what seen
		}
		var history []past
		for range rapid.IntRange(1, 30).Draw(t, "commits") {
			b := g.commit(t)
			head, err := st.Commit(ctx, s.Head(), b)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 7).Draw(t, "keep") == 0 {
				history = append(history, past{s, look(t, s)})
			}
			g.at = head
			if s, err = s.Apply(store.Commit{Head: head, Records: b.Records, Entries: b.Entries}); err != nil {
				t.Fatal(err)
			}
		}
		b := newBuilder()
		head, err := st.Load(ctx, b.add)
		if err != nil {
			t.Fatal(err)
		}
		loaded := b.build(ctx, head, 1000, slog.New(slog.DiscardHandler))
		if diff := cmp.Diff(look(t, loaded), look(t, s), sameRecords); diff != "" {
			t.Fatalf("loaded (-) and applied (+) differ:\n%s", diff)
		}
		for _, p := range history {
			if diff := cmp.Diff(p.what, look(t, p.s), sameRecords); diff != "" {
				t.Fatalf("the snapshot of revision %d changed:\n%s", p.s.Revision(), diff)
			}
		}
	})
}

func entriesFrom(after standard.Revision, n int) []*standard.Entry {
	var out []*standard.Entry
	for i := range n {
		out = append(out, &standard.Entry{Index: after + standard.Revision(i) + 1})
	}
	return out
}

func TestApplyRefuses(t *testing.T) {
	n := standard.Name{Authority: "a", Standard: "b"}
	base, err := Empty(10).Apply(store.Commit{
		Records: []store.Record{&standard.Standard{Name: n, Scheme: standard.Semver}},
		Entries: entriesFrom(0, 3),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]store.Commit{
		"a gap in the log":            {Entries: entriesFrom(4, 1)},
		"an entry that is there":      {Entries: entriesFrom(2, 1)},
		"a head beyond its entries":   {Head: store.Head{Index: 5, Token: 1}, Entries: entriesFrom(3, 1)},
		"a head without entries":      {Head: store.Head{Index: 4, Token: 1}},
		"a version, no standard":      {Records: []store.Record{&standard.Version{Name: standard.Name{Authority: "x", Standard: "y"}, ID: "1.0.0"}}, Entries: entriesFrom(3, 1)},
		"a step, no version":          {Records: []store.Record{&standard.Step{Name: n, Version: "1.0.0", Number: 1}}, Entries: entriesFrom(3, 1)},
		"a step, no standard":         {Records: []store.Record{&standard.Step{Name: standard.Name{Authority: "x", Standard: "y"}}}, Entries: entriesFrom(3, 1)},
		"a record of an unknown type": {Records: []store.Record{42}, Entries: entriesFrom(3, 1)},
	} {
		if _, err := base.Apply(c); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%s: got %v, want ErrCorrupt", name, err)
		}
	}
	tried, err := base.Apply(store.Commit{Entries: entriesFrom(3, 2)})
	if err != nil {
		t.Fatal(err)
	}
	if got := tried.Head(); got.Index != 5 || got.Token != base.Head().Token {
		t.Errorf("a tentative commit of two entries on 3 has head %+v", got)
	}
}

// Versions that do not fit the scheme are kept, lowest, and found by id.
func TestUnfitVersion(t *testing.T) {
	n := standard.Name{Authority: "a", Standard: "b"}
	s, err := Empty(10).Apply(store.Commit{
		Records: []store.Record{
			&standard.Version{Name: n, ID: "1.0.0"}, &standard.Version{Name: n, ID: "Draft-7"},
			&standard.Version{Name: n, ID: "0.1.0"}, &standard.Standard{Name: n, Scheme: standard.Semver},
		},
		Entries: entriesFrom(0, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []standard.VersionID
	for _, v := range s.Standard(n).Versions {
		got = append(got, v.Record.ID)
	}
	if want := []standard.VersionID{"Draft-7", "0.1.0", "1.0.0"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s.Standard(n).Find("draft-7") == nil {
		t.Error("not found by its id")
	}
}

func TestPaging(t *testing.T) {
	var records []store.Record
	var want []standard.Name
	for _, a := range []standard.AuthorityID{"a", "a-b", "b"} {
		for _, s := range []string{"one", "one-b", "two"} {
			want = append(want, standard.Name{Authority: a, Standard: s})
			records = append(records, &standard.Standard{Name: want[len(want)-1], Scheme: standard.Semver},
				&standard.DraftVersion{Version: standard.Version{Name: want[len(want)-1], ID: "1.0"}})
		}
	}
	s, err := Empty(10).Apply(store.Commit{Records: records, Entries: entriesFrom(0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		var got, drafts []standard.Name
		for st := range s.StandardsFrom("", want[i]) {
			got = append(got, st.Record.Name)
		}
		for d := range s.DraftsFrom(standard.Name{}, want[i], "1.0") {
			drafts = append(drafts, d.Version.Name)
		}
		if rest := want[i+1:]; !slices.Equal(got, rest) || !slices.Equal(drafts, rest) {
			t.Errorf("after %s: standards %v, drafts %v, want %v", want[i], got, drafts, rest)
		}
	}
	count := func(a standard.AuthorityID, after standard.Name) int {
		n := 0
		for range s.StandardsFrom(a, after) {
			n++
		}
		return n
	}
	if got := count("a-b", standard.Name{Authority: "a", Standard: "two"}); got != 3 {
		t.Errorf("of a-b after a/two: %d, want 3", got)
	}
	if got := count("a", standard.Name{Authority: "b", Standard: "one"}); got != 0 {
		t.Errorf("of a after b/one: %d, want 0", got)
	}
	if got := len(slices.Collect(s.Drafts(standard.Name{Authority: "a"}))); got != 3 {
		t.Errorf("drafts of a: %d, want 3", got)
	}
}

func TestTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 400).Draw(t, "limit")
		tl := tail{limit: limit, after: 7}
		last := standard.Revision(7)
		for range rapid.IntRange(0, 12).Draw(t, "commits") {
			n := rapid.IntRange(1, 150).Draw(t, "entries")
			before, had := tl, tl.n
			tl = tl.with(entriesFrom(last, n))
			before.with(entriesFrom(last+500, n)) // another branch must not show
			last += standard.Revision(n)
			if before.n != had {
				t.Fatal("adding changed the tail that it was added to")
			}
		}
		after := standard.Revision(rapid.Uint64Range(0, uint64(last)+3).Draw(t, "after"))
		most := rapid.IntRange(1, 500).Draw(t, "most")
		got, ok := tl.entries(after, most)
		if !ok {
			if kept := last - tl.after; after >= tl.after || int(kept) < min(limit, int(last-7)) {
				t.Fatalf("refused %d with %d kept of %d", after, kept, limit)
			}
			return
		}
		if want := min(most, max(0, int(last)-int(after))); len(got) != want {
			t.Fatalf("got %d entries after %d of %d, want %d", len(got), after, last, want)
		}
		for i, e := range got {
			if e.Index != after+standard.Revision(i)+1 {
				t.Fatalf("entry %d has index %d", i, e.Index)
			}
		}
	})
}
