package check

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
)

// TestPipeline goes the whole way from the bytes of a file: reader, scanner,
// look-up, rules.
func TestPipeline(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		rules      []RuleID
		want       string
	}{
		{"table.html", `<h2>Alarms</h2><table>
			<tr><th>Standard (or equivalent)</th><th>For</th></tr>
			<tr><td>ISO 9001:2015</td><td>quality</td></tr>
			<tr><td>BS 5839-1:2017</td><td>alarms</td></tr></table>`,
			[]RuleID{RuleMissingOrEquivalent}, ""},
		{"row.html", `<table><tr><th>Standard</th><th>Note</th></tr>
			<tr><td>BS 5839-1:2017</td><td>or equivalent</td></tr></table>`,
			[]RuleID{RuleMissingOrEquivalent}, ""},
		{"other-row.html", `<table><tr><th>Standard</th><th>Note</th></tr>
			<tr><td>ISO 9001:2015</td><td>or equivalent</td></tr>
			<tr><td>BS 5839-1:2017</td><td>alarms</td></tr></table>`,
			[]RuleID{RuleMissingOrEquivalent}, uk + "."},
		{"heading.html", `<h2>Standards, or equivalent</h2><p>Alarms: BS 5839-1:2017.</p>`,
			[]RuleID{RuleMissingOrEquivalent}, ""},
		{"list.html", `<p>These or equivalent standards apply:</p><ul><li>ISO 9001:2015</li><li>BS 5839-1:2017</li></ul>`,
			[]RuleID{RuleMissingOrEquivalent}, ""},
		{"mixed.md", "# Quality\n\nISO 9001:2008, in annexes\nBS EN ISO 9001:2015.\n", []RuleID{RuleMixedEditions},
			"warning mixed-editions BS EN ISO 9001:2015: The document cites one standard in two editions: ISO 9001:2008 (line 3) and BS EN ISO 9001:2015 (line 4)."},
		{"waived.yaml", "# etalon-check: allow superseded -- the contract of 2010\nstandard: ISO 9001:2008\n", []RuleID{RuleSuperseded},
			"error superseded ISO 9001:2008: ISO 9001:2008 was superseded on 2015-09-15 by ISO 9001:2015. => ISO 9001:2015 [waived: the contract of 2010]"},
		{"standards.csv", "standard,or equivalent?\nBS 5839-1:2017,yes\n", []RuleID{RuleMissingOrEquivalent}, ""},
	} {
		doc, err := document.Read(context.Background(), tt.name, []byte(tt.file), document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Run(context.Background(), doc, citation.Scan(doc.Text), finder(), Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Citations) == 0 {
			t.Errorf("%s: no citations in %q", tt.name, doc.Text)
		}
		if diff := cmp.Diff(tt.want, only(r, tt.rules...)); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tt.name, doc.Text, diff)
		}
	}
}
