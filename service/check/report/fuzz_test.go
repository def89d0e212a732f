package report

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

// FuzzWrite puts any text wherever a report holds text, and checks that each
// format stays what it is.
func FuzzWrite(f *testing.F) {
	for _, seed := range []string{"", "plain", hostile, "a\x00\xff\ufffe|`\r\n", "``|`", "\u2028\u0085", "](x) {0}", "]]>", "https://a b/\"<>"} {
		f.Add(seed, "https://x.example")
	}
	f.Fuzz(func(t *testing.T, text, link string) {
		doc := &document.Document{Name: text, Format: document.DOCX, Text: text, Notes: []string{text}}
		place := document.Place{Heading: text, Cell: text, Part: text}
		finding := check.Finding{Rule: check.RuleWithdrawn, Severity: check.Error, Citation: -1, Place: place, Text: text, Message: text, Replacement: text, Safe: true, Ref: text, Link: link}
		waived := finding
		waived.Waived = text + "."
		reports := []check.Report{{Document: doc, Findings: []check.Finding{finding, waived}}}

		if out := written(t, JSON, reports, Options{}); !json.Valid([]byte(out)) {
			t.Errorf("JSON: %q", out)
		}
		if out := written(t, SARIF, reports, Options{}); !json.Valid([]byte(out)) {
			t.Errorf("SARIF: %q", out)
		}
		var v any
		if err := yaml.Unmarshal([]byte(written(t, YAML, reports, Options{})), &v); err != nil {
			t.Errorf("YAML: %v", err)
		}
		var suites junitSuites
		if err := xml.Unmarshal([]byte(written(t, JUnit, reports, Options{})), &suites); err != nil || suites.Tests != 2 {
			t.Errorf("JUnit: %v, %d cases", err, suites.Tests)
		}
		markdown := written(t, Markdown, reports, Options{Waived: true})
		rows := 0
		for line := range strings.Lines(markdown) {
			if strings.HasPrefix(line, "|") {
				rows++
				if n := len(unescapedPipe.FindAllString(line, -1)); n != 6 {
					t.Errorf("Markdown: %d cells in %q", n-1, line)
				}
			}
		}
		if rows != 4 {
			t.Errorf("Markdown: %d rows in %q", rows, markdown)
		}
		for _, out := range []string{written(t, Text, reports, Options{Width: 50, Waived: true}), markdown} {
			if !utf8.ValidString(out) {
				t.Errorf("no UTF-8: %q", out)
			}
			for _, r := range out {
				if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
					t.Errorf("%U came through", r)
				}
			}
		}
	})
}
