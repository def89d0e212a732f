package document

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSON(t *testing.T) {
	source := `{"lots": [
  {"title": "ISO\/IEC 27001\u20112013", "n": 27001, "tags": ["a", "b\n\"c\" \ud83d\ude00 \ud83d \u0000 \q"]},
  {"odd key": {"x": true, "": "empty"}, "title":"second"}
], "end": null}`
	doc := mustRead(t, "a.json", []byte(source))
	want := `{"lots": [
  {"title": "ISO/IEC 27001‑2013", "n": 27001, "tags": ["a", "b
"c" 😀 ` + "\uFFFD \uFFFD" + ` \q"]},
  {"odd key": {"x": true, "": "empty"}, "title":"second"}
], "end": null}`
	if diff := cmp.Diff(want, doc.Text); diff != "" {
		t.Error(diff)
	}
	for piece, want := range map[string]Place{
		"lots":   {Line: 1, Column: 3, Part: "lots"},
		"ISO":    {Line: 2, Column: 14, Part: "lots[0].title"},
		"27001‑": {Line: 2, Column: 23, Part: "lots[0].title"},
		"‑2013":  {Line: 2, Column: 28, Part: "lots[0].title"},
		`27001,`: {Line: 2, Column: 46, Part: "lots[0].n"},
		`a", "b`: {Line: 2, Column: 63, Part: "lots[0].tags[0]"},
		"😀":      {Line: 2, Column: 77, Part: "lots[0].tags[1]"},
		"true":   {Line: 3, Column: 21, Part: `lots[1]["odd key"].x`},
		"empty":  {Line: 3, Column: 32, Part: `lots[1]["odd key"][""]`},
		"second": {Line: 3, Column: 50, Part: "lots[1].title"},
		"null":   {Line: 4, Column: 11, Part: "end"},
	} {
		if diff := cmp.Diff(want, placeOf(t, doc, piece)); diff != "" {
			t.Errorf("%q: %s", piece, diff)
		}
	}
	for piece, want := range map[string]string{"IEC 27001": "IEC 27001", "ISO/IEC": "", "27001‑2013": "", "2013": "2013", "second": "second"} {
		checkSource(t, doc, source, piece, want)
	}
	if len(doc.Remarks) != 1 || !strings.Contains(doc.Remarks[0], "line 2: invalid character 'q'") {
		t.Error(doc.Remarks)
	}
}

func TestJSONDamaged(t *testing.T) {
	tests := map[string]struct {
		name, text, part, note string
	}{
		"cut":           {"a.json", `{"a": ["x", "find`, "a[1]", "line 1: unexpected end of JSON input"},
		"bare words":    {"a.json", "{\n a: find me}", "a", "line 2: invalid character 'a'"},
		"too many ends": {"a.json", `]}} {"a":"find"}`, "a", "line 1: invalid character ']'"},
		"lines":         {"a.jsonl", "{\"a\":1}\n{\"b\":\"find\"}", "b", ""},
		"scalar":        {"a.json", `"find"`, "", ""},
		"empty":         {"a.json", "", "", "unexpected end of JSON input"},
	}
	for name, test := range tests {
		doc := mustRead(t, test.name, []byte(test.text))
		if test.text != "" {
			if got := placeOf(t, doc, "find").Part; got != test.part {
				t.Errorf("%s: part %q, want %q", name, got, test.part)
			}
		}
		if got := strings.Join(doc.Remarks, "\n"); !strings.Contains(got, test.note) || (test.note == "") != (got == "") {
			t.Errorf("%s: notes %q, want %q", name, got, test.note)
		}
	}
}

func TestYAMLPaths(t *testing.T) {
	doc := mustRead(t, "a.yaml", []byte(`# comment
openapi: "3.0"
info:
  title: ISO 27001 # why
  description: |
    first: line
    RFC 2119

    more
  "quoted key": 'it''s
    long'
  summary: >-
    folded text
tags:
- name: one
  note: here
- two
-   - nested
    - deeper: found
      beside: this
- plain text
  goes on
paths:
  /lots/{id}:
    get: {summary: "in flow", list: [x, {y: z w}], 'q': r}
    after: flow
  multi: [
    alpha, # remark
    beta gamma
  ]
  later: !!str &anchor tagged
  alias: *anchor
url: http://example.org/a#b
colon: a:b
---
second: doc
`))
	for piece, want := range map[string]string{
		"comment": "", "3.0": "openapi", "ISO 27001": "info.title", "why": "info.title", "first: line": "info.description", "RFC 2119": "info.description",
		"more": "info.description", "quoted key": `info["quoted key"]`, "long'": `info["quoted key"]`, "folded": "info.summary",
		"one\n": "tags[0].name", "here": "tags[0].note", "two": "tags[1]", "nested": "tags[2][0]", "found": "tags[2][1].deeper", "this": "tags[2][1].beside",
		"plain text": "tags[3]", "goes on": "tags[3]", "in flow": `paths["/lots/{id}"].get.summary`, "x, ": `paths["/lots/{id}"].get.list[0]`,
		"z w": `paths["/lots/{id}"].get.list[1].y`, "r}": `paths["/lots/{id}"].get.q`, "flow\n": `paths["/lots/{id}"].after`,
		"alpha": "paths.multi[0]", "beta gamma": "paths.multi[1]", "tagged": "paths.later", "*anchor": "paths.alias",
		"example.org": "url", "a:b": "colon", "doc": "second",
	} {
		if got := placeOf(t, doc, piece).Part; got != want {
			t.Errorf("%q is %q, want %q", piece, got, want)
		}
	}
	if len(doc.Remarks) != 0 {
		t.Error(doc.Remarks)
	}
}

func TestYAMLDamaged(t *testing.T) {
	doc := mustRead(t, "a.yml", []byte("a: b\n\tc: [\n d: ISO 1"))
	if len(doc.Remarks) != 1 || !strings.Contains(doc.Remarks[0], "line 2") {
		t.Errorf("notes %q", doc.Remarks)
	}
	if doc.Text != "a: b\n\tc: [\n d: ISO 1" {
		t.Errorf("got %q", doc.Text)
	}
}

// TestLongPath writes the end of a path only.
func TestLongPath(t *testing.T) {
	doc := mustRead(t, "a.json", []byte(strings.Repeat(`{"k":`, 100)+"1"+strings.Repeat("}", 100)))
	got := placeOf(t, doc, "1").Part
	if want := "..." + strings.Repeat(".k", maxPath); got != want {
		t.Errorf("got %q", got)
	}
}
