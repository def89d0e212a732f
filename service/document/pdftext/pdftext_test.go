package pdftext_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/document/pdftext"
	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
)

func read(t *testing.T, data []byte) pdftext.Result {
	t.Helper()
	r, err := pdftext.Read(context.Background(), data, pdftext.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const lorem = "Tenders shall describe how the service meets the requirements of this part, name the standards that it " +
	"is built on with their editions, and say which evidence the supplier can show on request of the buyer. " +
	"Where a standard was replaced since, the newer edition may be offered if the buyer agrees to it in writing. "

// texts are pieces of text below each other, wrapped to a width.
func column(x, top, width, size float64, text string) []pdftest.Text {
	var list []pdftest.Text
	for i, s := range pdftest.Wrap(text, size, width) {
		list = append(list, pdftest.Text{X: x, Y: top - float64(i)*1.2*size, Size: size, S: s})
	}
	return list
}

func TestReadingOrder(t *testing.T) {
	two := append(column(60, 700, 220, 10, strings.Repeat(lorem, 2)+"Left ends."), column(315, 700, 220, 10, strings.Repeat(lorem, 2)+"Right ends.")...)
	offset := append(column(60, 700, 220, 10, strings.Repeat(lorem, 2)+"Left ends."), column(315, 694, 220, 10, strings.Repeat(lorem, 2)+"Right ends.")...)
	heading := pdftest.Text{X: 60, Y: 730, Size: 16, S: "A heading that runs across both of the columns"}
	tests := []struct {
		name string
		page pdftest.Page
		want string
	}{
		{"paragraphs", pdftest.Lines([]string{"All services meet BS EN", "ISO 19650-4:2022 in full.", "", "The next one."}),
			"All services meet BS EN\nISO 19650-4:2022 in full.\n\nThe next one.\n"},
		{"two columns", pdftest.Page{Texts: append([]pdftest.Text{heading}, two...)},
			heading.S + "\n\n" + wrapped(strings.Repeat(lorem, 2)+"Left ends.", 220) + "\n\n" + wrapped(strings.Repeat(lorem, 2)+"Right ends.", 220) + "\n"},
		{"two columns off step", pdftest.Page{Texts: offset},
			wrapped(strings.Repeat(lorem, 2)+"Left ends.", 220) + "\n\n" + wrapped(strings.Repeat(lorem, 2)+"Right ends.", 220) + "\n"},
		{"painted in any order", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 686, Size: 11, S: "second line"}, {X: 72, Y: 700, Size: 11, S: "first line"}}},
			"first line\nsecond line\n"},
		{"words by place", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 10, S: "ISO"}, {X: 72 + 10*pdftest.Width("", "ISO") + 3, Y: 700, Size: 10, S: "27001"},
			{X: 72 + 10*pdftest.Width("", "ISO27001") + 3, Y: 700, Size: 10, S: ":2022"}}},
			"ISO 27001:2022\n"},
		{"number and heading", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 11, S: "1.1"}, {X: 120, Y: 700, Size: 11, S: "Scope"}}},
			"1.1\tScope\n"},
		{"list", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 11, S: "•"}, {X: 90, Y: 700, Size: 11, S: "supports ISO"}, {X: 90, Y: 687, Size: 11, S: "8601-1:2019 dates;"},
			{X: 72, Y: 674, Size: 11, S: "•"}, {X: 90, Y: 674, Size: 11, S: "supports RFC 3339."}}},
			"•\tsupports ISO\n8601-1:2019 dates;\n\n•\tsupports RFC 3339.\n"},
		{"table without rules", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 10, S: "Information"}, {X: 200, Y: 700, Size: 10, S: "BS EN"}, {X: 300, Y: 700, Size: 10, S: "required"},
			{X: 72, Y: 688, Size: 10, S: "management"}, {X: 200, Y: 688, Size: 10, S: "ISO 19650-4:2022"},
			{X: 72, Y: 664, Size: 10, S: "Dates"}, {X: 200, Y: 664, Size: 10, S: "ISO 8601"}, {X: 300, Y: 664, Size: 10, S: "wanted"},
			{X: 72, Y: 640, Size: 10, S: "Security"}, {X: 200, Y: 640, Size: 10, S: "ISO 27001"}, {X: 300, Y: 640, Size: 10, S: "required"}}},
			"Information\nmanagement\n\nBS EN\nISO 19650-4:2022\n\nrequired\n\nDates\n\nISO 8601\n\nwanted\n\nSecurity\n\nISO 27001\n\nrequired\n"},
		{"table with rules, cells centred", pdftest.Page{
			Rules: grid([]float64{60, 190, 300, 400}, []float64{720, 680, 640}),
			Texts: []pdftest.Text{
				{X: 72, Y: 695, Size: 10, S: "Management"},
				{X: 200, Y: 708, Size: 10, S: "PD CEN/TR"}, {X: 200, Y: 696, Size: 10, S: "17439:2020 and"}, {X: 200, Y: 684, Size: 10, S: "BS 1192"},
				{X: 310, Y: 702, Size: 10, S: "must"}, {X: 310, Y: 690, Size: 10, S: "be met"},
				{X: 72, Y: 660, Size: 10, S: "Dates"}, {X: 200, Y: 660, Size: 10, S: "ISO 8601"}}},
			"Management\n\nPD CEN/TR\n17439:2020 and\nBS 1192\n\nmust\nbe met\n\nDates\n\nISO 8601\n"},
		{"cell stretched to its width", pdftest.Page{
			Rules: grid([]float64{60, 190, 300}, []float64{720, 680, 640}),
			Texts: []pdftest.Text{
				{X: 65, Y: 700, Size: 10, S: "use "}, {X: 105, Y: 700, Size: 10, S: "BS "}, {X: 145, Y: 700, Size: 10, S: "EN"},
				{X: 65, Y: 688, Size: 10, S: "ISO "}, {X: 105, Y: 688, Size: 10, S: "8601 "}, {X: 145, Y: 688, Size: 10, S: "only"},
				{X: 200, Y: 700, Size: 10, S: "must"}}},
			"use BS EN\nISO 8601 only\n\nmust\n"},
		{"footnote marks", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 10, S: "as in RFC 2119"}, {X: 72 + 10*pdftest.Width("", "as in RFC 2119"), Y: 704, Size: 6, S: "10"},
			{X: 72 + 10*pdftest.Width("", "as in RFC 2119") + 7, Y: 700, Size: 10, S: ", the 1"},
			{X: 72 + 10*pdftest.Width("", "as in RFC 2119, the 1") + 7, Y: 704, Size: 6, S: "st"},
			{X: 72, Y: 603, Size: 5, S: "10"}, {X: 81, Y: 600, Size: 9, S: "IETF. RFC 2119."}}},
			"as in RFC 2119¹⁰, the 1ˢᵗ\n\n¹⁰ IETF. RFC 2119.\n"},
		{"index below", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 10, S: "CO"}, {X: 72 + 10*pdftest.Width("", "CO"), Y: 698, Size: 6, S: "2"}}},
			"CO2\n"},
		{"painted twice", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 10, S: "Bold heading"}, {X: 72.4, Y: 700, Size: 10, S: "Bold heading"}}},
			"Bold heading\n"},
		{"outside of the page", pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 700, Size: 10, S: "inside"}, {X: 700, Y: 700, Size: 10, S: "beside"}, {X: 72, Y: -50, Size: 10, S: "below"}}},
			"inside\n"},
		{"hyphens", pdftest.Lines([]string{"a soft\u00adhyphen, ISO\u00a08601\u20112 and a hyphen-", "ation"}),
			"a soft-hyphen, ISO\u00a08601\u20112 and a hyphen-\nation\n"},
		{"ligatures", pdftest.Lines([]string{"e\ufb03cient \ufb01le ΑΩ €"}), "efficient file ΑΩ €\n"},
		{"rotated page", pdftest.Page{Rotate: 90, Width: 595, Height: 842,
			Raw: "BT /Helvetica 10 Tf 0 1 -1 0 100 72 Tm (upright for the reader) Tj ET", Texts: []pdftest.Text{}},
			"upright for the reader\n"},
		{"turned text follows", pdftest.Page{
			Raw:   "BT /Helvetica 40 Tf 0.7 0.7 -0.7 0.7 100 200 Tm (DRAFT) Tj ET",
			Texts: []pdftest.Text{{X: 72, Y: 700, Size: 10, S: "one two three"}, {X: 72, Y: 300, Size: 10, S: "four five"}}},
			"one two three\n\nfour five\n\nDRAFT\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.page.Raw != "" && len(tt.page.Texts) == 0 {
				tt.page.Texts = []pdftest.Text{{X: -500, Y: 0, Size: 1, S: "brings the font"}}
			}
			for _, packed := range []bool{false, true} {
				data := pdftest.File{Pages: []pdftest.Page{tt.page}, Packed: packed}.Bytes()
				if diff := cmp.Diff(tt.want, read(t, data).Text); diff != "" {
					t.Errorf("packed=%v (-want +got):\n%s", packed, diff)
				}
			}
		})
	}
}

func wrapped(text string, width float64) string {
	return strings.Join(pdftest.Wrap(text, 10, width), "\n")
}

func grid(xs, ys []float64) []pdftest.Rule {
	var rules []pdftest.Rule
	for _, y := range ys {
		rules = append(rules, pdftest.Rule{X0: xs[0], Y0: y, X1: xs[len(xs)-1], Y1: y})
	}
	for _, x := range xs {
		rules = append(rules, pdftest.Rule{X0: x, Y0: ys[0], X1: x, Y1: ys[len(ys)-1]})
	}
	return rules
}

// A broken cross-reference is made up for from the bytes themselves.
func TestDamagedFilesReadTheSame(t *testing.T) {
	for _, packed := range []bool{false, true} {
		data := pdftest.File{Pages: []pdftest.Page{pdftest.Lines([]string{"ISO 27001"}), pdftest.Lines([]string{"RFC 3339"})}, Packed: packed}.Bytes()
		want := read(t, data)
		if want.Text != "ISO 27001\n\nRFC 3339\n" {
			t.Fatalf("text = %q", want.Text)
		}
		for name, damaged := range map[string][]byte{
			"startxref":    pdftest.Damaged(data),
			"shifted":      append([]byte("x\n"), data...),
			"no end":       data[:len(data)-40],
			"junk in head": append(append([]byte("%PDF-1.4\n"), make([]byte, 3000)...), data...),
		} {
			if diff := cmp.Diff(want, read(t, damaged)); diff != "" {
				t.Errorf("%s, packed=%v (-want +got):\n%s", name, packed, diff)
			}
		}
	}
}

func TestPagesAndWhatRepeatsOnThem(t *testing.T) {
	var pages []pdftest.Page
	bodies := []string{
		"Suppliers shall hold a certificate of conformity with BS EN ISO", "27001:2022 or equivalent.",
		"Second point of the list that ends here.", "Third point of the list that ends here.",
	}
	for i, body := range bodies {
		pages = append(pages, pdftest.Page{Texts: []pdftest.Text{
			{X: 72, Y: 810, Size: 8, S: "Framework agreement RM1043"},
			{X: 72, Y: 700, Size: 11, S: body},
			{X: 280, Y: 30, Size: 8, S: fmt.Sprintf("Page %d of 4", i+1)},
		}})
	}
	got := read(t, pdftest.File{Pages: pages}.Bytes())
	want := "Framework agreement RM1043\n\nPage 1 of 4\n\n" + bodies[0] + "\n" +
		bodies[1] + "\n\nFramework agreement RM1043\n\nPage 2 of 4\n\n" +
		"Framework agreement RM1043\n\nPage 3 of 4\n\n" + bodies[2] + "\n\n" +
		"Framework agreement RM1043\n\nPage 4 of 4\n\n" + bodies[3] + "\n"
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	starts := []string{"Framework", "27001", "Framework agreement RM1043\n\nPage 3", "Framework agreement RM1043\n\nPage 4"}
	if len(got.Pages) != len(starts) {
		t.Fatalf("pages = %v", got.Pages)
	}
	for i, at := range got.Pages {
		if !strings.HasPrefix(got.Text[at:], starts[i]) {
			t.Errorf("page %d begins with %.20q, want %q", i+1, got.Text[at:], starts[i])
		}
	}
}

// The cells of a table that goes over many pages are no feet, even if they
// repeat.
func TestCellsAtTheEdgeStay(t *testing.T) {
	page := pdftest.Page{Rules: grid([]float64{60, 190, 300}, []float64{700, 60, 20})}
	page.Texts = []pdftest.Text{
		{X: 72, Y: 300, Size: 10, S: "body"}, {X: 200, Y: 300, Size: 10, S: "cell"},
		{X: 72, Y: 40, Size: 10, S: "ISO 27001"}, {X: 200, Y: 40, Size: 10, S: "required"},
	}
	got := read(t, pdftest.File{Pages: []pdftest.Page{page, page, page, page}}.Bytes())
	want := strings.Repeat("\nbody\n\ncell\n\nISO 27001\n\nrequired\n", 4)[1:]
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestNotes(t *testing.T) {
	w := &pdftest.Writer{}
	root, tree := w.Reserve(), w.Reserve()
	image := w.AddStream("/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", []byte{0})
	scan := w.AddStream("", []byte("q 500 0 0 700 0 0 cm /Im Do Q"))
	mute := w.Add("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2>>]>>")
	text := w.AddStream("", []byte("BT /F 12 Tf 72 700 Td <00010002> Tj ET"))
	page := "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</XObject<</Im %d 0 R>>/Font<</F %d 0 R>>>>>>"
	a, b := w.Add(fmt.Sprintf(page, scan, image, mute)), w.Add(fmt.Sprintf(page, text, image, mute))
	w.Set(tree, fmt.Sprintf("<</Type/Pages/Count 2/Kids[%d 0 R %d 0 R]>>", a, b))
	w.Set(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R>>", tree))
	got := read(t, w.Bytes(root))
	want := pdftext.Result{
		Text: "\ufffd\ufffd\n", Pages: []int{0, 0},
		Notes: []string{
			"page 1 has no text (a scan?)",
			"page 2 has text in a font that does not say which characters it shows; they read as \"\ufffd\"",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
