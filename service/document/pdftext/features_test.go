package pdftext_test

import (
	"bytes"
	"context"
	"encoding/ascii85"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/document/pdftext"
	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
)

// made writes a file of one page whose content, resources and page dictionary
// are given, with the objects that add puts in first.
type made struct {
	content   string
	resources string // "%d" stand for the objects
	page      string
	objects   []string
	streams   [][2]string // dictionary and data, numbered after the objects
	dict      string      // of the content stream
}

func (m made) bytes() []byte {
	w := &pdftest.Writer{}
	root, tree, page, content := w.Reserve(), w.Reserve(), w.Reserve(), w.Reserve()
	for _, o := range m.objects {
		w.Add(o)
	}
	for _, s := range m.streams {
		w.AddStream(s[0], []byte(s[1]))
	}
	w.SetStream(content, m.dict, []byte(m.content))
	w.Set(page, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<%s>>%s>>", tree, content, m.resources, m.page))
	w.Set(tree, fmt.Sprintf("<</Type/Pages/Count 1/Kids[%d 0 R]>>", page))
	w.Set(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R>>", tree))
	return w.Bytes(root)
}

// The first object that a file is made with has this number.
const first = 5

const helvetica = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>"

func simple(font string) string { return "/Font<</F<</Type/Font" + font + ">>>>" }

func TestOperators(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"TJ", "BT /F 10 Tf 72 700 Td [(BS)-300(EN ISO)-278(8601)20(-1)] TJ ET", "BS EN ISO 8601-1"},
		{"quote operators", "BT /F 10 Tf 12 TL 72 700 Td (one) Tj (two) ' 0 0 (three) \" ET", "one\ntwo\nthree"},
		{"TD and T*", "BT /F 10 Tf 72 700 Td (one) Tj 0 -12 TD (two) Tj T* (three) Tj ET", "one\ntwo\nthree"},
		{"word and letter spacing", "BT /F 10 Tf 2 Tc 5 Tw 72 700 Td (wide words) Tj ET", "wide words"},
		{"scaled", "BT /F 10 Tf 50 Tz 72 700 Td (narrow) Tj ( words) Tj ET", "narrow words"},
		{"saved state", "q 2 0 0 2 0 0 cm BT /F 10 Tf 36 350 Td (big) Tj ET Q BT /F 10 Tf 72 650 Td (small) Tj ET", "big\n\nsmall"},
		{"rise", "BT /F 10 Tf 72 700 Td (RFC 2119) Tj 4 Ts (10) Tj 0 Ts ( says) Tj ET", "RFC 2119¹⁰ says"},
		{"invisible", "BT 3 Tr /F 10 Tf 72 700 Td (recognised) Tj ET", "recognised"},
		{"escapes", "BT /F 10 Tf 72 700 Td (a\\(b\\)\\101\\\n\\\\ (c)) Tj <4 4> Tj ET", "a(b)A\\ (c)D"},
		{"tiny marks", "BT /F 0.96 Tf 72 700 Td (225B) Tj /F 10 Tf (For questions) Tj ET", "For questions"},
		{"inline image", "BI /W 1 /H 1 /BPC 8 /CS /G ID \x00EI\xff EI\nBT /F 10 Tf 72 700 Td (after) Tj ET", "after"},
		{"fake bold", "BT /F 10 Tf 1 0 0 1 72 700 Tm (B) Tj 1 0 0 1 72.3 700 Tm (B) Tj 1 0 0 1 78.67 700 Tm (S) Tj ET", "BS"},
		{"actual text", "BT /F 10 Tf 72 700 Td (di) Tj /Span<</ActualText<FEFF00660066>>>BDC (\\377) Tj EMC (er-) Tj /Span<</ActualText<FEFF00AD>>>BDC (-) Tj EMC ET", "differ--"},
		{"soft hyphen", "BT /F 10 Tf 72 700 Td (pro\\255) Tj 0 -12 Td (curement) Tj ET", "pro-\ncurement"},
		{"unknown operators", "1 2 3 foo << /A [ << >> ] >> bar BT /F 10 Tf 72 700 Td (still) Tj ET", "still"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, made{content: tt.content, resources: helvetica}.bytes())
			if got.Text != tt.want+"\n" {
				t.Errorf("text = %q, want %q", got.Text, tt.want)
			}
		})
	}
}

func TestFonts(t *testing.T) {
	widths := "/FirstChar 0/LastChar 255/Widths[" + strings.Repeat("500 ", 256) + "]"
	tests := []struct {
		name, want string
		made       made
	}{
		{"differences", "efficient é Ł ½ 1¹", made{
			content:   "BT /F 10 Tf 72 700 Td (e\001cient \002 \003 \004 1\005) Tj ET",
			resources: simple("/Subtype/Type1/BaseFont/X" + widths + "/Encoding<</Differences[1/ffi/eacute/Lslash/onehalf/one.superior]>>"),
		}},
		{"names with codes", "AB", made{
			content: "BT /F 10 Tf 72 700 Td (\001\002) Tj ET", resources: simple("/Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/FontBBox[0 0 1000 1000]" + widths + "/Encoding<</Differences[1/a65/uni0042]>>"),
		}},
		{"symbol", "α≥•", made{content: "BT /F 10 Tf 72 700 Td (a\263\267) Tj ET", resources: simple("/Subtype/Type1/BaseFont/Symbol")}},
		{"standard", "‘fiß", made{content: "BT /F 10 Tf 72 700 Td (`\256\373) Tj ET", resources: simple("/Subtype/Type1/BaseFont/Times-Roman")}},
		{"mac roman", "é–", made{content: "BT /F 10 Tf 72 700 Td (\216\320) Tj ET", resources: simple("/Subtype/TrueType/BaseFont/Arial/Encoding/MacRomanEncoding")}},
		{"private use", "• \ufffd", made{
			content:   "BT /F 10 Tf 72 700 Td (ab) Tj ET",
			resources: fmt.Sprintf("/Font<</F<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+SymbolMT/FirstChar 97/LastChar 98/Widths[500 500]/ToUnicode %d 0 R>>>>", first),
			streams:   [][2]string{{"", "2 beginbfchar <61> <F0B7> <62> <0020E8FF> endbfchar"}},
		}},
		{"composite with ranges", "Aoc", made{
			content: "BT /F 10 Tf 72 700 Td <000100050006> Tj ET",
			resources: fmt.Sprintf("/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode %d 0 R"+
				"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/DW 500/W[1[600]5 6 500]>>]>>>>", first),
			streams: [][2]string{{"", "1 begincodespacerange <0000><FFFF> endcodespacerange 1 beginbfchar <0001><0041> endbfchar 1 beginbfrange <0005><0006>[<006F><0063>] endbfrange"}},
		}},
		{"codes of mixed length", "aé", made{
			content: "BT /F 10 Tf 72 700 Td <61 81E9> Tj ET",
			resources: fmt.Sprintf("/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding %d 0 R/ToUnicode %d 0 R"+
				"/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/DW 500>>]>>>>", first, first+1),
			streams: [][2]string{
				{"", "2 begincodespacerange <00><7F> <8100><81FF> endcodespacerange 1 begincidrange <00><7F> 1 endcidrange"},
				{"", "2 beginbfrange <61><61><0061> <8100><81FF><0000> endbfrange 1 beginbfchar <81E9><00E9> endbfchar"},
			},
		}},
		{"utf-16 codes", "Aß", made{content: "BT /F 10 Tf 72 700 Td <004100DF> Tj ET",
			resources: "/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/UniGB-UCS2-H/DescendantFonts[<</DW 500>>]>>>>"}},
		{"type 1 program's encoding", "AZ", made{
			content: "BT /F 10 Tf 72 700 Td (\001\002) Tj ET",
			resources: fmt.Sprintf("/Font<</F<</Type/Font/Subtype/Type1/BaseFont/X%s/FontDescriptor<</Flags 4/FontFile %d 0 R>>>>>>",
				widths, first),
			streams: [][2]string{{"", "/Encoding 256 array 0 1 255 {1 index exch /.notdef put} for dup 1 /A put dup 2 /Z put readonly def currentfile eexec"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := read(t, tt.made.bytes()); got.Text != tt.want+"\n" {
				t.Errorf("text = %q, want %q; notes %q", got.Text, tt.want, got.Notes)
			}
		})
	}
}

func TestFormsAndAnnotations(t *testing.T) {
	form := "/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<<" + helvetica + ">>"
	text := "BT /F 10 Tf 5 5 Td (%s) Tj ET"
	data := made{
		content:   "q 1 0 0 1 72 700 cm /Fm Do Q",
		resources: fmt.Sprintf("/XObject<</Fm %d 0 R>>", first),
		page: fmt.Sprintf("/Annots[<</Subtype/Widget/Rect[72 600 172 620]/AP<</N %d 0 R>>>><</Subtype/Widget/Rect[72 500 172 520]/AS/On/AP<</N<</On %d 0 R>>>>>>"+
			"<</Subtype/Widget/F 2/Rect[72 400 172 420]/AP<</N %d 0 R>>>>]", first+1, first+2, first+1),
		streams: [][2]string{
			{form, fmt.Sprintf(text, "letterhead")}, {form, fmt.Sprintf(text, "ISO 27001:2022")}, {form, fmt.Sprintf(text, "yes")},
		},
	}.bytes()
	if got, want := read(t, data).Text, "letterhead\n\nISO 27001:2022\n\nyes\n"; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
}

func TestFilters(t *testing.T) {
	// Long enough for LZW codes of all lengths.
	var lines, want strings.Builder
	for i := range 600 {
		fmt.Fprintf(&lines, "BT /F 1.6 Tf 72 %.2f Td (RFC %d and ISO %d) Tj ET\n", 800-1.2*float64(i), i*7919%10007, i*104729%20011)
		fmt.Fprintf(&want, "RFC %d and ISO %d\n", i*7919%10007, i*104729%20011)
	}
	content := []byte(lines.String())
	var a85 bytes.Buffer
	e := ascii85.NewEncoder(&a85)
	_, _ = e.Write(content)
	_ = e.Close()
	var run bytes.Buffer
	for _, c := range content {
		run.Write([]byte{0, c})
	}
	run.WriteByte(128)
	deflated := pdftest.Deflate(content)
	for filter, data := range map[string]string{
		"/Filter/ASCII85Decode":                           a85.String() + "~>",
		"/Filter/ASCIIHexDecode":                          hex.EncodeToString(content) + ">",
		"/Filter/RunLengthDecode":                         run.String(),
		"/Filter[/ASCIIHexDecode/FlateDecode]":            hex.EncodeToString(deflated) + ">",
		"/Filter/LZWDecode":                               lzw(content, 1),
		"/Filter/LZWDecode/DecodeParms<</EarlyChange 0>>": lzw(content, 0),
		"/Filter/FlateDecode":                             string(deflated[:len(deflated)-4]), // its checksum cut off
	} {
		got := read(t, made{content: data, dict: filter, resources: helvetica}.bytes())
		if diff := cmp.Diff(want.String(), got.Text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filter, diff)
		}
	}
}

// lzw packs data as LZWDecode wants it.
func lzw(data []byte, early int) string {
	var out []byte
	bits, have := 0, 0
	width := 9
	put := func(code int) {
		bits, have = bits<<width|code, have+width
		for have >= 8 {
			out = append(out, byte(bits>>(have-8)))
			have -= 8
			bits &= 1<<have - 1
		}
	}
	table := map[string]int{}
	for i := range 256 {
		table[string([]byte{byte(i)})] = i
	}
	next := 258
	put(256)
	prefix := ""
	for _, c := range data {
		longer := prefix + string([]byte{c})
		if _, ok := table[longer]; ok {
			prefix = longer
			continue
		}
		put(table[prefix])
		table[longer] = next
		next++
		if next+early > 1<<width && width < 12 {
			width++
		}
		if next == 4095 {
			put(256)
			clear(table)
			for i := range 256 {
				table[string([]byte{byte(i)})] = i
			}
			next, width = 258, 9
		}
		prefix = string([]byte{c})
	}
	put(table[prefix])
	next++
	if next+early > 1<<width {
		width++
	}
	put(257)
	if have > 0 {
		out = append(out, byte(bits<<(8-have)))
	}
	return string(out)
}

// The files of testdata were encrypted by another program.
func TestEncryption(t *testing.T) {
	files, err := filepath.Glob("testdata/*.pdf")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files in testdata, %v", len(files), err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := pdftext.Read(context.Background(), data, pdftext.Limits{})
		if strings.Contains(name, "wants-password") {
			if !errors.Is(err, pdftext.ErrEncrypted) {
				t.Errorf("%s: error = %v, want ErrEncrypted", name, err)
			}
			continue
		}
		if err != nil || got.Text != "Locked: BS EN ISO 19650-2:2018\n" {
			t.Errorf("%s: text = %q, error %v", name, got.Text, err)
		}
		// Its objects are found also where the cross-reference is lost.
		got, err = pdftext.Read(context.Background(), pdftest.Damaged(data), pdftext.Limits{})
		if err != nil || got.Text != "Locked: BS EN ISO 19650-2:2018\n" {
			t.Errorf("%s, damaged: text = %q, error %v", name, got.Text, err)
		}
	}
}
