package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"golang.org/x/term"
)

// table prints rows in columns that line up, with two spaces between them. On
// a terminal that is too narrow digests are shortened and the last column is
// cut; what goes to a file or a program is always whole.
func (a *app) table(w io.Writer, header []string, rows [][]string) {
	writeTable(w, columns(a.Out), header, rows)
}

// columns is the width of the terminal that w is; 0: none, or not known.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

const (
	gap         = 2  // between columns
	shortDigest = 19 // "sha256:" and 12 digits
	leastCut    = 20 // a column is not cut below this
)

func writeTable(w io.Writer, columns int, header []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	all := append([][]string{header}, rows...)
	widths := columnWidths(all)
	if columns > 0 && sum(widths) > columns {
		shorten(all[1:])
		widths = columnWidths(all)
		last := len(header) - 1
		room := max(leastCut, columns-sum(widths[:last])-gap)
		for _, row := range all {
			row[last] = cut(row[last], room)
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-lipgloss.Width(cell)+gap))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	return widths
}

// sum is the width of columns with the gaps between them.
func sum(widths []int) int {
	n := gap * (len(widths) - 1)
	for _, w := range widths {
		n += w
	}
	return n
}

func shorten(rows [][]string) {
	for _, row := range rows {
		for i, cell := range row {
			if strings.HasPrefix(cell, "sha256:") && len(cell) > shortDigest {
				row[i] = cell[:shortDigest] + "…"
			}
		}
	}
}

// cut makes s at most width wide.
func cut(s string, width int) string {
	if lipgloss.Width(s) <= width {
		return s
	}
	used, end := 1, 0
	for i, r := range s {
		if used += lipgloss.Width(string(r)); used > width {
			break
		}
		end = i + len(string(r))
	}
	return strings.TrimRight(s[:end], " ") + "…"
}
