package document

import (
	"strings"

	"golang.org/x/net/html"
)

// htmlText writes the text of HTML, with its way back to the source: entities
// decoded, white space made one space, blocks apart.
type htmlText struct {
	blocks
	spans spans

	open        bool // a block has begun
	headingNext bool // the next block begins a heading
	inHeading   bool
	space       int  // bytes of source of the white space that waits for a word
	other       bool // it is anything but one plain space
	breaks      int  // line breaks that wait likewise
}

// skip passes over source that makes no text.
func (h *htmlText) skip(n int) {
	if h.space > 0 {
		h.space += n
		h.other = true
		return
	}
	h.spans.differs(0, n)
}

// add writes text as it stands in the source.
func (h *htmlText) add(raw string, pre bool) {
	for len(raw) > 0 && h.err == nil {
		n := runLength(raw)
		switch {
		case n > 0:
			h.ready()
			h.write(raw[:n])
			h.spans.verbatim(n)
		case raw[0] == '&':
			var text string
			if text, n = entity(raw); text != "" {
				h.word(text, n)
			} else {
				h.space += n
				h.other = true
			}
		case pre && h.open:
			n = 1
			h.ready()
			h.write(raw[:1])
			h.spans.verbatim(1)
		default:
			n = 1
			h.other = h.space > 0 || raw[0] != ' '
			h.space++
		}
		raw = raw[n:]
	}
}

// word writes text that stands for n other bytes of source.
func (h *htmlText) word(text string, n int) {
	h.ready()
	h.write(text)
	h.spans.differs(len(text), n)
}

// ready makes the text ready for a word: a block is open, and the space or
// line break before the word is written.
func (h *htmlText) ready() {
	switch {
	case !h.open:
		h.dropSpace()
		before := len(h.text)
		if h.headingNext {
			h.leaveHeading()
			h.beginHeading()
			h.inHeading = true
		} else {
			h.begin()
		}
		h.spans.differs(len(h.text)-before, 0)
		h.open = true
	case h.breaks > 0:
		gap := "\n\n"[:min(h.breaks, 2)]
		h.write(gap)
		h.spans.differs(len(gap), h.space)
	case h.space == 1 && !h.other:
		h.write(" ")
		h.spans.verbatim(1)
	case h.space > 0:
		h.write(" ")
		h.spans.differs(1, h.space)
	}
	h.space, h.other, h.breaks = 0, false, 0
}

func (h *htmlText) dropSpace() {
	h.spans.differs(0, h.space)
	h.space, h.other = 0, false
}

// breakBlock ends the block that is open.
func (h *htmlText) breakBlock() {
	h.dropSpace()
	h.open, h.breaks = false, 0
}

// leaveHeading ends the heading that is open or was to come.
func (h *htmlText) leaveHeading() {
	if h.inHeading {
		h.endHeading()
	}
	h.inHeading, h.headingNext = false, false
}

// superscript writes the text of <sup>, which source begins with, where it is
// a mark that could glue. It gives how much of the source it has read.
func (h *htmlText) superscript(source string) int {
	const most = 256 // bytes: of a mark, with its link
	window := source[:min(most, len(source))]
	n := strings.Index(window, "</sup")
	if n < 0 {
		n = strings.Index(window, "</SUP")
	}
	if n < 0 {
		return 0
	}
	var plain strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(source[:n]))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		if kind == html.TextToken {
			plain.Write(tokens.Text())
		}
	}
	mark := strings.Join(strings.Fields(plain.String()), " ")
	raised := superscript(mark)
	if raised == mark {
		return 0
	}
	h.word(raised, n)
	return n
}

// runLength is the length of the text before white space and entities.
func runLength(raw string) int {
	for i := range len(raw) {
		switch raw[i] {
		case ' ', '\t', '\n', '\f', '\r', '&':
			return i
		}
	}
	return len(raw)
}

// entity decodes the entity that raw begins with, n bytes. What is none is "&".
// text is "" for white space.
func entity(raw string) (text string, n int) {
	const longest = 40
	for n = 1; n < min(longest, len(raw)) && isEntityByte(raw[n]); n++ {
	}
	if n < len(raw) && raw[n] == ';' {
		n++
	}
	text = html.UnescapeString(raw[:n])
	if text == raw[:n] {
		return "&", 1
	}
	return strings.Trim(text, " \t\n\f\r"), n
}

func isEntityByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '#'
}
