// Package pdftest writes simple PDF files for tests: pages of text in the
// standard fonts, with rules, in the forms that files come in (compressed, with
// object streams).
//
// It owns a writer that is small enough to be trusted, and knows nothing of
// how PDF files are read.
package pdftest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"github.com/etalon-registry/etalon/service/document/pdftext/standardfont"
)

// File is a PDF file to be.
type File struct {
	Pages []Page
	// Packed writes compressed streams, object streams and a cross-reference
	// stream (PDF 1.5) instead of plain objects and a table.
	Packed bool
}

// Page is a page of A4 size unless Width and Height say otherwise, in points.
type Page struct {
	Width, Height float64
	Rotate        int
	Texts         []Text
	Rules         []Rule
	// Raw is put at the end of the content stream as it is.
	Raw string
}

// Text is a piece of text on one line. X and Y are where its baseline begins,
// from the lower left corner of the page.
type Text struct {
	X, Y, Size float64
	Font       string // of the standard 14; default Helvetica
	S          string
}

// Rule is a line, as tables are drawn with.
type Rule struct{ X0, Y0, X1, Y1 float64 }

// Where Make puts its lines, in points.
const (
	Left    = 72.0
	Size    = 11.0
	Leading = 14.0
	a4Width = 595.0
	a4High  = 842.0
)

// Make writes a file of one page for each list of lines, in 11 point Helvetica.
// An empty line parts paragraphs. Pages with many lines are taller.
func Make(pages [][]string) []byte {
	var f File
	for _, lines := range pages {
		f.Pages = append(f.Pages, Lines(lines))
	}
	return f.Bytes()
}

// Lines sets lines below each other from the top of a page.
func Lines(lines []string) Page {
	p := Page{Width: a4Width, Height: max(a4High, 2*Left+Leading*float64(len(lines)))}
	for i, s := range lines {
		if s != "" {
			p.Texts = append(p.Texts, Text{X: Left, Y: p.Height - Left - Leading*float64(i), Size: Size, S: s})
		}
	}
	return p
}

// Wrap breaks text into lines that are at most width points wide when set in
// Helvetica of a size.
func Wrap(text string, size, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && Width("Helvetica", longer)*size > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// Width is how wide a text is in a font, in parts of the size.
func Width(font, text string) float64 {
	sum := 0.0
	for _, r := range text {
		sum += standardfont.Width(font, r)
	}
	return sum / 1000
}

// Bytes writes the file.
func (f File) Bytes() []byte {
	w := &Writer{Packed: f.Packed}
	fonts := map[string]int{}
	root, tree := w.Reserve(), w.Reserve()
	var kids strings.Builder
	for _, p := range f.Pages {
		if p.Width == 0 {
			p.Width = a4Width
		}
		if p.Height == 0 {
			p.Height = a4High
		}
		content := p.content(w, fonts)
		stream := w.AddStream("", []byte(content))
		var resources strings.Builder
		for _, name := range slices.Sorted(maps.Keys(fonts)) {
			fmt.Fprintf(&resources, "/%s %d 0 R ", name, fonts[name])
		}
		page := w.Add(fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %g %g]/Rotate %d/Contents %d 0 R/Resources<</Font<<%s>>>>>>",
			tree, p.Width, p.Height, p.Rotate, stream, resources.String()))
		fmt.Fprintf(&kids, "%d 0 R ", page)
	}
	w.Set(tree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(f.Pages), kids.String()))
	w.Set(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R>>", tree))
	return w.Bytes(root)
}

func (p Page) content(w *Writer, fonts map[string]int) string {
	var b strings.Builder
	for _, r := range p.Rules {
		fmt.Fprintf(&b, "%g %g m %g %g l S\n", r.X0, r.Y0, r.X1, r.Y1)
	}
	b.WriteString("BT\n")
	for _, t := range p.Texts {
		name, s := encode(t)
		if fonts[name] == 0 {
			fonts[name] = addFont(w, name)
		}
		fmt.Fprintf(&b, "/%s %g Tf 1 0 0 1 %g %g Tm %s Tj\n", name, t.Size, t.X, t.Y, s)
	}
	b.WriteString("ET\n" + p.Raw)
	return b.String()
}

// composite marks the fonts that have all of Unicode.
const composite = "-Unicode"

// encode writes a string in WinAnsi, or in UTF-16 where that does not do.
func encode(t Text) (font, literal string) {
	font = t.Font
	if font == "" {
		font = "Helvetica"
	}
	plain, err := charmap.Windows1252.NewEncoder().String(t.S)
	if err == nil {
		return font, "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(plain) + ")"
	}
	var hex strings.Builder
	for _, unit := range utf16.Encode([]rune(t.S)) {
		fmt.Fprintf(&hex, "%04X", unit)
	}
	return font + composite, "<" + hex.String() + ">"
}

func addFont(w *Writer, name string) int {
	base, unicode := strings.CutSuffix(name, composite)
	if !unicode {
		return w.Add("<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/" + base + ">>")
	}
	var widths strings.Builder
	for r := rune(' '); r < 0x2200; r++ {
		fmt.Fprintf(&widths, "%g ", standardfont.Width(base, r))
	}
	descendant := w.Add("<</Type/Font/Subtype/CIDFontType2/BaseFont/" + base +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[32[" + widths.String() + "]]>>")
	unicodes := w.AddStream("", []byte("begincmap\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"+
		"1 beginbfrange\n<0000><FFFF><0000>\nendbfrange\nendcmap\n"))
	return w.Add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		base, descendant, unicodes))
}

// Damaged gives a file whose cross-reference leads nowhere.
func Damaged(file []byte) []byte {
	at := bytes.LastIndex(file, []byte("startxref"))
	if at < 0 {
		return file
	}
	return append(append([]byte(nil), file[:at]...), "startxref\n7\n%%EOF\n"...)
}
