package document

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// p and r write a paragraph and a run of Word.
func p(runs ...string) string { return "<w:p>" + strings.Join(runs, "") + "</w:p>" }
func r(text string) string {
	return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>`
}
func styled(properties, text string) string {
	return `<w:r><w:rPr>` + properties + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r>`
}

const raised = `<w:vertAlign w:val="superscript"/>`

func TestDOCXText(t *testing.T) {
	tests := map[string]struct{ body, want string }{
		"paragraphs":              {p(r("One")) + p(r("Two")), "One\n\nTwo"},
		"empty paragraphs":        {p() + p(r(" ")) + p(r("One")) + p(), "One"},
		"a designation over runs": {p(r("BS EN"), r(" ISO"), styled("<w:b/>", " 196"), r("50-2:2018")), "BS EN ISO 19650-2:2018"},
		"entities":                {p(r("R&amp;D &lt;1&gt; &#8209;")), "R&D <1> ‑"},
		"tab and breaks":          {p(`<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>`), "a\tb\nc\nd"},
		"hyphens":                 {p(`<w:r><w:t>BS</w:t><w:noBreakHyphen/><w:t>EN desig</w:t><w:softHyphen/><w:t>nation</w:t></w:r>`), "BS‑EN designation"},
		"symbols": {p(`<w:r><w:t>a</w:t><w:sym w:font="Symbol" w:char="F02D"/><w:t>b</w:t><w:sym w:font="Wingdings" w:char="F04A"/><w:t>c</w:t>` +
			`<w:sym w:font="Symbol" w:char="F0B7"/><w:sym w:font="Arial" w:char="2013"/><w:sym w:char="zz"/></w:r>`), "a−b c•–"},
		"superscript":                     {p(r("RFC 2119"), styled(raised, "10"), r(" and")), "RFC 2119¹⁰ and"},
		"superscript that has no letters": {p(r("ISO 9001"), styled(raised, "Q")), "ISO 9001[Q]"},
		"superscript over runs":           {p(r("2119"), styled(raised, "1"), styled(raised, "0")), "2119¹⁰"},
		"long superscript":                {p(styled(raised, "all of this is high")), "all of this is high"},
		"subscript":                       {p(r("CO"), styled(`<w:vertAlign w:val="subscript"/>`, "2")), "CO2"},
		"capitals":                        {p(styled("<w:caps/>", "iso 27001"), styled(`<w:smallCaps w:val="0"/>`, " Iso")), "ISO 27001 Iso"},
		"hidden":                          {p(r("seen"), styled("<w:vanish/>", " hidden"), styled(`<w:vanish w:val="0"/>`, " shown")), "seen shown"},
		"inserted":                        {p(r("a"), `<w:ins w:id="1">`+r("b")+`</w:ins>`), "ab"},
		"deleted":                         {p(r("a"), `<w:del w:id="1"><w:r><w:delText>b</w:delText></w:r></w:del>`, r("c")), "ac"},
		"moved":                           {p(r("a"), `<w:moveFrom w:id="1">`+r("b")+`</w:moveFrom>`) + p(`<w:moveTo w:id="2">`+r("b")+`</w:moveTo>`), "a\n\nb"},
		"deleted paragraph end":           {`<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>` + r("ISO ") + `</w:p>` + p(r("27001")), "ISO 27001"},
		"deleted end at the end":          {p(r("a")) + `<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>` + r("b") + `</w:p>`, "a\n\nb"},
		"simple field":                    {p(`<w:fldSimple w:instr=" REF x ">` + r("clause 4") + `</w:fldSimple>`), "clause 4"},
		"field": {p(r("see "), `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "http://iso.org/ISO 1" </w:instrText></w:r>`+
			`<w:r><w:fldChar w:fldCharType="separate"/></w:r>`, r("ISO 2"), `<w:r><w:fldChar w:fldCharType="end"/></w:r>`, r(".")), "see ISO 2."},
		"field in the instructions of a field": {p(`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>IF </w:instrText></w:r>`,
			`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF x</w:instrText><w:fldChar w:fldCharType="separate"/></w:r>`, r("inner"),
			`<w:r><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="separate"/></w:r>`, r("outer"), `<w:r><w:fldChar w:fldCharType="end"/></w:r>`), "outer"},
		"field that is never closed": {p(`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>x</w:instrText></w:r>`, r("lost")) + p(r("kept")), "kept"},
		"link":                       {p(`<w:hyperlink w:anchor="x">` + r("ISO 3") + `</w:hyperlink>`), "ISO 3"},
		"content control": {`<w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>` +
			p(`<w:sdt><w:sdtPr/><w:sdtContent>`+r("inner")+`</w:sdtContent></w:sdt>`) + `</w:sdtContent></w:sdt>`, "inner"},
		"alternate content": {p(r("before "), `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>`+p(r("box"))+
			`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>`+p(r("box"))+
			`</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`, r("after")), "box\n\nbefore after"},
		"fallback": {p(`<w:r><mc:AlternateContent><mc:Choice Requires="wpc"><w:drawing/></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>` +
			p(r("box")) + `</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`), "box"},
		"shape in drawings":       {p(`<w:r><w:drawing><a:p><a:r><a:t>drawn</a:t></a:r></a:p></w:drawing></w:r>`), "drawn"},
		"math":                    {p(`<m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>`), "x²"},
		"ruby":                    {p(`<w:r><w:ruby><w:rubyPr/><w:rt>` + r("kana") + `</w:rt><w:rubyBase>` + r("base") + `</w:rubyBase></w:ruby></w:r>`), "base"},
		"text outside paragraphs": {`stray<w:r><w:t>run</w:t></w:r>` + p(r("One")), "One"},
		"table":                   {`<w:tbl><w:tr><w:tc>` + p(r("ISO")) + `</w:tc><w:tc>` + p(r("27001")) + p(r("second")) + `</w:tc></w:tr></w:tbl>`, "ISO\n\n27001\n\nsecond"},
		"deleted row":             {`<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>` + p(r("gone")) + `</w:tc></w:tr><w:tr><w:tc>` + p(r("here")) + `</w:tc></w:tr></w:tbl>`, "here"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc := mustRead(t, "a.docx", buildDOCX(test.body))
			if doc.Format != DOCX || doc.Text != test.want {
				t.Errorf("got %s %q, want %q", doc.Format, doc.Text, test.want)
			}
		})
		t.Run(name+", strict", func(t *testing.T) {
			if doc := mustRead(t, "a.docx", buildWord(strictNS, test.body)); doc.Text != test.want {
				t.Errorf("got %q, want %q", doc.Text, test.want)
			}
		})
	}
}

func TestDOCXNotes(t *testing.T) {
	doc := mustRead(t, "a.docx", buildDOCX(p(r("seen"), styled("<w:vanish/>", "hidden"))+`<w:altChunk/>`))
	want := []string{"hidden text was not read: 1 pieces", "embedded documents were not read: 1"}
	if diff := cmp.Diff(want, doc.Notes); diff != "" {
		t.Error(diff)
	}
}

func TestDOCXStyles(t *testing.T) {
	styles := file{"styles", `
<w:style w:type="paragraph" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Annex"><w:name w:val="Annex"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Lvl"><w:name w:val="My level"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="NotInOutline"><w:name w:val="x"/><w:basedOn w:val="Lvl"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="Ref"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Loop"><w:name w:val="loop"/><w:basedOn w:val="Loop"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Caps"><w:name w:val="caps"/><w:rPr><w:caps/></w:rPr></w:style>`}
	para := func(style, text string) string {
		return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + text + `</w:p>`
	}
	doc := mustRead(t, "a.docx", buildDOCX(
		p(r("preamble"))+para("berschrift1", r("First"))+p(r("under first"))+
			para("Annex", r("Second"))+p(r("under second"))+para("Lvl", r("Third"))+p(r("under third"))+
			para("NotInOutline", r("no heading"))+`<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr>`+r("Fourth")+`</w:p>`+p(r("under fourth"))+
			p(r("2119"), styled(`<w:rStyle w:val="Ref"/>`, "3"), styled(`<w:rStyle w:val="Ref"/><w:vertAlign w:val="baseline"/>`, "4"), styled(`<w:rStyle w:val="Loop"/>`, "gone"))+
			para("Caps", r("as typed")), styles))
	for piece, want := range map[string]string{
		"preamble": "", "First": "First", "under first": "First", "Second": "Second", "under second": "Second", "Third": "Third",
		"under third": "Third", "no heading": "Third", "Fourth": "Fourth", "under fourth": "Fourth", "2119³4": "Fourth", "as typed": "Fourth",
	} {
		if got := placeOf(t, doc, piece); got != (Place{Heading: want}) {
			t.Errorf("%q stands at %+v, want heading %q", piece, got, want)
		}
	}
	if strings.Contains(doc.Text, "gone") {
		t.Error("text of a hidden style was read")
	}
}

func TestDOCXPlaces(t *testing.T) {
	ref := func(kind, id string) string { return `<w:r><w:` + kind + `Reference w:id="` + id + `"/></w:r>` }
	note := func(kind, id, text string) string {
		return `<w:` + kind + ` w:id="` + id + `">` + p(`<w:r><w:`+kind+`Ref/></w:r>`, r(text)) + `</w:` + kind + `>`
	}
	cells := func(texts ...string) string {
		out := "<w:tr>"
		for _, text := range texts {
			out += "<w:tc>" + text + "</w:tc>"
		}
		return out + "</w:tr>"
	}
	span := `<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>`
	doc := mustRead(t, "a.docx", buildDOCX(
		p(r("RFC 2119"), ref("footnote", "7"), r(" and RFC 8174"), ref("footnote", "5"), ref("endnote", "2"))+
			`<w:tbl>`+cells(p(r("a1")), p(r("a2")))+`</w:tbl>`+
			`<w:tbl>`+cells(span+p(r("wide")), p(r("third")))+cells(p(r("b1")), `<w:tbl>`+cells(p(r("inner")))+`</w:tbl>`+p(r("after inner")))+`</w:tbl>`+
			p(r("end"), `<w:r><w:commentReference w:id="0"/></w:r>`),
		file{"header", p(r("Tender 12"))}, file{"header", p(r("Tender 12"))}, file{"header", p(r("Lot 3"))}, file{"footer", p(r("Page 1"))},
		file{"footnotes", `<w:footnote w:type="separator" w:id="-1">` + p(r("---")) + `</w:footnote>` + note("footnote", "5", "second note") + note("footnote", "7", "first note")},
		file{"endnotes", note("endnote", "2", "end note")},
		file{"comments", `<w:comment w:id="0" w:author="x">` + p(r("a comment")) + `</w:comment>`}))
	wantText := "RFC 2119¹ and RFC 8174²¹\n\na1\n\na2\n\nwide\n\nthird\n\nb1\n\ninner\n\nafter inner\n\nend\n\n" +
		"second note\n\nfirst note\n\nend note\n\na comment\n\nTender 12\n\nLot 3\n\nPage 1"
	if diff := cmp.Diff(wantText, doc.Text); diff != "" {
		t.Error(diff)
	}
	for piece, want := range map[string]Place{
		"RFC 2119": {}, "end": {}, "a2": {Cell: "table 1, row 1, column 2"},
		"wide": {Cell: "table 2, row 1, column 1"}, "third": {Cell: "table 2, row 1, column 3"}, "b1": {Cell: "table 2, row 2, column 1"},
		"inner":       {Cell: "table 2, row 2, column 2, inner table 1, row 1, column 1"},
		"after inner": {Cell: "table 2, row 2, column 2"},
		"first note":  {Part: "footnote 1"}, "second note": {Part: "footnote 2"}, "end note": {Part: "endnote 1"},
		"a comment": {Part: "comment 1"}, "Tender": {Part: "header"}, "Lot 3": {Part: "header"}, "Page": {Part: "footer"},
	} {
		if diff := cmp.Diff(want, placeOf(t, doc, piece)); diff != "" {
			t.Errorf("%q: %s", piece, diff)
		}
	}
	if _, _, ok := doc.Source(0, 3); ok {
		t.Error("a part of a package was given as its source")
	}
}

func TestDOCXOddPackages(t *testing.T) {
	utf16 := func(text string) string {
		out := "\xFF\xFE"
		for _, c := range []byte(text) {
			out += string([]byte{c, 0})
		}
		return out
	}
	kind := "application/vnd.ms-word.document.macroEnabled.main+xml"
	body := fmt.Sprintf(`<x:document xmlns:x="%s"><x:body><x:p><x:r><x:t>ISO 27001</x:t></x:r></x:p></x:body></x:document>`, wordNS)
	for name, files := range map[string][]file{
		"other prefix, odd place, macros": {contentTypes("odd/main.xml", kind), rels("_rels/.rels", [3]string{"a", "officeDocument", "/odd/main.xml"}), {"odd/main.xml", body}},
		"UTF-16":                          {contentTypes("w/d.xml", kind), rels("_rels/.rels", [3]string{"a", "officeDocument", "w/d.xml"}), {"w/d.xml", utf16(`<?xml version="1.0" encoding="UTF-16"?>` + body)}},
		"byte order mark":                 {contentTypes("w/d.xml", kind), rels("_rels/.rels", [3]string{"a", "officeDocument", "w/d.xml"}), {"w/d.xml", "\uFEFF" + body}},
		"Latin-1":                         {contentTypes("w/d.xml", kind), rels("_rels/.rels", [3]string{"a", "officeDocument", "w/d.xml"}), {"w/d.xml", `<?xml version="1.0" encoding="iso-8859-1"?>` + body}},
		"backslashes and other case":      {contentTypes("w/d.xml", kind), rels("_rels/.rels", [3]string{"a", "officeDocument", "w/d.xml"}), {`W\D.xml`, body}},
	} {
		t.Run(name, func(t *testing.T) {
			if doc := mustRead(t, "upload", pack(files...)); doc.Format != DOCX || doc.Text != "ISO 27001" {
				t.Errorf("got %s %q", doc.Format, doc.Text)
			}
		})
	}
}

// TestOpenParagraphsCount: paragraphs within each other do not add up to
// more text than is allowed.
func TestOpenParagraphsCount(t *testing.T) {
	const n, size = 300, 3000
	text := strings.Repeat("x", size)
	word := strings.Repeat(`<w:p><w:r><w:t>`+text+`</w:t></w:r><w:r><w:txbxContent>`, n) + strings.Repeat(`</w:txbxContent></w:r></w:p>`, n)
	odt := strings.Repeat("<text:p>"+text+"<draw:text-box>", n) + strings.Repeat("</draw:text-box></text:p>", n)
	for name, data := range map[string][]byte{"a.docx": buildDOCX(word), "a.odt": buildODT("", odt, "")} {
		if doc, err := Read(t.Context(), name, data, Limits{TextBytes: n * (size + 2)}); err != nil || len(doc.Text) < n*size {
			t.Errorf("%s: %v", name, err)
		}
		b := newBudget(t.Context(), Limits{TextBytes: n * size / 2}.withDefaults())
		read := readDOCX
		if name == "a.odt" {
			read = readODT
		}
		if _, err := read(data, b); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: got %v", name, err)
		}
		if b.expanded > n*size*3/4 {
			t.Errorf("%s: stopped after %d bytes", name, b.expanded)
		}
	}
}

// TestDeletedParagraphsAreLinear: twice as many deleted ends of paragraphs take
// twice the memory in passing.
func TestDeletedParagraphsAreLinear(t *testing.T) {
	allocated := func(n int) uint64 {
		data := buildDOCX(strings.Repeat(`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>`+r("abcdefghijklmnopqrst")+`</w:p>`, n))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		mustRead(t, "a.docx", data)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(1000) // what is made once
	if small, large := allocated(2000), allocated(4000); large > small*5/2 {
		t.Errorf("%d bytes, then %d", small, large)
	}
}
