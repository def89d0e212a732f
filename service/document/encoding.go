package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// source is a file that is text: decoded to UTF-8, lines ending with "\n".
type source struct {
	text    string
	lines   lines
	bytes   spans // from text to the bytes of the file
	remarks []string
}

var (
	utf8Mark    = []byte("\xEF\xBB\xBF")
	utf16LEMark = []byte("\xFF\xFE")
	utf16BEMark = []byte("\xFE\xFF")
)

// newSource decodes data. UTF-16 is told by its byte order mark or by its
// zeros, all else is UTF-8, and bytes that are not are Windows-1252.
func newSource(data []byte, b *budget) (*source, error) {
	s := &source{}
	var err error
	if order := utf16Order(data); order != nil {
		err = s.decodeAll(data, unicode.UTF16(endianness(order), unicode.UseBOM), b)
	} else {
		err = s.decodeUTF8(data, b)
	}
	return s.finish(err, b)
}

// newHTMLSource is newSource for HTML, which may name its encoding.
func newHTMLSource(data []byte, b *budget) (*source, error) {
	if utf16Order(data) != nil || bytes.HasPrefix(data, utf8Mark) {
		return newSource(data, b)
	}
	named, name, _ := charset.DetermineEncoding(data, "")
	if name == "utf-8" || name == "windows-1252" {
		return newSource(data, b)
	}
	s := &source{}
	return s.finish(s.decodeAll(data, named, b), b)
}

func (s *source) finish(err error, b *budget) (*source, error) {
	if err == nil {
		err = b.stop()
	}
	if err != nil {
		return nil, err
	}
	s.bytes.flush()
	s.lines = newLines(s.text)
	return s, nil
}

// decodeUTF8 keeps the way back to every byte.
func (s *source) decodeUTF8(data []byte, b *budget) error {
	if bytes.HasPrefix(data, utf8Mark) {
		data = data[len(utf8Mark):]
		s.bytes.differs(0, len(utf8Mark))
	}
	if bytes.IndexByte(data, '\r') < 0 && utf8.Valid(data) {
		s.text = string(data)
		s.bytes.verbatim(len(data))
		return nil
	}
	var text strings.Builder
	text.Grow(len(data))
	wrong, wrongLine, line := 0, 0, 1
	for i, steps := 0, 0; i < len(data); {
		if steps++; steps%(1<<16) == 0 {
			if err := b.checkDecoded(text.Len()); err != nil {
				return err
			}
		}
		n := cleanPrefix(data[i:])
		text.Write(data[i : i+n])
		s.bytes.verbatim(n)
		line += bytes.Count(data[i:i+n], []byte{'\n'})
		if i += n; i == len(data) {
			break
		}
		width, r := 1, '\n'
		if data[i] != '\r' {
			r = charmap.Windows1252.DecodeByte(data[i])
			if wrong++; wrong == 1 {
				wrongLine = line
			}
		} else {
			if i+1 < len(data) && data[i+1] == '\n' {
				width = 2
			}
			line++
		}
		text.WriteRune(r)
		s.bytes.differs(utf8.RuneLen(r), width)
		i += width
	}
	s.text = text.String()
	if wrong > 0 {
		bytes := fmt.Sprintf("%d bytes, the first in line %d, were", wrong, wrongLine)
		if wrong == 1 {
			bytes = fmt.Sprintf("1 byte, in line %d, was", wrongLine)
		}
		s.remarks = append(s.remarks, "the file is not all UTF-8: "+bytes+" read as Windows-1252")
	}
	return nil
}

// cleanPrefix is the length of what can be taken as it is: UTF-8 up to a
// carriage return.
func cleanPrefix(data []byte) int {
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '\r':
			return i
		case c < utf8.RuneSelf:
			i++
		default:
			r, width := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && width == 1 {
				return i
			}
			i += width
		}
	}
	return len(data)
}

// decodeAll decodes with no way back to the bytes. Three copies of the text
// exist for a moment.
func (s *source) decodeAll(data []byte, e encoding.Encoding, b *budget) error {
	if err := b.checkText(len(data)); err != nil {
		return err
	}
	decoded, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return broken("its encoding cannot be read: %v", err)
	}
	text := strings.ToValidUTF8(string(decoded), "\uFFFD")
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	}
	s.text = text
	s.bytes.differs(len(text), len(data))
	return nil
}

// utf16Order gives the byte order of UTF-16, nil of anything else. Without a
// mark it is told by ASCII text, of which every other byte is zero.
func utf16Order(data []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(data, utf16LEMark):
		return binary.LittleEndian
	case bytes.HasPrefix(data, utf16BEMark):
		return binary.BigEndian
	case len(data) < 4 || len(data)%2 != 0:
		return nil
	}
	var zeros [2]int
	head := data[:min(len(data), 512)]
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	enough := len(head) * 2 / 5 // of the half that would be zero
	switch {
	case zeros[0] == 0 && zeros[1] > enough:
		return binary.LittleEndian
	case zeros[1] == 0 && zeros[0] > enough:
		return binary.BigEndian
	}
	return nil
}

func endianness(order binary.ByteOrder) unicode.Endianness {
	if order == binary.BigEndian {
		return unicode.BigEndian
	}
	return unicode.LittleEndian
}
