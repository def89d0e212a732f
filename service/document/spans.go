package document

import (
	"encoding/binary"
	"sort"
)

// spans leads offsets of a text back to offsets of the source that it was made
// from. It is a list of runs: so many bytes the same in both, then so many
// bytes of text made from so many other bytes of source, and so on. It is kept
// as varints with a mark every few runs: hostile text can change run at every
// byte, and 1 to 3 bytes a run still fit.
type spans struct {
	runs  []byte
	marks []spanMark
	count int

	text, source int // covered by runs
	same         int // verbatim bytes that wait for the end of their run
	made, from   int // bytes that differ, likewise
}

type spanMark struct{ text, source, run int }

// A span is one run of equal or of different bytes.
type span struct {
	text, source int // where it begins
	length       int // of its text
	same         bool
}

const runsPerMark = 64

// The two commonest kinds of difference are told in the lowest bits of the
// count of equal bytes.
const (
	shortRun = 1 // "\n" for "\r\n"
	longRun  = 2 // "é" in UTF-8 for one byte of Windows-1252
)

// verbatim says that the next n bytes of text are the next n of the source.
func (s *spans) verbatim(n int) {
	if n == 0 {
		return
	}
	if s.made != 0 || s.from != 0 {
		s.flush()
	}
	s.same += n
}

// differs says that the next made bytes of text stand for the next from bytes
// of the source. Either may be 0.
func (s *spans) differs(made, from int) {
	if made != 0 && (s.made != 0 || s.from != 0) {
		s.flush()
	}
	s.made += made
	s.from += from
}

func (s *spans) flush() {
	if s.same == 0 && s.made == 0 && s.from == 0 {
		return
	}
	if s.count%runsPerMark == 0 {
		s.marks = append(s.marks, spanMark{s.text, s.source, len(s.runs)})
	}
	s.count++
	switch {
	case s.made == 1 && s.from == 2:
		s.runs = binary.AppendUvarint(s.runs, uint64(s.same)<<2|shortRun)
	case s.made == 2 && s.from == 1:
		s.runs = binary.AppendUvarint(s.runs, uint64(s.same)<<2|longRun)
	default:
		for _, n := range [...]int{s.same << 2, s.made, s.from} {
			s.runs = binary.AppendUvarint(s.runs, uint64(n))
		}
	}
	s.text += s.same + s.made
	s.source += s.same + s.from
	s.same, s.made, s.from = 0, 0, 0
}

// find gives the run in which the byte at offset of the text stands. All runs
// have to be flushed. Beyond the text it gives an empty run at the end.
func (s *spans) find(offset int) span {
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].text > offset }) - 1
	if i < 0 || offset >= s.text {
		return span{text: s.text, source: s.source, same: true}
	}
	at := s.marks[i]
	for rest := s.runs[at.run:]; len(rest) > 0; {
		var n [3]int
		n, rest = nextRun(rest)
		if offset < at.text+n[0] {
			return span{at.text, at.source, n[0], true}
		}
		at.text, at.source = at.text+n[0], at.source+n[0]
		if offset < at.text+n[1] {
			return span{at.text, at.source, n[1], false}
		}
		at.text, at.source = at.text+n[1], at.source+n[2]
	}
	return span{text: s.text, source: s.source, same: true}
}

// nextRun decodes how many bytes are the same, made, and made from.
func nextRun(runs []byte) (n [3]int, rest []byte) {
	first, width := binary.Uvarint(runs)
	rest = runs[width:]
	n[0] = int(first >> 2)
	switch first & 3 {
	case shortRun:
		n[1], n[2] = 1, 2
	case longRun:
		n[1], n[2] = 2, 1
	default:
		for k := 1; k < len(n); k++ {
			value, width := binary.Uvarint(rest)
			n[k], rest = int(value), rest[width:]
		}
	}
	return n, rest
}

// at is the offset in the source of the byte at offset of the text. Where the
// two differ, it is the beginning of the piece of source.
func (s *spans) at(offset int) int {
	run := s.find(offset)
	if run.same {
		return run.source + offset - run.text
	}
	return run.source
}

// exact gives the source of text[start:end] if it is the same bytes in one
// piece.
func (s *spans) exact(start, end int) (from, to int, ok bool) {
	run := s.find(start)
	if !run.same || end > run.text+run.length {
		return 0, 0, false
	}
	from = run.source + start - run.text
	return from, from + end - start, true
}
