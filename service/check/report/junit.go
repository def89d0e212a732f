package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/etalon-registry/etalon/service/check"
)

// The elements of JUnit XML that build servers read.

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
	Out      string      `xml:"system-out,omitempty"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
	Skipped *junitSkipped `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// writeJUnit writes a suite for each document. Each finding is a case, called
// by its rule and what is cited: failed, skipped where it is waived, else
// passed. A citation with no finding is a case that passes.
func writeJUnit(w io.Writer, reports []check.Report, opts Options) error {
	all := junitSuites{Name: "etalon check", Time: "0"}
	for _, rep := range reports {
		s := junitDocument(rep, opts)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	for _, u := range opts.Unread {
		name := clean(u.Name)
		all.Tests++
		all.Errors++
		all.Suites = append(all.Suites, junitSuite{Name: name, Tests: 1, Errors: 1, Time: "0", Cases: []junitCase{{
			Class: name, Name: "can be read", File: name, Time: "0",
			Error: &junitFailure{Message: clean(u.Message), Type: "unread"},
		}}})
	}
	b, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n<!-- %s -->\n", xml.Header, b, check.Notice)
	return err
}

func junitDocument(rep check.Report, opts Options) junitSuite {
	s := junitSuite{Name: title(rep), Time: "0"}
	names := map[string]int{}
	add := func(c junitCase) {
		// Build servers tell cases by their names, so equal ones are counted.
		names[c.Name]++
		if n := names[c.Name]; n > 1 {
			c.Name = fmt.Sprintf("%s (%d)", c.Name, n)
		}
		c.Class, c.Time = s.Name, "0"
		if !isStdin(rep) {
			c.File = s.Name
		}
		s.Tests++
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	failed := map[int]bool{}
	for _, f := range rep.Findings {
		failed[f.Citation] = true
		add(junitFinding(rep, f, opts))
	}
	for i, c := range rep.Citations {
		if !failed[i] {
			add(junitCase{Name: "citation: " + clean(c.ID.String()), Line: c.Place.Line})
		}
	}
	if s.Tests == 0 {
		add(junitCase{Name: "nothing cited"})
	}
	if rep.Document != nil {
		var notes []string
		for _, note := range rep.Document.AllNotes() {
			notes = append(notes, clean(note))
		}
		s.Out = strings.Join(notes, "\n")
	}
	return s
}

func junitFinding(rep check.Report, f check.Finding, opts Options) junitCase {
	c := junitCase{Name: string(f.Rule), Line: f.Place.Line}
	if s := subject(rep, f); s != "" {
		c.Name += ": " + cutText(s, 120)
	}
	text := findingText(rep, f)
	switch {
	case f.Waived != "":
		c.Skipped = &junitSkipped{Message: "waived: " + clean(f.Waived)}
		c.Out = text
	case f.Severity >= opts.FailOn:
		c.Failure = &junitFailure{Message: clean(f.Message), Type: severityText(f.Severity), Text: text}
	default:
		c.Out = text
	}
	return c
}

// findingText is a finding in a few lines.
func findingText(rep check.Report, f check.Finding) string {
	lines := []string{textPlace(rep, f), clean(f.Message)}
	if !strings.HasPrefix(lines[0], title(rep)) {
		lines[0] = title(rep) + ": " + lines[0]
	}
	if s := advice(f); s != "" {
		lines = append(lines, s)
	}
	if s := link(f); s != "" {
		lines = append(lines, s)
	}
	return strings.Join(lines, "\n")
}
