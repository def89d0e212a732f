package document

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxXMLToken bounds one tag or one piece of text of XML, which the decoder
// holds in memory, in bytes.
const maxXMLToken = 8 * mebibyte

// xmlReader walks through XML element by element, within the limits. It never
// holds more than one token and the names of the open elements.
type xmlReader struct {
	name  string // of the part, for errors
	b     *budget
	in    *tokenMeter
	dec   *xml.Decoder
	depth int
	steps int
}

func newXMLReader(name string, r io.Reader, b *budget) (*xmlReader, error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(2); string(head) == string(utf16LEMark) || string(head) == string(utf16BEMark) {
		in = bufio.NewReader(transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()))
	} else if head, _ := in.Peek(3); string(head) == string(utf8Mark) {
		if _, err := in.Discard(len(utf8Mark)); err != nil {
			return nil, err
		}
	}
	meter := &tokenMeter{in: in}
	dec := xml.NewDecoder(meter)
	dec.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if len(label) >= 3 && (label[:3] == "utf" || label[:3] == "UTF") {
			return r, nil // is UTF-8 by now
		}
		decoded, err := charset.NewReaderLabel(label, r)
		if err != nil {
			return nil, broken("its encoding %q is not known", label)
		}
		return decoded, nil
	}
	return &xmlReader{name: name, b: b, in: meter, dec: dec}, nil
}

// tokenMeter gives the decoder its bytes, so many at most for one token.
type tokenMeter struct {
	in    *bufio.Reader
	taken int // since the last token
}

var errToken = tooLarge("one piece of its XML is longer than %s", size(maxXMLToken))

func (m *tokenMeter) ReadByte() (byte, error) {
	if m.taken++; m.taken > maxXMLToken {
		return 0, errToken
	}
	return m.in.ReadByte()
}

func (m *tokenMeter) Read(buf []byte) (int, error) {
	n, err := m.in.Read(buf)
	if m.taken += n; m.taken > maxXMLToken {
		return 0, errToken
	}
	return n, err
}

// next gives the next token; io.EOF at the end of the part. Text is good until
// the next call only.
func (x *xmlReader) next() (xml.Token, error) {
	if x.steps++; x.steps%4096 == 0 {
		if err := x.b.stop(); err != nil {
			return nil, err
		}
	}
	x.in.taken = 0
	token, err := x.dec.Token()
	if err != nil {
		return nil, x.explain(err)
	}
	switch token.(type) {
	case xml.StartElement:
		x.depth++
		if err := x.b.checkDepth(x.depth); err != nil {
			return nil, fmt.Errorf("%w, in its part %s", err, x.name)
		}
	case xml.EndElement:
		x.depth--
	}
	return token, nil
}

func (x *xmlReader) explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF), isOurs(err):
		return err
	case errors.As(err, &syntax):
		return broken("its part %s, line %d: %s", x.name, syntax.Line, syntax.Msg)
	}
	return broken("its part %s: %v", x.name, err)
}

// each calls start for each element within the one that is open, and text for
// its text. It returns at the end of that element, or of the part. What start
// leaves unread of an element is skipped. text may be nil.
func (x *xmlReader) each(start func(xml.StartElement) error, text func([]byte) error) error {
	within := x.depth
	for {
		token, err := x.next()
		if errors.Is(err, io.EOF) && within == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := start(t); err != nil {
				return err
			}
			if err := x.leave(within); err != nil {
				return err
			}
		case xml.EndElement:
			if x.depth < within {
				return nil
			}
		case xml.CharData:
			if text != nil {
				if err := text(t); err != nil {
					return err
				}
			}
		}
	}
}

// leave skips to where only depth elements are open.
func (x *xmlReader) leave(depth int) error {
	for x.depth > depth {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// skip leaves an element unread.
func skip(xml.StartElement) error { return nil }

// attr gives the value of an attribute by its local name, "" where it is not
// set. The names that are asked for here are the same in no two namespaces.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
