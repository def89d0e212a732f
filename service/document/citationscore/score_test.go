package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/corpora"
	"github.com/etalon-registry/etalon/service/designation"
)

// What was reached on the shared corpus. A change that lowers a figure has to
// say why.
const (
	reachedRecall         = 1.0
	reachedPrecision      = 0.98
	reachedDocRecall      = 1.0
	reachedDocPrecision   = 0.98
	reachedWanted         = 114
	reachedNegativesFound = 0
)

func TestReached(t *testing.T) {
	dir := corpora.Folder(t, "specs")
	var out, talk bytes.Buffer
	if err := run(t.Context(), []string{"-json", dir}, &out, &talk); err != nil {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct {
		name              string
		o                 outcome
		recall, precision float64
	}{
		{"by span", r.BySpan, reachedRecall, reachedPrecision},
		{"by document", r.ByDoc, reachedDocRecall, reachedDocPrecision},
	} {
		if m.o.Total.Wanted != reachedWanted {
			t.Errorf("%s: %d are annotated, want %d", m.name, m.o.Total.Wanted, reachedWanted)
		}
		if got := m.o.Total.recall(); got < m.recall {
			t.Errorf("%s: recall %.4f, reached was %.4f", m.name, got, m.recall)
		}
		if got := m.o.Total.precision(); got < m.precision {
			t.Errorf("%s: precision %.4f, reached was %.4f", m.name, got, m.precision)
		}
		if t.Failed() {
			for _, f := range m.o.Faults {
				t.Logf("%s %s: wanted %q, found %q: %s", f.Kind, f.Doc, f.Wanted, f.Found, f.Context)
			}
		}
	}
	if got := r.BySpan.Classes[negative].Found; got > reachedNegativesFound {
		t.Errorf("%d of the negatives are taken for citations", got)
	}
}

// writeCorpus makes a folder with one document.
func writeCorpus(t *testing.T, text, annotations string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"docs.json":         `[{"id":"a","file":"a.txt","annotated":true},{"id":"b","file":"b.txt","annotated":false}]`,
		"annotations.jsonl": annotations,
		"text/a.txt":        text,
		"docs/a.txt":        text,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestMeasure(t *testing.T) {
	text := "é ISO 27001:2022, ISO 9001, RFC 7230 – 7231, ISO 14001, PAS 1192-2, RFC 9999 and rfc TLS 1.2"
	dir := writeCorpus(t, text, strings.TrimSpace(`
{"doc":"a","start":2,"end":16,"cite":"ISO 27001:2022","class":"numbered","norm":"ISO 27001:2022","canonical":"ISO/IEC 27001:2022","flags":["x"]}
{"doc":"a","start":18,"end":26,"cite":"ISO 9001","class":"numbered","norm":"ISO 9001:2015","canonical":"ISO 9001:2015"}
{"doc":"a","start":28,"end":43,"cite":"RFC 7230 – 7231","class":"numbered","norm":"RFC 7230 – 7231","canonical":["RFC 7230","RFC 7231"]}
{"doc":"a","start":45,"end":54,"cite":"ISO 14001","class":"negative","norm":null,"canonical":null}
{"doc":"a","start":56,"end":66,"cite":"PAS 1192-2","class":"markup","norm":"PAS 1192-2","canonical":"PAS 1192-2"}
{"doc":"a","start":81,"end":84,"cite":"rfc","class":"numbered","norm":"RFC 1","canonical":"RFC 1"}`))
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-json", dir}, &out, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	// Wanted: 27001, 9001, two RFCs, RFC 1. Right: 27001, half of 9001, two
	// RFCs. Wrong: 14001 and RFC 9999.
	if d := cmp.Diff(score{Wanted: 5, Found: 6, Right: 3.5}, r.BySpan.Total); d != "" {
		t.Errorf("by span (-want +got):\n%s", d)
	}
	if d := cmp.Diff(score{Wanted: 1, Found: 1, Right: 1}, r.BySpan.Flags["x"]); d != "" {
		t.Errorf("flag (-want +got):\n%s", d)
	}
	if d := cmp.Diff(score{Wanted: 1, Found: 1, Right: 1}, r.BySpan.Classes[negative]); d != "" {
		t.Errorf("negative (-want +got):\n%s", d)
	}
	// By document the place does not count, so PAS 1192-2 is wrong as well.
	if d := cmp.Diff(score{Wanted: 5, Found: 7, Right: 3.5}, r.ByDoc.Total); d != "" {
		t.Errorf("by document (-want +got):\n%s", d)
	}
	out.Reset()
	if err := run(t.Context(), []string{"-misses", dir}, &out, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"missed a  wanted \"RFC 1\"", "wrong  a  wanted \"\"  found \"ISO 14001\"", "half   a  wanted \"ISO 9001:2015\"", "0.700"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, line := range map[string]string{
		"offset":  `{"doc":"a","start":0,"end":3,"cite":"RFC","class":"numbered"}`,
		"outside": `{"doc":"a","start":0,"end":300,"cite":"ISO","class":"numbered"}`,
		"class":   `{"doc":"a","start":0,"end":3,"cite":"ISO","class":"sure"}`,
		"JSON":    `{"doc":`,
	} {
		if _, err := load(writeCorpus(t, "ISO 9001", line)); err == nil {
			t.Errorf("a wrong %s is taken", name)
		}
	}
	if _, err := load(t.TempDir()); err == nil {
		t.Error("an empty folder is taken")
	}
}

func TestWilson(t *testing.T) {
	for _, tc := range []struct {
		right     float64
		n         int
		low, high float64
	}{{0, 0, 0, 1}, {0, 10, 0, 0.2775}, {10, 10, 0.7225, 1}, {5, 10, 0.2366, 0.7634}, {97, 100, 0.9155, 0.9897}} {
		low, high := wilson(tc.right, tc.n)
		if math.Abs(low-tc.low) > 1e-4 || math.Abs(high-tc.high) > 1e-4 {
			t.Errorf("wilson(%g, %d) = %.4f, %.4f, want %.4f, %.4f", tc.right, tc.n, low, high, tc.low, tc.high)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, tc := range []struct {
		found, wanted string
		want          likeness
	}{
		{"ISO 27001", "ISO/IEC 27001", same},
		{"BS EN ISO 19650-2:2018", "ISO 19650-2:2018", same},
		{"BS EN ISO 27001", "ISO/IEC 27001", same},
		{"BS EN 301 549", "EN 301 549", same},
		{"WCAG 2.1 AA", "WCAG 2.1", same},
		{"ISO 19650", "ISO 19650-2:2018", parent},
		{"ISO 19650-2", "ISO 19650-2:2018", parent},
		{"ISO 19650-2:2018", "ISO 19650-2", unlike},
		{"NIST SP 800-53", "NIST SP 800-53 Rev. 5", parent},
		{"RFC 2119", "RFC 2118", unlike},
	} {
		id, err := designation.Parse(tc.found)
		if err != nil {
			t.Fatal(err)
		}
		if got := compare(id, tc.wanted); got != tc.want {
			t.Errorf("compare(%q, %q) = %g, want %g", tc.found, tc.wanted, got, tc.want)
		}
	}
}
