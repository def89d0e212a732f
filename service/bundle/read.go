package bundle

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync/atomic"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// Bundle is a bundle that was read. Metadata are in memory; files stay where
// the bundle is.
type Bundle struct {
	info      Info
	meta      store.Meta
	at        io.ReaderAt
	pairs     []pair
	manifests map[standard.Digest][]byte
	blobs     map[standard.Digest]place
	redacted  map[standard.Digest]Redaction
	end       end
	// decoded are the records as the check left them, for whoever loads first:
	// to decode is half the cost of opening.
	decoded atomic.Pointer[[]store.Record]
}

// pair is a record as it is stored.
type pair struct {
	kind, key string
	value     []byte
}

// place is where the bytes of a file are.
type place struct{ offset, size int64 }

// Info says what the bundle is of.
func (b *Bundle) Info() Info { return b.info }

// Digest is the digest of the bundle's content: equal for equal bundles.
func (b *Bundle) Digest() string { return b.end.Content }

// FileBytes is the number of files and the bytes of them together.
func (b *Bundle) FileBytes() (files, total int64) { return b.end.Blobs, b.end.BlobBytes }

// Read reads a bundle of size bytes and checks all of it but for the bytes of
// files and what manifests say, which is checked whenever they are read. What is no whole bundle is
// ErrBad, one that a later program wrote store.ErrSchema or ErrBad, and both
// say why. at has to stay readable for as long as files are wanted.
func Read(at io.ReaderAt, size int64) (*Bundle, error) {
	from := &counted{r: io.NewSectionReader(at, 0, size)}
	r := &reader{
		tar: tar.NewReader(from), from: from, sum: sha256.New(),
		Bundle: &Bundle{
			at: at, manifests: map[standard.Digest][]byte{}, blobs: map[standard.Digest]place{}, redacted: map[standard.Digest]Redaction{},
		},
	}
	if err := r.read(); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return r.Bundle, nil
}

// counted is a section that knows how far it was read. Seeking lets the bytes
// of files be passed over.
type counted struct {
	r  *io.SectionReader
	at int64
}

// Read reads and counts.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.at += int64(n)
	return n, err
}

// Seek moves and counts.
func (c *counted) Seek(offset int64, whence int) (int64, error) {
	at, err := c.r.Seek(offset, whence)
	if err == nil {
		c.at = at
	}
	return at, err
}

type reader struct {
	*Bundle
	tar      *tar.Reader
	from     *counted
	sum      hash.Hash
	last     string // name of the entry before
	entries  int
	metadata int64 // bytes kept
	chunks   int
	have     end
}

// parts are the kinds of entry, in order.
var parts = [...]string{nameInfo, dirManifests, dirBlobs, dirRedacted, dirCatalogue, nameEnd}

func partOf(name string) int {
	for i, p := range parts {
		if name == p || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p) {
			return i
		}
	}
	return -1
}

func (r *reader) read() error {
	for {
		h, err := r.tar.Next()
		switch {
		case errors.Is(err, io.EOF) && r.entries == 0:
			return bad("it is empty")
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return bad("it was cut off after %s", quoted(r.last))
		case err != nil && r.entries == 0:
			return bad("it is no bundle: %v", err)
		case err != nil:
			return bad("after %s: %v", quoted(r.last), err)
		}
		if err := r.place(h); err != nil {
			return err
		}
		if h.Name == nameEnd {
			return r.finish(h)
		}
		if err := r.take(h); err != nil {
			return err
		}
	}
}

// place checks that an entry may come here.
func (r *reader) place(h *tar.Header) error {
	if r.entries++; r.entries > maxEntries {
		return bad("it has more than %d entries", maxEntries)
	}
	part := partOf(h.Name)
	switch {
	case r.entries == 1 && h.Name != nameInfo:
		return bad("it is no bundle: it begins with %s", quoted(h.Name))
	case h.Typeflag != tar.TypeReg || h.Format != tar.FormatUSTAR || part < 0:
		return bad("it holds %s, which this program does not know", quoted(h.Name))
	case r.entries > 1 && (part < partOf(r.last) || h.Name <= r.last && part == partOf(r.last)):
		return bad("%s comes after %s", quoted(h.Name), quoted(r.last))
	}
	r.last = h.Name
	return nil
}

func (r *reader) take(h *tar.Header) error {
	sumEntry(r.sum, h.Name, h.Size)
	switch parts[partOf(h.Name)] {
	case nameInfo:
		return r.takeInfo(h)
	case dirManifests:
		return r.takeManifest(h)
	case dirBlobs:
		return r.takeBlob(h)
	case dirRedacted:
		return r.takeRedacted(h)
	}
	return r.takeChunk(h)
}

func (r *reader) takeInfo(h *tar.Header) error {
	data, err := r.bytes(h, maxInfo)
	if err != nil {
		return err
	}
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return bad("%s: %v", h.Name, err)
	}
	if version.Format != Format {
		return bad("it has format %d, this program reads format %d", version.Format, Format)
	}
	return strictly(h.Name, data, &r.info)
}

func strictly(name string, data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return bad("%s: %v", name, err)
	}
	if dec.More() {
		return bad("%s holds more than one value", name)
	}
	return nil
}

func (r *reader) takeManifest(h *tar.Header) error {
	d, err := digestIn(h.Name, dirManifests)
	if err != nil {
		return err
	}
	data, err := r.bytes(h, maxManifest)
	if err != nil {
		return err
	}
	if standard.DigestOf(data) != d {
		return bad("%s does not have that digest", quoted(h.Name))
	}
	r.have.Manifests++
	r.manifests[d] = data
	return nil
}

// takeBlob notes where a file is. Its bytes are passed over.
func (r *reader) takeBlob(h *tar.Header) error {
	d, err := digestIn(h.Name, dirBlobs)
	if err != nil {
		return err
	}
	if h.Size > maxBlob {
		return bad("%s has %d bytes", quoted(h.Name), h.Size)
	}
	r.have.Blobs++
	r.have.BlobBytes += h.Size
	r.blobs[d] = place{r.from.at, h.Size}
	return nil
}

func (r *reader) takeRedacted(h *tar.Header) error {
	d, err := digestIn(h.Name, dirRedacted)
	if err != nil {
		return err
	}
	data, err := r.bytes(h, maxSmall)
	if err != nil {
		return err
	}
	var what Redaction
	if err := strictly(h.Name, data, &what); err != nil {
		return err
	}
	if what.Reason == "" || what.Size < 0 {
		return bad("%s has no size and reason", quoted(h.Name))
	}
	r.have.Redacted++
	r.redacted[d] = what
	return nil
}

func (r *reader) takeChunk(h *tar.Header) error {
	if r.chunks++; h.Name != fmt.Sprintf("%s%08d", dirCatalogue, r.chunks) {
		return bad("%s comes where chunk %d is next", quoted(h.Name), r.chunks)
	}
	data, err := r.bytes(h, chunkBytes+2*maxPair)
	for err == nil && len(data) > 0 {
		var p store.Raw
		if p, data, err = cutPair(data); err == nil {
			err = r.takePair(p)
		}
	}
	return err
}

func (r *reader) takePair(p store.Raw) error {
	if n := len(r.pairs); n > 0 && p.Key <= r.pairs[n-1].key {
		return bad("record %s comes after %s", quoted(p.Key), quoted(r.pairs[n-1].key))
	}
	r.have.Pairs++
	kind := codec.KindOf(p.Key)
	switch kind {
	case codec.KindMeta, codec.KindAuthority, codec.KindDesignation, codec.KindStandard, codec.KindStatus, codec.KindVersion:
	default:
		return bad("it holds the record %s, which no bundle has", quoted(p.Key))
	}
	r.pairs = append(r.pairs, pair{kind, p.Key, p.Value})
	return nil
}

// finish compares what came with what should have.
func (r *reader) finish(h *tar.Header) error {
	data, err := r.bytesOf(h, maxSmall)
	if err != nil {
		return err
	}
	if err := strictly(h.Name, data, &r.end); err != nil {
		return err
	}
	r.have.Content = standard.Digest(r.sum.Sum(nil)).String()
	if r.have != r.end {
		return bad("it should hold %+v, it holds %+v", r.end, r.have)
	}
	if h, err := r.tar.Next(); err == nil {
		return bad("%s comes after the end", quoted(h.Name))
	} else if !errors.Is(err, io.EOF) {
		return bad("after the end: %v", err)
	}
	return nil
}

// bytes reads an entry into memory and adds it to the digest of the content.
func (r *reader) bytes(h *tar.Header, limit int64) ([]byte, error) {
	data, err := r.bytesOf(h, limit)
	r.sum.Write(data)
	return data, err
}

func (r *reader) bytesOf(h *tar.Header, limit int64) ([]byte, error) {
	switch r.metadata += h.Size; {
	case h.Size > limit:
		return nil, bad("%s has %d bytes, at most %d are read", quoted(h.Name), h.Size, limit)
	case r.metadata > maxMetadata:
		return nil, bad("it has more than %d bytes of metadata", maxMetadata)
	case h.Size > r.from.r.Size()-r.from.at:
		return nil, bad("it was cut off in %s", quoted(h.Name))
	}
	data := make([]byte, h.Size)
	if _, err := io.ReadFull(r.tar, data); err != nil {
		return nil, bad("it was cut off in %s", quoted(h.Name))
	}
	return data, nil
}

func digestIn(name, dir string) (d standard.Digest, err error) {
	s := strings.TrimPrefix(name, dir)
	if len(s) != 2*len(d) || strings.ToLower(s) != s {
		return d, bad("%s has no digest for a name", quoted(name))
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil {
		return d, bad("%s has no digest for a name", quoted(name))
	}
	return d, nil
}

// quoted bounds what an error shows of a file.
func quoted(s string) string {
	const most = 100
	if len(s) > most {
		s = s[:most] + "…"
	}
	return fmt.Sprintf("%q", s)
}
