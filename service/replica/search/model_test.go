package search

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/standard"
)

var vocabulary = strings.Fields("register contract contracts data open iso 19650-2 en301549 code list ocds notice award zug 2018 the of")

func drawPart(t *rapid.T) Part {
	p := Part{
		Name: standard.Name{Authority: "a", Standard: rapid.SampledFrom([]string{"one", "two", "three", "four"}).Draw(t, "standard")},
		Kind: standard.Kind(rapid.IntRange(1, 3).Draw(t, "kind")),
	}
	switch rapid.IntRange(0, 2).Draw(t, "part") {
	case 1:
		p.Version = standard.VersionID(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "version"))
	case 2:
		p.Alias = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "alias")
	}
	words := func(label string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 5).Draw(t, label), " ")
	}
	for range rapid.IntRange(0, 3).Draw(t, "texts") {
		p.Texts = append(p.Texts, Text{Field(rapid.IntRange(1, 7).Draw(t, "field")), words("text")})
	}
	if p.Version != "" {
		for range rapid.IntRange(0, 2).Draw(t, "members") {
			p.Members = append(p.Members, standard.Member{ID: words("id"), Title: words("title")})
		}
	}
	return p
}

// An index that was put together change by change, with merges in between,
// finds the same as one loaded from the final parts.
func TestPutIsLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, final := NewWriter(), map[string]Part{}
		var old *Index
		var before []string
		for range rapid.IntRange(1, 25).Draw(t, "puts") {
			var parts []Part
			for range rapid.IntRange(0, 4).Draw(t, "parts") {
				p := drawPart(t)
				parts = append(parts, p)
				final[fmt.Sprintf("%s %q", p.Name, p.id())] = p
			}
			x := w.Put(parts)
			if rapid.Bool().Draw(t, "merge") {
				w.Merge()
			}
			if old == nil && rapid.Bool().Draw(t, "keep") {
				old, before = x, matches(x)
			}
		}
		_, loaded := load(slices.Collect(maps.Values(final)))
		got, want := w.Put(nil), loaded
		if got.Docs() != want.Docs() {
			t.Errorf("%d documents, want %d", got.Docs(), want.Docs())
		}
		if diff := cmp.Diff(matches(want), matches(got)); diff != "" {
			t.Errorf("loaded (-) and put (+) differ:\n%s", diff)
		}
		if old != nil {
			if diff := cmp.Diff(before, matches(old)); diff != "" {
				t.Errorf("an older index changed:\n%s", diff)
			}
		}
	})
}

// What matches every word is found and ranked as if every standard had been
// scored.
func TestMatchAllIsMatchMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := NewWriter()
		for range rapid.IntRange(1, 12).Draw(t, "puts") {
			var parts []Part
			for range rapid.IntRange(0, 6).Draw(t, "parts") {
				parts = append(parts, drawPart(t))
			}
			w.Put(parts)
			if rapid.Bool().Draw(t, "merge") {
				w.Merge()
			}
		}
		x := w.Put(nil)
		q := Query{Text: strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 4).Draw(t, "query"), " "), Limit: rapid.IntRange(1, 5).Draw(t, "limit")}
		if rapid.Bool().Draw(t, "restricted") {
			q.Kinds = []standard.Kind{standard.Kind(rapid.IntRange(1, 3).Draw(t, "kind"))}
		}
		ws, _ := queryWords(q.Text)
		clauses, _ := x.clauses(ws, fuzzyFrom)
		clauses = rarestFirst(clauses)
		if len(clauses) > 1 && rapid.Bool().Draw(t, "optional") {
			clauses[len(clauses)-1].optional = true
		}
		all, most := new(scratch), new(scratch)
		if !x.matchAll(all, clauses, &q) {
			t.Skip("nothing matches every word")
		}
		x.matchMost(most, clauses, &q)
		if diff := cmp.Diff(hitsOf(x, most, &q), hitsOf(x, all, &q)); diff != "" {
			t.Errorf("all (+) and most (-) differ:\n%s", diff)
		}
		slices.Sort(most.kept)
		if !slices.Equal(all.kept, most.kept) {
			t.Errorf("kept %v, want %v", all.kept, most.kept)
		}
	})
}

func hitsOf(x *Index, s *scratch, q *Query) (out []Hit) {
	for _, g := range x.top(s, s.kept, q) {
		out = append(out, x.hit(s, g))
	}
	return out
}

// Equal scores are ordered by name, whatever order the standards came in.
func TestEqualScoresByName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []Part
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 600), 1, 40, rapid.ID).Draw(t, "names") {
			parts = append(parts, std(fmt.Sprintf("a-%d/s-%d", n%3, n), "register", ""))
		}
		w, _ := load(parts[:len(parts)/2])
		x := w.Put(parts[len(parts)/2:])
		var got []standard.Name
		for _, h := range x.Search(Query{Text: "register", Limit: rapid.IntRange(1, 50).Draw(t, "limit")}).Hits {
			got = append(got, h.Name)
		}
		want := make([]standard.Name, 0, len(parts))
		for _, p := range parts {
			want = append(want, p.Name)
		}
		slices.SortFunc(want, compareNames)
		if diff := cmp.Diff(want[:len(got)], got); diff != "" {
			t.Errorf("not by name:\n%s", diff)
		}
	})
}

// matches gives what each word of the vocabulary finds. Scores depend on how
// many documents are dead and not yet merged away, so they are left out.
func matches(x *Index) []string {
	var out []string
	for _, v := range vocabulary {
		for k := range standard.Kind(4) {
			q := Query{Text: v + " ", Limit: 10}
			if k > 0 {
				q.Kinds = []standard.Kind{k}
			}
			r := x.Search(q)
			var names []string
			for _, h := range r.Hits {
				names = append(names, h.Name.String())
			}
			slices.Sort(names)
			out = append(out, fmt.Sprint(v, k, r.Total, names, r.Fuzzy))
		}
	}
	return out
}

// Merging keeps the number of segments near the logarithm of what was put.
func TestMergeBoundsSegments(t *testing.T) {
	w := NewWriter()
	for i := range 3000 {
		w.Put([]Part{std(fmt.Sprintf("a/s%d", i%1000), "title of "+fmt.Sprint(i), "")})
		for {
			if _, more := w.Merge(); !more {
				break
			}
		}
		if n := w.index.Segments(); n > 14 {
			t.Fatalf("%d segments after %d changes", n, i+1)
		}
	}
	if n := w.index.Docs(); n != 1000 {
		t.Errorf("%d documents, want 1000", n)
	}
}

func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{"BS EN ISO 19650-2:2018", "EN301549", "1.1.5", "日本産業規格", "Ředitelství", "ISO 19650‑2", "a-", "-a", "--", "\xff\xfe", "ﬁ½²", strings.Repeat("a1", 50)} {
		f.Add(s)
	}
	an := newAnalyser()
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		words := an.terms(s, true, func(term []byte) {
			n++
			if len(term) == 0 || len(term) > maxTerm {
				t.Errorf("%q: term %q of %d bytes", s, term, len(term))
			}
		})
		if n < words || n > words*2+maxJoined*(maxJoined+words) {
			t.Errorf("%q: %d words gave %d terms", s, words, n)
		}
		part := Part{Name: name("a/b"), Texts: []Text{{FieldTitle, s}}}
		_, x := load([]Part{part})
		r := x.Search(Query{Text: s, Limit: 1})
		if q, _ := queryWords(s); len(q) > 0 && words > 0 && r.Total != 1 {
			t.Errorf("%q does not find itself", s)
		}
	})
}

func queryWords(s string) ([]word, string) { return words(s) }
