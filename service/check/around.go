package check

import (
	"strings"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/document"
)

// Bounds of what is looked at around a citation, in bytes. They keep the cost
// of a check linear in the number of citations.
const (
	maxUnit   = 1200 // of a paragraph, item or row, to either side
	maxLead   = 6000 // back to the line that leads a list in
	maxItem   = 400  // of an item between that line and the citation
	maxBlocks = 200  // of a table, to either side
)

// around is the block of text that a span stands in, at most most bytes to
// either side, cut at runes.
func around(text string, start, end, most int) (from, to int) {
	from, to = max(0, start-most), min(len(text), end+most)
	for from < start && !utf8.RuneStart(text[from]) {
		from++
	}
	for to < len(text) && to > end && !utf8.RuneStart(text[to]) {
		to--
	}
	if i := strings.LastIndex(text[from:start], "\n\n"); i >= 0 {
		from += i + 2
	}
	if i := strings.Index(text[end:to], "\n\n"); i >= 0 {
		to = end + i
	}
	return from, to
}

// unit is what a reader takes as one with a span: the item of a list, the row
// of a table, the line of a data file, else the paragraph.
func unit(doc *document.Document, start, end int) (from, to int) {
	from, to = around(doc.Text, start, end, maxUnit)
	lines := doc.Format == document.CSV || doc.Format == document.YAML || doc.Format == document.JSON
	for line := start; line > from; {
		line = from + strings.LastIndexByte(doc.Text[from:line], '\n') + 1
		if lines || beginsItem(doc.Text[line:]) {
			from = line
			break
		}
		line-- // on to the line before
	}
	for i := end; i < to; i++ {
		if doc.Text[i] == '\n' && (lines || beginsItem(doc.Text[i+1:to])) {
			return from, i
		}
	}
	return from, to
}

// beginsItem says whether a line begins an item of a list or a row of a table:
// "- ", "* ", "• ", "1. ", "(a) ", "iv) ", "| ".
func beginsItem(line string) bool {
	line = strings.TrimLeft(line[:min(len(line), 40)], " \t")
	if line == "" {
		return false
	}
	for _, mark := range [...]string{"- ", "* ", "+ ", "•", "◦", "▪", "‣", "–\u00a0", "– ", "|", "o\t"} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	open := strings.HasPrefix(line, "(")
	line = strings.TrimPrefix(line, "(")
	n := 0
	for n < len(line) && n < 5 && isWord(line[n]) {
		n++
	}
	if n == 0 || n == len(line) {
		return false
	}
	digits := strings.Trim(line[:n], "0123456789.") == ""
	switch {
	case open:
		return line[n] == ')'
	case line[n] == ')':
		return true
	}
	return digits && line[n] == '.' && n+1 < len(line) && (line[n+1] == ' ' || line[n+1] == '\t')
}

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// leadIn is the line that leads in the list that a span at from stands in:
// the nearest one before it that ends with a colon, with none but short items
// between. It is empty where there is none.
func leadIn(text string, from int) string {
	low := max(0, from-maxLead)
	for from > low {
		end := from
		for end > low && (text[end-1] == '\n' || text[end-1] == ' ' || text[end-1] == '\t') {
			end--
		}
		begin := low
		if i := strings.LastIndexByte(text[low:end], '\n'); i >= 0 {
			begin = low + i + 1
		}
		if strings.HasSuffix(text[begin:end], ":") {
			from, _ := around(text, begin, end, maxUnit)
			return text[from:end]
		}
		if end-begin > maxItem || end <= low {
			return ""
		}
		from = begin
	}
	return ""
}

// tableHead is the first row of a table of Markdown whose row begins at from,
// and the first line of a CSV file; empty elsewhere.
func tableHead(doc *document.Document, from int) string {
	text := doc.Text
	if doc.Format == document.CSV {
		return text[:min(lineEnd(text, 0), maxUnit)]
	}
	if !strings.HasPrefix(strings.TrimLeft(text[from:min(len(text), from+40)], " \t"), "|") {
		return ""
	}
	head := from
	for low := max(0, from-maxLead); head > low; {
		begin := low + strings.LastIndexByte(text[low:head-1], '\n') + 1
		if !strings.HasPrefix(strings.TrimLeft(text[begin:head], " \t"), "|") {
			break
		}
		head = begin
	}
	return text[head:min(lineEnd(text, head), head+maxUnit)]
}

// tableContext is the text of the row that a cell stands in, and of the
// table's first row.
func tableContext(doc *document.Document, start int) string {
	table, row, ok := tableRow(doc.Place(start).Cell)
	if !ok {
		return ""
	}
	var b strings.Builder
	take := func(from, to int) bool {
		t, r, ok := tableRow(doc.Place(from).Cell)
		if !ok || t != table {
			return false
		}
		if r == row || r == "1" {
			b.WriteString(doc.Text[from:to])
			b.WriteByte('\n')
		}
		return true
	}
	for n, end := 0, start; n < maxBlocks && end > 0; n++ {
		low := max(0, end-maxUnit)
		i := strings.LastIndexByte(doc.Text[low:end], '\n')
		begin := low + i + 1
		if begin < end && !take(begin, end) {
			break
		}
		end = max(0, begin-1)
	}
	for n, begin := 0, start; n < maxBlocks && begin < len(doc.Text); n++ {
		high := min(len(doc.Text), begin+maxUnit)
		end := high
		if i := strings.IndexByte(doc.Text[begin:high], '\n'); i >= 0 {
			end = begin + i
		}
		if begin < end && !take(begin, end) {
			break
		}
		begin = end + 1
	}
	return b.String()
}

// tableRow reads the cells that document.Place names: "table 2, row 3, column
// 1" and "Prices!B7".
func tableRow(cell string) (table, row string, ok bool) {
	if before, after, found := strings.Cut(cell, ", row "); found {
		row, _, _ = strings.Cut(after, ",")
		return before, row, row != ""
	}
	i := strings.LastIndexByte(cell, '!')
	if i < 0 {
		return "", "", false
	}
	row = strings.TrimLeft(cell[i+1:], "$ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	return cell[:i], row, row != ""
}
