package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/etalon-registry/etalon/service/check"
)

// maxMarkdown bounds the rows of all tables together, in bytes. GitHub takes
// comments of 65,536 characters.
const maxMarkdown = 50_000

// writeMarkdown writes a comment: a line that sums up, and a table for each
// document with findings. Where there are too many, the gravest are kept.
func writeMarkdown(w io.Writer, reports []check.Report, opts Options) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### Standards cited\n\n%s.\n", Count(reports))
	if s := readAs(reports); s != "" {
		fmt.Fprintf(&b, "%s\n", s)
	}
	for _, u := range opts.Unread {
		fmt.Fprintf(&b, "\n%s could not be read: %s\n", code(u.Name), escape(u.Message))
	}
	rows, left := markdownRows(reports, opts)
	for i, rep := range reports {
		markdownDocument(&b, rep, rows[i])
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s left out for want of room.\n", plural(left, "finding"))
	}
	fmt.Fprintf(&b, "\n<sub>%s</sub>\n", check.Notice)
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownRows renders the findings of each report, the gravest first into the
// room that there is, and counts those left out.
func markdownRows(reports []check.Report, opts Options) (rows [][]string, left int) {
	type at struct{ report, row int }
	var order []at
	severity := map[at]check.Severity{}
	rows = make([][]string, len(reports))
	for i, rep := range reports {
		for j, f := range shown(rep, opts) {
			rows[i] = append(rows[i], markdownRow(rep, f))
			order = append(order, at{i, j})
			severity[at{i, j}] = f.Severity
		}
	}
	slices.SortStableFunc(order, func(a, b at) int { return int(severity[b]) - int(severity[a]) })
	room := maxMarkdown
	for _, k := range order {
		if room -= len(rows[k.report][k.row]); room < 0 {
			rows[k.report][k.row] = ""
			left++
		}
	}
	for i := range rows {
		rows[i] = slices.DeleteFunc(rows[i], func(row string) bool { return row == "" })
	}
	return rows, left
}

func markdownDocument(b *strings.Builder, rep check.Report, rows []string) {
	var notes []string
	if rep.Document != nil {
		notes = rep.Document.AllNotes()
	}
	if len(rows) == 0 && len(notes) == 0 {
		return
	}
	fmt.Fprintf(b, "\n#### %s\n", code(title(rep)))
	if len(rows) > 0 {
		b.WriteString("\n| Place | | Rule | Cited | |\n|---|---|---|---|---|\n")
		for _, row := range rows {
			b.WriteString(row)
		}
	}
	for i, note := range notes {
		if i == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "- Note: %s\n", escape(clean(note)))
	}
}

func markdownRow(rep check.Report, f check.Finding) string {
	place := PlaceText(f.Place)
	if place == "" {
		place = "document"
	}
	what := escape(clean(f.Message))
	if f.Replacement != "" {
		what += "<br>Instead: " + tableCode(clean(f.Replacement))
	}
	if f.Waived != "" {
		what += "<br>Waived: " + escape(clean(f.Waived))
	}
	cited := ""
	if s := cutText(subject(rep, f), 120); s != "" {
		cited = tableCode(s)
	}
	rule := tableCode(string(f.Rule))
	if r, ok := check.FindRule(f.Rule); ok {
		rule = "[" + rule + "](" + helpURI(r.ID) + ")"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", escape(place), severityText(f.Severity), rule, cited, what)
}

// code is a span of code that holds s, whatever s holds.
func code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// tableCode is code within a table, where a pipe ends the cell even in code.
func tableCode(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// escape is s as plain words: no emphasis, link, HTML, table cell, mention or
// reference to an issue comes of it.
func escape(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@' && !wordRune(before), r == '#' && !wordRune(before):
			// A character that shows nothing keeps it from being a mention.
			b.WriteRune(r)
			b.WriteRune('\u200b')
		case strings.ContainsRune("\\`*_[]|~!#", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return strings.ReplaceAll(b.String(), "://", ":\u200b//")
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
