package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/standard"
)

const (
	indent    = "    " // of what belongs to a finding
	leastWrap = 40     // columns; text is not wrapped to fewer
	mostCited = 48     // characters of a citation in a table
	mostPlace = 48     // columns; rows with a longer place stand out
)

// ANSI escapes.
const (
	reset  = "\x1b[0m"
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
)

// writeText writes a table for each document that has findings or notes, and a
// summary.
func writeText(w io.Writer, reports []check.Report, opts Options) error {
	t := &texter{opts: opts}
	for _, rep := range reports {
		t.document(rep)
	}
	t.line(t.paint(bold, Count(reports).String()))
	if s := readAs(reports); s != "" {
		t.line(s)
	}
	t.line(t.paint(faint, check.Notice))
	_, err := io.WriteString(w, t.String())
	return err
}

// readAs says what the reports are for, as far as that is the same of all.
func readAs(reports []check.Report) string {
	if len(reports) == 0 {
		return ""
	}
	day, revision := reports[0].AsOf, reports[0].Revision
	for _, rep := range reports[1:] {
		if rep.AsOf != day {
			day = standard.Day{}
		}
		if rep.Revision != revision {
			revision = 0
		}
	}
	var parts []string
	if !day.IsZero() {
		parts = append(parts, "as of "+day.String())
	}
	if revision > 0 {
		parts = append(parts, fmt.Sprintf("revision %d of the registry", revision))
	}
	if len(parts) == 0 {
		return ""
	}
	s := strings.Join(parts, ", ")
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

type texter struct {
	strings.Builder
	opts Options
}

func (t *texter) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

func (t *texter) paint(color, s string) string {
	if !t.opts.Color {
		return s
	}
	return color + s + reset
}

func (t *texter) document(rep check.Report) {
	findings := shown(rep, t.opts)
	if len(findings) == 0 && (rep.Document == nil || len(rep.Document.AllNotes()) == 0) {
		return
	}
	t.line(t.paint(bold, title(rep)))
	if len(findings) > 0 {
		t.findings(rep, findings)
	}
	if rep.Document != nil {
		for _, note := range rep.Document.AllNotes() {
			if !found(rep, note) {
				t.wrapped("  ", "note: "+clean(note))
			}
		}
	}
	t.line("")
}

// found says whether a note of the document is a finding already.
func found(rep check.Report, note string) bool {
	bare := func(s string) string { return strings.TrimSuffix(strings.TrimSpace(s), ".") }
	return slices.ContainsFunc(rep.Findings, func(f check.Finding) bool {
		return f.Rule == check.RuleUnreadable && strings.EqualFold(bare(f.Message), bare(note))
	})
}

// findings prints a row for each, and under it what it says, unless a row above
// said the same.
func (t *texter) findings(rep check.Report, findings []check.Finding) {
	rows := [][]string{{"PLACE", "SEVERITY", "RULE", "CITED"}}
	for _, f := range findings {
		rows = append(rows, []string{textPlace(rep, f), severityText(f.Severity), string(f.Rule), cutText(subject(rep, f), mostCited)})
	}
	var widths [4]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	widths[0] = min(widths[0], mostPlace)
	said := map[string]bool{}
	for i, row := range rows {
		for j, cell := range row[:3] {
			row[j] = cell + strings.Repeat(" ", max(0, widths[j]-lipgloss.Width(cell)))
		}
		if i == 0 {
			t.line(t.paint(faint, "  "+strings.TrimRight(strings.Join(row, "  "), " ")))
			continue
		}
		f := findings[i-1]
		row[1] = t.paint(severityColor(f.Severity), row[1])
		t.line("  " + strings.Join(row, "  "))
		same := strings.Join([]string{string(f.Rule), f.Message, f.Replacement, f.Link, f.Waived}, "\x00")
		if !said[same] {
			t.details(f)
		}
		said[same] = true
	}
}

func (t *texter) details(f check.Finding) {
	t.wrapped(indent, clean(f.Message))
	if s := advice(f); s != "" {
		t.wrapped(indent, s)
	}
	if s := link(f); s != "" {
		t.line(indent + t.paint(faint, s))
	}
	if f.Waived != "" {
		t.wrapped(indent, "Waived: "+clean(f.Waived))
	}
}

// textPlace is what a terminal makes a link of, where there are lines.
func textPlace(rep check.Report, f check.Finding) string {
	place := PlaceText(f.Place)
	switch {
	case place == "":
		return "document"
	case f.Place.Line == 0:
		return place
	case isStdin(rep):
		return "stdin:" + place
	}
	return title(rep) + ":" + place
}

func severityColor(s check.Severity) string {
	switch s {
	case check.Error:
		return red
	case check.Warning:
		return yellow
	}
	return cyan
}

// wrapped prints s with an indent, wrapped at spaces to the terminal's width.
func (t *texter) wrapped(before, s string) {
	room := t.opts.Width - len(before)
	if t.opts.Width <= 0 {
		t.line(before + s)
		return
	}
	room = max(room, leastWrap)
	line, width := "", 0
	for _, word := range strings.Fields(s) {
		n := lipgloss.Width(word)
		if width > 0 && width+1+n > room {
			t.line(before + line)
			line, width = "", 0
		}
		if width > 0 {
			line, width = line+" ", width+1
		}
		line, width = line+word, width+n
	}
	t.line(before + line)
}
