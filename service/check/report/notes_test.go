package report

import (
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

// Remarks are told in every format, after the notes.
func TestRemarks(t *testing.T) {
	doc := &document.Document{Name: "a.xlsx", Format: document.XLSX, Notes: []string{"hidden text was not read: 2 pieces"}, Remarks: []string{"one sheet is hidden; it was read"}}
	for _, f := range []Format{Text, JSON, SARIF, JUnit, Markdown} {
		var b strings.Builder
		if err := Write(&b, f, []check.Report{{Document: doc}}, Options{}); err != nil {
			t.Fatal(err)
		}
		note, remark := strings.Index(b.String(), doc.Notes[0]), strings.Index(b.String(), doc.Remarks[0])
		if note < 0 || remark < note {
			t.Errorf("%s: the note stands at %d, the remark at %d:\n%s", f, note, remark, b.String())
		}
	}
}

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
