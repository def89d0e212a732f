package document

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const odtStyles = `
<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="33% 58%"/></style:style>
<style:style style:name="T2" style:family="text" style:parent-style-name="Raised"/>
<style:style style:name="T3" style:family="text"><style:text-properties style:text-position="sub 58%"/></style:style>
<style:style style:name="T4" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Loop" style:family="text" style:parent-style-name="Loop"/>`

func TestODTText(t *testing.T) {
	tests := map[string]struct{ body, want string }{
		"paragraphs":    {`<text:p>One</text:p><text:p/><text:p> Two </text:p>`, "One\n\nTwo"},
		"spans":         {`<text:p>BS EN<text:span text:style-name="Loop"> ISO</text:span> 19650</text:p>`, "BS EN ISO 19650"},
		"white space":   {"<text:p>a  b\n\t c<text:s/><text:s text:c=\"2\"/>d</text:p>", "a b c   d"},
		"tab and break": {`<text:p>a<text:tab/>b<text:line-break/>c<text:soft-page-break/>d</text:p>`, "a\tb\ncd"},
		"superscript":   {`<text:p>RFC 2119<text:span text:style-name="T1">10</text:span> a<text:span text:style-name="T2">1</text:span> b<text:span text:style-name="T3">1</text:span></text:p>`, "RFC 2119¹⁰ a¹ b1"},
		"hidden":        {`<text:p>a<text:span text:style-name="T4">b</text:span><text:hidden-text>c</text:hidden-text></text:p><text:section text:display="none"><text:p>d</text:p></text:section>`, "a"},
		"link":          {`<text:p><text:a href="http://example.org/ISO1">ISO 2</text:a></text:p>`, "ISO 2"},
		"deleted":       {`<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>here<text:change/></text:p>`, "here"},
		"list":          {`<text:list><text:list-item><text:number>1.</text:number><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>`, "one\n\ntwo"},
		"index":         {`<text:table-of-content><text:table-of-content-source><text:index-title-template>gone</text:index-title-template></text:table-of-content-source><text:index-body><text:p>1 Scope</text:p></text:index-body></text:table-of-content>`, "1 Scope"},
		"text box":      {`<text:p>a<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box><svg:title>gone</svg:title></draw:frame>b</text:p>`, "box\n\nab"},
		"ruby":          {`<text:p><text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>kana</text:ruby-text></text:ruby></text:p>`, "base"},
		"field":         {`<text:p>page <text:page-number>3</text:page-number></text:p>`, "page 3"},
		"comment":       {`<text:p>a<office:annotation><dc:creator>Ann</dc:creator><dc:date>2026</dc:date><text:p>why</text:p></office:annotation>b</text:p>`, "ab\n\nwhy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if doc := mustRead(t, "a.odt", buildODT(odtStyles, test.body, "")); doc.Format != ODT || doc.Text != test.want {
				t.Errorf("got %s %q, want %q", doc.Format, doc.Text, test.want)
			}
		})
		t.Run(name+", flat", func(t *testing.T) {
			flat := `<?xml version="1.0"?><office:document` + odtNamespaces + `><office:styles><style:style style:name="Raised"><style:text-properties style:text-position="super 58%"/></style:style></office:styles>` +
				`<office:automatic-styles>` + odtStyles + `</office:automatic-styles><office:body><office:text>` + test.body + `</office:text></office:body></office:document>`
			if doc := mustRead(t, "a.fodt", []byte(flat)); doc.Format != ODT || doc.Text != test.want {
				t.Errorf("got %s %q, want %q", doc.Format, doc.Text, test.want)
			}
		})
	}
}

func TestODTPlaces(t *testing.T) {
	note := func(class, mark, text string) string {
		return `<text:note text:note-class="` + class + `"><text:note-citation>` + mark + `</text:note-citation><text:note-body><text:p>` + text + `</text:p></text:note-body></text:note>`
	}
	doc := mustRead(t, "a.odt", buildODT("", `<text:h text:outline-level="1">1 Scope</text:h><text:p>RFC 2119`+note("footnote", "4", "noted")+note("endnote", "i", "at the end")+` says</text:p>`+
		`<table:table><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/><table:table-cell><text:p>cell</text:p></table:table-cell></table:table-row>`+
		`<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>wide</text:p><table:table><table:table-row><table:table-cell><text:p>inner</text:p></table:table-cell></table:table-row></table:table></table:table-cell>`+
		`<table:covered-table-cell/><table:table-cell><text:p>last</text:p></table:table-cell></table:table-row></table:table>`+
		`<text:p>asked<office:annotation><text:p>comment</text:p></office:annotation></text:p>`,
		`<style:header><text:p>Tender</text:p></style:header><style:header-left><text:p>Tender</text:p></style:header-left><style:footer><text:p>Page</text:p></style:footer>`))
	if want := "1 Scope\n\nRFC 2119⁴ⁱ says\n\ncell\n\nwide\n\ninner\n\nlast\n\nasked\n\nnoted\n\nat the end\n\ncomment\n\nTender\n\nPage"; doc.Text != want {
		t.Errorf("got %q\nwant %q", doc.Text, want)
	}
	for piece, want := range map[string]Place{
		"RFC 2119": {Heading: "1 Scope"}, "noted": {Part: "footnote 4"}, "at the end": {Part: "endnote 1"}, "comment": {Part: "comment 1"},
		"cell":  {Heading: "1 Scope", Cell: "table 1, row 1, column 4"},
		"wide":  {Heading: "1 Scope", Cell: "table 1, row 3, column 1"},
		"inner": {Heading: "1 Scope", Cell: "table 1, row 3, column 1, inner table 1, row 1, column 1"},
		"last":  {Heading: "1 Scope", Cell: "table 1, row 3, column 3"},
		"asked": {Heading: "1 Scope"}, "Tender": {Part: "header"}, "Page": {Part: "footer"},
	} {
		if diff := cmp.Diff(want, placeOf(t, doc, piece)); diff != "" {
			t.Errorf("%q: %s", piece, diff)
		}
	}
}
