package document

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Limits of fuzzing, small enough to be hit.
var fuzzLimits = Limits{SourceBytes: 1 << 18, ExpandedBytes: 1 << 19, TextBytes: 1 << 16, Depth: 50, Time: 5 * time.Second}

// checkReading reads data and checks what holds of every document: the error is
// one that was promised, or the text is valid, within the limits, and each
// place and source that is given exists.
func checkReading(t *testing.T, name string, format Format, data []byte) {
	t.Helper()
	before := bytes.Clone(data)
	doc, err := ReadAs(context.Background(), name, format, data, fuzzLimits)
	if !bytes.Equal(before, data) {
		t.Fatal("the data was changed")
	}
	if err != nil {
		known := errors.Is(err, ErrFormat) || errors.Is(err, ErrBroken) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrEncrypted)
		if !known || doc != nil || strings.Contains(err.Error(), "not foreseen") || strings.Contains(err.Error(), "took longer") {
			t.Fatalf("got %v, %v", doc, err)
		}
		return
	}
	if !utf8.ValidString(doc.Text) {
		t.Fatal("the text is no UTF-8")
	}
	if int64(len(doc.Text)) > fuzzLimits.TextBytes {
		t.Fatalf("the text has %d bytes", len(doc.Text))
	}
	step := max(1, len(doc.Text)/200)
	last := Place{}
	for at := -1; at <= len(doc.Text)+1; at += step {
		place := doc.Place(at)
		checkPlace(t, doc, place, last, data)
		last = place
		for _, end := range []int{at, at + 1, at + step, at + 20} {
			from, to, ok := doc.Source(at, end)
			if !ok {
				continue
			}
			if from < 0 || to > len(data) || string(data[from:to]) != doc.Text[at:end] {
				t.Fatalf("text[%d:%d] is said to be data[%d:%d]", at, end, from, to)
			}
		}
	}
}

func checkPlace(t *testing.T, doc *Document, place, last Place, data []byte) {
	t.Helper()
	switch doc.Format {
	case DOCX, ODT, XLSX:
		if place.Line != 0 || place.Column != 0 || place.Page != 0 {
			t.Fatalf("a line in a package: %+v", place)
		}
	case PDF:
		if place.Page < max(1, last.Page) || place.Line != 0 {
			t.Fatalf("%+v after %+v", place, last)
		}
	default:
		// No encoding writes a line end or a character in less than a byte.
		if place.Line < 1 || place.Column < 1 || place.Line > len(data)+1 || place.Column > len(data)+1 {
			t.Fatalf("%+v in %d bytes", place, len(data))
		}
		if place.Line < last.Line || place.Line == last.Line && place.Column < last.Column {
			t.Fatalf("%+v after %+v", place, last)
		}
	}
	for _, text := range []string{place.Heading, place.Cell, place.Part} {
		if !utf8.ValidString(text) || len(text) > mostPlaceText {
			t.Fatalf("%.200q in a place", text)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "ISO 27001", "\uFEFFa\r\nb\rc", "caf\xe9", "\xFF\xFEa\x00\x00\xD8", "\xFE\xFF\x00a", "a\x00b", "I\x00S\x00O\x00 \x00", "%PDF-1.4", "PK\x03\x04", "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReading(t, "a", Text, data) })
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"# One\ntwo\n===\n", "---\na: b\n---\n# x #", "```\n# no\n~~~\n```\n## yes", "- a\n---\n    # x\n\t# y", "+++\n", "####### x\n#\n# #", "a\r\n-\r\nb"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReading(t, "a", Markdown, data) })
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,\"x,\n\"\"y\"\"\"\n", "a;b\r\n", "a\tb", "\"", "\"\"\"", ",,,\n\n,"} {
		f.Add([]byte(seed), ".csv")
	}
	f.Fuzz(func(t *testing.T, data []byte, ext string) { checkReading(t, "a"+ext, CSV, data) })
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{"a:\n- b: c\n  d: 'e''f'\n", "a: |\n  b: c\n d", "a: {b: [c, \"d\", 'e'], f}", "--- a\n...\n%x\n? b\n: c", "\"a\": &x !!str b\nc: *x", "- - - a\n  - b:\n", "a: [\n b, # c\n}", "a: 'b", "\t- a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReading(t, "a.yaml", YAML, data) })
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\u2011\/\n\ud83d\ude00\ud800",{"b":null}]}`, `]}{"a"`, `"\`, `"\u12`, "[[[[", `{"a":"b","c"`, "{a:b}\r\n{c:d}", `"\u0000"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReading(t, "a.json", JSON, data) })
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"<h1>One</h1><p>a &amp; b<sup>1</sup> <b>c</b> d", "<table><tr><td colspan=2>a<td>b<table><tr><td>c</table></table>d", "<pre>\n a\n  b</pre><br><br>",
		"<title>x</title><script>a<b</script>y<template>z", "a<sup>&#", "<sup><sup>1</sup>", "<h2><p>a</h2>b<h3></h3>", "<meta charset=shift_jis>\x83J", "<!-- <sup> --><sup>1<!-- </sup -->2</sup>",
		"&nbsp;&#32;&#0;&bogus;&copy1", "<plaintext>a<b", "caf\xe9\r\n<p>\rx", "<textarea>a &lt; b</textarea><xmp>&lt;</xmp>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReading(t, "a", HTML, data) })
}

func FuzzDOCX(f *testing.F) {
	f.Add(p(r("RFC 2119"), styled(raised, "10"), `<w:r><w:footnoteReference w:id="1"/></w:r>`), `<w:style w:styleId="a"><w:name w:val="heading 1"/></w:style>`, `<w:footnote w:id="1">`+p(r("x"))+`</w:footnote>`)
	f.Add(`<w:tbl><w:tr><w:trPr><w:gridBefore w:val="3"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>`+p(r("a"))+`</w:tc></w:tr></w:tbl>`, "", "")
	f.Add(p(`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>x</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>y</w:t><w:fldChar w:fldCharType="end"/></w:r>`), "", "")
	f.Add(p(`<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>`+p(r("a"))+`</w:txbxContent></w:drawing></mc:Choice><mc:Fallback/></mc:AlternateContent></w:r>`), "", "")
	f.Add(`<w:p><w:pPr><w:pStyle w:val="a"/><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:ins>`+r("y")+`</w:ins></w:p>`, `<w:style w:styleId="a"><w:basedOn w:val="a"/><w:rPr><w:vanish/></w:rPr></w:style>`, "")
	f.Add(`</w:body><w:tc><w:tr><w:p>`, "<", "&")
	f.Fuzz(func(t *testing.T, body, styles, notes string) {
		checkReading(t, "a.docx", DOCX, buildDOCX(body, file{"styles", styles}, file{"footnotes", notes}, file{"header", notes}))
	})
}

func FuzzODT(f *testing.F) {
	f.Add(odtStyles, `<text:h>One</text:h><text:p>a<text:span text:style-name="T1">10</text:span><text:s text:c="3"/><text:tab/>b</text:p>`, `<style:header><text:p>x</text:p></style:header>`)
	f.Add("", `<text:p>a<text:note text:note-class="endnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>b</text:p></text:note-body></text:note></text:p>`, "")
	f.Add("", `<table:table><table:table-row table:number-rows-repeated="99999"><table:table-cell table:number-columns-repeated="9"><text:p>a</text:p></table:table-cell></table:table-row></table:table>`, "")
	f.Add("<", `<text:p><office:annotation><dc:creator>a</dc:creator><text:p>b`, "&x;")
	f.Fuzz(func(t *testing.T, styles, body, master string) {
		checkReading(t, "a.odt", ODT, buildODT(styles, body, master))
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="7"><c r="B7" t="s"><v>0</v></c><c s="1"><v>43613</v></c></row>`, `<si><r><t>a</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si>`, `"RFC "0.0#;@`)
	f.Add(`<row><c t="inlineStr"><is><t>a_x000D_b</t></is></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>`, "", "yyyy-mm-dd hh:mm")
	f.Add(`<c r="ZZZZZZZ99999999999"><v>1e308</v></c>`, "<si/>", "0%")
	f.Add(`<c s="0"><v>-1.5</v></c>`, "", `[h]:mm\`)
	f.Fuzz(func(t *testing.T, data, shared, format string) {
		styles := `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="` + format + `"/></numFmts><cellXfs><xf numFmtId="200"/><xf numFmtId="14"/></cellXfs></styleSheet>`
		checkReading(t, "a.xlsx", XLSX, buildXLSX(data, file{"sharedStrings", `<sst xmlns="` + sheetNS + `">` + shared + `</sst>`}, file{"styles", styles}))
	})
}

// FuzzAny finds the format by itself.
func FuzzAny(f *testing.F) {
	for _, seed := range [][]byte{buildDOCX(p(r("x"))), buildODT("", "<text:p>x</text:p>", ""), buildXLSX("<row><c><v>1</v></c></row>"), []byte("%PDF-1.4\n1 0 obj"), []byte("<html>"), []byte(`{"a":1}`), []byte("<office:document>"), []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")} {
		f.Add("a", seed)
		f.Add("https://example.org/a.docx?b", seed)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) { checkReading(t, name, "", data) })
}

// FuzzSpans checks the way back against one that is kept byte by byte.
func FuzzSpans(f *testing.F) {
	f.Add([]byte{1, 200, 3, 0, 12, 2, 5, 250, 33})
	f.Add(bytes.Repeat([]byte{5, 6, 7}, 200))
	f.Fuzz(func(t *testing.T, steps []byte) {
		steps = steps[:min(len(steps), 300)] // of which any few make all states
		var s spans
		var at []int    // of each byte of text: its offset in the source
		var same []bool // whether it is the same
		source := 0
		for i, n := range steps {
			made, from := int(n%4), int(n/4%4)
			if i%2 == 0 {
				s.verbatim(int(n))
				for range int(n) {
					at, same = append(at, source), append(same, true)
					source++
				}
				continue
			}
			s.differs(made, from)
			for range made {
				at, same = append(at, source), append(same, false)
			}
			source += from
		}
		s.flush()
		for offset, want := range at {
			if got := s.at(offset); got != want {
				t.Fatalf("byte %d comes from %d, not %d", offset, want, got)
			}
			from, to, ok := s.exact(offset, offset+1)
			if ok != same[offset] || ok && (from != want || to != want+1) {
				t.Fatalf("byte %d: %d, %d, %v", offset, from, to, ok)
			}
		}
		if got := s.at(len(at)); got != source {
			t.Fatalf("the end is at %d, not %d", got, source)
		}
	})
}
