package fix

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

// catalogue knows every standard, and has replacements for some.
type catalogue map[string]string

func (c catalogue) Find(_ context.Context, ids []designation.ID, _ standard.Day) (check.Found, error) {
	found := check.Found{Revision: 1}
	for _, id := range ids {
		f := check.Facts{ID: id, Outcome: check.OutcomeFound}
		f.Edition = &check.Edition{Designation: id.String(), Status: standard.Published}
		found.Facts = append(found.Facts, f)
	}
	return found, nil
}

// report checks a file, and adds a finding for each citation that has a
// replacement.
func (c catalogue) report(t testing.TB, name string, src []byte) check.Report {
	t.Helper()
	doc, err := document.Read(t.Context(), name, src, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := check.Run(t.Context(), doc, citation.Scan(doc.Text), c, check.Options{Now: time.Unix(1e9, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for i, cite := range rep.Citations {
		if to := c[cite.ID.String()]; to != "" {
			rep.Findings = append(rep.Findings, check.Finding{
				Rule: check.RuleSuperseded, Severity: check.Error, Citation: i, Start: cite.Start, End: cite.End,
				Text: cite.Text, Replacement: to, Safe: true,
			})
		}
	}
	return rep
}

var known = catalogue{
	"ISO 9001:2008":          "ISO 9001:2015",
	"BS EN ISO 19650-2:2012": "BS EN ISO 19650-2:2018",
	"RFC 2616":               "RFC 9110",
	"ISO 1:2002":             `ISO 1 "quoted", \ <b>: # x`,
	"RFC 7230":               "RFC 9112",
}

func reasons(rep check.Report, skips []Skip) []string {
	var out []string
	for _, s := range skips {
		out = append(out, rep.Findings[s.Finding].Text+": "+s.Reason)
	}
	return out
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestFix(t *testing.T) {
	const (
		spelled   = "the file spells the text in another way, by escapes or another encoding"
		structure = "it would change the structure of the file"
	)
	tests := map[string]struct {
		name, in, want string
		skipped        []string
	}{
		"markdown": {name: "a.md",
			in:   "# ISO 9001:2008\n\nHold **ISO 9001:2008** and RFC 2616.\n",
			want: "# ISO 9001:2015\n\nHold **ISO 9001:2015** and RFC 9110.\n"},
		"spelling": {name: "a.md", in: "As iso9001:2015 says.\n", want: "As ISO 9001:2015 says.\n"},
		"the graver finding wins": {name: "a.md", in: "As iso9001:2008 says.\n", want: "As ISO 9001:2015 says.\n",
			skipped: []string{"iso9001:2008: another replacement is made at the same place"}},
		"characters of Markdown": {name: "a.md", in: "ISO 1:2002\n", want: "ISO 1:2002\n",
			skipped: []string{"ISO 1:2002: its characters mean something in Markdown"}},
		"over a line end":  {name: "a.txt", in: "to BS EN\nISO 19650-2:2012.\n", want: "to BS EN ISO 19650-2:2018.\n"},
		"mark and CR LF":   {name: "a.txt", in: "\ufeffÉcole\r\nISO 9001:2008\r\n", want: "\ufeffÉcole\r\nISO 9001:2015\r\n"},
		"a range":          {name: "a.txt", in: "RFC 7230 – 7235\n", want: "RFC 7230 – 7235\n", skipped: []string{"RFC 7230 – 7235: it is cited as one of a range"}},
		"no end of line":   {name: "a.txt", in: "ISO 9001:2008", want: "ISO 9001:2015"},
		"UTF-16":           {name: "a.txt", in: utf16le("ISO 9001:2008\r\n"), want: utf16le("ISO 9001:2008\r\n"), skipped: []string{"ISO 9001:2008: " + spelled}},
		"HTML":             {name: "a.html", in: "<p title='ISO 9001:2008'>ISO&nbsp;9001:2008, <b>ISO 9001:2008</b>, ISO 1:2002</p>", want: "<p title='ISO 9001:2008'>ISO&nbsp;9001:2008, <b>ISO 9001:2015</b>, ISO 1 &#34;quoted&#34;, \\ &lt;b&gt;: # x</p>", skipped: []string{"ISO\u00a09001:2008: " + spelled}},
		"CSV":              {name: "a.csv", in: "what,standard\n1,ISO 9001:2008\n2,\"RFC 2616, ISO 1:2002\"\n", want: "what,standard\n1,ISO 9001:2015\n2,\"RFC 9110, ISO 1:2002\"\n", skipped: []string{"ISO 1:2002: it would break the row into other cells"}},
		"JSON":             {name: "a.json", in: `{"a": "ISO 9001:2008 \"x\"", "b": ["RFC 2616", 1]}`, want: `{"a": "ISO 9001:2015 \"x\"", "b": ["RFC 9110", 1]}`},
		"JSON is escaped":  {name: "a.json", in: `["ISO 1:2002"]`, want: `["ISO 1 \"quoted\", \\ <b>: # x"]`},
		"names in JSON":    {name: "a.json", in: `{"ISO 9001:2008": "RFC 2616"}`, want: `{"ISO 9001:2008": "RFC 9110"}`, skipped: []string{"ISO 9001:2008: it stands in the name of a field"}},
		"escapes in JSON":  {name: "a.json", in: `["ISO\u00209001:2008", "\u0049SO 9001:2008"]`, want: `["ISO\u00209001:2008", "\u0049SO 9001:2008"]`, skipped: []string{"ISO 9001:2008: " + spelled, "ISO 9001:2008: " + spelled}},
		"broken JSON":      {name: "a.json", in: `["ISO 9001:2008"`, want: `["ISO 9001:2008"`, skipped: []string{"ISO 9001:2008: the file is no valid JSON"}},
		"JSON Lines":       {name: "a.jsonl", in: "{\"a\": \"RFC 2616\"}\n{\"a\": \"x\"}\n", want: "{\"a\": \"RFC 9110\"}\n{\"a\": \"x\"}\n"},
		"YAML":             {name: "a.yaml", in: "# ISO 9001:2008\na: ISO 9001:2008 # not RFC 2616\nb: [RFC 2616, 'RFC 2616', \"É RFC 2616\"]\nc: |\n  RFC 2616\n  BS EN\n  ISO 19650-2:2012\n", want: "# ISO 9001:2015\na: ISO 9001:2015 # not RFC 9110\nb: [RFC 9110, 'RFC 9110', \"É RFC 9110\"]\nc: |\n  RFC 9110\n  BS EN ISO 19650-2:2018\n"},
		"YAML would break": {name: "a.yaml", in: "a: ISO 1:2002\nb: RFC 2616\nc: [RFC 2616, ISO 1:2002]\n", want: "a: ISO 1:2002\nb: RFC 9110\nc: [RFC 9110, ISO 1:2002]\n", skipped: []string{"ISO 1:2002: " + structure, "ISO 1:2002: " + structure}},
		"names in YAML":    {name: "a.yaml", in: "RFC 2616: RFC 2616\n", want: "RFC 2616: RFC 9110\n", skipped: []string{"RFC 2616: " + structure}},
		"anchors in YAML": {name: "a.yaml", in: "a: &x RFC 2616\nb: *x\nc: &RFC2616 1\n---\nd: RFC 2616\n", want: "a: &x RFC 9110\nb: *x\nc: &RFC2616 1\n---\nd: RFC 9110\n",
			skipped: []string{"RFC2616: another replacement is made at the same place", "RFC2616: " + structure}},
		"broken YAML":       {name: "a.yaml", in: "a: [RFC 2616\n", want: "a: [RFC 2616\n", skipped: []string{"RFC 2616: the file is no valid YAML"}},
		"several in a text": {name: "a.yaml", in: "a: \"RFC 2616, then ISO 9001:2008,\n  then RFC 2616\"\n", want: "a: \"RFC 9110, then ISO 9001:2015,\n  then RFC 9110\"\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rep := known.report(t, test.name, []byte(test.in))
			edits, skipped := Plan(rep, []byte(test.in), nil)
			got := Apply([]byte(test.in), edits)
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("fixed (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.skipped, reasons(rep, skipped)); diff != "" {
				t.Errorf("skipped (-want +got):\n%s", diff)
			}
			again := known.report(t, test.name, got)
			edits, _ = Plan(again, got, nil)
			if len(edits) != 0 || string(Apply(got, edits)) != string(got) {
				t.Errorf("fixing twice changes more: %+v", edits)
			}
		})
	}
}

func TestPlanLeavesAlone(t *testing.T) {
	src := []byte("ISO 9001:2008\n")
	change := func(change func(*check.Report)) check.Report {
		rep := known.report(t, "a.md", src)
		change(&rep)
		return rep
	}
	tests := map[string]struct {
		rep  check.Report
		src  string
		want []string
	}{
		"waived":          {change(func(r *check.Report) { r.Findings[0].Waived = "because" }), "", nil},
		"not safe":        {change(func(r *check.Report) { r.Findings[0].Safe = false }), "", nil},
		"no replacement":  {change(func(r *check.Report) { r.Findings[0].Replacement = "" }), "", nil},
		"the same":        {change(func(r *check.Report) { r.Findings[0].Replacement = "ISO 9001:2008" }), "", nil},
		"no document":     {check.Report{}, "", nil},
		"another format":  {change(func(r *check.Report) { r.Document.Format = document.DOCX }), "", []string{"ISO 9001:2008: the file is no text; change it by hand"}},
		"no text":         {change(func(r *check.Report) { r.Findings[0].End = 0 }), "", []string{"ISO 9001:2008: the finding is about no text"}},
		"beyond the text": {change(func(r *check.Report) { r.Findings[0].End = 99 }), "", []string{"ISO 9001:2008: the finding is about no text"}},
		"unseen":          {change(func(r *check.Report) { r.Findings[0].Replacement = "ISO\n9001" }), "", []string{"ISO 9001:2008: the replacement holds characters that show nothing"}},
		"changed since":   {change(func(*check.Report) {}), "ISO 9001:2009\n", []string{"ISO 9001:2008: the file has changed since it was read"}},
		"shorter since":   {change(func(*check.Report) {}), "ISO", []string{"ISO 9001:2008: the file spells the text in another way, by escapes or another encoding"}},
		"another encoding": {change(func(r *check.Report) { r.Findings[0].Replacement = "ISO 9001 – é" }), "ISO 9001:2008\xe9\n",
			[]string{"ISO 9001:2008: the encoding of the file may lack a character of the replacement"}},
	}
	for name, test := range tests {
		if test.src == "" {
			test.src = string(src)
		}
		edits, skipped := Plan(test.rep, []byte(test.src), nil)
		if len(edits) != 0 {
			t.Errorf("%s: edits %+v", name, edits)
		}
		if diff := cmp.Diff(test.want, reasons(test.rep, skipped)); diff != "" {
			t.Errorf("%s: skipped (-want +got):\n%s", name, diff)
		}
	}
	rep := change(func(r *check.Report) { r.Findings[0].Safe = false })
	if edits, _ := Plan(rep, src, func(check.Finding) bool { return true }); len(edits) != 1 {
		t.Errorf("what the caller allows is not planned: %+v", edits)
	}
}

func TestYAMLIsTriedWithinBounds(t *testing.T) {
	src := []byte(strings.Repeat("- ISO 1:2002\n- RFC 2616\n", 20))
	var edits []Edit
	for from := 0; from < len(src); from += len("- ISO 1:2002\n- RFC 2616\n") {
		edits = append(edits, Edit{From: from + 2, To: from + 12, Old: "ISO 1:2002", New: "a: b"}, Edit{From: from + 15, To: from + 23, Old: "RFC 2616", New: "RFC 9110"})
	}
	count := func(limit int) (refused, untried int) {
		for i, reason := range yamlKeeper(src, limit)(edits) {
			if strings.HasPrefix(reason, "too many") {
				untried++
			} else if edits[i].New != "a: b" {
				t.Errorf("%+v is refused: %s", edits[i], reason)
			}
			refused++
		}
		return refused, untried
	}
	if refused, untried := count(maxParsed); refused != 20 || untried != 0 {
		t.Errorf("with room %d are refused, %d untried", refused, untried)
	}
	if refused, untried := count(30 * len(src)); refused <= 20 || untried == 0 {
		t.Errorf("with little room %d are refused, %d untried", refused, untried)
	}
}

func TestApplyTakesNoNonsense(t *testing.T) {
	src := []byte("abcdef")
	edits := []Edit{
		{From: 3, To: 5, Old: "de", New: "DE"}, {From: 0, To: 1, Old: "a", New: "AA"}, {From: 4, To: 6, Old: "ef", New: "x"},
		{From: 5, To: 9, Old: "f", New: "x"}, {From: -1, To: 1, New: "x"}, {From: 2, To: 1, New: "x"}, {From: 1, To: 2, Old: "z", New: "x"},
	}
	if got := string(Apply(src, edits)); got != "AAbcDEf" {
		t.Errorf("got %q", got)
	}
	if string(src) != "abcdef" || edits[0].From != 3 {
		t.Error("what was given has changed")
	}
}

func TestDiffIsTakenByPatch(t *testing.T) {
	before := "1\n2\n3\n4\nISO 9001:2008\n6\n7\n8\n9\n10\nlast\r\nRFC 2616"
	rep := known.report(t, "docs/a b.md", []byte(before))
	edits, _ := Plan(rep, []byte(before), nil)
	after := string(Apply([]byte(before), edits))
	got := Diff("docs/a b.md", []byte(before), []byte(after))
	want := "--- a/docs/a b.md\t\n+++ b/docs/a b.md\t\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-ISO 9001:2008\n+ISO 9001:2015\n 6\n 7\n 8\n@@ -9,4 +9,4 @@\n 9\n 10\n last\r\n-RFC 2616\n\\ No newline at end of file\n+RFC 9110\n\\ No newline at end of file\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the difference (-want +got):\n%s", diff)
	}
	if got := Diff("x", []byte("a"), []byte("a")); got != "" {
		t.Errorf("of nothing: %q", got)
	}
	if got := Diff("/etc/x\n+y", []byte("a\n"), []byte("b\n")); !strings.HasPrefix(got, "--- a/etc/x?+y\n+++ b/etc/x?+y\n") {
		t.Errorf("a name could end its line: %q", got)
	}
	for _, command := range [][]string{{"git", "apply", "-"}, {"patch", "-p1"}} {
		t.Run(command[0], func(t *testing.T) { takesPatch(t, command, before, got, after) })
	}
}

// takesPatch applies a patch of "docs/a b.md" with a command.
func takesPatch(t *testing.T, command []string, before, patch, after string) {
	program, err := exec.LookPath(command[0])
	if err != nil {
		t.Skipf("%s is not installed", command[0])
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "docs", "a b.md")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, command[1:]...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(patch)
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	patched, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(patched) != after {
		t.Errorf("patched: %q", patched)
	}
}

// FuzzFix changes files of every format, and checks what must hold of any.
func FuzzFix(f *testing.F) {
	for _, seed := range []string{
		"ISO 9001:2008 and iso9001:2008, RFC 2616", `{"a": ["RFC 2616", "ISO\u0020 9001:2008"]}`,
		"a: RFC 2616 # ISO 9001:2008\nb: &x [ISO 1:2002, *x]\n", "<p>ISO 9001:2008 &amp; RFC 2616</p>", "a;b\nRFC 2616;\"ISO 1:2002\"\n",
		"\ufeffÉ: >-\n  BS EN\n  ISO 19650-2:2012\n\u0085x: RFC 2616\r\rRFC 2616: [É, RFC 2616]",
	} {
		for i := range 6 {
			f.Add(uint8(i), []byte(seed))
		}
	}
	names := []string{"a.md", "a.txt", "a.html", "a.csv", "a.yaml", "a.json"}
	f.Fuzz(func(t *testing.T, kind uint8, src []byte) {
		name := names[int(kind)%len(names)]
		if _, err := document.Read(t.Context(), name, src, document.Limits{}); err != nil {
			return
		}
		rep := known.report(t, name, src)
		edits, _ := Plan(rep, src, nil)
		for i, e := range edits {
			if i > 0 && e.From < edits[i-1].To || string(src[e.From:e.To]) != e.Old {
				t.Fatalf("edit %+v after %+v", e, edits[max(0, i-1)])
			}
		}
		out := Apply(src, edits)
		size := len(src)
		for _, e := range edits {
			size += len(e.New) - len(e.Old)
		}
		if len(out) != size {
			t.Fatalf("%d bytes, want %d: an edit was left out", len(out), size)
		}
		switch name {
		case "a.json":
			if json.Valid(src) && !json.Valid(out) {
				t.Fatalf("no JSON any more: %q", out)
			}
		case "a.yaml":
			var v yaml.Node
			if len(edits) > 0 && yaml.Unmarshal(out, &v) != nil {
				t.Fatalf("no YAML any more: %q", out)
			}
		}
		if len(edits) == 0 && string(out) != string(src) {
			t.Fatalf("changed with no edit: %q", out)
		}
	})
}
