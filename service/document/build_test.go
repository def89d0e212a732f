package document

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// A file is one of a package that a test builds.
type file struct{ name, text string }

func pack(files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.Create(f.name)
		if err != nil {
			panic(err)
		}
		if _, err := part.Write([]byte(f.text)); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const (
	wordNS    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	strictNS  = "http://purl.oclc.org/ooxml/wordprocessingml/main"
	sheetNS   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relation0 = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func contentTypes(main, kind string) file {
	return file{"[Content_Types].xml", fmt.Sprintf(`<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/%s" ContentType="%s"/></Types>`, main, kind)}
}

func rels(of string, targets ...[3]string) file {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, t := range targets {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s%s" Target="%s"/>`, t[0], relation0, t[1], t[2])
	}
	b.WriteString(`</Relationships>`)
	return file{of, b.String()}
}

// buildDOCX makes a Word document of the inside of its body. Other parts are
// named by their kind: "styles", "footnotes", "header".
func buildDOCX(body string, parts ...file) []byte {
	return buildWord(wordNS, body, parts...)
}

func buildWord(ns, body string, parts ...file) []byte {
	head := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	xmlns := ` xmlns:w="` + ns + `" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"` +
		` xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"` +
		` xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`
	roots := map[string]string{"styles": "styles", "footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments", "header": "hdr", "footer": "ftr"}
	files := []file{
		contentTypes("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
		rels("_rels/.rels", [3]string{"rId1", "officeDocument", "word/document.xml"}),
		{"word/document.xml", head + `<w:document` + xmlns + `><w:body>` + body + `</w:body></w:document>`},
	}
	var targets [][3]string
	for i, p := range parts {
		name := fmt.Sprintf("%s%d.xml", p.name, i)
		targets = append(targets, [3]string{fmt.Sprintf("rId%d", i), p.name, name})
		root := "w:" + roots[p.name]
		files = append(files, file{"word/" + name, head + "<" + root + xmlns + ">" + p.text + "</" + root + ">"})
	}
	return pack(append(files, rels("word/_rels/document.xml.rels", targets...))...)
}

const odtNamespaces = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
	` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
	` xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"` +
	` xmlns:dc="http://purl.org/dc/elements/1.1/"`

// buildODT makes an OpenDocument text of its automatic styles, the inside of
// its body and the inside of its master page.
func buildODT(styles, body, master string) []byte {
	return pack(
		file{"mimetype", "application/vnd.oasis.opendocument.text"},
		file{"content.xml", `<?xml version="1.0"?><office:document-content` + odtNamespaces + `><office:automatic-styles>` + styles +
			`</office:automatic-styles><office:body><office:text>` + body + `</office:text></office:body></office:document-content>`},
		file{"styles.xml", `<?xml version="1.0"?><office:document-styles` + odtNamespaces + `><office:styles>` +
			`<style:style style:name="Raised" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>` +
			`</office:styles><office:master-styles><style:master-page style:name="Standard">` + master +
			`</style:master-page></office:master-styles></office:document-styles>`},
		file{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`},
	)
}

// buildXLSX makes a workbook of one sheet, "Prices", of the inside of its
// sheetData. Other parts are named by their kind.
func buildXLSX(data string, parts ...file) []byte {
	head := `<?xml version="1.0"?>`
	files := []file{
		contentTypes("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
		rels("_rels/.rels", [3]string{"rId1", "officeDocument", "xl/workbook.xml"}),
		{"xl/workbook.xml", head + `<workbook xmlns="` + sheetNS + `" xmlns:r="` + strings.TrimSuffix(relation0, "/") +
			`"><sheets><sheet name="Prices" sheetId="1" r:id="sheet1"/></sheets></workbook>`},
		{"xl/worksheets/sheet1.xml", head + `<worksheet xmlns="` + sheetNS + `"><sheetData>` + data + `</sheetData></worksheet>`},
	}
	targets := [][3]string{{"sheet1", "worksheet", "worksheets/sheet1.xml"}}
	for i, p := range parts {
		name := fmt.Sprintf("%s%d.xml", p.name, i)
		targets = append(targets, [3]string{fmt.Sprintf("rId%d", i), p.name, name})
		files = append(files, file{"xl/" + name, head + p.text})
	}
	return pack(append(files, rels("xl/_rels/workbook.xml.rels", targets...))...)
}

// renameSheet gives the sheet of a workbook that buildXLSX made another name.
func renameSheet(workbook []byte, name string) []byte {
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		panic(err)
	}
	var files []file
	for _, f := range archive.File {
		text, err := fs.ReadFile(archive, f.Name)
		if err != nil {
			panic(err)
		}
		files = append(files, file{f.Name, strings.Replace(string(text), `name="Prices"`, `name="`+name+`"`, 1)})
	}
	return pack(files...)
}

func mustRead(t testing.TB, name string, data []byte) *Document {
	t.Helper()
	doc, err := Read(context.Background(), name, data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// placeOf is the place of the first such piece of the text.
func placeOf(t testing.TB, doc *Document, piece string) Place {
	t.Helper()
	at := strings.Index(doc.Text, piece)
	if at < 0 {
		t.Fatalf("the text has no %q:\n%s", piece, doc.Text)
	}
	return doc.Place(at)
}
