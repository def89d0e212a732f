//go:build unix

package document

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// What reading any file may take: see the package comment.
const (
	mostTime   = 10 * time.Second
	mostMemory = 512 * mebibyte
)

var soak = flag.Bool("soak", false, "hostile files as large as the default limits allow")

// scale is what the large files, their limits and what they may take are
// divided by. What takes more than linear time or memory shows in small as well.
func scale() int {
	if *soak {
		return 1
	}
	return 8
}

// scaled are the default limits, with some bytes for what stands around the
// body of a file.
func scaled() Limits {
	lim := Limits{}.withDefaults()
	n := int64(scale())
	return Limits{SourceBytes: lim.SourceBytes/n + 64, ExpandedBytes: lim.ExpandedBytes / n, TextBytes: lim.TextBytes/n + 64}
}

func TestHostile(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("large files and their times are not for -short and -race")
	}
	many := func(unit string, total int) string { return strings.Repeat(unit, total/scale()/len(unit)) }
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	tests := []struct {
		name string
		data func() []byte
		want error // nil: it is read
	}{
		{"one line.txt", func() []byte { return []byte(many("RFC 2119 and ", 32*mebibyte)) }, nil},
		{"line ends.txt", func() []byte { return []byte(many("\r\n", 64*mebibyte)) }, nil},
		{"carriage returns.txt", func() []byte { return []byte(many("\r", 32*mebibyte)) }, nil},
		{"Latin-1.txt", func() []byte { return []byte(many("\xe9", 16*mebibyte)) }, nil},
		{"too long Latin-1.txt", func() []byte { return []byte(many("\xe9", 64*mebibyte)) }, ErrTooLarge},
		{"UTF-16.txt", func() []byte { return []byte("\xFF\xFE" + many("a\x00\r\x00\n\x00", 32*mebibyte-6)) }, nil},
		{"too long.txt", func() []byte { return []byte(many("a b ", 64*mebibyte)) }, ErrTooLarge},
		{"too large.txt", func() []byte { return make([]byte, 200*mebibyte) }, ErrTooLarge},
		{"headings.md", func() []byte { return []byte(many("# a\n", 32*mebibyte)) }, nil},
		{"underlines.md", func() []byte { return []byte(many("a\n-\n", 32*mebibyte)) }, nil},
		{"quotes.md", func() []byte { return []byte(many("> ", 20*mebibyte)) }, nil},
		{"fences.md", func() []byte { return []byte(many("```\n~~~\n", 32*mebibyte)) }, nil},
		{"one fence.md", func() []byte { return []byte(many("`", 32*mebibyte)) }, nil},
		{"commas.csv", func() []byte { return []byte(many(",", 32*mebibyte)) }, nil},
		{"quotes.csv", func() []byte { return []byte(many(`"`, 32*mebibyte)) }, nil},
		{"deep.json", func() []byte { return []byte(deep("[", "1", "]", 10_000)) }, ErrTooLarge},
		{"deep objects.json", func() []byte { return []byte(strings.Repeat(`{"a":`, 10_000)) }, ErrTooLarge},
		{"values.json", func() []byte { return []byte("[" + many("1,", 32*mebibyte-4) + "1]") }, nil},
		{"keys.json", func() []byte { return []byte("{" + many(`"":1,`, 32*mebibyte-10) + `"":1}`) }, nil},
		{"escapes.json", func() []byte { return []byte(`"` + many(`\n`, 32*mebibyte-2) + `"`) }, nil},
		{"one string.json", func() []byte { return []byte(`"` + many("x", 32*mebibyte-2) + `"`) }, nil},
		{"brackets.json", func() []byte { return []byte(many("[],", 32*mebibyte)) }, nil},
		{"deep.yaml", func() []byte {
			var b strings.Builder
			for i := range 2_000 {
				b.WriteString(strings.Repeat(" ", i) + "a:\n")
			}
			return []byte(b.String())
		}, ErrTooLarge},
		{"deep lists.yaml", func() []byte { return []byte(deep("- ", "x", "", 10_000)) }, ErrTooLarge},
		{"deep flow.yaml", func() []byte { return []byte("a: " + deep("[", "x", "]", 10_000)) }, ErrTooLarge},
		{"deep, below the limit.yaml", func() []byte { return []byte(deep("[", "x", "]", 900)) }, nil},
		{"aliases.yaml", func() []byte {
			var b strings.Builder
			b.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x]\n")
			for i := range 100 {
				fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d,", i), 8), i)
			}
			return []byte(b.String())
		}, nil},
		{"items.yaml", func() []byte { return []byte(many("- a\n", 32*mebibyte)) }, nil},
		{"keys, below what is checked.yaml", func() []byte { return []byte(strings.Repeat("a: b\n", (mebibyte-5)/5)) }, nil},
		{"quotes.yaml", func() []byte { return []byte("a: '" + strings.Repeat("''", (mebibyte-6)/2)) }, nil},
		{"spaces.yaml", func() []byte { return []byte(many(" ", 32*mebibyte)) }, nil},
		{"deep.html", func() []byte { return []byte(many("<div>", 5*mebibyte) + "x" + many("</div>", 6*mebibyte)) }, nil},
		{"deep tables.html", func() []byte { return []byte(deep("<table><tr><td>", "x", "", 10_000)) }, ErrTooLarge},
		{"inline.html", func() []byte { return []byte("<html>" + many("a<b>", 64*mebibyte-8)) }, nil},
		{"entities.html", func() []byte { return []byte("<html>" + many("&lt;", 64*mebibyte-8)) }, nil},
		{"paragraphs.html", func() []byte { return []byte("<html>" + many("<p>a", 32*mebibyte)) }, ErrTooLarge},
		{"headings.html", func() []byte { return []byte("<html>" + many("<h1>a", 8*mebibyte)) }, nil},
		{"one tag.html", func() []byte { return []byte("<html><a " + many("b=c ", 32*mebibyte)) }, nil},
		{"superscripts.html", func() []byte { return []byte("<html>" + many("<sup>", 32*mebibyte)) }, nil},
		{"templates.html", func() []byte { return []byte("<html>" + many("<template>", 32*mebibyte)) }, nil},
		{"bomb.docx", func() []byte { return bomb("docx", "<w:p>", " ", "</w:p>") }, ErrTooLarge},
		{"text bomb.docx", func() []byte {
			return bomb("docx", "", "<w:p><w:r><w:t>"+strings.Repeat("RFC 2119 ", 100)+"</w:t></w:r></w:p>", "")
		}, ErrTooLarge},
		{"attribute bomb.docx", func() []byte { return bomb("docx", "<w:p", ` a=""`, ">") }, ErrTooLarge},
		{"one attribute.docx", func() []byte { return bomb("docx", `<w:p a="`, "x", `">`) }, ErrTooLarge},
		{"paragraphs.docx", func() []byte { return bomb("docx", "", "<w:p><w:r><w:t>a</w:t></w:r></w:p>", "") }, ErrTooLarge},
		{"tables.docx", func() []byte { return bomb("docx", "", "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>", "") }, ErrTooLarge},
		{"notes.docx", func() []byte { return bomb("docx", "<w:p>", `<w:footnoteReference w:id="1"/>`, "</w:p>") }, ErrTooLarge},
		{"deep.docx", func() []byte { return buildDOCX(deep("<w:sdt>", "", "</w:sdt>", 10_000)) }, ErrTooLarge},
		{"deep tables.docx", func() []byte { return buildDOCX(strings.Repeat("<w:tbl><w:tr><w:tc>", 10_000)) }, ErrTooLarge},
		{"fields.docx", func() []byte {
			return buildDOCX(p(strings.Repeat(`<w:r><w:fldChar w:fldCharType="begin"/></w:r>`, 100_000), r("x")))
		}, nil},
		{"entities.docx", func() []byte {
			return pack(contentTypes("d.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), rels("_rels/.rels", [3]string{"a", "officeDocument", "d.xml"}),
				file{"d.xml", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document xmlns:w="` + wordNS + `"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`})
		}, ErrBroken},
		{"bomb.odt", func() []byte { return bomb("odt", "<text:p>", " ", "</text:p>") }, ErrTooLarge},
		{"text bomb.odt", func() []byte { return bomb("odt", "", "<text:p>"+strings.Repeat("RFC 2119 ", 100)+"</text:p>", "") }, ErrTooLarge},
		{"notes.odt", func() []byte {
			return bomb("odt", "", "<text:note><text:note-body><text:p>a</text:p></text:note-body></text:note>", "")
		}, ErrTooLarge},
		{"spaces.odt", func() []byte { return bomb("odt", "<text:p>", `<text:s text:c="99999999"/>`, "x</text:p>") }, ErrTooLarge},
		{"deep.odt", func() []byte { return buildODT("", deep("<text:section>", "", "</text:section>", 10_000), "") }, ErrTooLarge},
		{"deep.fodt", func() []byte {
			return []byte("<office:document" + odtNamespaces + ">" + strings.Repeat("<text:p>", 10_000))
		}, ErrTooLarge},
		{"bomb.xlsx", func() []byte { return bomb("xlsx", "<row>", "<c><v>1</v></c>", "</row>") }, ErrTooLarge},
		{"rows.xlsx", func() []byte { return bomb("xlsx", "", "<row/>", "") }, ErrTooLarge},
		{"shared strings.xlsx", func() []byte {
			return buildXLSX("", file{"sharedStrings", `<sst xmlns="` + sheetNS + `">` + many("<si/>", 64*mebibyte) + "</sst>"})
		}, ErrTooLarge},
		{"one shared string.xlsx", func() []byte {
			return buildXLSX(many(`<c t="s"><v>0</v></c>`, mebibyte), file{"sharedStrings", `<sst xmlns="` + sheetNS + `"><si><t>` + many("x", mebibyte) + "</t></si></sst>"})
		}, ErrTooLarge},
		{"formats.xlsx", func() []byte {
			return buildXLSX("", file{"styles", `<styleSheet xmlns="` + sheetNS + `"><cellXfs>` + many(`<xf numFmtId="1"/>`, 16*mebibyte) + "</cellXfs></styleSheet>"})
		}, ErrTooLarge},
		{"files.docx", func() []byte { return crowd(maxParts + 100) }, ErrTooLarge},
		{"overlapping.docx", overlapping, ErrTooLarge},
		{"nested.docx", func() []byte { return nested(5) }, ErrFormat},
		{"lying sizes.docx", lying, ErrBroken},
		{"cut.docx", func() []byte { whole := buildDOCX(p(r("x"))); return whole[:len(whole)/2] }, ErrBroken},
		{"loop of styles.docx", func() []byte {
			return buildDOCX(p(r("x")), file{"styles", strings.Repeat(`<w:style w:styleId="a"><w:basedOn w:val="a"/></w:style>`, 2_000)})
		}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data := test.data()
			runtime.GC()
			own := memoryInUse()
			lim := scaled()
			lim.Time = 3 * time.Second / time.Duration(scale()) // whatever stops it first
			if test.want == nil {
				lim.Time = time.Minute // on a busy machine
			}
			watch := startWatch()
			began := processorTime(t)
			doc, err := Read(context.Background(), test.name, data, lim)
			took, peak := processorTime(t)-began, watch.stop()
			if !errors.Is(err, test.want) || err != nil && isNot(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			const least = 500 * time.Millisecond
			if took > mostTime/time.Duration(scale())+least {
				t.Errorf("it took %v", took)
			}
			overhead := uint64(32 * mebibyte) // of any file: one piece of XML
			if strings.HasPrefix(test.name, "attribute") {
				overhead *= 6 // it is all attributes
			}
			if peak > own && peak-own+uint64(len(data)) > mostMemory/uint64(scale())+overhead {
				t.Errorf("it took %d MiB", (peak-own+uint64(len(data)))/mebibyte)
			}
			t.Logf("%d bytes, %v, %d MiB: %v", len(data), took.Round(time.Millisecond), (max(peak, own)-own)/mebibyte, err)
			if doc != nil {
				lookAround(t, doc)
			}
		})
	}
}

// isNot tells whether an error is of another kind than wanted.
func isNot(err, want error) bool {
	return want == nil || !strings.Contains(err.Error(), want.Error())
}

// lookAround asks for 10,000 places, which has to be quick in any text.
func lookAround(t *testing.T, doc *Document) {
	t.Helper()
	began := time.Now()
	for i := range 10_000 {
		offset := int(int64(len(doc.Text)) * int64(i) / 10_000)
		doc.Place(offset)
		doc.Source(offset, min(offset+10, len(doc.Text)))
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("10,000 places took %v", took)
	}
}

// processorTime is what this process has used, which other processes do not
// change.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// A memoryWatch measures the most memory that the heap holds at any time.
type memoryWatch struct {
	done chan struct{}
	wait sync.WaitGroup
	peak uint64
}

func startWatch() *memoryWatch {
	w := &memoryWatch{done: make(chan struct{})}
	w.wait.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			w.peak = max(w.peak, memoryInUse())
			select {
			case <-w.done:
				return
			case <-tick.C:
			}
		}
	})
	return w
}

func (w *memoryWatch) stop() uint64 {
	close(w.done)
	w.wait.Wait()
	return max(w.peak, memoryInUse())
}

func memoryInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() + sample[1].Value.Uint64()
}

// bomb makes a small package whose body unpacks to more than is allowed.
func bomb(kind, open, unit, end string) []byte {
	marker := "BODY"
	var frame []byte
	switch kind {
	case "docx":
		frame = buildDOCX(marker)
	case "odt":
		frame = buildODT("", marker, "")
	default:
		frame = buildXLSX(marker)
	}
	archive, err := zip.NewReader(bytes.NewReader(frame), int64(len(frame)))
	if err != nil {
		panic(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	chunk := []byte(strings.Repeat(unit, max(1, mebibyte/len(unit))))
	for _, f := range archive.File {
		part, _ := w.Create(f.Name)
		r, _ := f.Open()
		var text bytes.Buffer
		text.ReadFrom(r)
		before, after, found := strings.Cut(text.String(), marker)
		part.Write([]byte(before))
		if found {
			part.Write([]byte(open))
			for range 300 * mebibyte / scale() / len(chunk) {
				part.Write(chunk)
			}
			part.Write([]byte(end + after))
		}
	}
	w.Close()
	return out.Bytes()
}

// crowd makes a package of many empty files.
func crowd(n int) []byte {
	files := make([]file, n)
	for i := range files {
		files[i].name = fmt.Sprintf("word/%d.xml", i)
	}
	return pack(files...)
}

// overlapping makes a directory of many entries that are all the same bytes.
func overlapping() []byte {
	one := pack(file{"word/document.xml", strings.Repeat("x", mebibyte)})
	at := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	entry, tail := one[at:end], bytes.Clone(one[end:])
	const n = 50_000
	out := append(bytes.Clone(one[:at]), bytes.Repeat(entry, n)...)
	binary.LittleEndian.PutUint16(tail[8:], n&0xFFFF)
	binary.LittleEndian.PutUint16(tail[10:], n&0xFFFF)
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	return append(out, tail...)
}

// nested makes a package of a package, and so on.
func nested(depth int) []byte {
	data := pack(file{"x", strings.Repeat("x", mebibyte)})
	for range depth {
		data = pack(file{"a.zip", string(data)}, file{"b.zip", string(data)})
	}
	return data
}

// lying makes a package whose directory says that a part is short.
func lying() []byte {
	data := buildDOCX(p(r(strings.Repeat("x", mebibyte))))
	name := []byte("word/document.xml")
	at := bytes.LastIndex(data[:bytes.LastIndex(data, name)+1], []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[at+24:], 100)
	return data
}

func TestHostileSparseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.docx")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 200*mebibyte); err != nil {
		t.Fatal(err)
	}
	own := memoryInUse()
	_, err := ReadFile(context.Background(), path, Limits{})
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	if now := memoryInUse(); now > own+10*mebibyte {
		t.Errorf("it was read: %d MiB", (now-own)/mebibyte)
	}
}

func TestStopped(t *testing.T) {
	cause := errors.New("the caller went home")
	cancelled, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	big := strings.Repeat("<w:p><w:r><w:t>a</w:t></w:r></w:p>", 200_000)
	for name, data := range map[string][]byte{
		"a.docx": buildDOCX(big), "a.txt": []byte("x"), "a.html": []byte("<p>"), "a.pdf": []byte("%PDF-1.4"), "a.json": []byte("{}"),
	} {
		if _, err := Read(cancelled, name, data, Limits{}); !errors.Is(err, cause) {
			t.Errorf("%s, cancelled: got %v", name, err)
		}
		if name != "a.docx" {
			continue
		}
		began := time.Now()
		if _, err := Read(context.Background(), name, data, Limits{Time: 5 * time.Millisecond}); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "longer than 5ms") {
			t.Errorf("%s, out of time: got %v", name, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: it stopped after %v", name, took)
		}
	}
}

// TestPanicIsAnError makes a reader fail by limits that no caller can set.
func TestPanicIsAnError(t *testing.T) {
	_, err := read(nil, "a.txt", "", []byte("x"), Limits{}.withDefaults()) //nolint:staticcheck // the nil context is what fails
	if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "not foreseen") {
		t.Errorf("got %v", err)
	}
}
