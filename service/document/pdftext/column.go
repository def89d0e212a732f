package pdftext

import (
	"math"
	"sort"
)

const (
	// bins are the steps in which a page's width is searched for a gutter.
	bins = 512
	// gutters is how many places for a gutter are tried.
	gutters = 6
	// columnRows is how many rows each of two columns of prose has at least.
	columnRows = 4
)

// split is where rows [from, to) stand in two columns, parted at x.
type split struct {
	from, to int
	x        float64
}

// columns finds two columns of prose among rows, side by side: they are read
// one after the other. What is to the left and right of a table's gutters is
// read row by row instead, see table.go.
func (l *layout) columns(rows []row) (split, bool) {
	if len(rows) < columnRows {
		return split{}, false
	}
	left, right := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		left, right = min(left, r.x0()), max(right, r.x1())
	}
	width := right - left
	if width < 1 || !l.budget.Step(len(rows)+bins) {
		return split{}, false
	}
	bin := func(x float64) int { return min(max(int((x-left)/width*bins), 0), bins) }
	var change [bins + 2]int
	for i, r := range rows {
		for _, gap := range gapsOf(rows, i) {
			if gap[1]-gap[0] >= pieceGap*r.size {
				change[bin(gap[0])+1]++
				change[bin(gap[1])]--
			}
		}
	}
	var votes [bins + 1]int
	sum := 0
	for i := range votes {
		sum += change[i]
		votes[i] = sum
	}
	for range gutters {
		best := 0
		for i, n := range votes {
			if n > votes[best] {
				best = i
			}
		}
		if votes[best] < columnRows-1 {
			break
		}
		end := best
		for end < bins && votes[end+1] == votes[best] {
			end++
		}
		x := left + (float64(best+end)/2+0.5)*width/bins
		if s, ok := l.proseAt(rows, x); ok {
			return s, true
		}
		for i := max(best-8, 0); i <= min(end+8, bins); i++ {
			votes[i] = 0
		}
	}
	return split{}, false
}

// gapsOf gives the gaps between the pieces of row i, taken together with the
// next row where that overlaps it: columns need not share baselines.
func gapsOf(rows []row, i int) [][2]float64 {
	pieces := rows[i].pieces
	if i+1 < len(rows) && rows[i].grid == nil && rows[i+1].grid == nil && rows[i].y-rows[i+1].y < 0.8*rows[i].size {
		pieces = append(append([]piece(nil), pieces...), rows[i+1].pieces...)
		sort.Slice(pieces, func(a, b int) bool { return pieces[a].x0 < pieces[b].x0 })
	}
	var gaps [][2]float64
	for j := 1; j < len(pieces); j++ {
		if pieces[j].x0 > pieces[j-1].x1 {
			gaps = append(gaps, [2]float64{pieces[j-1].x1, pieces[j].x0})
		}
	}
	return gaps
}

// proseAt looks for the longest run of rows that do not cross x, and says
// whether both sides read as prose.
func (l *layout) proseAt(rows []row, x float64) (split, bool) {
	best, bestRows := split{}, 0
	for from := 0; from < len(rows) && l.budget.Step(1); {
		to, lefts, rights := from, 0, 0
		for to < len(rows) && !rows[to].crosses(x) && l.budget.Step(1) {
			if rows[to].x0() < x {
				lefts++
			}
			if rows[to].x1() > x {
				rights++
			}
			to++
		}
		if n := min(lefts, rights); n > bestRows {
			best, bestRows = split{from, to, x}, n
		}
		from = to + 1
	}
	if bestRows < columnRows {
		return split{}, false
	}
	best = best.trim(rows)
	run := rows[best.from:best.to]
	if len(run) == 0 {
		return split{}, false
	}
	lefts, rights := clipAll(run, math.Inf(-1), x), clipAll(run, x, math.Inf(1))
	if !prose(lefts) || !prose(rights) || inStep(lefts, rights) {
		return split{}, false
	}
	return best, l.rulesAcross(run, x) < 2
}

func (r row) crosses(x float64) bool {
	for _, p := range r.pieces {
		if p.x0 < x && p.x1 > x {
			return true
		}
	}
	return false
}

// trim leaves out rows at either end that stand on one side only and far from
// the rest, such as page numbers.
func (s split) trim(rows []row) split {
	const far = 2.2
	oneSided := func(i int) bool { return rows[i].x1() < s.x || rows[i].x0() > s.x }
	for i := s.to - 1; i > s.from && oneSided(i); i-- {
		if rows[i-1].y-rows[i].y > far*rows[i].size {
			s.to = i
		}
	}
	for i := s.from; i+1 < s.to && oneSided(i); i++ {
		if rows[i].y-rows[i+1].y > far*rows[i].size {
			s.from = i + 1
		}
	}
	return s
}

// prose says whether rows look like a column of running text, or several:
// many of them fill it, and their pieces hold some words each.
func prose(rows []row) bool {
	if len(rows) < columnRows {
		return false
	}
	left, right := math.Inf(1), math.Inf(-1)
	runes, pieces, wide := 0, 0, 0.0
	for _, r := range rows {
		left, right = min(left, r.x0()), max(right, r.x1())
		for _, p := range r.pieces {
			runes += p.runes
			pieces++
		}
	}
	full := 0
	for _, r := range rows {
		if r.grid != nil || r.x1()-r.x0() >= 0.6*(right-left) {
			full++
		}
		wide = max(wide, (right-left)/r.size)
	}
	return wide >= 10 && runes >= 13*pieces && full*3 >= len(rows)
}

// inStep says whether two columns break at the same heights, as the rows of a
// table do and columns of prose don't.
func inStep(left, right []row) bool {
	a, b := breaksOf(left), breaksOf(right)
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 3 || len(b) > 2*len(a) {
		return false
	}
	same, j := 0, 0
	for _, x := range a {
		for j < len(b) && b[j].x0 > x.x1 {
			j++
		}
		if j < len(b) && b[j].x1 > x.x0 {
			same++
		}
	}
	return same*4 >= len(a)*3
}

// breaksOf gives the heights at which a column's leading is larger than
// usual, from the top down.
func breaksOf(rows []row) []span {
	lines := make([]line, 0, len(rows))
	for _, r := range rows {
		lines = append(lines, line{y: r.y, size: r.size})
	}
	usual := usualLeading(lines)
	var out []span
	for i := 1; i < len(lines); i++ {
		if lines[i-1].y-lines[i].y > 1.22*usual*lines[i].size {
			out = append(out, span{lines[i].y, lines[i-1].y})
		}
	}
	return out
}

// rulesAcross counts the rules between rows that run across x: those of a
// table.
func (l *layout) rulesAcross(rows []row, x float64) int {
	count := 0
	last := math.Inf(1)
	for _, r := range l.rulesBetween(rows[0].y, rows[len(rows)-1].y) {
		if r.x0 < x-10 && r.x1 > x+10 && last-r.y > 2 {
			count++
			last = r.y
		}
	}
	return count
}
