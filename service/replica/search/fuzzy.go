package search

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/standard"
)

// fuzzy adds the terms that are one error away from t: one character more,
// less or other, or two neighbours swapped.
func (x *Index) fuzzy(c *clause, t string) {
	most := 1
	if !ascii(t) {
		most = utf8.UTFMax
	}
	for i := range x.segs {
		s := &x.segs[i]
		n := 0
		from := uint32(0)
		for k, end := range s.ends {
			b := s.text[from:end]
			from = end
			if d := len(b) - len(t); d < -most || d > most || len(b) < 2 {
				continue
			}
			if b[0] != t[0] && b[0] != t[1] && b[1] != t[0] && b[1] != t[1] {
				continue // two errors already
			}
			if !oneError(t, b) {
				continue
			}
			c.add(s, i, k, fuzzyScale)
			if n++; n == maxExpanded {
				break
			}
		}
	}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// oneError says whether a becomes b by at most one error.
func oneError(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > 2*utf8.UTFMax || len(b) > 2*utf8.UTFMax {
		return false
	}
	x, y := []rune(a), []rune(b)
	switch {
	case len(x) <= 1 && len(y) <= 1:
		return true
	case len(x) == 2 && len(y) == 2:
		return x[0] == y[1] && x[1] == y[0]
	}
	return false
}

const (
	similarFuzzyFrom  = 3 // letters from which Similar forgives an error
	similarPrefixFrom = 3 // bytes from which Similar takes a word for a beginning
	// Words that more documents have than this, and than a fiftieth of all,
	// tell Similar nothing where there are others.
	similarCommon = 500
)

// Similar gives at most limit standards whose names, titles or designations
// are near to the text, best first. Unlike Search it takes what matches only
// some of the words, forgives an error in shorter ones, and passes over words
// that are everywhere, so that it costs little.
func (x *Index) Similar(text string, limit int) []standard.Name {
	ws, _ := words(text)
	if len(ws) == 0 || limit <= 0 {
		return nil
	}
	var parts []word
	for _, w := range ws {
		whole := len(w.parts) == 1 || x.has(w.text, false)
		if whole {
			w.parts = []string{w.text}
		}
		for _, p := range w.parts {
			parts = append(parts, word{text: p, parts: []string{p}, last: len(p) >= similarPrefixFrom})
		}
	}
	clauses, _ := x.clauses(parts[:min(len(parts), maxClauses)], similarFuzzyFrom)
	docs := x.Docs()
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.reset(x.n)
	for i, c := range telling(clauses, max(similarCommon, docs/50)) {
		x.tally(s, &c, uint8(i+1), rarity(c.df, docs)/255, nil, nil)
	}
	return x.nearest(s, text, limit)
}

// telling gives the clauses that match something, without those above the
// given number of documents unless there are no others: then the rarest.
func telling(clauses []clause, common int) []clause {
	clauses = slices.DeleteFunc(clauses, func(c clause) bool { return c.df == 0 })
	slices.SortStableFunc(clauses, func(a, b clause) int { return cmp.Compare(a.df, b.df) })
	n := 0
	for n < len(clauses) && (n == 0 || clauses[n].df <= common) {
		n++
	}
	return clauses[:n]
}

// nearest orders the best standards of a tally by what they scored and how
// near their name is to the text.
func (x *Index) nearest(s *scratch, text string, limit int) []standard.Name {
	type near struct {
		name  standard.Name
		score float64
	}
	found := x.top(s, s.touched, &Query{Limit: 4 * limit})
	if len(found) == 0 {
		return nil
	}
	most := float64(s.tallies[found[0]].score)
	var all []near
	for _, g := range found {
		n := x.group(g).name
		d := max(closeness(text, n.String()), closeness(text, n.Standard))
		all = append(all, near{n, float64(s.tallies[g].score)/most + d})
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.score, a.score) })
	out := make([]standard.Name, 0, limit)
	for _, n := range all[:min(limit, len(all))] {
		out = append(out, n.name)
	}
	return out
}

// closeness is 1 for equal texts and 0 for quite different ones: one less the
// edits between them by the length of the longer. Long texts are not names.
func closeness(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x) > 2*standard.MaxNameLen || len(x) == 0 || len(y) == 0 {
		return 0
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diag := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diag
			if x[i] != y[j] {
				cost = 1 + min(diag, row[j], row[j+1])
			}
			diag, row[j+1] = row[j+1], cost
		}
	}
	return 1 - float64(row[len(y)])/float64(max(len(x), len(y)))
}
