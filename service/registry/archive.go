package registry

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// The layout of an archive; docs/export-format.md describes it.
const (
	archiveFormat = 1
	nameRegistry  = "registry.json"
	nameEnd       = "end.json"
	dirManifests  = "manifests/sha256/"
	dirBlobs      = "blobs/sha256/"
	dirRedacted   = "redacted/sha256/"
	dirCatalogue  = "catalogue/"
	// chunkBytes is from where on a chunk of the catalogue is full.
	chunkBytes = 1 << 20
)

// Bounds on what an archive is believed to need, in bytes.
const (
	maxSmallFile = 1 << 16 // registry.json, end.json, redacted/...
	maxBlob      = 1 << 30
	maxManifest  = 64 << 20
	maxPair      = 2 << 20 // key and value of one record
)

// archiveHead is registry.json.
type archiveHead struct {
	Format     int    `json:"format"`
	RegistryID string `json:"registryId"`
	Blobs      bool   `json:"blobs"` // whether it carries them
}

// archiveEnd is end.json: what has to have come before it.
type archiveEnd struct {
	Manifests int64  `json:"manifests"`
	Blobs     int64  `json:"blobs"`
	BlobBytes int64  `json:"blobBytes"`
	Redacted  int64  `json:"redacted"`
	Pairs     int64  `json:"pairs"`
	Revision  uint64 `json:"revision"`
	Catalogue string `json:"catalogueSha256"` // of all chunks, joined
}

// redaction is a file of redacted/.
type redaction struct {
	Size   int64  `json:"size"`
	Reason string `json:"reason"`
}

// archiveWriter writes entries whose headers hold nothing but name and size,
// so that the same content gives the same bytes.
type archiveWriter struct {
	tar *tar.Writer
	end archiveEnd
}

func (w *archiveWriter) file(name string, size int64, from io.Reader) error {
	err := w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if _, err := io.Copy(w.tar, from); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (w *archiveWriter) json(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return w.file(name, int64(len(b)), strings.NewReader(string(b)))
}

// spool keeps the catalogue part of an archive in a temporary file, as a
// sequence of pairs: a byte count as a varint (encoding/binary), the key, a
// count, the value. It is cut into chunks before a pair that begins at or
// beyond a multiple of chunkBytes.
type spool struct {
	file  *os.File
	out   *bufio.Writer
	sum   hash.Hash
	size  int64
	pairs int64
	cuts  []int64 // where chunks begin, but for the first
	begun int64   // of the chunk being written
}

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "etalon-archive-")
	if err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	return &spool{file: f, out: bufio.NewWriter(f), sum: sha256.New()}, nil
}

func (s *spool) close() {
	_ = s.file.Close()
	_ = os.Remove(s.file.Name())
}

func (s *spool) add(p store.Raw) error {
	if s.size-s.begun >= chunkBytes {
		s.begun = s.size
		s.cuts = append(s.cuts, s.size)
	}
	b := binary.AppendUvarint(make([]byte, 0, len(p.Key)+len(p.Value)+8), uint64(len(p.Key)))
	b = append(b, p.Key...)
	b = binary.AppendUvarint(b, uint64(len(p.Value)))
	b = append(b, p.Value...)
	s.pairs++
	return s.write(b)
}

func (s *spool) write(b []byte) error {
	s.size += int64(len(b))
	s.sum.Write(b)
	if _, err := s.out.Write(b); err != nil {
		return fmt.Errorf("temporary file: %w", err)
	}
	return nil
}

// rewind ends writing and gives what was written.
func (s *spool) rewind() (io.Reader, error) {
	if err := s.out.Flush(); err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	return bufio.NewReader(s.file), nil
}

func (s *spool) digest() string { return standard.Digest(s.sum.Sum(nil)).String() }

// chunks gives the sizes of the chunks.
func (s *spool) chunks() []int64 {
	if s.size == 0 {
		return nil
	}
	var sizes []int64
	from := int64(0)
	for _, cut := range append(s.cuts, s.size) {
		sizes = append(sizes, cut-from)
		from = cut
	}
	return sizes
}

// byteReader is what a pair is read from.
type byteReader interface {
	io.Reader
	io.ByteReader
}

// readPair reads one pair; io.EOF where there is none left.
func readPair(from byteReader) (store.Raw, error) {
	key, err := readPart(from)
	if err != nil {
		return store.Raw{}, err
	}
	value, err := readPart(from)
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = badArchive("a record ends early")
		}
		return store.Raw{}, err
	}
	return store.Raw{Key: string(key), Value: value}, nil
}

func readPart(from byteReader) ([]byte, error) {
	n, err := binary.ReadUvarint(from)
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, badArchive("a record has no length: %v", err)
	case n > maxPair:
		return nil, badArchive("a record of %d bytes", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(from, b); err != nil {
		return nil, badArchive("a record ends early")
	}
	return b, nil
}

func badArchive(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBadArchive, fmt.Sprintf(format, args...))
}
