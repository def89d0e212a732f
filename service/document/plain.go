package document

import "strings"

// plainPlaces are those of a text that is the source itself. locate adds what
// the format knows besides line and column; it may be nil.
type plainPlaces struct {
	src    *source
	locate func(offset int, place *Place)
}

func (p *plainPlaces) place(offset int) Place {
	var place Place
	place.Line, place.Column = p.src.lines.find(offset)
	if p.locate != nil {
		p.locate(offset, &place)
	}
	return place
}

func (p *plainPlaces) source(start, end int) (from, to int, ok bool) {
	return p.src.bytes.exact(start, end)
}

// readText reads plain text, reStructuredText and AsciiDoc among it.
func readText(data []byte, b *budget) (*Document, error) {
	src, err := plainSource(data, b)
	if err != nil {
		return nil, err
	}
	return src.document(Text, nil), nil
}

// plainSource decodes a file whose text is the source itself.
func plainSource(data []byte, b *budget) (*source, error) {
	if err := b.checkText(len(data) / 2); err != nil { // decoding halves at most
		return nil, err
	}
	src, err := newSource(data, b)
	if err != nil {
		return nil, err
	}
	return src, b.checkText(len(src.text))
}

func (s *source) document(format Format, locate func(int, *Place)) *Document {
	return &Document{Format: format, Text: s.text, Remarks: s.remarks, places: &plainPlaces{src: s, locate: locate}}
}

// nextLine cuts text after the line that begins at offset. end is where its
// "\n" stands or the text ends; next is where the next line begins, or
// len(text)+1 after the last.
func nextLine(text string, offset int) (end, next int) {
	if n := strings.IndexByte(text[offset:], '\n'); n >= 0 {
		return offset + n, offset + n + 1
	}
	return len(text), len(text) + 1
}

// indent counts the spaces that line begins with; a tab goes to the next
// multiple of 4.
func indent(line string) (columns, bytes int) {
	for bytes < len(line) {
		switch line[bytes] {
		case ' ':
			columns++
		case '\t':
			columns += 4 - columns%4
		default:
			return columns, bytes
		}
		bytes++
	}
	return columns, bytes
}
