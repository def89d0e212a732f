package document

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// maxParts bounds the files in a package.
const maxParts = 10_000

// parts is a package, the zip archive that a document of Word, OpenDocument or
// Excel is. Parts are read as streams and only those that are asked for, so
// what else the archive holds does no harm.
type parts struct {
	*budget
	files map[string]*zip.File
}

func openParts(data []byte, b *budget) (*parts, error) {
	// Counted before the directory is read: each of its entries takes memory.
	if bytes.Count(data, []byte("PK\x01\x02")) > maxParts {
		return nil, tooLarge("the package holds more than %d files", maxParts)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, broken("it is no whole package (%v)", err)
	}
	p := &parts{budget: b, files: make(map[string]*zip.File, len(archive.File))}
	for _, f := range archive.File {
		name := partName(f.Name)
		if _, twice := p.files[name]; !twice { // programs take the first
			p.files[name] = f
		}
	}
	return p, nil
}

// partName makes names comparable, which are the same in either case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (p *parts) has(name string) bool {
	_, ok := p.files[partName(name)]
	return ok
}

// open opens a part as a stream of XML. A missing part is ErrBroken.
func (p *parts) open(name string) (*xmlReader, error) {
	r, err := p.stream(name)
	if err != nil {
		return nil, err
	}
	return newXMLReader(name, r, p.budget)
}

func (p *parts) stream(name string) (io.Reader, error) {
	f, ok := p.files[partName(name)]
	if !ok {
		return nil, broken("its part %s is missing", name)
	}
	if f.Flags&1 != 0 {
		return nil, errEncryptedPackage
	}
	r, err := f.Open()
	if err != nil {
		return nil, broken("its part %s cannot be unpacked (%v)", name, err)
	}
	return bufio.NewReaderSize(&metered{r, p.budget, name}, 32<<10), nil
}

// short reads a part of which no more than most bytes matter.
func (p *parts) short(name string, most int64) (string, error) {
	r, err := p.stream(name)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(r, most))
	return string(text), err
}

// metered takes what is unpacked from the budget, and explains faults.
type metered struct {
	r    io.Reader
	b    *budget
	name string
}

func (m *metered) Read(buf []byte) (int, error) {
	if err := m.b.stop(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(buf)
	if over := m.b.expand(n); over != nil {
		return 0, over
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken("its part %s cannot be unpacked (%v)", m.name, unpackFault(err))
	} else if err != nil {
		err = io.EOF
	}
	return n, err
}

func unpackFault(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		return fmt.Errorf("corrupt at byte %d", int64(corrupt))
	}
	return err
}
