package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

var errEncryptedPackage = fmt.Errorf("%w: it wants a password; save it without one", ErrEncrypted)

// ReadFile reads the document in a file. A file that is larger than
// Limits.SourceBytes is refused before it is read. The errors are those of
// Read and of the file system.
func ReadFile(ctx context.Context, path string, lim Limits) (*Document, error) {
	lim = lim.withDefaults()
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: %w", path, unsupported("a folder", "give the documents in it"))
	}
	if info.Size() > lim.SourceBytes {
		return nil, fmt.Errorf("%s: %w", path, sourceTooLarge(info.Size(), lim.SourceBytes))
	}
	return readFrom(ctx, path, file, info.Size(), lim)
}

// ReadFrom reads a document from a stream, such as the standard input, whose
// name is "-". It reads no more than Limits.SourceBytes and one byte. A stream
// that blocks is the caller's to close. The errors are those of Read and of
// the stream.
func ReadFrom(ctx context.Context, name string, r io.Reader, lim Limits) (*Document, error) {
	return readFrom(ctx, name, r, 0, lim.withDefaults())
}

func readFrom(ctx context.Context, name string, r io.Reader, sizeHint int64, lim Limits) (*Document, error) {
	data, err := readAll(io.LimitReader(r, lim.SourceBytes+1), sizeHint)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return Read(ctx, name, data, lim)
}

// readAll is io.ReadAll that needs one buffer where the size is known.
func readAll(r io.Reader, sizeHint int64) ([]byte, error) {
	data := make([]byte, 0, max(sizeHint+1, 4096))
	for {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Read reads a document whose format it finds by itself: by the content where
// that is sure (PDF, Word, OpenDocument, Excel, HTML), then by the ending of
// name. Text whose name tells nothing is plain text, or JSON if it is valid
// JSON. name may be a path, a URL or "-".
//
// The errors wrap ErrFormat, ErrBroken, ErrTooLarge or ErrEncrypted, or are
// the cause why ctx ended. Zero limits are the defaults. data is not changed,
// and not needed any more afterwards.
func Read(ctx context.Context, name string, data []byte, lim Limits) (*Document, error) {
	return ReadAs(ctx, name, "", data, lim)
}

// ReadAs is Read for a document whose format the caller knows, for example
// from the media type of an upload; see FormatOf. An empty format is left to
// Read. Content of another format is ErrBroken.
func ReadAs(ctx context.Context, name string, format Format, data []byte, lim Limits) (*Document, error) {
	lim = lim.withDefaults()
	ctx, cancel := withTime(ctx, lim.Time)
	defer cancel()
	doc, err := read(ctx, name, format, data, lim)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return doc, nil
}

func read(ctx context.Context, name string, format Format, data []byte, lim Limits) (doc *Document, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			doc, err = nil, fmt.Errorf("%w: reading it failed in a way that was not foreseen (%v); please report it", ErrBroken, fault)
		}
	}()
	if int64(len(data)) > lim.SourceBytes {
		return nil, sourceTooLarge(int64(len(data)), lim.SourceBytes)
	}
	b := newBudget(ctx, lim)
	if err := b.stop(); err != nil {
		return nil, err
	}
	if format == "" {
		doc, err = readAny(ctx, extension(name), data, b)
	} else {
		if err = checkPackage(format, data, b); err == nil {
			doc, err = readFormat(ctx, format, extension(name), data, b)
		}
	}
	if err == nil {
		err = b.stop()
	}
	if err != nil {
		return nil, err
	}
	doc.Name = name
	return doc, nil
}

func readAny(ctx context.Context, ext string, data []byte, b *budget) (*Document, error) {
	kind, err := sniff(data)
	if err != nil {
		return nil, err
	}
	named := byExtension[ext]
	format := named
	switch {
	case kind == pdfContent:
		format = PDF
	case kind == zipContent:
		if format, err = packageFormat(data, b); err != nil {
			return nil, err
		}
	case kind == flatODTContent && (named == "" || named == ODT):
		format = ODT
	case named == DOCX, named == XLSX, named == PDF, named == ODT:
		return nil, broken("its name ends in %s, but it is none", ext)
	case kind == htmlContent && named == "":
		format = HTML
	case named == "":
		format = byContent(data)
	}
	doc, err := readFormat(ctx, format, ext, data, b)
	if err == nil && (named != "" && named != format || old[ext]) {
		doc.Remarks = append(doc.Remarks, fmt.Sprintf("the name ends in %s, but the file was read as what it is: %s", ext, format))
	}
	return doc, err
}

// checkPackage refuses content that is not what the caller says.
func checkPackage(format Format, data []byte, b *budget) error {
	if format != DOCX && format != ODT && format != XLSX {
		return nil
	}
	kind, err := sniff(data)
	if err != nil {
		return err
	}
	if kind == flatODTContent && format == ODT {
		return nil
	}
	if kind != zipContent {
		return broken("it is no %s", format)
	}
	is, err := packageFormat(data, b)
	if err == nil && is != format {
		err = broken("it is no %s but %s", format, is)
	}
	return err
}

// old are endings of formats that are not read, which sometimes stand on files
// of other formats.
var old = map[string]bool{".doc": true, ".xls": true, ".ppt": true, ".rtf": true}

func readFormat(ctx context.Context, format Format, ext string, data []byte, b *budget) (*Document, error) {
	switch format {
	case PDF:
		return readPDF(ctx, data, b)
	case DOCX:
		return readDOCX(data, b)
	case ODT:
		return readODT(data, b)
	case XLSX:
		return readXLSX(data, b)
	case Markdown, Text, HTML, CSV, YAML, JSON:
	default:
		return nil, fmt.Errorf("%w: %q is the name of no format", ErrFormat, format)
	}
	kind, err := sniff(data)
	if err != nil {
		return nil, err
	}
	if kind == pdfContent || kind == zipContent {
		return nil, broken("it is no %s", format)
	}
	switch format {
	case Markdown:
		return readMarkdown(data, b)
	case HTML:
		return readHTML(data, b)
	case CSV:
		return readCSV(data, ext, b)
	case YAML:
		return readYAML(data, b)
	case JSON:
		return readJSON(data, ext, b)
	}
	return readText(data, b)
}

func sourceTooLarge(is, most int64) error {
	return tooLarge("the file has %s, at most %s are read; split it", size(is), size(most))
}
