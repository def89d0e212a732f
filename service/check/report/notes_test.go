package report

import (
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

// A note that is a finding already is not told twice.
func TestTextTellsNotesOnce(t *testing.T) {
	const note = "page 3 has no text (a scan?)"
	doc := &document.Document{Name: "a.pdf", Format: document.PDF, Notes: []string{note}}
	found := check.Finding{Rule: check.RuleUnreadable, Severity: check.Warning, Citation: -1, Message: note + "."}
	for name, findings := range map[string][]check.Finding{"a finding": {found}, "the rule is off": nil} {
		var b strings.Builder
		if err := Write(&b, Text, []check.Report{{Document: doc, Findings: findings}}, Options{}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), note); n != 1 {
			t.Errorf("%s: the note is there %d times:\n%s", name, n, b.String())
		}
	}
}
