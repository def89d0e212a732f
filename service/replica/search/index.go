package search

import (
	"iter"
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
)

// Index finds standards. It never changes, and is safe for concurrent use.
type Index struct {
	segs   []liveSegment
	groups [][]group // in pages of groupPage
	n      int       // groups
	sorted int       // groups at the beginning that are in order of names
}

// group is a standard with what queries are restricted by.
type group struct {
	name    standard.Name
	sectors []string
	kind    standard.Kind
}

const groupPage = 256

func (x *Index) group(g uint32) *group { return &x.groups[g/groupPage][g%groupPage] }

// Docs is the number of documents that can be found: texts of standards,
// versions and aliases, and members.
func (x *Index) Docs() int {
	n := 0
	for i := range x.segs {
		n += x.segs[i].live()
	}
	return n
}

// Segments is the number of segments that a query looks into.
func (x *Index) Segments() int { return len(x.segs) }

// Writer makes one index after the other. One goroutine owns it.
type Writer struct {
	an      *analyser
	numbers map[standard.Name]uint32
	index   *Index
}

// NewWriter starts with an empty index.
func NewWriter() *Writer {
	return &Writer{an: newAnalyser(), numbers: make(map[standard.Name]uint32), index: new(Index)}
}

// loadChunk is how many parts Load puts into a segment before it merges them:
// it bounds the memory needed besides the index.
const loadChunk = 16 << 10

// Load gives an index of all the parts, each once, instead of what was there.
func (w *Writer) Load(parts iter.Seq[Part]) *Index {
	clear(w.numbers)
	w.index = new(Index)
	b, n := newBuilder(w.an), 0
	next := new(Index)
	flush := func() {
		if seg := b.finish(); seg.docs() > 0 {
			next.segs = append(next.segs, liveSegment{segment: seg})
		}
		b, n = newBuilder(w.an), 0
	}
	for p := range parts {
		b.add(w.number(next, &p), &p)
		if n++; n == loadChunk {
			flush()
		}
	}
	flush()
	if len(next.segs) > 1 {
		next.segs = []liveSegment{{segment: merge(next.segs)}}
	}
	w.index = next
	return next
}

// Put gives the index with the parts in it, instead of earlier ones of the
// same standard, version or alias. A part that is given twice counts as given
// last.
func (w *Writer) Put(parts []Part) *Index {
	next := &Index{segs: slices.Clone(w.index.segs), groups: slices.Clone(w.index.groups), n: w.index.n, sorted: w.index.sorted}
	b := newBuilder(w.an)
	own := make([]bool, len(next.segs))
	copied := make(map[uint32]bool)
	type place struct {
		group uint32
		part  string
	}
	last := make(map[place]int)
	for i := range parts {
		g := w.own(next, copied, &parts[i])
		last[place{g, parts[i].id()}] = i
	}
	for i := range parts {
		p := &parts[i]
		g := w.numbers[p.Name]
		if last[place{g, p.id()}] != i {
			continue
		}
		for s := range next.segs {
			next.segs[s].of(g, p.id(), func(doc uint32) { next.segs[s].kill(doc, &own[s]) })
		}
		b.add(g, p)
	}
	if seg := b.finish(); seg.docs() > 0 {
		next.segs = append(next.segs, liveSegment{segment: seg})
	}
	w.index = next
	return next
}

// Merge gives an index that answers the same with fewer segments or fewer dead
// documents, and false if there is nothing to gain. It is worth calling after
// every Put: a segment is merged once the newer ones together are half its
// size, so that each document is moved O(log n) times.
func (w *Writer) Merge() (*Index, bool) {
	segs := w.index.segs
	from, size := len(segs), 0
	for from > 0 && (size == 0 || 2*size >= segs[from-1].live()) {
		from--
		size += segs[from].live()
	}
	decayed := false
	for i := range segs {
		if 4*segs[i].deadN > segs[i].docs() {
			from, decayed = min(from, i), true
			break
		}
	}
	if len(segs)-from < 2 && !decayed {
		return w.index, false
	}
	next := &Index{segs: slices.Clone(segs[:from]), groups: w.index.groups, n: w.index.n, sorted: w.index.sorted}
	if merged := merge(segs[from:]); merged.docs() > 0 {
		next.segs = append(next.segs, liveSegment{segment: merged})
	}
	w.index = next
	return next, true
}

// number gives the number of a part's standard, and takes over what the part
// says of it. The pages are the writer's own.
func (w *Writer) number(x *Index, p *Part) uint32 {
	g, ok := w.numbers[p.Name]
	if !ok {
		g = uint32(x.n)
		w.numbers[p.Name] = g
		if x.n%groupPage == 0 {
			x.groups = append(x.groups, make([]group, 0, groupPage))
		}
		page := &x.groups[g/groupPage]
		*page = append(*page, group{name: p.Name})
		if x.sorted == x.n && (x.n == 0 || compareNames(x.group(g-1).name, p.Name) < 0) {
			x.sorted++
		}
		x.n++
	}
	if p.id() == "" {
		at := x.group(g)
		at.kind, at.sectors = p.Kind, p.Sectors
	}
	return g
}

// own is number on pages that an older index may share.
func (w *Writer) own(x *Index, copied map[uint32]bool, p *Part) uint32 {
	g, ok := w.numbers[p.Name]
	if !ok {
		g = uint32(x.n)
	}
	if page := g / groupPage; int(page) < len(x.groups) && !copied[page] {
		own := make([]group, len(x.groups[page]), groupPage)
		copy(own, x.groups[page])
		x.groups[page] = own
		copied[page] = true
	}
	return w.number(x, p)
}
