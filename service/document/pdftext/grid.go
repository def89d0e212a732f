package pdftext

import (
	"sort"
)

const (
	// touching is how far rules may be apart and still meet.
	touching = 3.0
	// maxCells bounds a table. What is larger is a drawing.
	maxCells = 20_000
)

// grid is a table whose cells are drawn: rules in both directions that meet.
type grid struct {
	xs, ys []float64 // of the edges; ys from the top down
	cell   []int     // the cell of each square, row by row
	// words by cell; only the first square of a cell holds any.
	words map[int][]word
}

// grids finds the drawn tables of a page: level rules and upright ones.
func (l *layout) grids(level, upright []rule) []*grid {
	level, upright = joined(level), joined(upright)
	if len(level) < 2 || len(upright) < 2 || len(level)*len(upright) > 4_000_000 {
		return nil
	}
	// Rules that meet belong to one table.
	group := newSets(len(level) + len(upright))
	for i, h := range level {
		if !l.budget.Step(1 + len(upright)/16) {
			return nil
		}
		for j, v := range upright {
			if v.y >= h.x0-touching && v.y <= h.x1+touching && h.y >= v.x0-touching && h.y <= v.x1+touching {
				group.unite(i, len(level)+j)
			}
		}
	}
	levels, uprights := map[int][]rule{}, map[int][]rule{}
	for i, h := range level {
		root := group.find(i)
		levels[root] = append(levels[root], h)
	}
	for j, v := range upright {
		root := group.find(len(level) + j)
		uprights[root] = append(uprights[root], v)
	}
	roots := make([]int, 0, len(levels))
	for root := range levels {
		roots = append(roots, root)
	}
	sort.Ints(roots)
	var list []*grid
	for _, root := range roots {
		if g := l.gridOf(levels[root], uprights[root]); g != nil {
			list = append(list, g)
		}
	}
	return list
}

// joined unites rules on one line that touch. For upright rules x0 and x1 are
// the ends in y, and y is x.
func joined(list []rule) []rule {
	sorted := append([]rule(nil), list...)
	sort.Slice(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		return a.y < b.y || a.y == b.y && a.x0 < b.x0
	})
	var out []rule
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && sorted[end].y-sorted[start].y <= touching/2 {
			end++
		}
		same := sorted[start:end]
		sort.Slice(same, func(i, j int) bool { return same[i].x0 < same[j].x0 })
		first := len(out)
		for _, r := range same {
			if n := len(out); n > first && r.x0 <= out[n-1].x1+touching {
				out[n-1].x1 = max(out[n-1].x1, r.x1)
				continue
			}
			out = append(out, rule{x0: r.x0, x1: r.x1, y: same[0].y})
		}
		start = end
	}
	return out
}

// gridOf makes the cells of rules that meet, nil where they make fewer than
// two.
func (l *layout) gridOf(level, upright []rule) *grid {
	g := &grid{words: map[int][]word{}}
	g.ys = edges(level)
	sort.Sort(sort.Reverse(sort.Float64Slice(g.ys)))
	g.xs = edges(upright)
	columns, rows := len(g.xs)-1, len(g.ys)-1
	if columns < 1 || rows < 1 || columns*rows < 2 || columns*rows > maxCells {
		return nil
	}
	squares := newSets(columns * rows)
	for i := range rows {
		for j := range columns {
			if !l.budget.Step(1 + (len(level)+len(upright))/16) {
				return nil
			}
			at := i*columns + j
			if j+1 < columns && !covers(upright, g.xs[j+1], g.ys[i+1], g.ys[i]) {
				squares.unite(at, at+1)
			}
			if i+1 < rows && !covers(level, g.ys[i+1], g.xs[j], g.xs[j+1]) {
				squares.unite(at, at+columns)
			}
		}
	}
	g.cell = make([]int, columns*rows)
	cells := map[int]bool{}
	for at := range g.cell {
		g.cell[at] = squares.find(at)
		cells[g.cell[at]] = true
	}
	if len(cells) < 2 {
		return nil
	}
	return g
}

// edges lists the places of rules, each once.
func edges(list []rule) []float64 {
	sorted := make([]float64, 0, len(list))
	for _, r := range list {
		sorted = append(sorted, r.y)
	}
	sort.Float64s(sorted)
	var out []float64
	for _, y := range sorted {
		if len(out) == 0 || y-out[len(out)-1] > touching {
			out = append(out, y)
		}
	}
	return out
}

// covers says whether rules at a place run along most of from to to.
func covers(list []rule, at, from, to float64) bool {
	covered := 0.0
	for _, r := range list {
		if near(r.y, at, touching) {
			covered += max(0, min(r.x1, to)-max(r.x0, from))
		}
	}
	return covered >= 0.5*(to-from)
}

// take puts a word into its cell, and says whether it stands in the table.
func (g *grid) take(w word) bool {
	x, y := (w.x0+w.x1)/2, w.y+0.3*w.size
	columns, rows := len(g.xs)-1, len(g.ys)-1
	if x < g.xs[0] || x > g.xs[columns] || y > g.ys[0] || y < g.ys[rows] {
		return false
	}
	j := max(sort.SearchFloat64s(g.xs, x)-1, 0)
	i := max(sort.Search(len(g.ys), func(i int) bool { return g.ys[i] <= y })-1, 0)
	cell := g.cell[min(i, rows-1)*columns+min(j, columns-1)]
	g.words[cell] = append(g.words[cell], w)
	return true
}

// row stands for the table among the rows of a page.
func (g *grid) row() row {
	top := g.ys[0]
	return row{y: top, size: 10, grid: g, pieces: []piece{{x0: g.xs[0], x1: g.xs[len(g.xs)-1], y: top, size: 10}}}
}

// emitGrid writes the cells of a table, row by row.
func (l *layout) emitGrid(g *grid, depth int) {
	cells := make([]int, 0, len(g.words))
	for cell := range g.words {
		cells = append(cells, cell)
	}
	sort.Ints(cells)
	first := len(l.blocks)
	for _, cell := range cells {
		list := l.rows(g.words[cell])
		for i := range list {
			list[i] = list[i].justified()
		}
		l.order(list, depth+1)
	}
	l.within(first, g.ys[0], g.ys[len(g.ys)-1])
}

// sets are disjoint sets of numbers; the lowest of a set stands for it.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) unite(i, j int) {
	a, b := s.find(i), s.find(j)
	s[max(a, b)] = min(a, b)
}
