package document

import "strings"

// readCSV reads values separated by commas, semicolons, tabs or bars: its text
// is the source, quotes and all.
func readCSV(data []byte, ext string, b *budget) (*Document, error) {
	src, err := plainSource(data, b)
	if err != nil {
		return nil, err
	}
	comma := byte('\t')
	if ext != ".tsv" && ext != ".tab" {
		comma = separator(src.text)
	}
	grid := newGrid(src.text, comma)
	return src.document(CSV, func(offset int, place *Place) {
		place.Cell = cellName(grid.find(offset))
	}), b.stop()
}

// separator is what the first record is separated by most often; a comma where
// nothing separates it.
func separator(text string) byte {
	best, most := byte(','), 0
	for _, comma := range []byte(",;\t|") {
		at := gridMark{row: 1, column: 1, start: true}
		n := 0
		for i := 0; i < min(len(text), 1<<16) && at.row == 1; i++ {
			at.step(text[i], comma)
			n = max(n, int(at.column))
		}
		if n > most {
			best, most = comma, n
		}
	}
	return best
}

// grid finds the cell of an offset, the way lines finds line and column.
type grid struct {
	text  string
	comma byte
	marks []gridMark // one every bytesPerMark bytes
}

// gridMark is the state of the scan before a byte.
type gridMark struct {
	row, column int32
	quoted      bool // within quotes, where separators and line ends are text
	start       bool // at the beginning of a field, where a quote opens
}

func newGrid(text string, comma byte) *grid {
	g := &grid{text: text, comma: comma}
	at := gridMark{row: 1, column: 1, start: true}
	for i := range len(text) {
		if i%bytesPerMark == 0 {
			g.marks = append(g.marks, at)
		}
		at.step(text[i], comma)
	}
	return g
}

// step takes one byte. A doubled quote closes and opens again, which leaves the
// state right.
func (m *gridMark) step(c, comma byte) {
	switch {
	case m.quoted:
		m.quoted = c != '"'
		m.start = !m.quoted // only a second quote can open again here
	case c == comma:
		m.column++
		m.start = true
	case c == '\n':
		m.row++
		m.column = 1
		m.start = true
	case c == '"' && m.start:
		m.quoted, m.start = true, false
	default:
		m.start = m.start && strings.IndexByte(" \t", c) >= 0
	}
}

func (g *grid) find(offset int) (column, row int) {
	k := min(offset/bytesPerMark, len(g.marks)-1)
	if k < 0 {
		return 1, 1
	}
	at := g.marks[k]
	for i := k * bytesPerMark; i < min(offset, len(g.text)); i++ {
		at.step(g.text[i], g.comma)
	}
	return int(at.column), int(at.row)
}
