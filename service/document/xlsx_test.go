package document

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestXLSXText(t *testing.T) {
	shared := file{"sharedStrings", `<sst xmlns="` + sheetNS + `"><si><t>ISO 27001</t></si><si><r><t>RFC 2119</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>10</t></r>` +
		`<r><t> too</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh></si><si><t>two_x000D_
lines</t></si></sst>`}
	tests := map[string]struct{ data, want string }{
		"shared":          {`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`, "ISO 27001\n\nRFC 2119¹⁰ too"},
		"shared, control": {`<row><c t="s"><v>2</v></c></row>`, "two\nlines"},
		"no such shared":  {`<row><c t="s"><v>99</v></c><c t="s"><v>-1</v></c><c t="s"/></row>`, ""},
		"inline":          {`<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><r><t>b</t></r><r><t>c</t></r></is></c></row>`, "a\n\nbc"},
		"formula":         {`<row><c t="str"><f>A1&amp;B1</f><v>ISO 1</v></c><c><f>1+1</f><v>2</v></c></row>`, "ISO 1\n\n2"},
		"boolean, error":  {`<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c></row>`, "TRUE\n\nFALSE\n\n#N/A"},
		"numbers":         {`<row><c><v>27001</v></c><c><v>0.10000000000000001</v></c><c><v>1E+20</v></c><c><v>x</v></c></row>`, "27001\n\n0.1\n\n1e+20\n\nx"},
		"empty":           {`<row><c/><c><v/></c><c t="inlineStr"><is><t> </t></is></c></row>`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc := mustRead(t, "a.xlsx", buildXLSX(test.data, shared))
			got := strings.TrimPrefix(strings.TrimPrefix(doc.Text, "Prices"), "\n\n")
			if doc.Format != XLSX || got != test.want {
				t.Errorf("got %s %q, want %q", doc.Format, got, test.want)
			}
		})
	}
}

func TestXLSXPlaces(t *testing.T) {
	doc := mustRead(t, "a.xlsx", buildXLSX(`<row r="7"><c r="B7" t="inlineStr"><is><t>first</t></is></c><c t="inlineStr"><is><t>next</t></is></c></row>`+
		`<row><c r="ZZ8" t="inlineStr"><is><t>far</t></is></c></row><row><c t="inlineStr"><is><t>no name</t></is></c></row>`))
	for piece, want := range map[string]Place{
		"Prices": {Part: "name of sheet 1"}, "first": {Cell: "Prices!B7"}, "next": {Cell: "Prices!C7"}, "far": {Cell: "Prices!ZZ8"}, "no name": {Cell: "Prices!A9"},
	} {
		if diff := cmp.Diff(want, placeOf(t, doc, piece)); diff != "" {
			t.Errorf("%q: %s", piece, diff)
		}
	}
}

// TestXLSXOfLibrary reads what another program writes.
func TestXLSXOfLibrary(t *testing.T) {
	f := excelize.NewFile()
	set := func(sheet, at string, value any) {
		t.Helper()
		if err := f.SetCellValue(sheet, at, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"Lot 2", "Hidden's"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	set("Sheet1", "B2", "BS EN ISO 19650-2:2018")
	set("Sheet1", "C2", 12.5)
	set("Lot 2", "A1", time.Date(2019, 5, 28, 0, 0, 0, 0, time.UTC))
	set("Lot 2", "A3", "R&D\nline")
	set("Hidden's", "AB10", "secret")
	if err := f.SetSheetVisible("Hidden's", false); err != nil {
		t.Fatal(err)
	}
	if err := f.AddComment("Sheet1", excelize.Comment{Cell: "B2", Author: "Ann", Text: "see RFC 2119"}); err != nil {
		t.Fatal(err)
	}
	if err := f.AddShape("Lot 2", &excelize.Shape{Cell: "D4", Type: "rect", Paragraph: []excelize.RichTextRun{{Text: "boxed"}}}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	doc := mustRead(t, "a.xlsx", b.Bytes())
	for piece, want := range map[string]Place{
		"BS EN ISO 19650-2:2018": {Cell: "Sheet1!B2"}, "12.5": {Cell: "Sheet1!C2"}, "2019-05-28": {Cell: "'Lot 2'!A1"},
		"R&D\nline": {Cell: "'Lot 2'!A3"}, "secret": {Cell: "'Hidden''s'!AB10"}, "see RFC 2119": {Part: "comment", Cell: "Sheet1!B2"},
		"boxed": {Part: "text box on Lot 2"},
	} {
		if diff := cmp.Diff(want, placeOf(t, doc, piece)); diff != "" {
			t.Errorf("%q: %s", piece, diff)
		}
	}
	if diff := cmp.Diff([]string{`the sheet "Hidden's" is hidden; it was read`}, doc.Remarks); diff != "" {
		t.Error(diff)
	}
}

func TestNumberFormats(t *testing.T) {
	tests := []struct{ code, value, want string }{
		{"", "27001", "27001"},
		{"General", "1.5", "1.5"},
		{"0", "2.6", "3"},
		{"00000", "42", "00042"},
		{"0.00", "-1.005", "-1.00"},
		{"#,##0", "1234567", "1,234,567"},
		{"#,##0.0", "-1234.56", "-1,234.6"},
		{"0%", "0.5", "50%"},
		{"0.0%", "0.123", "12.3%"},
		{`"RFC "0`, "2119", "RFC 2119"},
		{`"ISO "0":2013"`, "27001", "ISO 27001:2013"},
		{`\v0.0`, "1.1", "v1.1"},
		{"0;(0)", "5", "5"},
		{"[Red]0", "5", "5"},
		{"[>100]0;0.0", "5", "5"},
		{"yyyy-mm-dd", "43613", "2019-05-28"},
		{"dd/mm/yyyy", "1", "1900-01-01"},
		{"m/d/yy h:mm", "43613.5", "2019-05-28 12:00"},
		{"[h]:mm", "0.25", "06:00"},
		{"yyyy", "99999999", "99999999"},
		{"# ?/?", "0.5", "0.5"},
		{"0.00E+00", "12345", "12345"},
		{"@", "12", "12"},
		{"0", "text", "text"},
		{`"unclosed`, "1", "1"},
		{`_(* #,##0_)`, "1000", "1,000"},
	}
	for _, test := range tests {
		if got := parseNumberFormat(test.code).show(test.value, false); got != test.want {
			t.Errorf("%q shows %s as %q, want %q", test.code, test.value, got, test.want)
		}
	}
	if got := parseNumberFormat("yyyy-mm-dd").show("0", true); got != "1904-01-01" {
		t.Errorf("day 0 of 1904 is shown as %q", got)
	}
}

func TestCellNames(t *testing.T) {
	for name, want := range map[string][2]int32{"A1": {1, 1}, "Z9": {26, 9}, "AA10": {27, 10}, "$B$7": {2, 7}, "XFD1048576": {16384, 1048576}} {
		column, row, ok := parseCellName(name)
		if !ok || [2]int32{column, row} != want {
			t.Errorf("%s is %d, %d, %v", name, column, row, ok)
		}
		if back := cellName(int(column), int(row)); back != strings.ReplaceAll(name, "$", "") {
			t.Errorf("%s comes back as %s", name, back)
		}
	}
	for _, name := range []string{"", "A", "7", "7A", "A-1", "A0", "A$", "AAAAAAAAAAAAA1", "A99999999999"} {
		if _, _, ok := parseCellName(name); ok {
			t.Errorf("%q passes for a cell", name)
		}
	}
}
