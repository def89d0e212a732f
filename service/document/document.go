package document

import (
	"errors"
	"slices"
	"time"
)

// Format is the kind of file that a document was read from.
type Format string

// The formats.
const (
	Markdown Format = "markdown"
	Text     Format = "text"
	HTML     Format = "html"
	DOCX     Format = "docx"
	ODT      Format = "odt"
	PDF      Format = "pdf"
	XLSX     Format = "xlsx"
	CSV      Format = "csv"
	YAML     Format = "yaml"
	JSON     Format = "json"
)

// The sentinel errors, wrapped with what, where and what to do.
var (
	// ErrFormat: the bytes are of no format that can be read.
	ErrFormat = errors.New("format not supported")
	// ErrBroken: the file is damaged or not what it says it is.
	ErrBroken = errors.New("file is damaged")
	// ErrTooLarge: a limit was exceeded; the error names the limit and the value.
	ErrTooLarge = errors.New("too large")
	// ErrEncrypted: the file wants a password.
	ErrEncrypted = errors.New("file is encrypted")
)

// Limits bounds what reading one document may take. Zero values stand for the
// defaults.
type Limits struct {
	SourceBytes   int64         // of the file; default 64 MiB
	ExpandedBytes int64         // of all that is unpacked from it; default 256 MiB
	TextBytes     int64         // of the text; default 32 MiB
	Depth         int           // of nesting; default 1,000
	Pages         int           // of a PDF; default 5,000
	Time          time.Duration // for all of it; default 8 s
}

// Document is the text of one file.
type Document struct {
	// Name is the file as the caller calls it: a path, a URL, "-".
	Name   string
	Format Format
	// Text is what a person reads; see the package comment.
	Text string
	// Notes say, in plain sentences, what could not be read: "page 3 has no
	// text (a scan?)".
	Notes []string
	// Remarks say, in plain sentences, what was read in a way that a person may
	// want to know of: "the sheet \"Prices\" is hidden; it was read".
	Remarks []string

	places places
}

// AllNotes are the notes, then the remarks.
func (d *Document) AllNotes() []string { return slices.Concat(d.Notes, d.Remarks) }

// Place is where a person finds a spot of the text. Fields that a format has
// no notion of are zero. None takes more than 1,000 bytes: long names are cut,
// and of deep structures only the ends are told, with "...".
type Place struct {
	// Line and Column count from 1; columns count code points. They are of the
	// source where the format is text (Markdown, plain text, HTML, CSV, YAML,
	// JSON), else zero.
	Line, Column int
	// Page counts from 1, in PDF.
	Page int
	// Heading is the text of the heading that the spot stands under, nearest
	// one, in Markdown, HTML, Word, OpenDocument; a heading stands under itself.
	// It is one line of at most 200 code points.
	Heading string
	// Cell is a cell: "Prices!B7" in a spreadsheet, "B7" in CSV, "table 2, row
	// 3, column 1" in a text document, where tables count through the document.
	Cell string
	// Part is where in a package or structure: "footnote 4", "header",
	// "comment 2", "name of sheet 1", or the path of a value in YAML and JSON:
	// "lots[0].title". It is empty in the body of a text.
	Part string
}

// Place is where the byte at offset of Text stands. An offset outside of the
// text counts as its nearest end.
func (d *Document) Place(offset int) Place {
	if d.places == nil {
		return Place{}
	}
	return d.places.place(min(max(offset, 0), len(d.Text)))
}

// Source gives the bytes [from, to) of the source file that Text[start:end]
// was read from. ok is false where the two are not the same bytes: in formats
// that are no text, and where the source spells it differently (an escape, an
// entity, another encoding).
func (d *Document) Source(start, end int) (from, to int, ok bool) {
	if d.places == nil || start < 0 || end < start || end > len(d.Text) {
		return 0, 0, false
	}
	return d.places.source(start, end)
}

// places leads from offsets of the text back to the source.
type places interface {
	place(offset int) Place
	source(start, end int) (from, to int, ok bool)
}
