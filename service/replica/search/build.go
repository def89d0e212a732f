package search

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// saturation is BM25's k1: how soon more of a word stops counting more. With
// boosted fields it has to be larger than the usual 1.2.
const saturation = 4

// lengthShare is BM25's b.
const lengthShare = 0.6

// builder makes a segment.
type builder struct {
	an    *analyser
	seg   *segment
	ids   map[string]uint32
	terms []uint32 // the postings, in order of documents
	doc   []uint32
	imp   []uint8

	weight  []float32 // by term, of the present document
	touched []uint32
	count   map[uint32]int // of the present text
}

func newBuilder(an *analyser) *builder {
	return &builder{an: an, seg: new(segment), ids: make(map[string]uint32), count: make(map[uint32]int)}
}

// add indexes a part under the number of its standard.
func (b *builder) add(group uint32, p *Part) {
	id := p.id()
	for _, t := range p.Texts {
		b.words(t)
	}
	b.end(group, id, -1)
	for i := range p.Members {
		b.words(Text{FieldMember, p.Members[i].ID})
		b.words(Text{FieldMember, p.Members[i].Title})
		b.end(group, id, int32(i))
	}
}

// words adds a text to the present document.
func (b *builder) words(t Text) {
	if t.Value == "" {
		return
	}
	clear(b.count)
	joins := t.Field == FieldDesignation || t.Field == FieldName
	words := b.an.terms(t.Value, joins, func(term []byte) {
		id, ok := b.ids[string(term)]
		if !ok {
			id = uint32(len(b.weight))
			b.ids[string(term)] = id
			b.weight = append(b.weight, 0)
		}
		b.count[id]++
	})
	f := fieldParams[t.Field]
	norm := f.boost / (1 - lengthShare + lengthShare*float32(words)/f.length)
	for id, n := range b.count {
		if b.weight[id] == 0 {
			b.touched = append(b.touched, id)
		}
		b.weight[id] += norm * float32(n)
	}
}

// end closes the present document.
func (b *builder) end(group uint32, part string, member int32) {
	if len(b.touched) == 0 {
		return
	}
	doc := uint32(b.seg.docs())
	b.seg.groups = append(b.seg.groups, group)
	b.seg.parts = append(b.seg.parts, part)
	b.seg.members = append(b.seg.members, member)
	for _, id := range b.touched {
		b.terms = append(b.terms, id)
		b.doc = append(b.doc, doc)
		b.imp = append(b.imp, quantise(b.weight[id]))
		b.weight[id] = 0
	}
	b.touched = b.touched[:0]
}

// quantise is the saturated weight in steps of 1/255.
func quantise(w float32) uint8 {
	return uint8(1 + 254*w/(saturation+w))
}

// finish gives the segment.
func (b *builder) finish() *segment {
	names := slices.Sorted(maps.Keys(b.ids))
	w := newWriterOf(b.seg, len(names))
	// Counting sort by term; within a term documents stay ascending.
	start := make([]uint32, len(b.weight)+1)
	for _, t := range b.terms {
		start[t+1]++
	}
	for i := range start[1:] {
		start[i+1] += start[i]
	}
	next := slices.Clone(start)
	order := make([]uint32, len(b.terms))
	for i, t := range b.terms {
		order[next[t]] = uint32(i)
		next[t]++
	}
	for _, name := range names {
		id := b.ids[name]
		w.begin(name)
		for _, i := range order[start[id]:start[id+1]] {
			w.post(b.doc[i], b.imp[i])
		}
	}
	return w.close()
}

// termWriter writes the terms of a segment, ascending.
type termWriter struct {
	seg  *segment
	text strings.Builder
	last uint32
}

func newWriterOf(s *segment, terms int) *termWriter {
	s.ends = make([]uint32, 0, terms)
	s.starts = make([]uint32, 0, terms+1)
	s.df = make([]uint32, 0, terms)
	return &termWriter{seg: s}
}

func (w *termWriter) begin(term string) {
	w.text.WriteString(term)
	w.seg.ends = append(w.seg.ends, uint32(w.text.Len()))
	w.seg.starts = append(w.seg.starts, uint32(len(w.seg.postings)))
	w.seg.df = append(w.seg.df, 0)
	w.last = 0
}

func (w *termWriter) post(doc uint32, weight uint8) {
	w.seg.postings = binary.AppendUvarint(w.seg.postings, uint64(doc-w.last))
	w.seg.postings = append(w.seg.postings, weight)
	w.seg.df[len(w.seg.df)-1]++
	w.last = doc
}

func (w *termWriter) close() *segment {
	w.seg.starts = append(w.seg.starts, uint32(len(w.seg.postings)))
	w.seg.text = strings.Clone(w.text.String())
	w.seg.postings = slices.Clone(w.seg.postings)
	w.seg.index()
	return w.seg
}
