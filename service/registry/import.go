package registry

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Imported says what an archive held.
type Imported struct {
	RegistryID string
	Revision   standard.Revision
	Blobs      int64 // their number, manifests included
	BlobBytes  int64 // of the files
}

// Tombstones is what a store offers that can note a blob as redacted without
// ever having had its bytes.
type Tombstones interface {
	// Tombstone notes size and reason of a redacted blob that is absent. What
	// is there stays.
	Tombstone(ctx context.Context, info store.BlobInfo) error
}

// importAtOnce is how many small blobs are stored at once.
const importAtOnce = 8

// Import takes an export into an empty registry, which then is that registry:
// same id, same log. The archive is checked as a whole before the first record
// is written: every blob has its digest, every file of every manifest is
// there, and nothing is missing at the end. Where it is broken the registry
// stays empty, but for blobs that the sweeper removes. Errors:
// store.ErrNotEmpty, ErrBadArchive with what is wrong, ErrBusy.
func (r *Registry) Import(ctx context.Context, from io.Reader) (Imported, error) {
	if err := r.beginImport(); err != nil {
		return Imported{}, err
	}
	defer r.endImport()
	head, err := r.store.Head(ctx)
	if err != nil {
		return Imported{}, fmt.Errorf("import: %w", unavailable(err))
	}
	if head.Index != 0 {
		return Imported{}, fmt.Errorf("import: %w: it is at revision %d", store.ErrNotEmpty, head.Index)
	}
	in, err := newImporter(r, from)
	if err != nil {
		return Imported{}, fmt.Errorf("import: %w", err)
	}
	defer in.pairs.close()
	if err := in.read(ctx); err != nil {
		return Imported{}, fmt.Errorf("import: %w", unavailable(err))
	}
	if err := in.restore(ctx); err != nil {
		return Imported{}, fmt.Errorf("import: %w", unavailable(err))
	}
	out := Imported{
		RegistryID: in.head.RegistryID, Revision: standard.Revision(in.end.Revision),
		Blobs: in.end.Manifests + in.end.Blobs, BlobBytes: in.end.BlobBytes,
	}
	return out, r.afterImport(ctx, out.Revision)
}

func (r *Registry) beginImport() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.running:
		return ErrClosed
	case r.importing:
		return fmt.Errorf("%w: an import is under way", ErrBusy)
	}
	r.importing = true
	return nil
}

// isImporting says whether an import is under way: its blobs are there before
// anything refers to them.
func (r *Registry) isImporting() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.importing
}

func (r *Registry) endImport() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.importing = false
}

// reloadTimeout bounds how long the replica may take to load what was
// imported.
const reloadTimeout = 2 * time.Minute

func (r *Registry) afterImport(ctx context.Context, rev standard.Revision) error {
	if err := r.readMeta(ctx); err != nil {
		return fmt.Errorf("import is done, reading it: %w", unavailable(err))
	}
	ctx, cancel := context.WithTimeout(ctx, reloadTimeout)
	defer cancel()
	if _, err := r.replica.WaitFor(ctx, rev); err != nil {
		return fmt.Errorf("import is done, the replica has not loaded it: %w", unavailable(err))
	}
	return nil
}

// importer reads an archive from front to end.
type importer struct {
	r     *Registry
	tar   *tar.Reader
	head  archiveHead
	end   archiveEnd // as counted
	pairs *spool
	// have are the digests that came, needed those that manifests list.
	have, needed map[standard.Digest]struct{}
	last         string // name of the entry before
}

func newImporter(r *Registry, from io.Reader) (*importer, error) {
	pairs, err := newSpool()
	if err != nil {
		return nil, err
	}
	return &importer{
		r: r, tar: tar.NewReader(from), pairs: pairs,
		have: make(map[standard.Digest]struct{}), needed: make(map[standard.Digest]struct{}),
	}, nil
}

// parts are the parts of an archive, in their order.
var parts = [...]string{nameRegistry, dirManifests, dirBlobs, dirRedacted, dirCatalogue, nameEnd}

// read takes every entry, stores blobs and spools the catalogue, and checks
// that the archive is whole.
func (in *importer) read(ctx context.Context) error {
	stores, sctx := errgroup.WithContext(ctx)
	stores.SetLimit(importAtOnce)
	err := in.entries(sctx, stores)
	if serr := stores.Wait(); serr != nil {
		return serr
	}
	return err
}

func (in *importer) entries(ctx context.Context, stores *errgroup.Group) error {
	part := -1
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		h, err := in.tar.Next()
		switch {
		case errors.Is(err, io.EOF) && part == len(parts)-1:
			return nil
		case errors.Is(err, io.EOF):
			return badArchive("it ends early, after %q", in.last)
		case err != nil:
			return badArchive("after %q: %v", in.last, err)
		}
		next := partOf(h.Name)
		switch {
		case next < 0:
			return badArchive("unknown entry %q", clip(h.Name))
		case next < part, h.Name <= in.last && next == part, part < 0 && next != 0:
			return badArchive("entry %q is out of order", clip(h.Name))
		case h.Typeflag != tar.TypeReg:
			return badArchive("entry %q is no file", clip(h.Name))
		}
		part, in.last = next, h.Name
		if err := in.entry(ctx, stores, parts[part], h); err != nil {
			return err
		}
	}
}

func partOf(name string) int {
	for i, p := range parts {
		if name == p || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p) {
			return i
		}
	}
	return -1
}

func (in *importer) entry(ctx context.Context, stores *errgroup.Group, part string, h *tar.Header) error {
	switch part {
	case nameRegistry:
		return in.registry(h)
	case dirManifests:
		return in.manifest(ctx, stores, h)
	case dirBlobs:
		return in.blob(ctx, stores, h)
	case dirRedacted:
		return in.redacted(ctx, h)
	case dirCatalogue:
		return in.chunk(h)
	}
	return in.finish(h)
}

func (in *importer) registry(h *tar.Header) error {
	if err := in.json(h, &in.head); err != nil {
		return err
	}
	if in.head.Format != archiveFormat {
		return badArchive("its format is %d, this program reads %d", in.head.Format, archiveFormat)
	}
	if !in.head.Blobs {
		return badArchive("it was made without blobs, and a registry needs them")
	}
	return nil
}

func (in *importer) manifest(ctx context.Context, stores *errgroup.Group, h *tar.Header) error {
	d, err := digestIn(h.Name, dirManifests)
	if err != nil {
		return err
	}
	b, err := in.bytes(h, maxManifest)
	if err != nil {
		return err
	}
	m, err := standard.ParseManifest(b)
	if err != nil || standard.DigestOf(b) != d {
		return badArchive("%s is no manifest of that digest", h.Name)
	}
	for _, f := range m.Files {
		in.needed[f.Digest] = struct{}{}
	}
	in.end.Manifests++
	stores.Go(func() error { return in.put(ctx, d, int64(len(b)), bytes.NewReader(b)) })
	return nil
}

func (in *importer) blob(ctx context.Context, stores *errgroup.Group, h *tar.Header) error {
	d, err := digestIn(h.Name, dirBlobs)
	if err != nil {
		return err
	}
	if h.Size > maxBlob {
		return badArchive("%s has %d bytes", h.Name, h.Size)
	}
	in.have[d] = struct{}{}
	in.end.Blobs++
	in.end.BlobBytes += h.Size
	if h.Size > smallBlob {
		return in.large(ctx, d, h)
	}
	b, err := in.bytes(h, smallBlob)
	if err != nil {
		return err
	}
	if standard.DigestOf(b) != d {
		return wrongBytes(d)
	}
	stores.Go(func() error { return in.put(ctx, d, h.Size, bytes.NewReader(b)) })
	return nil
}

// large streams a blob into the store, so nothing else may read on until it is
// there. What the store did not read, since it has the blob, is checked too.
func (in *importer) large(ctx context.Context, d standard.Digest, h *tar.Header) error {
	sum := sha256.New()
	from := &archiveReader{from: io.TeeReader(in.tar, sum), name: h.Name}
	if err := in.put(ctx, d, h.Size, from); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, from); err != nil {
		return err
	}
	if standard.Digest(sum.Sum(nil)) != d {
		return wrongBytes(d)
	}
	return nil
}

func wrongBytes(d standard.Digest) error {
	return badArchive("the bytes of %s don't have that digest", d)
}

func (in *importer) put(ctx context.Context, d standard.Digest, size int64, from io.Reader) error {
	err := in.r.store.Put(ctx, d, size, from, in.r.cfg.Now())
	var redacted *store.RedactedError
	switch {
	case errors.Is(err, store.ErrDigestMismatch):
		return wrongBytes(d)
	case errors.As(err, &redacted):
		return badArchive("%v here, but not in the archive", err)
	}
	return err
}

// archiveReader marks the errors of reading the archive as such.
type archiveReader struct {
	from io.Reader
	name string
}

// Read reads the archive.
func (r *archiveReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = badArchive("%s: %v", r.name, err)
	}
	return n, err
}

func (in *importer) redacted(ctx context.Context, h *tar.Header) error {
	d, err := digestIn(h.Name, dirRedacted)
	if err != nil {
		return err
	}
	var red redaction
	if err := in.json(h, &red); err != nil {
		return err
	}
	if red.Reason == "" || red.Size < 0 {
		return badArchive("%s gives no reason or no size", h.Name)
	}
	in.have[d] = struct{}{}
	in.end.Redacted++
	// An earlier import, broken off, may have left the bytes here.
	if err := in.r.store.Redact(ctx, d, red.Reason); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	keeper, ok := in.r.store.(Tombstones)
	if !ok {
		return fmt.Errorf("%w: this store can't note the redaction of %s", errors.ErrUnsupported, d)
	}
	return keeper.Tombstone(ctx, store.BlobInfo{Digest: d, Size: red.Size, Stored: in.r.cfg.Now(), Redacted: red.Reason})
}

func (in *importer) chunk(h *tar.Header) error {
	from := bufio.NewReader(in.tar)
	for {
		p, err := readPair(from)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		if err := in.pairs.add(p); err != nil {
			return err
		}
	}
}

// finish compares what came with what should have.
func (in *importer) finish(h *tar.Header) error {
	var want archiveEnd
	if err := in.json(h, &want); err != nil {
		return err
	}
	in.end.Pairs, in.end.Catalogue, in.end.Revision = in.pairs.pairs, in.pairs.digest(), want.Revision
	if in.end != want {
		return badArchive("it should hold %+v, it holds %+v", want, in.end)
	}
	for d := range in.needed {
		if _, there := in.have[d]; !there {
			return badArchive("blob %s of a version is missing", d)
		}
	}
	if want.Revision == 0 {
		return badArchive("it is of an empty registry")
	}
	return nil
}

// restore writes the catalogue.
func (in *importer) restore(ctx context.Context) error {
	spooled, err := in.pairs.rewind()
	if err != nil {
		return err
	}
	from := bufio.NewReader(spooled)
	err = in.r.store.Restore(ctx, func() (store.Raw, error) { return readPair(from) })
	if errors.Is(err, store.ErrCorrupt) {
		return badArchive("%v", err)
	}
	return err
}
