package pdftext

import (
	"sort"
	"strings"
)

// Distances, in parts of the size of the text.
const (
	// pieceGap parts the pieces of a row, which may stand in different columns.
	pieceGap = 0.8
	// tabGap is a gap that is no space between words of a sentence.
	tabGap = 1.5
	// tabGapSpaced is that where a space is painted: justified lines of narrow
	// columns have wide ones.
	tabGapSpaced = 4
	// sameRow is how far baselines of one row may be apart.
	sameRow = 0.35
)

// piece is a run of words with no wide gap in it.
type piece struct {
	x0, x1, y, size float64
	text            string
	runes           int
	spaced          bool // a space is painted before it
}

// row is what stands on one baseline, from left to right.
type row struct {
	pieces  []piece
	y, size float64
	grid    *grid // a table stands here, without text of its own
}

// rows sorts words onto baselines, from the top down.
func (l *layout) rows(words []word) []row {
	b := l.budget
	if !b.Step(len(words)) {
		return nil
	}
	sort.SliceStable(words, func(i, j int) bool { return words[i].y > words[j].y })
	var list []row
	for start := 0; start < len(words) && b.Step(1); {
		end := start + 1
		for end < len(words) && words[start].y-words[end].y <= sameRow*min(words[start].size, words[end].size) {
			end++
		}
		line := words[start:end]
		sort.SliceStable(line, func(i, j int) bool { return line[i].x0 < line[j].x0 })
		if r := l.rowOf(line); len(r.pieces) > 0 {
			list = append(list, r)
		}
		start = end
	}
	return list
}

// rowOf joins words to pieces.
func (l *layout) rowOf(words []word) row {
	var r row
	var text strings.Builder
	var open piece
	var last word
	weights := map[float64]int{}
	for i, w := range words {
		if !l.budget.Step(1) {
			break
		}
		if i > 0 && w.text == last.text && near(w.x0, last.x0, 0.3*w.size) {
			continue // painted twice, to look bold or to throw a shadow
		}
		gap := w.x0 - open.x1
		size := max(w.size, last.size)
		switch {
		case i == 0:
		case gap > pieceGap*size:
			open.text = text.String()
			r.pieces = append(r.pieces, open)
			text.Reset()
			open = piece{}
		case w.spaced || gap > l.gap*min(w.size, last.size):
			text.WriteByte(' ')
			open.runes++
		}
		if open.runes == 0 {
			open = piece{x0: w.x0, x1: w.x1, y: w.y, size: w.size, spaced: w.spaced}
		}
		text.WriteString(w.text)
		n := len([]rune(w.text))
		open.runes += n
		open.x1 = max(open.x1, w.x1)
		open.size = max(open.size, w.size)
		if w.raise == 0 {
			weights[w.size] += n
		}
		last = w
	}
	if open.runes > 0 {
		open.text = text.String()
		r.pieces = append(r.pieces, open)
	}
	if len(r.pieces) > 0 {
		r.y = r.pieces[0].y
		r.size = r.pieces[0].size
		most := 0
		for size, n := range weights {
			if n > most || n == most && size > r.size {
				most, r.size = n, size
			}
		}
	}
	return r
}

// line joins the pieces of a row to one line.
func (r row) line() line {
	l := line{y: r.y, size: r.size}
	var text strings.Builder
	for i, p := range r.pieces {
		if i == 0 {
			l.x0 = p.x0
		} else if gap := p.x0 - l.x1; gap > tabGap*r.size && !(p.spaced && gap < tabGapSpaced*r.size) {
			text.WriteByte('\t')
		} else {
			text.WriteByte(' ')
		}
		text.WriteString(p.text)
		l.x1 = max(l.x1, p.x1)
	}
	l.text = text.String()
	return l
}

// justified joins pieces between which a space is painted: the lines of a
// narrow cell that are stretched to its width.
func (r row) justified() row {
	out := row{y: r.y, size: r.size}
	for _, p := range r.pieces {
		n := len(out.pieces)
		if n == 0 || !p.spaced || p.x0-out.pieces[n-1].x1 > tabGapSpaced*r.size {
			out.pieces = append(out.pieces, p)
			continue
		}
		last := &out.pieces[n-1]
		last.text += " " + p.text
		last.runes += 1 + p.runes
		last.x1 = max(last.x1, p.x1)
	}
	return out
}

func (r row) x0() float64 { return r.pieces[0].x0 }

func (r row) x1() float64 {
	x := r.pieces[0].x1
	for _, p := range r.pieces {
		x = max(x, p.x1)
	}
	return x
}

// clip keeps the pieces whose middle lies between two x.
func (r row) clip(from, to float64) (row, bool) {
	out := row{y: r.y, size: r.size, grid: r.grid}
	for _, p := range r.pieces {
		if mid := (p.x0 + p.x1) / 2; mid >= from && mid < to {
			out.pieces = append(out.pieces, p)
		}
	}
	if len(out.pieces) == 0 {
		return out, false
	}
	if len(out.pieces) < len(r.pieces) {
		out.y, out.size = out.pieces[0].y, out.pieces[0].size
	}
	return out, true
}

func clipAll(list []row, from, to float64) []row {
	var out []row
	for _, r := range list {
		if c, ok := r.clip(from, to); ok {
			out = append(out, c)
		}
	}
	return out
}

// line is a line of text.
type line struct {
	text            string
	x0, x1, y, size float64
}

// block is a paragraph, a heading, a cell.
type block struct {
	lines []line
	// top and bottom are baselines: of the table that it is a cell of, else of
	// its own lines.
	top, bottom float64
}
