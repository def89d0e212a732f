package document

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkSource checks what part of the source the first such piece of the text
// leads to; "" is none.
func checkSource(t *testing.T, doc *Document, source, piece, want string) {
	t.Helper()
	at := strings.Index(doc.Text, piece)
	if at < 0 {
		t.Fatalf("the text has no %q: %q", piece, doc.Text)
	}
	from, to, ok := doc.Source(at, at+len(piece))
	switch {
	case ok != (want != ""):
		t.Errorf("source of %q: %d, %d, %v", piece, from, to, ok)
	case ok && source[from:to] != want:
		t.Errorf("source of %q is %q, want %q", piece, source[from:to], want)
	}
}

func TestEncodings(t *testing.T) {
	note := func(what string) []string {
		return []string{"the file is not all UTF-8: " + what + " read as Windows-1252"}
	}
	tests := map[string]struct {
		data, want string
		remarks    []string
	}{
		"UTF-8":               {"caf\u00e9\nb", "café\nb", nil},
		"byte order mark":     {"\uFEFFa", "a", nil},
		"CRLF and CR":         {"a\r\nb\rc\n\r\n", "a\nb\nc\n\n", nil},
		"Windows-1252":        {"a\ncaf\xe9 \x96 \x81", "a\ncafé – \uFFFD", note("3 bytes, the first in line 2, were")},
		"one byte is damaged": {"ISO\u00a027001 \xff caf\u00e9", "ISO\u00a027001 ÿ café", note("1 byte, in line 1, was")},
		"UTF-16 LE":           {"\xFF\xFEa\x00\r\x00\n\x00\xe9\x00", "a\né", nil},
		"UTF-16 BE":           {"\xFE\xFF\x00a\x20\x11", "a\u2011", nil},
		"UTF-16 with no mark": {"I\x00S\x00O\x00 \x001\x00", "ISO 1", nil},
		"half of a pair":      {"\xFF\xFEa\x00\x00\xD8b\x00", "a\uFFFDb", nil},
		"empty":               {"", "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc := mustRead(t, "a.txt", []byte(test.data))
			if doc.Format != Text || doc.Text != test.want {
				t.Errorf("got %s %q, want %q", doc.Format, doc.Text, test.want)
			}
			if diff := cmp.Diff(test.remarks, doc.Remarks); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlainSource(t *testing.T) {
	text := "\uFEFFone\r\ntwo caf\xe9 three\rfour"
	doc := mustRead(t, "a.txt", []byte(text))
	for piece, want := range map[string]string{
		"one": "one", "two caf": "two caf", "three": "three", "four": "four", "é": "", "caf\u00e9": "", "one\ntwo": "", "three\nfour": "",
	} {
		checkSource(t, doc, text, piece, want)
	}
	for _, at := range [][2]int{{-1, 1}, {2, 1}, {0, len(doc.Text) + 1}} {
		if _, _, ok := doc.Source(at[0], at[1]); ok {
			t.Errorf("text[%d:%d] has a source", at[0], at[1])
		}
	}
	if from, to, ok := doc.Source(len(doc.Text), len(doc.Text)); !ok || from != len(text) || to != len(text) {
		t.Errorf("the end of the text is %d, %d, %v in the source", from, to, ok)
	}
}

func TestPlainPlaces(t *testing.T) {
	long := strings.Repeat("é", 5000)
	doc := mustRead(t, "a.txt", []byte("one\r\n  caf\u00e9 two\n\n"+long+"three\nfour"))
	for piece, want := range map[string]Place{
		"one": {Line: 1, Column: 1}, "two": {Line: 2, Column: 8}, "three": {Line: 4, Column: 5001}, "four": {Line: 5, Column: 1}, "\n\n": {Line: 2, Column: 11},
	} {
		if got := placeOf(t, doc, piece); got != want {
			t.Errorf("%q: got %+v, want %+v", piece, got, want)
		}
	}
	if got := doc.Place(len(doc.Text) + 5); got != (Place{Line: 5, Column: 5}) {
		t.Errorf("beyond the text: %+v", got)
	}
	if got := doc.Place(-5); got != (Place{Line: 1, Column: 1}) {
		t.Errorf("before the text: %+v", got)
	}
	inside := strings.Index(doc.Text, "é") + 1 // the second byte of a letter
	if got := doc.Place(inside); got != (Place{Line: 2, Column: 6}) {
		t.Errorf("within a letter: %+v", got)
	}
}

// TestLines compares with counting from the beginning.
func TestLines(t *testing.T) {
	for _, unit := range []string{"a", "é", "\n", "ab\n", "日本\nx", strings.Repeat("x", bytesPerMark-1) + "é\n"} {
		text := strings.Repeat(unit, 3*bytesPerMark/len(unit)+1)
		l := newLines(text)
		for offset := 0; offset <= len(text); offset += max(1, len(text)/997) {
			line, column := l.find(offset)
			head := text[:runeStart(text, offset)]
			wantLine := 1 + strings.Count(head, "\n")
			wantColumn := 1 + len([]rune(head[strings.LastIndexByte(head, '\n')+1:]))
			if line != wantLine || column != wantColumn {
				t.Fatalf("%.10q at %d: got %d:%d, want %d:%d", unit, offset, line, column, wantLine, wantColumn)
			}
		}
	}
}

func TestMarkdownHeadings(t *testing.T) {
	doc := mustRead(t, "a.md", []byte(`---
title: in front
---
preamble
# First #
one
`+"```"+`sh
# no heading
`+"```"+`
still one

Second
line
===
two

- item
---
three

    # code
## C# ##
four
#
#hashtag
~~~
## in
`+"```"+`
~~~~
   ### Deep
five
> quote
---
six

| a |
|---|
seven
Last
-
eight`))
	for piece, want := range map[string]string{
		"in front": "", "preamble": "", "First": "First", "one\n": "First", "still one": "First", "Second": "Second line", "two": "Second line",
		"three": "Second line", "four": "C#", "hashtag": "C#", "Deep": "Deep", "five": "Deep", "six": "Deep", "seven": "seven Last", "eight": "seven Last",
	} {
		if got := placeOf(t, doc, piece).Heading; got != want {
			t.Errorf("%q stands under %q, want %q", piece, got, want)
		}
	}
	long := mustRead(t, "a.md", []byte("# "+strings.Repeat("é", 5000)+"\nx"))
	if got := long.Place(len(long.Text)).Heading; got != strings.Repeat("é", maxTitle-1)+"…" {
		t.Errorf("long heading: %q", got)
	}
}

func TestCSVCells(t *testing.T) {
	tests := map[string]struct {
		name, text string
		cells      map[string]string
	}{
		"commas":     {"a.csv", "id,standard\n1,\"ISO, 27001\"\n2,x", map[string]string{"id": "A1", "standard": "B1", "1,": "A2", "ISO": "B2", "27001": "B2", "x": "B3"}},
		"semicolons": {"a.csv", "id;standard;c\r\n1;2,5;z", map[string]string{"standard": "B1", "2,5": "B2", "z": "C2"}},
		"tabs":       {"a.tsv", "a,b\tc\n\td", map[string]string{"b": "A1", "c": "B1", "d": "B2"}},
		"many lines in quotes": {"a.csv", "a,\"one\ntwo \"\"quoted\"\", three\nfour\",b\nc", map[string]string{
			"one": "B1", "two": "B1", "quoted": "B1", "three": "B1", "four": "B1", "b": "C1", "c": "A2"}},
		"stray quote": {"a.csv", "a\"b,c\nd", map[string]string{"b": "A1", "c": "B1", "d": "A2"}},
		"far":         {"a.csv", strings.Repeat("x,y\n", 5000) + "a,far", map[string]string{"far": "B5001"}},
	}
	for name, test := range tests {
		doc := mustRead(t, test.name, []byte(test.text))
		if doc.Format != CSV || doc.Text != strings.ReplaceAll(test.text, "\r\n", "\n") {
			t.Errorf("%s: %s %q", name, doc.Format, doc.Text)
		}
		for piece, want := range test.cells {
			if got := placeOf(t, doc, piece).Cell; got != want {
				t.Errorf("%s: %q stands in %s, want %s", name, piece, got, want)
			}
		}
	}
}
