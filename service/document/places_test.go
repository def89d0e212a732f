package document

import (
	"strings"
	"testing"
)

// mostPlaceText bounds each text of a Place, in bytes: a document can have
// 100,000 citations, each of which is told with its place.
const mostPlaceText = 1000

// TestPlacesStayShort: what a place says does not grow with the file.
func TestPlacesStayShort(t *testing.T) {
	const target = "RFC 2119"
	long := strings.Repeat("x y'", 20_000)
	deep := func(open, inner, end string) string {
		return strings.Repeat(open, 300) + inner + strings.Repeat(end, 300)
	}
	tests := []struct {
		name, begin, end string // of a cell or part
		data             []byte
	}{
		{
			"a.html", "table 1, row 1, column 1, inner table 1, row 1, column 1, inner ", ", inner table 1, row 1, column 2",
			[]byte("<html>" + deep("<table><tr><td>", "<td>"+target, "")),
		},
		{"a.docx", "table 1, row 1, ", " table 1, row 1, column 1", buildDOCX(deep("<w:tbl><w:tr><w:tc>", p(r(target)), "</w:tc></w:tr></w:tbl>"))},
		{"a.odt", "table 1, row 1, ", " table 1, row 1, column 1", buildODT("", deep("<table:table><table:table-row><table:table-cell>", "<text:p>"+target+"</text:p>", "</table:table-cell></table:table-row></table:table>"), "")},
		{"a.xlsx", "'x y''x y''", "…'!A1", renameSheet(buildXLSX(`<row><c t="inlineStr"><is><t>`+target+`</t></is></c></row>`), long)},
		{"a.json", "...", "[0]", []byte(deep(`{"`+strings.Repeat(`\u0001é`, 100)+`":`, `["`+target+`"]`, "}"))},
		{"a.yaml", "...", "[0]", []byte(deep(`{"`+strings.Repeat("\u00ad", 100)+`":`, `["`+target+`"]`, "}"))},
		{"a.md", "", "", []byte("# " + long + "\n\n" + target)},
	}
	for _, test := range tests {
		doc := mustRead(t, test.name, test.data)
		place := placeOf(t, doc, target)
		for _, text := range []string{place.Heading, place.Cell, place.Part} {
			if len(text) > mostPlaceText {
				t.Errorf("%s: %d bytes: %.100q", test.name, len(text), text)
			}
		}
		text := place.Cell + place.Part
		if test.begin != "" && !strings.Contains(text, "...") && !strings.Contains(text, "…") {
			t.Errorf("%s: %q does not say that something is left out", test.name, text)
		}
		if !strings.HasPrefix(text, test.begin) || !strings.HasSuffix(text, test.end) {
			t.Errorf("%s: got %q, want %q ... %q", test.name, text, test.begin, test.end)
		}
	}
}

// TestNestedTables: a few levels are told in full.
func TestNestedTables(t *testing.T) {
	doc := mustRead(t, "a.html", []byte("<html>"+strings.Repeat("<table><tr><td>", maxNested)+"RFC 2119"))
	want := "table 1, row 1, column 1" + strings.Repeat(", inner table 1, row 1, column 1", maxNested-1)
	if got := placeOf(t, doc, "RFC 2119").Cell; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
