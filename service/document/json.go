package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readJSON reads JSON. Its text is the source with the escapes in strings
// decoded: "ISO\/IEC 27001\u20112013" is read as people mean it. Damaged JSON is
// read all the same, with a note.
func readJSON(data []byte, ext string, b *budget) (*Document, error) {
	src, err := plainSource(data, b)
	if err != nil {
		return nil, err
	}
	text := &unescaper{source: src.text}
	where := &paths{text: src.text, most: b.blocks()}
	scan := flow{text: src.text, paths: where, b: b, onString: text.decode}
	if _, err := scan.scan(0, nil); err != nil {
		return nil, err
	}
	text.finish()
	doc := &Document{
		Format:  JSON,
		Text:    text.out.String(),
		Remarks: append(src.remarks, where.remarks()...),
		places: &derivedPlaces{src: src, spans: &text.spans, locate: func(offset int, place *Place) {
			place.Part = where.find(offset)
		}},
	}
	if ext == ".jsonl" || ext == ".ndjson" { // one value a line, which is no JSON
		return doc, nil
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte(src.text), &nothing{}); errors.As(err, &syntax) {
		line, _ := src.lines.find(min(max(int(syntax.Offset)-1, 0), len(src.text)))
		doc.Remarks = append(doc.Remarks, fmt.Sprintf("this is no valid JSON (line %d: %v); it was read as it stands", line, err))
	}
	return doc, nil
}

// nothing takes any value, so that only its syntax is checked.
type nothing struct{}

func (*nothing) UnmarshalJSON([]byte) error { return nil }

// derivedPlaces are those of a text that was made from the source.
type derivedPlaces struct {
	src    *source
	spans  *spans // from the text to the source's
	locate func(offset int, place *Place)
}

func (p *derivedPlaces) place(offset int) Place {
	var place Place
	at := p.spans.at(offset)
	place.Line, place.Column = p.src.lines.find(at)
	p.locate(at, &place)
	return place
}

func (p *derivedPlaces) source(start, end int) (from, to int, ok bool) {
	from, to, ok = p.spans.exact(start, end)
	if !ok {
		return 0, 0, false
	}
	return p.src.bytes.exact(from, to)
}

// unescaper copies a source and decodes the escapes in its strings.
type unescaper struct {
	source string
	done   int // offset in the source up to which it is copied
	out    strings.Builder
	spans  spans
}

// decode takes the string source[from:to].
func (u *unescaper) decode(from, to int) {
	for from < to {
		n := strings.IndexByte(u.source[from:to], '\\')
		if n < 0 {
			return
		}
		from += n
		r, width := unescape(u.source[from:to])
		if width > 0 {
			u.copyTo(from)
			u.out.WriteRune(r)
			u.spans.differs(utf8.RuneLen(r), width)
			u.done += width
		}
		from += max(width, 1)
	}
}

func (u *unescaper) copyTo(end int) {
	if u.done == 0 {
		u.out.Grow(len(u.source))
	}
	u.out.WriteString(u.source[u.done:end])
	u.spans.verbatim(end - u.done)
	u.done = end
}

func (u *unescaper) finish() {
	u.copyTo(len(u.source))
	u.spans.flush()
}

var shortEscapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': ' ', 'f': '\n', 'n': '\n', 'r': '\n', 't': '\t'}

// unescape decodes the escape that text begins with. width is 0 where it is
// none. What no text should hold (zero, half of a surrogate pair) is U+FFFD.
func unescape(text string) (r rune, width int) {
	if len(text) < 2 {
		return 0, 0
	}
	if text[1] != 'u' {
		if r, ok := shortEscapes[text[1]]; ok {
			return r, 2
		}
		return 0, 0
	}
	r, ok := hexRune(text)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if low, ok := hexRune(text[6:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return utf16.DecodeRune(r, low), 12
		}
		return utf8.RuneError, 6
	}
	if r == 0 {
		return utf8.RuneError, 6
	}
	return r, 6
}

// hexRune reads "\u20AC".
func hexRune(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}
