package document

import (
	"strings"
	"unicode/utf8"
)

// lines finds line and column of an offset. It remembers them every few
// thousand bytes and counts from there, so that neither a file of one line nor
// one of millions is slow or large.
type lines struct {
	text  string
	marks []lineMark // one every bytesPerMark bytes
}

type lineMark struct{ line, column int32 }

const bytesPerMark = 4096

func newLines(text string) lines {
	l := lines{text: text, marks: make([]lineMark, 0, len(text)/bytesPerMark+1)}
	mark := lineMark{1, 1}
	for at := 0; ; at += bytesPerMark {
		l.marks = append(l.marks, mark)
		if at+bytesPerMark >= len(text) {
			return l
		}
		mark = mark.advance(text[at : at+bytesPerMark])
	}
}

func (m lineMark) advance(text string) lineMark {
	if n := strings.Count(text, "\n"); n > 0 {
		m.line += int32(n)
		m.column = 1
		text = text[strings.LastIndexByte(text, '\n')+1:]
	}
	m.column += int32(codePoints(text))
	return m
}

// find gives line and column of the code point at offset, both from 1.
func (l lines) find(offset int) (line, column int) {
	offset = runeStart(l.text, offset)
	k := offset / bytesPerMark
	if k == len(l.marks) { // the text ends where a mark would stand
		k--
	}
	mark := l.marks[k].advance(l.text[k*bytesPerMark : offset])
	return int(mark.line), int(mark.column)
}

// codePoints counts the code points that begin in text, which may begin and
// end within one.
func codePoints(text string) int {
	n := 0
	for i := range len(text) {
		if utf8.RuneStart(text[i]) {
			n++
		}
	}
	return n
}

func runeStart(text string, offset int) int {
	for offset > 0 && offset < len(text) && !utf8.RuneStart(text[offset]) {
		offset--
	}
	return offset
}
