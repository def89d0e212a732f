package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

func sarifOf(t testing.TB, reports []check.Report) sarifRun {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, SARIF, reports, Options{})), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("version %q with %d runs", log.Version, len(log.Runs))
	}
	return log.Runs[0]
}

// TestSARIFHoldsTogether checks the rules of SARIF that tie its parts: indices
// that point at what they name, URIs, regions, and levels.
func TestSARIFHoldsTogether(t *testing.T) {
	run := sarifOf(t, fixture(t))
	ids := map[string]bool{}
	for _, r := range run.Tool.Driver.Rules {
		if ids[r.ID] || r.Short.Text == "" || r.Full.Text == "" {
			t.Errorf("rule %q is there twice, or says nothing", r.ID)
		}
		ids[r.ID] = true
		if u, err := url.Parse(r.HelpURI); err != nil || !u.IsAbs() || u.Fragment != r.ID {
			t.Errorf("help of %s is at %q", r.ID, r.HelpURI)
		}
	}
	if len(run.Results) != 9 || len(run.Artifacts) != 3 {
		t.Errorf("%d results, %d artifacts", len(run.Results), len(run.Artifacts))
	}
	for i, r := range run.Results {
		if r.RuleIndex == nil || run.Tool.Driver.Rules[*r.RuleIndex].ID != r.RuleID {
			t.Errorf("result %d: rule %q is not at its index", i, r.RuleID)
		}
		if r.Message.Text == "" || len(r.Locations) == 0 || !map[string]bool{"error": true, "warning": true, "note": true}[r.Level] {
			t.Errorf("result %d lacks a message, place or level: %+v", i, r)
		}
		for _, l := range r.Locations {
			a := l.Physical.Artifact
			if run.Artifacts[*a.Index].Location.URI != a.URI {
				t.Errorf("result %d is in %q, at the index is %q", i, a.URI, run.Artifacts[*a.Index].Location.URI)
			}
			if _, err := url.Parse(a.URI); err != nil || strings.ContainsAny(a.URI, " <>\"`|\\") {
				t.Errorf("%q is no URI: %v", a.URI, err)
			}
			checkRegion(t, l.Physical.Region)
		}
		for _, f := range r.Fixes {
			checkRegion(t, &f.Changes[0].Replacements[0].Deleted)
		}
	}
}

func checkRegion(t *testing.T, r *sarifRegion) {
	t.Helper()
	if r == nil {
		return
	}
	if r.StartLine < 1 || r.StartColumn < 1 || r.EndLine != 0 && (r.EndLine < r.StartLine || r.EndLine == r.StartLine && r.EndColumn <= r.StartColumn) {
		t.Errorf("region %+v", *r)
	}
}

func TestSARIFRegionsAndFixes(t *testing.T) {
	run := sarifOf(t, fixture(t)[:1])
	if run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("columns are %q", run.ColumnKind)
	}
	var regions []sarifRegion
	fixed := map[int]string{}
	for i, r := range run.Results {
		regions = append(regions, *r.Locations[0].Physical.Region)
		for _, f := range r.Fixes {
			fixed[i] = f.Changes[0].Replacements[0].Inserted.Text
		}
	}
	want := []sarifRegion{{3, 16, 3, 29}, {3, 31, 3, 44}, {3, 49, 4, 17}, {6, 9, 6, 26}, {7, 8, 7, 19}}
	if diff := cmp.Diff(want, regions); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
	// The fourth has a replacement that is not safe.
	if diff := cmp.Diff(map[int]string{0: "ISO 9001:2015", 1: "ISO 9001:2015", 2: "BS EN ISO 19650-2:2018"}, fixed); diff != "" {
		t.Errorf("fixes (-want +got):\n%s", diff)
	}
	want2 := []sarifSuppression{{Kind: "inSource", Status: "accepted", Justification: "the old system needs it"}}
	if diff := cmp.Diff(want2, run.Results[4].Suppressions); diff != "" {
		t.Errorf("suppressions (-want +got):\n%s", diff)
	}
}

func TestFingerprintsOutliveLines(t *testing.T) {
	fingerprints := func(rep check.Report) []string {
		var out []string
		for _, r := range sarifOf(t, []check.Report{rep}).Results {
			out = append(out, r.Fingerprints[fingerprint])
		}
		return out
	}
	rep, moved := markdownReport(t), markdownReport(t)
	doc, err := document.Read(t.Context(), rep.Document.Name, []byte("\n\nA new first line.\n\n"+rep.Document.Text), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	moved.Document = doc
	for i := range moved.Findings {
		f := &moved.Findings[i]
		f.Start, f.End = f.Start+21, f.End+21
		f.Place = doc.Place(f.Start)
	}
	got := fingerprints(rep)
	if diff := cmp.Diff(got, fingerprints(moved)); diff != "" {
		t.Errorf("lines moved, and so did:\n%s", diff)
	}
	seen := map[string]bool{}
	for _, f := range got {
		if seen[f] || len(f) != 32 {
			t.Errorf("fingerprint %q", f)
		}
		seen[f] = true
	}
}

func TestSARIFMessagesAreEscaped(t *testing.T) {
	tests := map[string]string{
		"plain":      "plain",
		"{0} and }":  "{{0}} and }}",
		"[a](b) [c]": `\[a\](b) \[c\]`,
		"[c] (d)":    "[c] (d)",
	}
	for in, want := range tests {
		if got := sarifText(in).Text; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestDocumentURI(t *testing.T) {
	tests := map[string]string{
		"docs/a b.md":               "docs/a%20b.md",
		"/srv/ü#1.pdf":              "file:///srv/%C3%BC%231.pdf",
		"https://x.example/a?b=c d": "https://x.example/a?b=c%20d",
		"a:b.md":                    "./a:b.md",
		"50%.md":                    "50%25.md",
		"":                          "stdin",
	}
	for name, want := range tests {
		got := documentURI(check.Report{Document: &document.Document{Name: name}})
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestOnlyLinksOfTheWebAreShown(t *testing.T) {
	for _, format := range []Format{Text, SARIF, JUnit, Markdown} {
		if strings.Contains(written(t, format, fixture(t), Options{}), "javascript:") {
			t.Errorf("%s shows a link that runs a script", format)
		}
	}
}

func TestJUnitAddsUp(t *testing.T) {
	var all junitSuites
	if err := xml.Unmarshal([]byte(written(t, JUnit, fixture(t), Options{})), &all); err != nil {
		t.Fatal(err)
	}
	var tests, failures, skipped int
	for _, s := range all.Suites {
		if s.Tests != len(s.Cases) {
			t.Errorf("%s says %d tests and has %d", s.Name, s.Tests, len(s.Cases))
		}
		names := map[string]bool{}
		for _, c := range s.Cases {
			if names[c.Name] || c.Name == "" || c.Class != s.Name {
				t.Errorf("%s: case %q of %q", s.Name, c.Name, c.Class)
			}
			names[c.Name] = true
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
			tests++
		}
	}
	got := [...]int{all.Tests, all.Failures, all.Skipped, all.Errors}
	if want := [...]int{tests, failures, skipped, 0}; got != want {
		t.Errorf("counts are %v, the cases give %v", got, want)
	}
	// Four errors and two warnings fail; two findings are waived.
	if failures != 6 || skipped != 2 {
		t.Errorf("%d failures, %d skipped", failures, skipped)
	}
	if strict := written(t, JUnit, fixture(t), Options{FailOn: check.Error}); !strings.Contains(strict, `failures="4"`) {
		t.Error("with FailOn error, warnings fail too")
	}
}

var unescapedPipe = regexp.MustCompile(`(^|[^\\])\|`)

func TestMarkdownTablesKeepTheirShape(t *testing.T) {
	got := written(t, Markdown, fixture(t), Options{Waived: true})
	rows := 0
	for line := range strings.Lines(got) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		rows++
		if n := len(unescapedPipe.FindAllString(line, -1)); n != 6 {
			t.Errorf("%d unescaped pipes in %q", n, line)
		}
	}
	if rows != 9+3*2 {
		t.Errorf("%d rows", rows)
	}
	for _, bad := range []string{"<script", "<b>annex", " @admin", "](http://evil", " #1 "} {
		for line := range strings.Lines(got) {
			outside := regexp.MustCompile("(`+)[^`].*?[^`](`+)").ReplaceAllString(line, "")
			if strings.Contains(outside, bad) {
				t.Errorf("%q came through in %q", bad, line)
			}
		}
	}
}

func TestCodeHoldsAnything(t *testing.T) {
	tests := map[string]string{"": "", "a": "`a`", "a`b": "``a`b``", "`": "`` ` ``", "``x": "``` ``x ```"}
	for in, want := range tests {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdownKeepsTheGravest(t *testing.T) {
	rep := markdownReport(t)
	rep.Findings = nil
	for i := range 2000 {
		f := check.Finding{Rule: check.RuleUndatedReference, Severity: check.Info, Citation: -1, Message: fmt.Sprintf("hint %d", i)}
		if i%500 == 499 {
			f.Rule, f.Severity, f.Message = check.RuleWithdrawn, check.Error, fmt.Sprintf("grave %d", i)
		}
		rep.Findings = append(rep.Findings, f)
	}
	got := written(t, Markdown, []check.Report{rep}, Options{})
	if len(got) > maxMarkdown+1000 || strings.Count(got, "grave") != 4 {
		t.Errorf("%d bytes with %d errors", len(got), strings.Count(got, "grave"))
	}
	kept := strings.Count(got, "| hint ")
	if want := fmt.Sprintf("%d findings left out for want of room.", 1996-kept); kept == 0 || !strings.Contains(got, want) {
		t.Errorf("%d hints are kept, and %q is missing", kept, want)
	}
}
