package pdftext_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/document/pdftext"
	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
)

// seeds are small files of all the forms that the writer knows.
func seeds() [][]byte {
	mark := pdftest.Page{Texts: []pdftest.Text{
		{X: 72, Y: 700, Size: 10, S: "RFC 2119"}, {X: 72 + 10*pdftest.Width("", "RFC 2119"), Y: 704, Size: 6, S: "10"}}}
	two := pdftest.Page{Texts: append(column(60, 700, 220, 10, lorem), column(315, 700, 220, 10, lorem)...)}
	table := pdftest.Page{
		Rules: grid([]float64{60, 190, 300}, []float64{720, 680, 640}),
		Texts: []pdftest.Text{{X: 72, Y: 700, Size: 10, S: "a"}, {X: 200, Y: 660, Size: 10, S: "b"}},
	}
	var list [][]byte
	for _, packed := range []bool{false, true} {
		for _, p := range []pdftest.Page{pdftest.Lines([]string{"one", "", "two"}), mark, two, table} {
			data := pdftest.File{Pages: []pdftest.Page{p}, Packed: packed}.Bytes()
			list = append(list, data, pdftest.Damaged(data), data[:len(data)*2/3])
		}
	}
	return append(list,
		made{content: "q 1 0 0 1 2 3 cm /X Do Q BI /W 1 ID x EI", resources: "/XObject<</X 5 0 R>>", streams: [][2]string{{"/Subtype/Form/BBox[0 0 9 9]", "/X Do"}}}.bytes(),
		made{content: lzw([]byte("BT (a) Tj ET"), 1), dict: "/Filter/LZWDecode/DecodeParms<</Predictor 2/Colors 3>>", resources: helvetica}.bytes(),
		made{content: "BT /F 9 Tf [(a)-9(b)] TJ (c) ' 1 2 (d) \" T* ET /A<</ActualText(x)>>BDC EMC", resources: simple("/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/Encoding<</Differences[0/a/b 97/uni0041/g65]>>")}.bytes(),
		made{content: "BT /F 9 Tf <00010002> Tj ET", resources: "/Font<</F<</Subtype/Type0/Encoding 5 0 R/ToUnicode 5 0 R/DescendantFonts[<</W[1[2 3]4 5 6]/DW 1>>]>>>>",
			streams: [][2]string{{"", "1 begincodespacerange <00><FF> endcodespacerange 1 beginbfrange <00><09><0041> endbfrange 1 begincidrange <00><09> 1 endcidrange"}}}.bytes(),
	)
}

func FuzzRead(f *testing.F) {
	for _, data := range seeds() {
		f.Add(data)
	}
	locked, err := filepath.Glob("testdata/*.pdf")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range locked {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		r, err := pdftext.ReadUnguarded(context.Background(), data, pdftext.Limits{ExpandedBytes: 8 << 20, Time: 5 * time.Second})
		if took := time.Since(start); took > 8*time.Second {
			t.Fatalf("took %v", took)
		}
		if err != nil {
			return
		}
		if !utf8.ValidString(r.Text) {
			t.Error("text is not UTF-8")
		}
		last := 0
		for _, at := range r.Pages {
			if at < last || at > len(r.Text) {
				t.Fatalf("pages = %v in a text of %d bytes", r.Pages, len(r.Text))
			}
			last = at
		}
		again, err := pdftext.Read(context.Background(), data, pdftext.Limits{ExpandedBytes: 8 << 20})
		if err != nil || again.Text != r.Text {
			t.Errorf("read again it differs: %v", err)
		}
	})
}
