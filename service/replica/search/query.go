package search

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxClauses  = 16     // of a query; the rest of a longer one is ignored
	maxExpanded = 256    // terms that a prefix or a misspelt word stands for in a segment
	maxPostings = 60_000 // documents that a prefix is looked for in, of a segment
	prefixScale = 0.7    // what a match of the beginning of a word counts
	fuzzyScale  = 0.5    // what a match with a typing error counts
	maxFuzzy    = 3      // words of a query that are looked up so: each passes over all terms
	fuzzyFrom   = 5      // letters that a word must have to be forgiven an error
)

// clause is one thing asked for, with the terms that satisfy it.
type clause struct {
	hits     []clauseHit
	df       int
	optional bool // raises the score, need not match
}

// clauseHit is a term of a segment.
type clauseHit struct {
	seg, term int
	scale     float32
}

// word is one word of a query before it is looked up.
type word struct {
	text  string
	parts []string // of a word with joiners or mixed letters and digits
	last  bool     // may be the beginning of a longer one
}

// ignored words are looked for only where nothing else is asked.
var ignored = []string{"a", "an", "and", "for", "in", "of", "on", "or", "the", "to"}

// words cuts a query into its words, and gives it written together where that
// is something else.
func words(text string) (out []word, joined string) {
	an := newAnalyser()
	folded := bytes.Clone(an.foldText(text))
	r, _ := utf8.DecodeLastRuneInString(text)
	typing := class(r) != other
	var all strings.Builder
	an.chunks(folded, func(parts []part) {
		if len(out) == maxClauses {
			return
		}
		var w word
		for _, p := range parts {
			w.parts = append(w.parts, string(folded[p.from:min(p.to, p.from+maxTerm)]))
		}
		w.text = strings.Join(w.parts, "")
		all.WriteString(w.text)
		out = append(out, w)
	})
	if len(out) > 0 {
		out[len(out)-1].last = typing
	}
	if len(out) > 1 && all.Len() <= maxTerm {
		joined = all.String()
	}
	if kept := slices.DeleteFunc(slices.Clone(out), func(w word) bool {
		return !w.last && slices.Contains(ignored, w.text)
	}); len(kept) > 0 {
		out = kept
	}
	return out, joined
}

// Search answers a query. An empty text finds nothing.
func (x *Index) Search(q Query) Result {
	ws, joined := words(q.Text)
	if len(ws) == 0 || len(x.segs) == 0 {
		return Result{}
	}
	clauses, fuzzy := x.clauses(ws, fuzzyFrom)
	if joined != "" {
		if c := x.exact(joined); c.df > 0 {
			c.optional = true
			clauses = append(clauses, c)
		}
	}
	res := x.collect(clauses, &q)
	res.Fuzzy = fuzzy && res.Total > 0
	return res
}

// clauses looks the words up. Words of at least forgive letters that nothing
// matches are looked up with one error forgiven; fuzzy says whether that found
// something.
func (x *Index) clauses(ws []word, forgive int) (out []clause, fuzzy bool) {
	scans := 0
	add := func(text string, last bool) {
		c := x.exact(text)
		if last {
			x.prefix(&c, text)
		}
		if c.df == 0 && utf8.RuneCountInString(text) >= forgive && !allDigits(text) && scans < maxFuzzy {
			scans++
			x.fuzzy(&c, text)
			fuzzy = fuzzy || c.df > 0
		}
		out = append(out, c)
	}
	for _, w := range ws {
		if len(w.parts) == 1 || x.has(w.text, w.last) {
			add(w.text, w.last)
			continue
		}
		for i, p := range w.parts {
			add(p, w.last && i == len(w.parts)-1)
		}
	}
	if len(out) > maxClauses {
		out = out[:maxClauses]
	}
	return out, fuzzy
}

// has says whether a term finds anything, or a term that begins with it.
func (x *Index) has(t string, asPrefix bool) bool {
	for i := range x.segs {
		s := &x.segs[i]
		from, to := s.prefixed(t)
		for n := from; n < to && (asPrefix || s.term(n) == t); n++ {
			if s.occurs(n) {
				return true
			}
		}
	}
	return false
}

func (x *Index) exact(t string) (c clause) {
	for i := range x.segs {
		if n, ok := x.segs[i].find(t); ok {
			c.add(&x.segs[i], i, n, 1)
		}
	}
	return c
}

func (c *clause) add(s *liveSegment, seg, term int, scale float32) {
	if s.occurs(term) {
		c.hits = append(c.hits, clauseHit{seg, term, scale})
		c.df += int(s.df[term])
	}
}

// prefix adds the terms that begin with t, the commonest where there are too
// many.
func (x *Index) prefix(c *clause, t string) {
	for i := range x.segs {
		s := &x.segs[i]
		from, to := s.prefixed(t)
		if from < to && s.term(from) == t {
			from++
		}
		all := make([]int, 0, to-from)
		sum := 0
		for n := from; n < to; n++ {
			all = append(all, n)
			sum += int(s.df[n])
		}
		if len(all) > maxExpanded || sum > maxPostings {
			slices.SortFunc(all, func(a, b int) int { return cmp.Compare(s.df[b], s.df[a]) })
		}
		sum = 0
		budget := maxPostings
		if len(t) < 2 {
			budget /= 3 // one letter says little
		}
		for k, n := range all {
			if sum += int(s.df[n]); k == maxExpanded || k > 0 && sum > budget {
				break
			}
			c.add(s, i, n, prefixScale)
		}
	}
}

// rarity is BM25's idf.
func rarity(df, docs int) float32 {
	d := min(df, docs)
	return float32(math.Log(1 + (float64(docs-d)+0.5)/(float64(d)+0.5)))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
