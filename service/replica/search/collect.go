package search

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/etalon-registry/etalon/service/standard"
)

// tally is what is known of a standard while a query runs.
type tally struct {
	score float32
	now   float32 // what the present clause gave
	best  float32 // of one clause in one document, and where
	doc   uint32
	seg   uint16
	last  uint8 // the present clause, counted from 1
	match uint8 // clauses that matched, optional ones aside
}

// scratch is what a query needs; it is used again.
type scratch struct {
	tallies []tally
	touched []uint32
	kept    []uint32
	in, out bitset // of standards: those that matched before, and still do
}

// bitset is a set of standards by number.
type bitset []uint64

func (b bitset) has(g uint32) bool { return b[g/64]&(1<<(g%64)) != 0 }
func (b bitset) add(g uint32)      { b[g/64] |= 1 << (g % 64) }

func (b bitset) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// cleared is an empty set for so many standards, in the memory of b.
func (b bitset) cleared(groups int) bitset {
	words := (groups + 63) / 64
	if cap(b) < words {
		return make(bitset, words, words+words/4)
	}
	b = b[:words]
	clear(b)
	return b
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) reset(groups int) {
	if len(s.touched) > len(s.tallies)/8 {
		clear(s.tallies)
	} else {
		for _, g := range s.touched {
			s.tallies[g] = tally{}
		}
	}
	s.touched = s.touched[:0]
	if len(s.tallies) < groups {
		s.tallies = make([]tally, groups+groups/4)
	}
}

// collect scores the standards. Those that match the most clauses are the
// result, which mostly means: all of them. A clause counts for a standard by
// its best document, so that its words may be spread over title, versions and
// members.
func (x *Index) collect(clauses []clause, q *Query) Result {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	clauses = rarestFirst(clauses)
	if !x.matchAll(s, clauses, q) {
		x.matchMost(s, clauses, q)
	}
	res := Result{Total: len(s.kept)}
	for _, g := range x.top(s, s.kept, q) {
		res.Hits = append(res.Hits, x.hit(s, g))
	}
	return res
}

// rarestFirst gives the clauses that something matches, the optional ones at
// the end.
func rarestFirst(clauses []clause) []clause {
	out := make([]clause, 0, len(clauses))
	for _, c := range clauses {
		if c.df > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b clause) int {
		if a.optional != b.optional {
			if b.optional {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.df, b.df)
	})
	return out
}

// matchAll keeps the standards that match every clause, and says whether there
// are any. After the rarest word nothing else is looked at, so words that
// nearly every standard has cost little beside a rare one.
func (x *Index) matchAll(s *scratch, clauses []clause, q *Query) bool {
	s.reset(x.n)
	s.kept = s.kept[:0]
	docs := x.Docs()
	for i := range clauses {
		c := &clauses[i]
		s.in, s.out = s.out, s.in.cleared(x.n)
		within := s.in
		if i == 0 {
			within = nil
		}
		x.tally(s, c, uint8(i+1), rarity(c.df, docs)/255, within, s.out)
		if c.optional && i > 0 {
			s.in, s.out = s.out, s.in // what it does not match stays
		}
		if s.out.empty() {
			return false
		}
	}
	for i, w := range s.out {
		for ; w != 0; w &= w - 1 {
			g := uint32(i*64 + bits.TrailingZeros64(w))
			if s.tallies[g].match > 0 && x.wanted(g, q) {
				s.kept = append(s.kept, g)
			}
		}
	}
	return len(s.kept) > 0
}

// matchMost keeps the standards that match the most clauses.
func (x *Index) matchMost(s *scratch, clauses []clause, q *Query) {
	s.reset(x.n)
	s.kept = s.kept[:0]
	docs := x.Docs()
	for i := range clauses {
		x.tally(s, &clauses[i], uint8(i+1), rarity(clauses[i].df, docs)/255, nil, nil)
	}
	most := uint8(0)
	for _, g := range s.touched {
		m := s.tallies[g].match
		if m == 0 || m < most || !x.wanted(g, q) {
			continue
		}
		if m > most {
			most, s.kept = m, s.kept[:0]
		}
		s.kept = append(s.kept, g)
	}
}

// tally adds what a clause gives to the standards, to those of within only
// unless it is nil, and adds them to matched unless it is nil. It is where a
// query spends its time, so it reads postings itself (see segment.each).
func (x *Index) tally(s *scratch, c *clause, number uint8, rarity float32, within, matched bitset) {
	for _, h := range c.hits {
		seg := &x.segs[h.seg]
		scale := rarity * h.scale
		b := seg.postings[seg.starts[h.term]:seg.starts[h.term+1]]
		doc := uint32(0)
		for len(b) > 1 {
			d, n := uint64(b[0]), 1
			if d >= 0x80 {
				d, n = binary.Uvarint(b)
			}
			doc += uint32(d)
			weight := b[n]
			b = b[n+1:]
			g := seg.groups[doc]
			if within != nil && !within.has(g) || seg.dead != nil && !seg.alive(doc) {
				continue
			}
			if matched != nil {
				matched.add(g)
			}
			s.count(g, number, c.optional, scale*float32(weight), doc, uint16(h.seg))
		}
	}
}

// count adds a weight for a standard: of each clause only the greatest counts.
func (s *scratch) count(g uint32, number uint8, optional bool, w float32, doc uint32, seg uint16) {
	t := &s.tallies[g]
	if t.last != number {
		if t.last == 0 {
			s.touched = append(s.touched, g)
		}
		t.last, t.now = number, w
		t.score += w
		if !optional {
			t.match++
		}
	} else if w > t.now {
		t.score += w - t.now
		t.now = w
	}
	if w > t.best {
		t.best, t.doc, t.seg = w, doc, seg
	}
}

func (x *Index) wanted(number uint32, q *Query) bool {
	if q.Authority == "" && len(q.Kinds) == 0 && len(q.Sectors) == 0 {
		return true
	}
	g := x.group(number)
	if q.Authority != "" && g.name.Authority != q.Authority {
		return false
	}
	if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, g.kind) {
		return false
	}
	return len(q.Sectors) == 0 || slices.ContainsFunc(q.Sectors, func(s string) bool { return slices.Contains(g.sectors, s) })
}

// top gives the page of the standards that the query asks for, best first;
// those of equal score by name.
func (x *Index) top(s *scratch, groups []uint32, q *Query) []uint32 {
	want := min(max(q.Offset, 0)+max(q.Limit, 0), len(groups))
	if q.Limit <= 0 || q.Offset >= want {
		return nil
	}
	better := func(a, b uint32) int {
		if c := cmp.Compare(s.tallies[b].score, s.tallies[a].score); c != 0 {
			return c
		}
		if int(a) < x.sorted && int(b) < x.sorted {
			return cmp.Compare(a, b)
		}
		return compareNames(x.group(a).name, x.group(b).name)
	}
	// best holds the best so far, with the worst of them first (a heap).
	best := groups[:0:0]
	for _, g := range groups {
		switch {
		case len(best) < want:
			best = append(best, g)
			up(best, better)
		case s.tallies[g].score < s.tallies[best[0]].score:
		case better(g, best[0]) < 0:
			best[0] = g
			down(best, better)
		}
	}
	slices.SortFunc(best, better)
	return best[max(q.Offset, 0):]
}

func up(h []uint32, better func(a, b uint32) int) {
	for i := len(h) - 1; i > 0; {
		p := (i - 1) / 2
		if better(h[i], h[p]) <= 0 {
			return
		}
		h[i], h[p] = h[p], h[i]
		i = p
	}
}

func down(h []uint32, better func(a, b uint32) int) {
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && better(h[c+1], h[c]) > 0 {
			c++
		}
		if better(h[c], h[i]) <= 0 {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func compareNames(a, b standard.Name) int {
	return cmp.Or(cmp.Compare(a.Authority, b.Authority), cmp.Compare(a.Standard, b.Standard))
}

func (x *Index) hit(s *scratch, g uint32) Hit {
	t := &s.tallies[g]
	seg := x.segs[t.seg]
	h := Hit{Name: x.group(g).name, Member: int(seg.members[t.doc]), Score: float64(t.score)}
	if part := seg.parts[t.doc]; !strings.HasPrefix(part, aliasMark) {
		h.Version = standard.VersionID(part)
	}
	return h
}
