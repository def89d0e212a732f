package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/check"
)

var update = flag.Bool("update", false, "write the golden files anew")

func written(t testing.TB, format Format, reports []check.Report, opts Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, reports, opts); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

func TestGolden(t *testing.T) {
	files := map[string]struct {
		format Format
		opts   Options
	}{
		"report.txt":        {Text, Options{}},
		"report-narrow.txt": {Text, Options{Width: 60, Color: true, Waived: true}},
		"report.json":       {JSON, Options{}},
		"report.yaml":       {YAML, Options{}},
		"report.sarif":      {SARIF, Options{Version: "1.2.3"}},
		"report.junit.xml":  {JUnit, Options{}},
		"report.md":         {Markdown, Options{Waived: true}},
	}
	for name, test := range files {
		t.Run(name, func(t *testing.T) {
			golden(t, name, written(t, test.format, fixture(t), test.opts))
		})
	}
}

func TestNothingToReport(t *testing.T) {
	for _, format := range Formats() {
		t.Run(string(format), func(t *testing.T) {
			if got := written(t, format, nil, Options{}); !strings.Contains(got, "not legal advice") {
				t.Errorf("the notice is missing:\n%s", got)
			}
			clean := check.Report{Document: markdownReport(t).Document}
			if got := written(t, format, []check.Report{clean}, Options{}); got == "" {
				t.Error("nothing is written about a clean document")
			}
		})
	}
}

func TestNoticeIsSaidOnce(t *testing.T) {
	for _, format := range Formats() {
		if got := strings.Count(written(t, format, fixture(t), Options{}), "not legal advice"); got != 1 {
			t.Errorf("%s: the notice is said %d times", format, got)
		}
	}
}

// TestNothingStirsATerminal: whatever a document holds, what is written holds
// no control character, and none that turns the direction of writing.
func TestNothingStirsATerminal(t *testing.T) {
	for _, format := range Formats() {
		for i, r := range written(t, format, fixture(t), Options{Waived: true}) {
			if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%s: %U at byte %d", format, r, i)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	for _, f := range Formats() {
		if got, err := ParseFormat(strings.ToUpper(string(f))); err != nil || got != f {
			t.Errorf("%s reads as %q, %v", f, got, err)
		}
	}
	want := `"xml" is none of text, json, yaml, sarif, junit, markdown`
	if _, err := ParseFormat("xml"); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if err := Write(&bytes.Buffer{}, "xml", nil, Options{}); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestTally(t *testing.T) {
	got := Count(fixture(t))
	want := Tally{Documents: 3, Citations: 8, Errors: 4, Warnings: 2, Infos: 1, Waived: 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	tests := map[string]struct {
		tally Tally
		want  string
		worst check.Severity
	}{
		"all":         {got, "3 documents, 8 citations: 4 errors, 2 warnings, 1 for information; 2 waived", check.Error},
		"nothing":     {Tally{Documents: 1}, "1 document, 0 citations: nothing to report", check.SeverityUnspecified},
		"a warning":   {Tally{Warnings: 1}, "0 documents, 0 citations: 1 warning", check.Warning},
		"information": {Tally{Infos: 2, Waived: 1}, "0 documents, 0 citations: 2 for information; 1 waived", check.Info},
	}
	for name, test := range tests {
		if got := test.tally.String(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if got := test.tally.Worst(); got != test.worst {
			t.Errorf("%s: the worst is %d, want %d", name, got, test.worst)
		}
	}
}

func TestReadAs(t *testing.T) {
	day := markdownReport(t).AsOf
	tests := map[string][]check.Report{
		"":                            {{}},
		"As of 2026-11-22.":           {{AsOf: day, Revision: 1}, {AsOf: day, Revision: 2}},
		"Revision 2 of the registry.": {{AsOf: day, Revision: 2}, {Revision: 2}},
		"As of 2026-11-22, revision 2 of the registry.": {{AsOf: day, Revision: 2}, {AsOf: day, Revision: 2}},
	}
	for want, reports := range tests {
		if got := readAs(reports); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStandardInput(t *testing.T) {
	rep := markdownReport(t)
	rep.Document.Name = "-"
	text := written(t, Text, []check.Report{rep}, Options{})
	if !strings.Contains(text, "standard input\n") || !strings.Contains(text, "  stdin:3:16 ") {
		t.Errorf("got\n%s", text)
	}
	if got := documentURI(rep); got != "stdin" {
		t.Errorf("the URI is %q", got)
	}
}

func TestClean(t *testing.T) {
	tests := map[string]string{
		"":                       "",
		"BS EN\r\n  ISO 1":       "BS EN ISO 1",
		" x\u00a0y ":             "x y",
		"ISO/\u00adIEC":          "ISO/IEC",
		"a\x1b[0m\x00\x7f\u0085": `a\x1b[0m\x00\x7f`,
		"\u202eabc":              `\u202eabc`,
		"\xff":                   "\uFFFD",
		"\U000e0001":             `\U000e0001`,
		"ISO\u201127001 – é 標準":  "ISO\u201127001 – é 標準",
	}
	for in, want := range tests {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}
