package citation

import (
	"strings"
	"unicode/utf8"
)

// maxLine bounds, in bytes, how much of a line is read to find its columns.
const maxLine = 400

// parted is how many blanks part the columns of a line; fewer than
// columnGap, for here a line below has to agree.
const parted = "   "

// below finds where the column that the window began in goes on in the line
// below the one that i is in. Nothing is found where the line has no columns.
func (w *window) below(i int) (int, bool) {
	if w.jump > 0 || !w.incomplete() {
		return 0, false
	}
	t := w.text
	from := strings.LastIndexByte(t[max(w.from-maxLine, 0):w.from], '\n') + 1 + max(w.from-maxLine, 0)
	n := strings.IndexByte(t[i:min(i+maxLine, len(t))], '\n')
	if n < 0 {
		return 0, false
	}
	before := t[from:w.from]
	edge := len(before) - len(strings.TrimLeft(before, " "))
	gap := strings.LastIndex(before, parted)
	columns := gap >= edge || strings.Contains(t[i:i+n], parted)
	if gap >= edge {
		edge = gap + len(parted)
	}
	if !columns {
		return 0, false
	}
	return columnAt(t, i+n+1, utf8.RuneCountInString(before[:edge]))
}

// columnAt finds the column, counted in characters, of the line at i; a word
// has to begin there.
func columnAt(t string, i, column int) (int, bool) {
	end := min(i+maxLine, len(t))
	for n := 0; n < column; n++ {
		if i >= end || t[i] == '\n' {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(t[i:])
		i += size
	}
	if i >= end || !isAlnum(t[i]) || column > 0 && t[i-1] != ' ' {
		return 0, false
	}
	return i, isDigit(t[i]) || classes[t[i]]&upperCase != 0
}

// incomplete says whether the window holds no number yet, or ends within one.
func (w *window) incomplete() bool {
	t := strings.TrimRight(string(w.buf), " ")
	return t != "" && (!strings.ContainsAny(t, "0123456789") || strings.IndexByte("-/:", t[len(t)-1]) >= 0)
}

// leap goes on in the column's next line.
func (w *window) leap(at int) int {
	if b := w.buf[len(w.buf)-1]; b != '-' && b != '/' && b != ':' {
		w.blank(at)
	}
	w.jump = len(w.buf)
	return at
}
