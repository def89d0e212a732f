package document

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// benchmarkText is one paragraph, about as dense in citations as a tender.
const benchmarkText = "The supplier shall hold ISO/IEC 27001:2013 and meet BS EN ISO 19650-2:2018 for all of the works, as RFC 2119 says. "

// BenchmarkRead reads about a mebibyte of text in each format. MB/s are those
// of the text or, of packages, of the unpacked XML.
func BenchmarkRead(b *testing.B) {
	const n = mebibyte / len(benchmarkText)
	repeat := func(before, after string) string { return strings.Repeat(before+benchmarkText+after, n) }
	var rows strings.Builder
	for i := range n {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="inlineStr"><is><t>%s</t></is></c></row>`, i+1, i+1, i, i+1, benchmarkText)
	}
	body := repeat(`<w:p w:rsidR="00A77B3E"><w:pPr><w:pStyle w:val="Normal"/></w:pPr><w:r w:rsidRPr="00B12345"><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve">`, `</w:t></w:r></w:p>`)
	odt := repeat(`<text:p text:style-name="P1"><text:span text:style-name="T1">`, `</text:span></text:p>`)
	for _, c := range []struct {
		name string
		data []byte
		size int
	}{
		{"a.md", []byte(repeat("# One\n\n", "\n\n")), 0},
		{"a.txt", []byte(repeat("", "\r\n")), 0},
		{"a.html", []byte(repeat("<p class=\"x\">", " &amp; <b>more</b></p>\n")), 0},
		{"a.csv", []byte(repeat("1,\"", "\"\n")), 0},
		{"a.yaml", []byte("lots:\n" + repeat("- title: ", "\n")), 0},
		{"a.json", []byte("[" + repeat(`{"title": "`, `"},`) + "1]"), 0},
		{"a.docx", buildDOCX(body), len(body)},
		{"a.odt", buildODT("", odt, ""), len(odt)},
		{"a.xlsx", buildXLSX(rows.String()), rows.Len()},
	} {
		b.Run(strings.TrimPrefix(c.name, "a."), func(b *testing.B) {
			if c.size == 0 {
				c.size = len(c.data)
			}
			b.SetBytes(int64(c.size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(context.Background(), c.name, c.data, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPlace finds a place in a long text.
func BenchmarkPlace(b *testing.B) {
	doc, err := Read(context.Background(), "a.md", []byte(strings.Repeat("# One\n\n"+benchmarkText+"\n", 10_000)), Limits{})
	if err != nil {
		b.Fatal(err)
	}
	at := 0
	for b.Loop() {
		at = (at + 104_729) % len(doc.Text)
		doc.Place(at)
	}
}
