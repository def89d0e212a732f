package document

import (
	"bytes"
	"encoding/json"
	"strings"
)

// What the bytes show, which is more to be trusted than a name.
type content int

const (
	plainContent content = iota // text of some kind
	htmlContent
	pdfContent
	zipContent
	flatODTContent
)

// A signature is how files of a foreign kind begin.
type signature struct {
	prefix string
	what   string
	remedy string
}

const (
	saveAsText = "save it as .docx or .pdf"
	scanned    = "text in pictures is not read; run text recognition and save it as .pdf"
	unpack     = "unpack it and give the documents in it"
	wantText   = "give a document, such as .docx, .pdf, .html or .md"
)

var foreign = []signature{
	{`{\rtf`, "a Rich Text file", saveAsText},
	{"\x89PNG", "a picture (PNG)", scanned},
	{"\xFF\xD8\xFF", "a picture (JPEG)", scanned},
	{"GIF8", "a picture (GIF)", scanned},
	{"II*\x00", "a picture (TIFF)", scanned},
	{"MM\x00*", "a picture (TIFF)", scanned},
	{"BM", "a picture (BMP)", scanned},
	{"\x1F\x8B", "a gzip archive", unpack},
	{"BZh", "a bzip2 archive", unpack},
	{"\xFD7zXZ", "an xz archive", unpack},
	{"7z\xBC\xAF", "a 7-Zip archive", unpack},
	{"Rar!", "a RAR archive", unpack},
	{"%!PS", "a PostScript file", "save it as .pdf"},
	{"\x7FELF", "a program", wantText},
	{"MZ", "a program", wantText},
	{"SQLite format 3", "a database", "export it as .csv or .xlsx"},
}

// sniff tells the kind of content, or says in an error which kind it is that
// cannot be read.
func sniff(data []byte) (content, error) {
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return pdfContent, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")), bytes.HasPrefix(head, []byte("PK\x07\x08")):
		return zipContent, nil
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return 0, compoundFile(data)
	}
	if bytes.HasPrefix(head, []byte(foreign[0].prefix)) {
		return 0, unsupported(foreign[0].what, foreign[0].remedy)
	}
	if utf16Order(data) == nil && bytes.IndexByte(data, 0) >= 0 {
		for _, f := range foreign {
			if bytes.HasPrefix(head, []byte(f.prefix)) {
				return 0, unsupported(f.what, f.remedy)
			}
		}
		return 0, unsupported("a binary file of an unknown kind", wantText)
	}
	for _, f := range foreign { // a small file may have no zero
		if f.prefix[0] >= 0x7F && bytes.HasPrefix(head, []byte(f.prefix)) && !bytes.HasPrefix(head, utf16LEMark) {
			return 0, unsupported(f.what, f.remedy)
		}
	}
	return sniffMarkup(head), nil
}

// sniffMarkup tells HTML and flat OpenDocument by their first element.
func sniffMarkup(head []byte) content {
	rest := bytes.ToLower(bytes.TrimPrefix(head, utf8Mark))
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		end := ""
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(rest, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(rest, []byte("<!doctype html")), startsTag(rest, "html"), startsTag(rest, "head"), startsTag(rest, "body"):
			return htmlContent
		case startsTag(rest, "office:document"):
			return flatODTContent
		default:
			return plainContent
		}
		_, after, found := bytes.Cut(rest, []byte(end))
		if !found {
			return plainContent
		}
		rest = after
	}
}

func startsTag(text []byte, name string) bool {
	rest, ok := bytes.CutPrefix(text, []byte("<"+name))
	return ok && (len(rest) == 0 || strings.IndexByte(" \t\r\n>/", rest[0]) >= 0)
}

// compoundFile says what is in an OLE compound file: the formats of Office up
// to 2003, and the envelope of encrypted newer ones. Names of streams are
// UTF-16.
func compoundFile(data []byte) error {
	has := func(stream string) bool {
		var wide []byte
		for _, c := range []byte(stream) {
			wide = append(wide, c, 0)
		}
		return bytes.Contains(data, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return errEncryptedPackage
	case has("WordDocument"):
		return unsupported("a Word document of the old format (.doc)", saveAsText)
	case has("PowerPoint Document"):
		return unsupported("a PowerPoint presentation of the old format (.ppt)", "save it as .pdf")
	case has("Workbook"), has("Book"):
		return unsupported("an Excel workbook of the old format (.xls)", "save it as .xlsx or .csv")
	case has("__substg1.0"):
		return unsupported("an Outlook message", "save it as .html or .txt")
	}
	return unsupported("an OLE file of an unknown kind", saveAsText)
}

// byContent tells formats of nameless text.
func byContent(data []byte) Format {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, utf8Mark), " \t\r\n")
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') && json.Valid(text) {
		return JSON
	}
	return Text
}
