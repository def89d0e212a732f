package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/check"
)

// Format is a form that reports are written in.
type Format string

// The formats.
const (
	Text     Format = "text"     // for people at a terminal
	JSON     Format = "json"     // for programs
	YAML     Format = "yaml"     // the same
	SARIF    Format = "sarif"    // SARIF 2.1.0, for code scanning
	JUnit    Format = "junit"    // JUnit XML, for build servers
	Markdown Format = "markdown" // a comment on a change
)

// renderers write one format each.
var renderers = []struct {
	format Format
	write  func(io.Writer, []check.Report, Options) error
}{
	{Text, writeText}, {JSON, writeJSON}, {YAML, writeYAML},
	{SARIF, writeSARIF}, {JUnit, writeJUnit}, {Markdown, writeMarkdown},
}

// Formats are all formats, the one for people first.
func Formats() []Format {
	var out []Format
	for _, r := range renderers {
		out = append(out, r.format)
	}
	return out
}

// ParseFormat is the format of that name; letter case doesn't matter.
func ParseFormat(name string) (Format, error) {
	f := Format(strings.ToLower(name))
	all := Formats()
	if slices.Contains(all, f) {
		return f, nil
	}
	var names []string
	for _, f := range all {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is none of %s", name, strings.Join(names, ", "))
}

// Options say how reports are written. The zero value is fine for files.
type Options struct {
	// Color colours text, with ANSI escapes.
	Color bool
	// Width is that of the terminal, in columns; text is wrapped to it. 0: not
	// wrapped.
	Width int
	// Waived shows waived findings in text and Markdown, which else only count
	// them. The other formats always have them.
	Waived bool
	// FailOn is the least severity that is a failure in JUnit; zero: Warning.
	FailOn check.Severity
	// Version is that of the program, for SARIF; may be empty.
	Version string
	// Unread are documents without a report. SARIF, JUnit and Markdown say so,
	// since whoever reads those sees nothing else.
	Unread []Unread
}

// Unread is a document that could not be read.
type Unread struct {
	Name    string
	Message string // why, in a sentence
}

// Write writes the reports in the order given. The same reports give the same
// bytes. Errors are those of w, and of an unknown format.
func Write(w io.Writer, format Format, reports []check.Report, opts Options) error {
	if opts.FailOn == check.SeverityUnspecified {
		opts.FailOn = check.Warning
	}
	for _, r := range renderers {
		if r.format == format {
			return r.write(w, reports, opts)
		}
	}
	_, err := ParseFormat(string(format))
	return err
}

// Tally counts what reports hold. Waived findings count nowhere but in Waived.
type Tally struct {
	Documents, Citations    int
	Errors, Warnings, Infos int
	Waived                  int
}

// Count counts.
func Count(reports []check.Report) Tally {
	t := Tally{Documents: len(reports)}
	for _, rep := range reports {
		t.Citations += len(rep.Citations)
		for _, f := range rep.Findings {
			switch {
			case f.Waived != "":
				t.Waived++
			case f.Severity == check.Error:
				t.Errors++
			case f.Severity == check.Warning:
				t.Warnings++
			default:
				t.Infos++
			}
		}
	}
	return t
}

// Worst is the highest severity that was counted; SeverityUnspecified: none.
func (t Tally) Worst() check.Severity {
	switch {
	case t.Errors > 0:
		return check.Error
	case t.Warnings > 0:
		return check.Warning
	case t.Infos > 0:
		return check.Info
	}
	return check.SeverityUnspecified
}

// String is the tally in a line: "2 documents, 9 citations: 1 error, 2
// warnings; 1 waived".
func (t Tally) String() string {
	var found []string
	if t.Errors > 0 {
		found = append(found, plural(t.Errors, "error"))
	}
	if t.Warnings > 0 {
		found = append(found, plural(t.Warnings, "warning"))
	}
	if t.Infos > 0 {
		found = append(found, fmt.Sprintf("%d for information", t.Infos))
	}
	s := plural(t.Documents, "document") + ", " + plural(t.Citations, "citation") + ": "
	if len(found) == 0 {
		s += "nothing to report"
	}
	s += strings.Join(found, ", ")
	if t.Waived > 0 {
		s += fmt.Sprintf("; %d waived", t.Waived)
	}
	return s
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
