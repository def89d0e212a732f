package pdftext

import (
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// layout puts the words of a page into reading order, as blocks.
type layout struct {
	budget *pdffile.Budget
	rules  []rule // level ones, from the top down
	blocks []block
	// gap that parts two words without a space between them.
	gap float64
}

// maxColumns is how many times columns may hold columns.
const maxColumns = 4

// arrange gives the blocks of a page: first what runs in the direction of
// most of the text, then the others.
func arrange(words []word, level, upright []rule, b *pdffile.Budget) []block {
	settle(words)
	groups := map[int16][]word{}
	for _, w := range words {
		groups[w.angle] = append(groups[w.angle], w)
	}
	angles := make([]int16, 0, len(groups))
	for angle := range groups {
		angles = append(angles, angle)
	}
	sort.Slice(angles, func(i, j int) bool {
		a, b := angles[i], angles[j]
		if len(groups[a]) != len(groups[b]) {
			return len(groups[a]) > len(groups[b])
		}
		return a < b
	})
	l := &layout{budget: b, gap: wordGap}
	if paintsSpaces(words) {
		l.gap = wordGapSpaced
	}
	for _, angle := range angles {
		l.rules = nil
		words := groups[angle]
		var tables []*grid
		if angle == 0 {
			sort.Slice(level, func(i, j int) bool { return level[i].y > level[j].y })
			l.rules = level
			tables = l.grids(level, upright)
		}
		l.order(l.withTables(words, tables), 0)
	}
	return l.blocks
}

// withTables gives the rows of words, each table standing as one row.
func (l *layout) withTables(words []word, tables []*grid) []row {
	if len(tables) == 0 || !l.budget.Step(len(words)*len(tables)/8) {
		return l.rows(words)
	}
	var loose []word
	for _, w := range words {
		taken := false
		for _, g := range tables {
			if taken = g.take(w); taken {
				break
			}
		}
		if !taken {
			loose = append(loose, w)
		}
	}
	list := l.rows(loose)
	for _, g := range tables {
		if len(g.words) > 0 {
			list = append(list, g.row())
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].y > list[j].y })
	return list
}

// paintsSpaces says whether most words are parted by spaces that are painted,
// so that small gaps are just loose setting.
func paintsSpaces(words []word) bool {
	spaced := 0
	for _, w := range words {
		if w.spaced {
			spaced++
		}
	}
	return spaced*2 > len(words)
}

// order reads rows: columns one after the other, the rest from the top down.
func (l *layout) order(list []row, depth int) {
	if len(list) == 0 || !l.budget.Step(len(list)) {
		return
	}
	if depth < maxColumns {
		if s, ok := l.columns(list); ok {
			l.order(list[:s.from], depth+1)
			run := list[s.from:s.to]
			l.order(clipAll(run, math.Inf(-1), s.x), depth+1)
			l.order(clipAll(run, s.x, math.Inf(1)), depth+1)
			l.order(list[s.to:], depth+1)
			return
		}
	}
	var plain []line
	for i := 0; i < len(list) && l.budget.Step(1); {
		if g := list[i].grid; g != nil {
			l.paragraphs(plain, false)
			plain = nil
			l.emitGrid(g, depth)
			i++
			continue
		}
		b, ok := l.bandAt(list, i)
		if !ok {
			plain = append(plain, list[i].line())
			i++
			continue
		}
		l.paragraphs(plain, false)
		plain = nil
		l.emit(list, b)
		i = b.to
	}
	l.paragraphs(plain, false)
}

// paragraphs cuts lines into blocks: where the leading is larger than usual,
// the size changes, a list's mark begins a line, or the first line of a
// paragraph is set in. In a cell only a gap does.
func (l *layout) paragraphs(lines []line, cell bool) {
	if len(lines) == 0 {
		return
	}
	usual := usualLeading(lines)
	start := 0
	for i := 1; i <= len(lines); i++ {
		if i < len(lines) && !breaks(lines, i, usual, cell) {
			continue
		}
		l.blocks = append(l.blocks, block{lines: lines[start:i], top: lines[start].y, bottom: lines[i-1].y})
		start = i
	}
}

// usualLeading is the middle distance between lines, in parts of their size.
func usualLeading(lines []line) float64 {
	var distances []float64
	for i := 1; i < len(lines); i++ {
		d := (lines[i-1].y - lines[i].y) / lines[i].size
		if d > 0.5 && d < 2.6 && near(lines[i-1].size, lines[i].size, 0.1*lines[i].size) {
			distances = append(distances, d)
		}
	}
	if len(distances) == 0 {
		return 1.3
	}
	sort.Float64s(distances)
	return max(distances[(len(distances)-1)/2], 1)
}

func breaks(lines []line, i int, usual float64, cell bool) bool {
	above, here := lines[i-1], lines[i]
	distance := (above.y - here.y) / max(above.size, here.size)
	if cell {
		return distance > max(1.6*usual, 2)
	}
	if distance > 1.22*usual || distance < -0.5 {
		return true
	}
	if !near(above.size, here.size, 0.12*max(above.size, here.size)) {
		return true
	}
	if marked(here.text) {
		return true
	}
	// Set in against the lines above and below.
	indent := here.x0 - above.x0
	if indent > 0.8*here.size && indent < 4*here.size && i+1 < len(lines) {
		below := lines[i+1]
		return near(below.x0, above.x0, 0.2*here.size) && here.y-below.y < 1.3*usual*here.size &&
			(i < 2 || near(lines[i-2].x0, above.x0, 0.2*here.size) || lines[i-2].x0 > above.x0)
	}
	return false
}

// marked says whether a line begins with a bullet.
func marked(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("•●▪◦‣■➢❖", r)
}

// within says of the blocks from first on that they stand in one table.
func (l *layout) within(first int, top, bottom float64) {
	for i := first; i < len(l.blocks); i++ {
		l.blocks[i].top, l.blocks[i].bottom = top, bottom
	}
}

// rulesBetween gives the rules between two baselines.
func (l *layout) rulesBetween(top, bottom float64) []rule {
	from := sort.Search(len(l.rules), func(i int) bool { return l.rules[i].y <= top })
	to := sort.Search(len(l.rules), func(i int) bool { return l.rules[i].y < bottom })
	if from >= to {
		return nil
	}
	return l.rules[from:to]
}

// ruled says whether a rule parts two rows, over most of the width from x0 to
// x1.
func (l *layout) ruled(above, below row, x0, x1 float64) bool {
	covered, end := 0.0, x0
	between := l.rulesBetween(above.y-0.05*above.size, below.y+0.5*below.size)
	if len(between) > 200 || !l.budget.Step(len(between)) {
		return len(between) > 0
	}
	sorted := append([]rule(nil), between...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].x0 < sorted[j].x0 })
	for _, r := range sorted {
		from, to := max(r.x0, end), min(r.x1, x1)
		if to > from {
			covered += to - from
			end = to
		}
	}
	return covered >= 0.6*(x1-x0)
}
