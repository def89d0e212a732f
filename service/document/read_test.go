package document

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDetection(t *testing.T) {
	docx, odt, xlsx := buildDOCX(p(r("x"))), buildODT("", "<text:p>x</text:p>", ""), buildXLSX("")
	tests := []struct {
		name string
		data []byte
		want Format
		note string // a part of it
	}{
		{"README.md", []byte("# x"), Markdown, ""},
		{"a.MARKDOWN", []byte("x"), Markdown, ""},
		{"page.html.md.erb", []byte("x"), Markdown, ""},
		{"page.html.erb", []byte("<html><%= x %>"), Text, ""},
		{"a.erb", []byte("x"), Text, ""},
		{"config.yaml.j2", []byte("a: b"), YAML, ""},
		{"a.txt", []byte("<html>"), Text, ""},
		{"a.rst", []byte("x"), Text, ""},
		{"a.adoc", []byte("x"), Text, ""},
		{"Makefile", []byte("x"), Text, ""},
		{"a.unknown", []byte("x"), Text, ""},
		{"-", []byte("ISO 27001"), Text, ""},
		{"-", []byte(`  {"a": 1}`), JSON, ""},
		{"-", []byte(`[not json`), Text, ""},
		{"-", []byte("\n<!-- c --><?x?><!DOCTYPE HTML><p>"), HTML, ""},
		{"-", []byte("\uFEFF<?xml version='1.0'?><html xmlns='x'>"), HTML, ""},
		{"-", []byte("<htmlx>"), Text, ""},
		{"-", docx, DOCX, ""},
		{"-", odt, ODT, ""},
		{"-", xlsx, XLSX, ""},
		{"a.htm", []byte("x"), HTML, ""},
		{"a.xhtml", []byte("x"), HTML, ""},
		{"a.csv", []byte("x"), CSV, ""},
		{"a.TSV", []byte("x"), CSV, ""},
		{"a.yml", []byte("x"), YAML, ""},
		{"a.json", []byte("1"), JSON, ""},
		{"https://example.org/tender.docx?version=2#top", docx, DOCX, ""},
		{"https://example.org/a.md?x=.txt", []byte("x"), Markdown, ""},
		{`C:\tenders\a.md`, []byte("x"), Markdown, ""},
		{"a.docm", docx, DOCX, ""},
		{"a.txt", docx, DOCX, "read as what it is: docx"},
		{"a.docx", odt, ODT, "read as what it is: odt"},
		{"a.doc", docx, DOCX, "the name ends in .doc"},
		{"a.xls", []byte("<html><table>"), HTML, "read as what it is: html"},
		{"a.doc", []byte("only text"), Text, "read as what it is: text"},
	}
	for _, test := range tests {
		doc, err := Read(context.Background(), test.name, test.data, Limits{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		notes := strings.Join(doc.Remarks, "\n")
		if doc.Format != test.want || doc.Name != test.name || !strings.Contains(notes, test.note) {
			t.Errorf("%s %.20q: format %s, want %s; name %q, notes %q", test.name, test.data, doc.Format, test.want, doc.Name, notes)
		}
		if test.note == "" && strings.Contains(notes, "the name ends in") {
			t.Errorf("%s %.20q: notes %q", test.name, test.data, notes)
		}
	}
}

func TestRefused(t *testing.T) {
	ole := func(stream string) []byte {
		var wide []byte
		for _, c := range []byte(stream) {
			wide = append(wide, c, 0)
		}
		return append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), wide...)
	}
	office := func(kind string) []byte {
		return pack(contentTypes("a.xml", kind), rels("_rels/.rels", [3]string{"a", "officeDocument", "a.xml"}), file{"a.xml", "<a/>"})
	}
	locked := buildDOCX(p(r("x")))
	for i := bytes.Index(locked, []byte("PK\x01\x02")); i >= 0; { // the flag of encrypted parts
		locked[i+8] |= 1
		next := bytes.Index(locked[i+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		i += 4 + next
	}
	tests := []struct {
		name string
		data []byte
		want error
		says string
	}{
		{"a.doc", ole("WordDocument"), ErrFormat, "Word document of the old format (.doc); save it as .docx or .pdf"},
		{"a.xls", ole("Workbook"), ErrFormat, "save it as .xlsx or .csv"},
		{"a.ppt", ole("PowerPoint Document"), ErrFormat, "PowerPoint"},
		{"a.msg", ole("__substg1.0"), ErrFormat, "Outlook"},
		{"a.bin", ole("x"), ErrFormat, "OLE"},
		{"a.docx", ole("EncryptedPackage"), ErrEncrypted, "password"},
		{"a.docx", locked, ErrEncrypted, "password"},
		{"a.rtf", []byte(`{\rtf1 x}`), ErrFormat, "Rich Text"},
		{"a.png", []byte("\x89PNG\r\n\x1a\n\x00"), ErrFormat, "picture (PNG)"},
		{"a.jpg", []byte("\xFF\xD8\xFF\xE0\x00"), ErrFormat, "picture (JPEG)"},
		{"a.gz", []byte("\x1F\x8B\x08\x00"), ErrFormat, "gzip"},
		{"a.md", []byte("text\x00with zeros"), ErrFormat, "binary file of an unknown kind"},
		{"a.zip", pack(file{"a.txt", "x"}), ErrFormat, "zip archive; unpack it"},
		{"a.pptx", office("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"), ErrFormat, "PowerPoint"},
		{"a.xlsb", office("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), ErrFormat, ".xlsb"},
		{"a.vsdx", office("application/vnd.ms-visio.drawing.main+xml"), ErrFormat, "unknown kind"},
		{"a.ods", pack(file{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}), ErrFormat, ".ods"},
		{"a.odp", pack(file{"mimetype", "application/vnd.oasis.opendocument.presentation"}), ErrFormat, "no text"},
		{"a.epub", pack(file{"mimetype", "application/epub+zip"}), ErrFormat, "e-book"},
		{"a.odt", pack(file{"mimetype", "application/vnd.oasis.opendocument.text"}, file{"content.xml", "<x/>"},
			file{"META-INF/manifest.xml", `<m><file-entry><encryption-data/></file-entry></m>`}), ErrEncrypted, "password"},
		{"a.odt", pack(file{"mimetype", "application/vnd.oasis.opendocument.text"}), ErrBroken, "content.xml is missing"},
		{"a.odt", pack(file{"mimetype", "application/vnd.oasis.opendocument.text"}, file{"content.xml", "<x/>"}), ErrBroken, "it has no text"},
		{"a.docx", []byte("only text"), ErrBroken, "its name ends in .docx, but it is none"},
		{"a.pdf", []byte("only text"), ErrBroken, "its name ends in .pdf, but it is none"},
		{"a.docx", []byte("PK\x03\x04 and no more"), ErrBroken, "no whole package"},
		{"a.docx", pack(file{"[Content_Types].xml", "<Types/>"}), ErrBroken, "does not say which"},
		{"a.docx", buildDOCX("<w:p></w:q>"), ErrBroken, "word/document.xml, line 1"},
	}
	for _, test := range tests {
		doc, err := Read(context.Background(), test.name, test.data, Limits{})
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || !strings.HasPrefix(err.Error(), test.name+": ") {
			t.Errorf("%s %.10q: got %v, want %v that says %q", test.name, test.data, err, test.want, test.says)
		}
		if doc != nil {
			t.Errorf("%s: a document comes with the error", test.name)
		}
	}
}

func TestReadAs(t *testing.T) {
	ctx := context.Background()
	doc, err := ReadAs(ctx, "upload", Markdown, []byte("# One\ntwo"), Limits{})
	if err != nil || doc.Format != Markdown || doc.Place(7).Heading != "One" {
		t.Errorf("got %+v, %v", doc, err)
	}
	for format, data := range map[Format][]byte{
		Markdown: buildDOCX(""), DOCX: []byte("text"), XLSX: buildDOCX(""), ODT: buildXLSX(""), PDF: []byte("text"), HTML: []byte("%PDF-1.7"),
	} {
		if _, err := ReadAs(ctx, "upload", format, data, Limits{}); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: got %v, want ErrBroken", format, err)
		}
	}
	if _, err := ReadAs(ctx, "upload", "word", nil, Limits{}); !errors.Is(err, ErrFormat) {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestFormatOf(t *testing.T) {
	for mediaType, want := range map[string]Format{
		"text/markdown; charset=UTF-8": Markdown, "TEXT/HTML": HTML, "application/pdf": PDF, "application/problem+json": JSON,
		"application/vnd.oai.openapi+yaml": YAML, "application/vnd.openxmlformats-officedocument.wordprocessingml.document": DOCX,
		"text/csv;;": CSV, "text/plain": Text,
	} {
		if got, ok := FormatOf(mediaType); !ok || got != want {
			t.Errorf("%s: got %s, %v", mediaType, got, ok)
		}
	}
	for _, mediaType := range []string{"", "application/octet-stream", "image/png", "json"} {
		if got, ok := FormatOf(mediaType); ok || got != "" {
			t.Errorf("%s: got %s", mediaType, got)
		}
	}
}

func TestReadFile(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	path := filepath.Join(folder, "a.md")
	if err := os.WriteFile(path, []byte("# One\ntwo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if doc, err := ReadFile(ctx, path, Limits{}); err != nil || doc.Text != "# One\ntwo" || doc.Name != path || doc.Format != Markdown {
		t.Errorf("got %+v, %v", doc, err)
	}
	if _, err := ReadFile(ctx, path, Limits{SourceBytes: 8}); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "9 bytes, at most 8 bytes") {
		t.Errorf("too large: %v", err)
	}
	if _, err := ReadFile(ctx, filepath.Join(folder, "none"), Limits{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := ReadFile(ctx, folder, Limits{}); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: %v", err)
	}
}

type failing struct{ after io.Reader }

func (f failing) Read(buf []byte) (int, error) {
	if n, err := f.after.Read(buf); err == nil {
		return n, nil
	}
	return 0, os.ErrDeadlineExceeded
}

func TestReadFrom(t *testing.T) {
	ctx := context.Background()
	if doc, err := ReadFrom(ctx, "-", strings.NewReader("ISO"), Limits{}); err != nil || doc.Text != "ISO" || doc.Name != "-" {
		t.Errorf("got %+v, %v", doc, err)
	}
	exact := strings.Repeat("x", 1000)
	if doc, err := ReadFrom(ctx, "-", strings.NewReader(exact), Limits{SourceBytes: 1000}); err != nil || doc.Text != exact {
		t.Errorf("exactly the limit: %v", err)
	}
	endless := &counter{}
	if _, err := ReadFrom(ctx, "-", endless, Limits{SourceBytes: 1000}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("an endless stream: %v", err)
	}
	if endless.n > 8192 {
		t.Errorf("%d bytes were taken from the stream", endless.n)
	}
	if _, err := ReadFrom(ctx, "-", failing{strings.NewReader("x")}, Limits{}); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a stream that fails: %v", err)
	}
}

// counter is an endless stream.
type counter struct{ n int }

func (c *counter) Read(buf []byte) (int, error) {
	for i := range buf {
		buf[i] = 'x'
	}
	c.n += len(buf)
	return len(buf), nil
}
