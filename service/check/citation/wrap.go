package citation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWindow bounds how much of the text one citation is read from, in bytes
// of plain form.
const maxWindow = 192

// window is a piece of the text in plain form, as it would stand in one line
// of a letter: one blank for each run of white space and for each line end
// with its quote or comment marks, one hyphen for each of Unicode's, no
// emphasis, no invisible characters. It ends at a blank line, a tab, a new
// list item, or a gap that parts columns.
type window struct {
	buf []byte
	// at is where in the text each byte of buf comes from.
	at []int
	// from and src are between where the text was read.
	from, src int
	text      string
	// jump is the length of buf at which it goes on in the next line of a
	// column, 0 where it never does.
	jump int
}

// fill makes w the window of text from the offset on.
func (w *window) fill(text string, from, most int) {
	w.text, w.buf, w.at, w.from, w.jump = text, w.buf[:0], w.at[:0], from, 0
	i := from
	for i < len(text) && len(w.buf) < most {
		b := text[i]
		if classes[b]&simple != 0 {
			w.add(b, i)
			i++
			continue
		}
		n := w.special(i, b)
		if n <= 0 {
			break
		}
		i += n
	}
	w.src = i
}

func (w *window) add(b byte, at int) {
	w.buf = append(w.buf, b)
	w.at = append(w.at, at)
}

// special takes in what does not stand for itself, and says how many bytes
// that were; none ends the window.
func (w *window) special(i int, b byte) int {
	switch {
	case b == ' ':
		return w.blanks(i)
	case b == '\n' || b == '\r' && i+1 < len(w.text) && w.text[i+1] == '\n':
		return w.wrap(i)
	case b == '&':
		return w.entity(i)
	case b == '\\':
		if i+1 < len(w.text) && classes[w.text[i+1]]&simple != 0 && !isAlnum(w.text[i+1]) {
			return 1
		}
	case b == '*':
		if strings.HasPrefix(w.text[i:], "**") {
			return 2
		}
	case b == '<':
		return w.tag(i)
	case b >= utf8.RuneSelf:
		return w.wide(i)
	default:
		return 0
	}
	w.add(b, i)
	return 1
}

// columnGap is how many blanks part columns rather than words.
const columnGap = 6

func (w *window) blanks(i int) int {
	j := i
	for j < len(w.text) && w.text[j] == ' ' && j-i < columnGap {
		j++
	}
	if j < len(w.text) && (w.text[j] == '\n' || w.text[j] == '\r') {
		return j - i
	}
	if j-i == columnGap {
		if at, ok := w.below(i); ok {
			return w.leap(at) - i
		}
		return 0
	}
	w.blank(i)
	return j - i
}

// blank adds one, unless there is one.
func (w *window) blank(i int) {
	if n := len(w.buf); n == 0 || w.buf[n-1] != ' ' {
		w.add(' ', i)
	}
}

// maxIndent bounds the blanks and marks at the start of a line.
const maxIndent = 120

// wrap takes in a line end with what marks the start of the next line. After
// a hyphen, a slash or a colon nothing stands for it, else a blank.
func (w *window) wrap(i int) int {
	j := strings.IndexByte(w.text[i:min(i+2, len(w.text))], '\n') + i + 1
	j = skipMarks(w.text, j)
	if j < 0 || !isDigit(w.text[j]) {
		if at, ok := w.below(i); ok && at != j && isDigit(w.text[at]) {
			return w.leap(at) - i
		}
	}
	if j < 0 {
		return 0
	}
	if n := len(w.buf); n > 0 {
		switch last := w.buf[n-1]; {
		case last == '-' && n > 1 && isAlnum(w.buf[n-2]) && isAlnum(w.text[j]), last == '/', last == ':' && isDigit(w.text[j]):
		default:
			w.blank(i)
		}
	}
	return j - i
}

// skipMarks skips indentation and quote marks at the start of a line, and
// comment marks. It is negative where the line is blank, or begins a list
// item, a heading, a table's row or the like.
func skipMarks(s string, i int) int {
	end := min(i+maxIndent, len(s))
	j := i
	for j < end && (s[j] == ' ' || s[j] == '\t' || s[j] == '>') {
		j++
	}
	switch {
	case j >= end || s[j] == '\n' || s[j] == '\r' || s[j] == '|' || s[j] == '\f':
		return -1
	case strings.HasPrefix(s[j:], "# ") && commented(s, i, "#"):
		return skipBlanks(s, j+2)
	case strings.HasPrefix(s[j:], "// ") && commented(s, i, "//"):
		return skipBlanks(s, j+3)
	case strings.HasPrefix(s[j:], "- ") || strings.HasPrefix(s[j:], "* ") || strings.HasPrefix(s[j:], "+ ") || s[j] == '#':
		return -1
	}
	return j
}

// commented says whether the line before the one at i begins with the mark.
func commented(s string, i int, mark string) bool {
	from := max(i-lookBack, 0)
	line := s[from : i-1]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	return strings.HasPrefix(strings.TrimLeft(line, " \t"), mark)
}

func skipBlanks(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if i >= len(s) || s[i] == '\n' || s[i] == '\r' {
		return -1
	}
	return i
}

// entities are what HTML and Markdown write for blanks, hyphens and "&".
var entities = [...]struct {
	name string
	is   byte
}{
	{"nbsp", ' '}, {"#160", ' '}, {"#xa0", ' '}, {"thinsp", ' '}, {"ensp", ' '}, {"emsp", ' '}, {"#8239", ' '}, {"#x202f", ' '},
	{"ndash", '-'}, {"mdash", '-'}, {"hyphen", '-'}, {"dash", '-'}, {"#8209", '-'}, {"#8208", '-'}, {"#8211", '-'}, {"#x2011", '-'}, {"#x2013", '-'},
	{"amp", '&'}, {"shy", 0}, {"reg", 0}, {"trade", 0},
}

func (w *window) entity(i int) int {
	for _, e := range entities {
		n := i + 1 + len(e.name)
		if n < len(w.text) && w.text[n] == ';' && foldEqual(w.text[i+1:n], e.name) {
			switch e.is {
			case 0:
			case ' ':
				w.blank(i)
			default:
				w.add(e.is, i)
			}
			return n + 1 - i
		}
	}
	w.add('&', i)
	return 1
}

// tags are those that HTML sets within a line without parting words.
var tags = [...]string{"b", "i", "em", "strong", "wbr", "wbr/", "span", "u", "abbr", "cite"}

func (w *window) tag(i int) int {
	rest := w.text[i+1 : min(i+12, len(w.text))]
	name, _, ok := strings.Cut(rest, ">")
	if !ok {
		return 0
	}
	for _, t := range tags {
		if foldEqual(strings.TrimPrefix(name, "/"), t) {
			return len(name) + 2
		}
	}
	if hasFold(name, "br") && strings.Trim(name[2:], " /") == "" {
		w.blank(i)
		return len(name) + 2
	}
	return 0
}

// wide takes in a character beyond ASCII.
func (w *window) wide(i int) int {
	r, n := utf8.DecodeRuneInString(w.text[i:])
	switch {
	case r >= 0x2010 && r <= 0x2015, r == 0x2043, r == 0x2212, r == 0xFE58, r == 0xFE63, r == 0xFF0D:
		w.add('-', i)
	case r > 0xFF00 && r <= 0xFF5E:
		w.add(byte(r-0xFF00+0x20), i)
	case r == 0xAD, r >= 0x200B && r <= 0x200F, r >= 0x2060 && r <= 0x2064, r == 0xFEFF, r == '®', r == '™':
		if j := i + n; r == 0xAD && j < len(w.text) && w.text[j] == '\n' {
			if k := skipMarks(w.text, j+1); k >= 0 {
				return k - i
			}
		}
	case r == 0x2028 || r == 0x2029 || r == 0x85 || unspaced(r):
		return 0
	case unicode.IsSpace(r):
		w.blank(i)
	default:
		for k := range n {
			w.add(w.text[i+k], i)
		}
	}
	return n
}

// end is where in the text the first n bytes of the window end: behind the
// last character of them, before any invisible ones that follow.
func (w *window) end(n int) int {
	last := w.at[n-1]
	_, size := utf8.DecodeRuneInString(w.text[last:])
	return last + size
}

// splice puts other bytes in place of buf[i:j].
func (w *window) splice(i, j int, with string) {
	at := 0
	if i < len(w.at) {
		at = w.at[i]
	} else if i > 0 {
		at = w.at[i-1]
	}
	if w.jump > i {
		w.jump = max(w.jump+len(with)-(j-i), 1)
	}
	w.buf = slices.Replace(w.buf, i, j, []byte(with)...)
	w.at = slices.Delete(w.at, i, j)
	for range len(with) {
		w.at = slices.Insert(w.at, i, at)
	}
}
