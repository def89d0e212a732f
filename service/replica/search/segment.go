package search

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"strings"
)

// segment is an inverted index over some documents. It never changes. A
// document is a part's own text or one of its members.
type segment struct {
	groups  []uint32 // by document: the number of its standard
	parts   []string // by document: Part.id
	members []int32  // by document: -1: the part's own text
	byPart  []uint32 // documents ordered by group, then part

	text     string   // all terms, ascending, without gaps
	ends     []uint32 // by term: its end in text
	starts   []uint32 // by term: the start of its postings; one more at the end
	df       []uint32 // by term: documents
	postings []byte   // by document, ascending: uvarint of the distance, then the weight
}

func (s *segment) docs() int  { return len(s.groups) }
func (s *segment) terms() int { return len(s.ends) }

func (s *segment) term(i int) string {
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]]
}

// seek gives the first term at or after t.
func (s *segment) seek(t string) int {
	return sort.Search(len(s.ends), func(i int) bool { return s.term(i) >= t })
}

func (s *segment) find(t string) (int, bool) {
	i := s.seek(t)
	return i, i < s.terms() && s.term(i) == t
}

// prefixed gives the terms that begin with t.
func (s *segment) prefixed(t string) (from, to int) {
	from = s.seek(t)
	n := sort.Search(s.terms()-from, func(i int) bool { return !strings.HasPrefix(s.term(from+i), t) })
	return from, from + n
}

// each calls yield with every document of a term and its weight, until yield
// returns false.
func (s *segment) each(term int, yield func(doc uint32, weight uint8) bool) {
	b := s.postings[s.starts[term]:s.starts[term+1]]
	doc := uint32(0)
	for len(b) > 1 {
		d, n := uint64(b[0]), 1
		if d >= 0x80 {
			d, n = binary.Uvarint(b)
		}
		doc += uint32(d)
		if !yield(doc, b[n]) {
			return
		}
		b = b[n+1:]
	}
}

// of calls yield with the documents of a part.
func (s *segment) of(group uint32, part string, yield func(doc uint32)) {
	i, _ := slices.BinarySearchFunc(s.byPart, group, func(d, g uint32) int {
		return cmp.Or(cmp.Compare(s.groups[d], g), strings.Compare(s.parts[d], part))
	})
	for ; i < len(s.byPart); i++ {
		d := s.byPart[i]
		if s.groups[d] != group || s.parts[d] != part {
			return
		}
		yield(d)
	}
}

// index sorts the documents by part.
func (s *segment) index() {
	s.byPart = make([]uint32, s.docs())
	for i := range s.byPart {
		s.byPart[i] = uint32(i)
	}
	slices.SortFunc(s.byPart, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(s.groups[a], s.groups[b]), strings.Compare(s.parts[a], s.parts[b]), cmp.Compare(a, b))
	})
}

// liveSegment is a segment as an index sees it: some documents may be dead.
type liveSegment struct {
	*segment
	dead  []uint64 // bits by document; nil: none
	deadN int
}

func (l *liveSegment) alive(doc uint32) bool {
	return l.dead == nil || l.dead[doc/64]&(1<<(doc%64)) == 0
}

// occurs says whether any document of the term is alive.
func (l *liveSegment) occurs(term int) bool {
	if l.deadN == 0 {
		return true
	}
	found := false
	l.each(term, func(doc uint32, _ uint8) bool {
		found = l.alive(doc)
		return !found
	})
	return found
}

func (l *liveSegment) live() int { return l.docs() - l.deadN }

// kill marks a document as dead. The bits are copied first unless they are
// the caller's own already, and are then.
func (l *liveSegment) kill(doc uint32, own *bool) {
	if !l.alive(doc) {
		return
	}
	switch {
	case l.dead == nil:
		l.dead = make([]uint64, (l.docs()+63)/64)
	case !*own:
		l.dead = slices.Clone(l.dead)
	}
	*own = true
	l.dead[doc/64] |= 1 << (doc % 64)
	l.deadN++
}
