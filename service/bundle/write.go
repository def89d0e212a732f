package bundle

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// Writer writes a bundle: NewWriter, then manifests, blobs and redactions,
// each in the order of their digests, then records in the order of their keys,
// and Close. The same calls give the same bytes. It keeps no more than one
// chunk of records in memory.
type Writer struct {
	tar    *tar.Writer
	sum    hash.Hash
	end    end
	chunk  []byte
	chunks int
	last   string // name or key that came last
}

// NewWriter writes the beginning; info's Format is set. meta is the registry's.
func NewWriter(to io.Writer, info Info, meta store.Meta) (*Writer, error) {
	w := &Writer{tar: tar.NewWriter(to), sum: sha256.New()}
	info.Format, info.RegistryID, info.RevisionTime = Format, meta.RegistryID, info.RevisionTime.UTC()
	if err := w.json(nameInfo, info); err != nil {
		return nil, err
	}
	return w, nil
}

// Manifest adds the manifest of a version.
func (w *Writer) Manifest(d standard.Digest, data []byte) error {
	w.end.Manifests++
	return w.file(dirManifests+d.Hex(), int64(len(data)), bytes.NewReader(data), true)
}

// Blob adds a file of size bytes.
func (w *Writer) Blob(d standard.Digest, size int64, from io.Reader) error {
	w.end.Blobs++
	w.end.BlobBytes += size
	return w.file(dirBlobs+d.Hex(), size, from, false)
}

// Redacted adds what stands for a file whose bytes were removed.
func (w *Writer) Redacted(d standard.Digest, r Redaction) error {
	w.end.Redacted++
	return w.json(dirRedacted+d.Hex(), r)
}

// Meta adds the registry's identity, in its place among the records: after
// designations, before standards.
func (w *Writer) Meta(m store.Meta) error {
	value, err := codec.EncodeMeta(m)
	if err != nil {
		return fmt.Errorf("write meta: %w", err)
	}
	return w.pair(store.Raw{Key: codec.KindMeta, Value: value})
}

// Record adds a record as it is stored.
func (w *Writer) Record(r store.Record) error {
	s, err := codec.Encode(r)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return w.pair(store.Raw{Key: s.Key, Value: s.Value})
}

func (w *Writer) pair(p store.Raw) error {
	if p.Key <= w.last && w.end.Pairs > 0 {
		return fmt.Errorf("write record: %s comes after %s", p.Key, w.last)
	}
	w.last = p.Key
	w.end.Pairs++
	w.chunk = appendPair(w.chunk, p)
	if len(w.chunk) < chunkBytes {
		return nil
	}
	return w.flush()
}

func (w *Writer) flush() error {
	if len(w.chunk) == 0 {
		return nil
	}
	w.chunks++
	err := w.file(fmt.Sprintf("%s%08d", dirCatalogue, w.chunks), int64(len(w.chunk)), bytes.NewReader(w.chunk), true)
	w.chunk = w.chunk[:0]
	return err
}

// Close writes the end. It does not close what is written to.
func (w *Writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	w.end.Content = standard.Digest(w.sum.Sum(nil)).String()
	if err := w.json(nameEnd, w.end); err != nil {
		return err
	}
	if err := w.tar.Close(); err != nil {
		return fmt.Errorf("write the end: %w", err)
	}
	return nil
}

func (w *Writer) json(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return w.file(name, int64(len(b)), strings.NewReader(string(b)), true)
}

// file writes an entry. sum says whether its bytes count for the digest of the
// content.
func (w *Writer) file(name string, size int64, from io.Reader, sum bool) error {
	sumEntry(w.sum, name, size)
	if err := w.tar.WriteHeader(header(name, size)); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if sum {
		from = io.TeeReader(from, w.sum)
	}
	if _, err := io.CopyN(w.tar, from, size); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
