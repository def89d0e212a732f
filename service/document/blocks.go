package document

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// blocks collects the text of a document block by block, with their places.
type blocks struct {
	*budget
	text []byte
	err  error // the first limit that was hit; nothing is added after it

	now      spot // of the block to come
	marks    []spot
	headings []textRange
	count    int
	sheets   []string // names, if cells are those of spreadsheets
}

// A spot is the place of the blocks from an offset on. There can be millions:
// it is 24 bytes.
type spot struct {
	part    *part // nil is the body
	cell    *cell // nil is none
	heading int32 // index in headings plus 1; 0 is none
	at      int32
}

// A part is a place within a package: "footnote 4" is {"footnote", 4}, and
// "header" {"header", 0}.
type part struct {
	name   string
	number int32
}

func (p part) String() string {
	if p.number == 0 {
		return p.name
	}
	return fmt.Sprintf("%s %d", p.name, p.number)
}

// A cell is one of a table, which may stand in a cell of another one.
type cell struct {
	outer              *cell
	table, row, column int32 // from 1; table is the index of the sheet in a spreadsheet
	tables             int32 // that stand in it
}

type textRange struct{ start, end int32 }

// begin opens a block. What is written until the next begin belongs to it.
func (b *blocks) begin() {
	if b.err != nil {
		return
	}
	if b.count++; b.count > b.budget.blocks() {
		b.err = tooLarge("it has more than %d paragraphs or cells; split the document", b.budget.blocks())
		return
	}
	if len(b.text) > 0 {
		b.write("\n\n")
	}
	spot := b.now
	if n := len(b.marks); n > 0 {
		if spot.at = b.marks[n-1].at; spot == b.marks[n-1] {
			return
		}
	}
	spot.at = int32(len(b.text))
	b.marks = append(b.marks, spot)
}

// write adds to the block that is open.
func (b *blocks) write(text string) {
	if b.err != nil {
		return
	}
	if b.err = b.checkText(len(b.text) + len(text)); b.err == nil {
		b.text = append(b.text, text...)
	}
}

// add writes one block. Space around it is dropped, an empty one altogether.
func (b *blocks) add(text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	b.begin()
	b.write(text)
}

// addHeading writes one block that is the heading of itself and of what
// follows.
func (b *blocks) addHeading(text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	b.beginHeading()
	b.write(text)
	b.endHeading()
}

func (b *blocks) beginHeading() {
	b.headings = append(b.headings, textRange{})
	b.now.heading = int32(len(b.headings))
	b.begin()
	start := int32(len(b.text))
	b.headings[len(b.headings)-1] = textRange{start, start}
}

func (b *blocks) endHeading() {
	if n := len(b.headings); n > 0 {
		b.headings[n-1].end = int32(len(b.text))
	}
}

// within sets the part for what follows, and leaves headings and tables.
func (b *blocks) within(p part) {
	b.now = spot{part: &p}
}

// once calls write, and takes back what it has added if that is in seen
// already: sections repeat their headers.
func (b *blocks) once(seen map[string]bool, write func() error) error {
	text, marks, headings, count := len(b.text), len(b.marks), len(b.headings), b.count
	if err := write(); err != nil {
		return err
	}
	added := strings.TrimSpace(string(b.text[text:]))
	if seen[added] {
		b.text, b.marks, b.headings, b.count = b.text[:text], b.marks[:marks], b.headings[:headings], count
	}
	seen[added] = true
	return nil
}

// places freezes what was collected.
func (b *blocks) places() *blockPlaces {
	return &blockPlaces{text: string(b.text), marks: b.marks, headings: b.headings, sheets: b.sheets}
}

// blockPlaces leads to the places of blocks. There is no way back to the bytes
// of a package.
type blockPlaces struct {
	text     string
	marks    []spot
	headings []textRange
	sheets   []string
}

func (p *blockPlaces) place(offset int) Place {
	i := sort.Search(len(p.marks), func(i int) bool { return int(p.marks[i].at) > offset }) - 1
	if i < 0 {
		return Place{}
	}
	at := p.marks[i]
	var place Place
	if at.part != nil {
		place.Part = at.part.String()
	}
	if at.heading > 0 {
		h := p.headings[at.heading-1]
		place.Heading = title(p.text[h.start:h.end])
	}
	switch {
	case at.cell == nil:
	case p.sheets != nil:
		place.Cell = sheetPrefix(p.sheets[at.cell.table]) + cellName(int(at.cell.column), int(at.cell.row))
	default:
		place.Cell = at.cell.String()
	}
	return place
}

func (p *blockPlaces) source(int, int) (int, int, bool) { return 0, 0, false }

// maxNested is how many tables within each other a Place tells.
const maxNested = 8

// String writes "table 2, row 3, column 1", of a table within a cell after
// that cell: "table 2, row 3, column 1, inner table 1, row 2, column 2". Of more
// than maxNested the middle is "...".
func (c *cell) String() string {
	var chain []*cell
	for at := c; at != nil; at = at.outer {
		chain = append(chain, at)
	}
	var b strings.Builder
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i].outer != nil {
			b.WriteString(", inner ")
		}
		if len(chain) > maxNested && i == len(chain)-1-maxNested/2 {
			b.WriteString("...")
			i = maxNested / 2
			continue
		}
		fmt.Fprintf(&b, "table %d, row %d, column %d", chain[i].table, chain[i].row, chain[i].column)
	}
	return b.String()
}

// sheetPrefix writes a sheet's name the way formulas do: "Prices!",
// "'Lot 2'!".
func sheetPrefix(name string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r > utf8.RuneSelf
	}
	if name != "" && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name + "!"
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'!"
}

// cellName writes column and row, both from 1, as "B7".
func cellName(column, row int) string {
	var letters []byte
	for n := column; n > 0; n = (n - 1) / 26 {
		letters = append(letters, byte('A'+(n-1)%26))
	}
	for i, j := 0, len(letters)-1; i < j; i, j = i+1, j-1 {
		letters[i], letters[j] = letters[j], letters[i]
	}
	return fmt.Sprintf("%s%d", letters, row)
}

// maxTitle bounds a heading in a Place, in code points.
const maxTitle = 200

// title makes one line of a heading.
func title(text string) string {
	if len(text) > 8*maxTitle {
		text = text[:runeStart(text, 8*maxTitle)]
	}
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxTitle {
		return string(runes[:maxTitle-1]) + "…"
	}
	return text
}

// spanOf reads the number of columns or rows that a cell takes.
func spanOf(text string) int32 {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 1
	}
	return int32(min(max(n, 1), 1<<14))
}
