package bundle

import (
	"archive/tar"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Format is the version of the format that this program writes and reads.
const Format = 1

// The names of the entries, in the order in which they come.
const (
	nameInfo     = "bundle.json"
	dirManifests = "manifests/sha256/"
	dirBlobs     = "blobs/sha256/"
	dirRedacted  = "redacted/sha256/"
	dirCatalogue = "catalogue/"
	nameEnd      = "end.json"
)

// The bounds on what is believed and kept, in bytes.
const (
	maxInfo     = 1 << 20
	maxSmall    = 1 << 18 // end.json, redacted/...
	maxManifest = 64 << 20
	maxBlob     = 1 << 30
	maxPair     = 2 << 20
	// maxMetadata bounds all manifests and the catalogue, which are kept in
	// memory.
	maxMetadata = 256 << 20
	// maxEntries bounds the entries of the archive.
	maxEntries = 1 << 20
	// chunkBytes is from where on a chunk of the catalogue is full.
	chunkBytes = 1 << 20
)

var (
	// ErrBad: a file is no whole bundle; the text says why.
	ErrBad = errors.New("bad bundle")
	// ErrReadOnly: a bundle was asked to change.
	ErrReadOnly = errors.New("a bundle can only be read")
)

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBad, fmt.Sprintf(format, args...))
}

// Info says what a bundle is of. It is the file bundle.json.
type Info struct {
	Format     int    `json:"format"`
	RegistryID string `json:"registryId"`
	BaseIRI    string `json:"baseIri"` // of persistent identifiers
	// Revision that the bundle shows, and when that was recorded.
	Revision     standard.Revision `json:"revision"`
	RevisionTime time.Time         `json:"revisionTime"`
	// Refs are what was asked for, sorted: standards and exact versions.
	Refs []string `json:"refs"`
	// Files says whether the files of the versions in Refs are there.
	Files     bool `json:"files"`
	Standards int  `json:"standards"` // in the bundle
	Versions  int  `json:"versions"`
}

// Part names the bundle as the end of a sentence.
func (i Info) Part() string {
	return fmt.Sprintf("this bundle of %s at revision %d", count(i.Standards, "standard"), i.Revision)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Redaction stands for a file whose bytes were removed from the registry.
type Redaction struct {
	Size   int64  `json:"size"`
	Reason string `json:"reason"`
}

// end is end.json: what has to have come before it.
type end struct {
	Manifests int64 `json:"manifests"`
	Blobs     int64 `json:"blobs"`
	BlobBytes int64 `json:"blobBytes"`
	Redacted  int64 `json:"redacted"`
	Pairs     int64 `json:"pairs"`
	// Content is the digest of all entries before: for each its name, a zero
	// byte, its size in decimal, a zero byte, and its bytes. Those of blobs
	// are left out, for their names are their digests.
	Content string `json:"contentSha256"`
}

// sumEntry adds the beginning of an entry to the digest of the content.
func sumEntry(sum hash.Hash, name string, size int64) {
	_, _ = io.WriteString(sum, name+"\x00"+strconv.FormatInt(size, 10)+"\x00")
}

func header(name string, size int64) *tar.Header {
	return &tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
	}
}

func appendPair(b []byte, p store.Raw) []byte {
	b = binary.AppendUvarint(b, uint64(len(p.Key)))
	b = append(b, p.Key...)
	b = binary.AppendUvarint(b, uint64(len(p.Value)))
	return append(b, p.Value...)
}

// cutPair takes the first pair off b. The value is a part of b.
func cutPair(b []byte) (p store.Raw, rest []byte, err error) {
	key, b, err := cutPart(b)
	if err != nil {
		return p, nil, err
	}
	value, b, err := cutPart(b)
	return store.Raw{Key: string(key), Value: value}, b, err
}

func cutPart(b []byte) (part, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	switch {
	case size <= 0:
		return nil, nil, bad("a record has no length")
	case n > maxPair:
		return nil, nil, bad("a record of %d bytes", n)
	case n > uint64(len(b)-size):
		return nil, nil, bad("a record ends early")
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}
