package pdftext_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/document/pdftext"
	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
)

// hostile files, and the error that each ends in, nil for none.
func hostile() map[string]struct {
	data []byte
	want error
} {
	type file = struct {
		data []byte
		want error
	}
	zeros := func(n int) []byte { return make([]byte, n) }
	bomb := pdftest.Deflate(zeros(80 << 20))
	spaces := pdftest.Deflate(bytes.Repeat([]byte(" "), 60<<20))
	glyphs := pdftest.Deflate(bytes.Repeat([]byte("(a)Tj 9 0 Td "), 3<<20))
	var forms [][2]string
	for i := range 18 {
		next := first + i + 1
		forms = append(forms, [2]string{
			fmt.Sprintf("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>", next), strings.Repeat("/X Do ", 10)})
	}
	forms = append(forms, [2]string{"/Subtype/Form/BBox[0 0 9 9]", ""})
	loop := [][2]string{{fmt.Sprintf("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>", first), "/X Do BT ET"}}
	fat := [][2]string{{"", "1 beginbfrange <00000000><FFFFFFFF><0041> endbfrange " + strings.Repeat("1 beginbfchar <00><41> endbfchar ", 400_000)}}
	manyRules := strings.Repeat("10 10 m 500 10 l S 10 20 m 500 20 l S ", 1000) + strings.Repeat("10 10 m 10 500 l S 9 9 5 5 re S ", 100_000)
	grid := &strings.Builder{}
	for i := range 4000 {
		fmt.Fprintf(grid, "0 %d.%d m 595 %d.%d l S %d.%d 0 m %d.%d 842 l S ", i/5, i%5*2, i/5, i%5*2, i/7, i%7, i/7, i%7)
	}
	widths := "/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</W[" +
		strings.Repeat("0 65535 500 ", 200_000) + "]>>]>>>>"
	one := func(m made) []byte { return m.bytes() }
	return map[string]file{
		"empty":             {nil, pdftext.ErrBroken},
		"no PDF":            {[]byte("PK\x03\x04 and so on"), pdftext.ErrBroken},
		"zeros":             {zeros(8 << 20), pdftext.ErrBroken},
		"deflate bomb":      {one(made{content: string(bomb), dict: "/Filter/FlateDecode"}), pdftext.ErrTooLarge},
		"bomb of bombs":     {one(made{content: string(pdftest.Deflate(bomb)), dict: "/Filter[/FlateDecode/FlateDecode]"}), pdftext.ErrTooLarge},
		"one bomb, often":   {repeated(spaces, 300), pdftext.ErrTooLarge},
		"run length bomb":   {one(made{content: strings.Repeat("\x81a", 2<<20), dict: "/Filter/RunLengthDecode"}), pdftext.ErrTooLarge},
		"glyphs":            {one(made{content: string(glyphs), dict: "/Filter/FlateDecode", resources: helvetica}), nil},
		"glyphs and words":  {one(made{content: "BT /F 9 Tf " + strings.Repeat("(a b c d e f g h i j k l m n o p)Tj ", 200_000), resources: helvetica}), nil},
		"words on the page": {one(made{content: "BT /F 9 Tf .0001 Tz 9 700 Td " + strings.Repeat("(a b c d e f g h i j k l m n o p)Tj ", 100_000), resources: helvetica}), pdftext.ErrTooLarge},
		"deep arrays":       {one(made{resources: "/Deep " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)}), pdftext.ErrTooLarge},
		"deep dictionaries": {one(made{resources: "/Deep " + strings.Repeat("<</A", 1_000_000)}), pdftext.ErrTooLarge},
		"deep content":      {one(made{content: strings.Repeat("[", 1_000_000) + strings.Repeat("<</A ", 100_000)}), pdftext.ErrTooLarge},
		"deep state":        {one(made{content: strings.Repeat("q ", 2_000_000) + strings.Repeat("/A BMC ", 500_000)}), nil},
		"many values":       {one(made{resources: "/Many[" + strings.Repeat("[]<<>>", 3_000_000) + "]"}), nil},
		"form in itself":    {one(made{content: "/X Do", resources: fmt.Sprintf("/XObject<</X %d 0 R>>", first), streams: loop}), nil},
		"forms in forms":    {one(made{content: "/X Do", resources: fmt.Sprintf("/XObject<</X %d 0 R>>", first), streams: forms}), pdftext.ErrTooLarge},
		"fat font":          {one(made{content: "/F 9 Tf (a) Tj", resources: fmt.Sprintf("/Font<</F<</Subtype/Type1/ToUnicode %d 0 R>>>>", first), streams: fat}), nil},
		"fonts anew":        {one(made{content: strings.Repeat("/F 9 Tf (a) Tj /G 9 Tf ", 200_000), resources: helvetica}), nil},
		"wide widths":       {one(made{content: "BT /F 10 Tf 9 700 Td <00010002> Tj ET", resources: widths}), nil},
		"rules":             {one(made{content: manyRules, resources: helvetica}), nil},
		"fine grid":         {one(made{content: grid.String() + "BT /F 9 Tf 9 700 Td (a) Tj ET", resources: helvetica}), nil},
		"strange numbers":   {one(made{content: "BT /F 1e9 Tf 99999999999999999999999999 0 0 -99999999999999999999999 72 700 Tm (a) Tj 0 0 0 0 0 0 Tm (b) Tj ET", page: "/Rotate -9999999999/CropBox[0 0 1e30 -99999999999999999999999999]", resources: helvetica}), nil},
		"page in itself":    {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R 2 0 R 2 0 R]/Count 9>>endobj trailer<</Root 1 0 R>>"), pdftext.ErrBroken},
		"reference loop":    {[]byte("%PDF-1.4\n1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj trailer<</Root 1 0 R>>"), pdftext.ErrBroken},
		"length loop":       {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/Length 1 0 R>>stream\nendstream endobj 2 0 obj<</Kids[]/Length 1 0 R>>stream\nendstream endobj trailer<</Root 1 0 R>>"), pdftext.ErrBroken},
		"xref loop":         {[]byte("%PDF-1.4\nxref\n0 0\ntrailer<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF"), pdftext.ErrBroken},
		"xref count":        {[]byte("%PDF-1.4\nxref\n0 999999999\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"), pdftext.ErrBroken},
		"object numbers":    {[]byte("%PDF-1.4\n" + strings.Repeat("4194303 0 obj 9999999999 0 obj 1 0 obj ", 100_000)), pdftext.ErrBroken},
		"no stream ends":    {[]byte("%PDF-1.4\n" + strings.Repeat("1 0 obj<</Type/XRef/Length 99999999>>stream\n", 300_000)), pdftext.ErrBroken},
		"trailers":          {[]byte("%PDF-1.4\n" + strings.Repeat("trailer<<", 1_000_000)), pdftext.ErrBroken},
		"many pages":        {manyPages(6000), pdftext.ErrTooLarge},
		"object stream":     {objectStreamOf(strings.Repeat("1 0 ", 5<<20)), pdftext.ErrBroken},
	}
}

// repeated gives a page whose content is one stream many times over.
func repeated(packed []byte, n int) []byte {
	w := &pdftest.Writer{}
	s := w.AddStream("/Filter/FlateDecode", packed)
	w.Add("<</Type/Page/MediaBox[0 0 9 9]/Contents[" + strings.Repeat(fmt.Sprintf("%d 0 R ", s), n) + "]>>")
	w.Add("<</Type/Pages/Kids[2 0 R]/Count 1>>")
	return w.Bytes(w.Add("<</Type/Catalog/Pages 3 0 R>>"))
}

func manyPages(n int) []byte {
	w := &pdftest.Writer{}
	var kids strings.Builder
	for range n {
		fmt.Fprintf(&kids, "%d 0 R ", w.Add("<</Type/Page/MediaBox[0 0 9 9]>>"))
	}
	tree := w.Add("<</Type/Pages/Kids[" + kids.String() + "]/Count 1>>")
	return w.Bytes(w.Add(fmt.Sprintf("<</Type/Catalog/Pages %d 0 R>>", tree)))
}

func objectStreamOf(head string) []byte {
	packed := pdftest.Deflate([]byte(head))
	return []byte(fmt.Sprintf("%%PDF-1.5\n9 0 obj<</Type/ObjStm/N 9999999/First 20000000/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj", len(packed), packed))
}

// Each hostile file ends within the time and memory that are promised for all.
func TestHostileFiles(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("large files and their times are not for -short and -race")
	}
	for name, file := range hostile() {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			before := inUse()
			peak := watch()
			start := time.Now()
			_, err := pdftext.Read(context.Background(), file.data, pdftext.Limits{})
			took := time.Since(start)
			grown := int64(peak()) - int64(before)
			if !errors.Is(err, file.want) || (file.want == nil) != (err == nil) {
				t.Errorf("error = %v, want %v", err, file.want)
			}
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if grown > 512<<20 {
				t.Errorf("heap grew by %d MiB", grown>>20)
			}
			t.Logf("%v, %d MiB of heap, %d bytes of file", took.Round(time.Millisecond), grown>>20, len(file.data))
		})
	}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// watch looks at the heap often until it is asked for the largest size seen.
func watch() func() uint64 {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		most := inUse()
		for {
			select {
			case <-stop:
				done <- max(most, inUse())
				return
			case <-ticker.C:
				most = max(most, inUse())
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-done
	}
}

func TestLimitsAreKept(t *testing.T) {
	data := pdftest.Make([][]string{{"one line"}, {"another line"}})
	for name, limits := range map[string]pdftext.Limits{
		"pages":    {Pages: 1},
		"text":     {TextBytes: 10},
		"expanded": {ExpandedBytes: 20},
		"depth":    {Depth: 1},
	} {
		if _, err := pdftext.Read(context.Background(), data, limits); !errors.Is(err, pdftext.ErrTooLarge) {
			t.Errorf("%s: error = %v, want ErrTooLarge", name, err)
		}
	}
	big := made{content: strings.Repeat("1 0 0 RG ", 1_000_000)}.bytes()
	if _, err := pdftext.Read(context.Background(), big, pdftext.Limits{Time: time.Millisecond}); !errors.Is(err, pdftext.ErrTooLarge) {
		t.Errorf("time: error = %v, want ErrTooLarge", err)
	}
}

func TestStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pdftext.Read(ctx, pdftest.Make([][]string{{"x"}}), pdftext.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
	// Also in the middle of the work.
	after := &stoppedAfter{Context: context.Background(), left: 5}
	big := made{content: strings.Repeat("1 0 0 RG ", 1_000_000)}.bytes()
	if _, err := pdftext.Read(after, big, pdftext.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}

// stoppedAfter is a context that is cancelled when it was asked a few times.
type stoppedAfter struct {
	context.Context
	left int
}

func (c *stoppedAfter) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}
