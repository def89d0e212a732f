package pdftext

import (
	"regexp"
	"sort"
)

// span is a stretch of the width that text stands in.
type span struct{ x0, x1 float64 }

// band is a run of rows whose pieces stand in common columns: a table, a list
// with its marks.
type band struct {
	from, to int
	columns  []span
}

// bandAt finds the band that begins with row i. ok is false where the row
// stands for itself.
func (l *layout) bandAt(rows []row, i int) (b band, ok bool) {
	columns := spansOf(rows[i])
	if len(columns) < 2 {
		return band{}, false
	}
	support := 1 // rows with pieces in two columns
	to := i + 1
	for ; to < len(rows) && l.budget.Step(len(columns)); to++ {
		r := rows[to]
		if r.grid != nil || rows[to-1].y-r.y > 6*r.size {
			break
		}
		merged := merge(columns, spansOf(r), 0.6*r.size)
		if len(merged) < 2 || support >= 2 && len(merged) < len(columns) {
			break
		}
		if len(r.pieces) >= 2 {
			support++
		}
		columns = merged
	}
	// Rows at the end that stand in the first column only may be what follows.
	for to > i+1 && rows[to-1].x1() <= columns[0].x1 && rows[to-2].y-rows[to-1].y > 1.6*rows[to-1].size {
		to--
	}
	b = band{i, to, columns}
	if support < 2 && !l.list(rows, b) || !l.straight(rows[i:to], columns) {
		return band{}, false
	}
	return b, true
}

func spansOf(r row) []span {
	list := make([]span, 0, len(r.pieces))
	for _, p := range r.pieces {
		if n := len(list); n > 0 && p.x0 <= list[n-1].x1 {
			list[n-1].x1 = max(list[n-1].x1, p.x1)
			continue
		}
		list = append(list, span{p.x0, p.x1})
	}
	return list
}

// merge unites two lists of spans. What is less than gap apart is one.
func merge(a, b []span, gap float64) []span {
	all := append(append(make([]span, 0, len(a)+len(b)), a...), b...)
	sort.Slice(all, func(i, j int) bool { return all[i].x0 < all[j].x0 })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.x0-out[n-1].x1 < gap {
			out[n-1].x1 = max(out[n-1].x1, s.x1)
			continue
		}
		out = append(out, s)
	}
	return out
}

// list says whether a band of one two-sided row is a list item with its mark.
func (l *layout) list(rows []row, b band) bool {
	return b.to-b.from > 1 && len(b.columns) == 2 && mark1.MatchString(rows[b.from].pieces[0].text)
}

// straight says whether each gutter is one: wide, or with what follows it set
// flush. The wide spaces of a justified paragraph are neither.
func (l *layout) straight(rows []row, columns []span) bool {
	for i := 1; i < len(columns); i++ {
		size := rows[0].size
		if columns[i].x0-columns[i-1].x1 >= 1.6*size {
			continue
		}
		flush, all := 0, 0
		for _, r := range rows {
			for _, p := range r.pieces {
				if p.x0 >= columns[i].x0-0.1 && p.x1 <= columns[i].x1+0.1 {
					all++
					if near(p.x0, columns[i].x0, 0.15*size) || near(p.x1, columns[i].x1, 0.15*size) ||
						near(p.x0+p.x1, columns[i].x0+columns[i].x1, 0.3*size) {
						flush++
					}
					break
				}
			}
		}
		if flush*3 < all*2 {
			return false
		}
	}
	return true
}

// mark1 is the mark of a list item, or a number of a section or footnote.
var mark1 = regexp.MustCompile(`^(?:[•·●○■□▪▫◦‣⁃–—*o➢✓✗❖\x{fffd}-]|\(?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,5}|[a-zA-Z]|[ivxlIVXL]{1,5})[.):]{0,2}|[¹²³⁰⁴⁵⁶⁷⁸⁹]{1,3})$`)

// emit writes a band, logical row by logical row, cell by cell.
func (l *layout) emit(rows []row, b band) {
	first := len(l.blocks)
	starts := l.rowStarts(rows[b.from:b.to], b.columns)
	for i := b.from; i < b.to && l.budget.Step(1); {
		end := i + 1
		for end < b.to && !starts[end-b.from] {
			end++
		}
		l.emitRow(rows[i:end], b.columns)
		i = end
	}
	l.within(first, rows[b.from].y, rows[b.to-1].y)
}

// rowStarts says which lines of a table begin a new row of it. A rule between
// two lines does; without rules a wider leading does, or else a line that
// fills the first column and another.
func (l *layout) rowStarts(rows []row, columns []span) []bool {
	starts := make([]bool, len(rows))
	starts[0] = true
	var distances []float64
	for i := 1; i < len(rows); i++ {
		distances = append(distances, (rows[i-1].y-rows[i].y)/rows[i].size)
	}
	if len(distances) == 0 {
		return starts
	}
	sorted := append([]float64(nil), distances...)
	sort.Float64s(sorted)
	tight := min(sorted[len(sorted)/5], 1.45)
	loose := 0
	for _, d := range distances {
		if d > 1.3*tight {
			loose++
		}
	}
	ruled := make([]bool, len(rows))
	rules := 0
	for i := 1; i < len(rows); i++ {
		if l.ruled(rows[i-1], rows[i], columns[0].x0, columns[len(columns)-1].x1) {
			ruled[i] = true
			rules++
		}
	}
	for i := 1; i < len(rows); i++ {
		wide := distances[i-1] > 1.3*tight
		switch {
		case ruled[i], mark1.MatchString(rows[i].pieces[0].text) && rows[i].x0() <= columns[0].x1:
			starts[i] = true
		case rules >= 2 && rules*6 >= len(rows):
			starts[i] = false
		case wide:
			starts[i] = true
		case loose >= 2 && loose*4 >= len(rows):
			starts[i] = false
		default:
			starts[i] = len(rows[i].pieces) > 1 && rows[i].x0() <= columns[0].x1
		}
	}
	return starts
}

// emitRow writes the cells of one row of a table, from left to right.
func (l *layout) emitRow(rows []row, columns []span) {
	var cells [][]row
	for i, c := range columns {
		to := c.x1 + 1
		if i+1 < len(columns) {
			to = columns[i+1].x0 - 0.01
		}
		if cell := clipAll(rows, c.x0-0.01, to); len(cell) > 0 {
			cells = append(cells, cell)
		}
	}
	if len(cells) == 2 && len(cells[0]) == 1 && mark1.MatchString(cells[0][0].line().text) {
		first := cells[0][0].line()
		rest := l.lines(cells[1])
		if near(first.y, rest[0].y, 0.5*first.size) {
			rest[0].text = first.text + "\t" + rest[0].text
			rest[0].x0 = first.x0
			l.paragraphs(rest, true)
			return
		}
	}
	for _, cell := range cells {
		l.paragraphs(l.lines(cell), true)
	}
}

func (l *layout) lines(rows []row) []line {
	lines := make([]line, 0, len(rows))
	for _, r := range rows {
		lines = append(lines, r.line())
	}
	return lines
}
