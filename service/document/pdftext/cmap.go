package pdftext

import (
	"sort"
	"unicode/utf16"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// maxMappings bounds a character map. A full one of two bytes has 65,536.
const maxMappings = 1 << 18

// cmap maps the codes of a font to text (ToUnicode) or to character ids: ISO
// 32000-1, 9.7.5 and 9.10.3.
type cmap struct {
	spaces   []codespace
	text     map[uint32]string
	ranges   []textRange
	cids     []cidRange
	vertical bool
}

type codespace struct {
	bytes  int
	lo, hi uint32
}

type textRange struct {
	lo, hi uint32
	first  []uint16 // UTF-16 of lo; its last unit counts up
}

type cidRange struct {
	lo, hi uint32
	cid    uint32
}

func (m *cmap) empty() bool { return m == nil || len(m.text) == 0 && len(m.ranges) == 0 }

// lookup gives the text of a code.
func (m *cmap) lookup(code uint32) (string, bool) {
	if m == nil {
		return "", false
	}
	if s, ok := m.text[code]; ok {
		return s, true
	}
	i := sort.Search(len(m.ranges), func(i int) bool { return m.ranges[i].lo > code }) - 1
	if i < 0 || code > m.ranges[i].hi {
		return "", false
	}
	r := m.ranges[i]
	units := append([]uint16(nil), r.first...)
	if len(units) == 0 {
		return "", true
	}
	units[len(units)-1] += uint16(code - r.lo)
	return string(utf16.Decode(units)), true
}

// cid gives the character id of a code.
func (m *cmap) cid(code uint32) uint32 {
	if m == nil || len(m.cids) == 0 {
		return code
	}
	i := sort.Search(len(m.cids), func(i int) bool { return m.cids[i].lo > code }) - 1
	if i < 0 || code > m.cids[i].hi {
		return 0
	}
	return m.cids[i].cid + code - m.cids[i].lo
}

// next cuts the first code off s: the shortest that lies in a codespace, else
// as many bytes as the shortest codespace has.
func (m *cmap) next(s []byte) (code uint32, n int) {
	if m == nil || len(m.spaces) == 0 {
		n = min(2, len(s))
	} else {
		for _, space := range m.spaces {
			if code, ok := space.match(s); ok {
				return code, space.bytes
			}
		}
		n = min(m.spaces[0].bytes, len(s))
	}
	for _, b := range s[:n] {
		code = code<<8 | uint32(b)
	}
	return code, n
}

// match says whether each byte of a code lies in the range of its position.
func (c codespace) match(s []byte) (code uint32, ok bool) {
	if len(s) < c.bytes {
		return 0, false
	}
	for i, b := range s[:c.bytes] {
		shift := 8 * (c.bytes - 1 - i)
		if b < byte(c.lo>>shift) || b > byte(c.hi>>shift) {
			return 0, false
		}
		code = code<<8 | uint32(b)
	}
	return code, true
}

// parseCMap reads a character map. What it can't read it leaves out.
func parseCMap(data []byte, b *pdffile.Budget) *cmap {
	m := &cmap{text: map[uint32]string{}}
	l := pdffile.NewParser(data, b)
	var last pdffile.Token
	count := 0
	for b.Step(1) && count < maxMappings {
		t := l.Next()
		if t.Kind == pdffile.EOF {
			break
		}
		if t.Kind == pdffile.Keyword {
			switch string(t.Bytes) {
			case "begincodespacerange":
				m.readSpaces(l, b)
			case "beginbfchar":
				count += m.readChars(l, b)
			case "beginbfrange":
				count += m.readRanges(l, b)
			case "begincidrange":
				count += m.readCIDs(l, b, true)
			case "begincidchar":
				count += m.readCIDs(l, b, false)
			}
		}
		if last.Kind == pdffile.NameToken && t.Kind == pdffile.Number && string(last.Bytes) == "WMode" {
			m.vertical = t.Num == 1
		}
		last = t
	}
	sort.SliceStable(m.spaces, func(i, j int) bool { return m.spaces[i].bytes < m.spaces[j].bytes })
	sort.SliceStable(m.ranges, func(i, j int) bool { return m.ranges[i].lo < m.ranges[j].lo })
	sort.SliceStable(m.cids, func(i, j int) bool { return m.cids[i].lo < m.cids[j].lo })
	return m
}

// code reads one code. ok is false at the end of a section.
func readCode(l *pdffile.Parser) (code uint32, size int, ok bool) {
	t := l.Next()
	if t.Kind != pdffile.Text || len(t.Bytes) > 4 {
		return 0, 0, false
	}
	for _, b := range t.Bytes {
		code = code<<8 | uint32(b)
	}
	return code, len(t.Bytes), true
}

func (m *cmap) readSpaces(l *pdffile.Parser, b *pdffile.Budget) {
	for b.Step(2) && len(m.spaces) < 100 {
		lo, size, ok := readCode(l)
		if !ok {
			return
		}
		hi, _, ok := readCode(l)
		if !ok {
			return
		}
		if size > 0 {
			m.spaces = append(m.spaces, codespace{size, lo, hi})
		}
	}
}

func (m *cmap) readChars(l *pdffile.Parser, b *pdffile.Budget) int {
	count := 0
	for b.Step(2) && count < maxMappings {
		code, _, ok := readCode(l)
		if !ok {
			break
		}
		t := l.Next()
		if t.Kind != pdffile.Text {
			break
		}
		m.text[code] = utf16Text(t.Bytes)
		count++
	}
	return count
}

func (m *cmap) readRanges(l *pdffile.Parser, b *pdffile.Budget) int {
	count := 0
	for b.Step(3) && count < maxMappings {
		lo, _, ok := readCode(l)
		if !ok {
			break
		}
		hi, _, ok := readCode(l)
		if !ok {
			break
		}
		count++
		t := l.Next()
		switch t.Kind {
		case pdffile.Text:
			if hi >= lo {
				m.ranges = append(m.ranges, textRange{lo, hi, utf16Units(t.Bytes)})
			}
		case pdffile.OpenArray:
			for code := lo; b.Step(1); code++ {
				t := l.Next()
				if t.Kind != pdffile.Text {
					break
				}
				if code >= lo && code <= hi && count < maxMappings {
					m.text[code] = utf16Text(t.Bytes)
					count++
				}
			}
		default:
			return count
		}
	}
	return count
}

func (m *cmap) readCIDs(l *pdffile.Parser, b *pdffile.Budget, ranges bool) int {
	count := 0
	for b.Step(3) && count < maxMappings {
		lo, _, ok := readCode(l)
		if !ok {
			break
		}
		hi := lo
		if ranges {
			if hi, _, ok = readCode(l); !ok {
				break
			}
		}
		t := l.Next()
		if t.Kind != pdffile.Number {
			break
		}
		if hi >= lo && t.Num >= 0 && t.Num <= 1<<20 {
			m.cids = append(m.cids, cidRange{lo, hi, uint32(t.Num)})
			count++
		}
	}
	return count
}

func utf16Units(b []byte) []uint16 {
	if len(b) == 1 {
		return []uint16{uint16(b[0])}
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b) && len(units) < 64; i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return units
}

func utf16Text(b []byte) string { return string(utf16.Decode(utf16Units(b))) }
