package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// Store is a bundle as a store that can only be read: what would change it is
// ErrReadOnly. Its log has one entry that tells nothing but when the revision
// was recorded; a bundle carries no log.
type Store struct{ b *Bundle }

var _ store.Store = (*Store)(nil)

// Store is the bundle as a store.
func (b *Bundle) Store() *Store { return &Store{b} }

func (s *Store) head() store.Head { return store.Head{Index: s.b.info.Revision} }

// Meta is that of the registry that the bundle is of.
func (s *Store) Meta(context.Context) (store.Meta, error) { return s.b.meta, nil }

// Load yields every record of the bundle.
func (s *Store) Load(ctx context.Context, yield func(store.Record) error) (store.Head, error) {
	if records := s.b.decoded.Swap(nil); records != nil {
		for _, r := range *records {
			if err := ctx.Err(); err != nil {
				return store.Head{}, err
			}
			if err := yield(r); err != nil {
				return store.Head{}, err
			}
		}
		return s.head(), nil
	}
	for _, p := range s.b.pairs {
		if p.kind == codec.KindMeta {
			continue
		}
		if err := ctx.Err(); err != nil {
			return store.Head{}, err
		}
		r, err := codec.Decode(p.kind, p.key, p.value)
		if err != nil {
			return store.Head{}, err
		}
		if err := yield(r); err != nil {
			return store.Head{}, err
		}
	}
	return s.head(), nil
}

// Follow tells every second that nothing is new, until ctx is done.
func (s *Store) Follow(ctx context.Context, _ store.Head, _ func(store.Commit) error, idle func()) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if idle != nil {
			idle()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Head is the bundle's revision, for ever.
func (s *Store) Head(context.Context) (store.Head, error) { return s.head(), nil }

// Commit is ErrReadOnly.
func (s *Store) Commit(context.Context, store.Head, store.Batch) (store.Head, error) {
	return store.Head{}, fmt.Errorf("commit: %w", ErrReadOnly)
}

// Entries gives the entry of the bundle's revision, with its time alone. Older
// ones are store.ErrNotFound.
func (s *Store) Entries(_ context.Context, after standard.Revision, limit int) ([]*standard.Entry, error) {
	switch rev := s.b.info.Revision; {
	case after >= rev || limit <= 0:
		return nil, nil
	case after < rev-1:
		return nil, fmt.Errorf("read entries after %d: %w: a bundle has no log", after, store.ErrNotFound)
	default:
		return []*standard.Entry{{Index: rev, Time: s.b.info.RevisionTime.UTC()}}, nil
	}
}

// Outcome is store.ErrNotFound: a bundle remembers no writes.
func (s *Store) Outcome(_ context.Context, requestID string) (*standard.Outcome, error) {
	return nil, fmt.Errorf("outcome of %q: %w", requestID, store.ErrNotFound)
}

// Size tells what a record takes up; what can't be stored more than any batch
// has.
func (s *Store) Size(r any) int {
	e, err := codec.Encode(r)
	if err != nil {
		return store.MaxBatchBytes + 1
	}
	return len(e.Key) + len(e.Value)
}

// RecordDigest is the digest of a record's stored bytes.
func (s *Store) RecordDigest(r store.Record) (standard.Digest, error) {
	e, err := codec.Encode(r)
	if err != nil || e.Del {
		return standard.Digest{}, err
	}
	return standard.DigestOf(e.Value), nil
}

// Put is ErrReadOnly.
func (s *Store) Put(context.Context, standard.Digest, int64, io.Reader, time.Time) error {
	return fmt.Errorf("put: %w", ErrReadOnly)
}

// Open reads a manifest or a file that the bundle carries.
func (s *Store) Open(ctx context.Context, d standard.Digest, offset int64) (io.ReadCloser, store.BlobInfo, error) {
	infos, err := s.Stat(ctx, []standard.Digest{d})
	if err != nil {
		return nil, store.BlobInfo{}, err
	}
	info := infos[0]
	switch {
	case info.Redacted != "":
		return nil, info, &store.RedactedError{Digest: d, Reason: info.Redacted}
	case info.Size < 0:
		return nil, info, fmt.Errorf("open %s: %w", d, store.ErrNotFound)
	case offset < 0 || offset > info.Size:
		return nil, info, fmt.Errorf("open %s: offset %d is beyond its %d bytes", d, offset, info.Size)
	}
	if data, ok := s.b.manifests[d]; ok {
		return io.NopCloser(bytes.NewReader(data[offset:])), info, nil
	}
	at := s.b.blobs[d]
	from := io.NewSectionReader(s.b.at, at.offset+offset, at.size-offset)
	if offset > 0 {
		return io.NopCloser(from), info, nil
	}
	return &checked{from: from, want: d, size: info.Size, sum: sha256.New()}, info, nil
}

// checked compares what was read to the end with its digest.
type checked struct {
	from *io.SectionReader
	want standard.Digest
	size int64
	n    int64
	sum  hash.Hash
}

// Read reads; at the end it is store.ErrCorrupt where the digest is another.
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.sum.Write(p[:n])
	c.n += int64(n)
	switch {
	case c.n == c.size && standard.Digest(c.sum.Sum(nil)) != c.want:
		return n, fmt.Errorf("%w: %s has other bytes in the bundle", store.ErrCorrupt, c.want)
	case errors.Is(err, io.EOF) && c.n < c.size:
		return n, fmt.Errorf("%w: the bundle ends within %s", store.ErrCorrupt, c.want)
	}
	return n, err
}

// Close does nothing: the bundle stays open.
func (c *checked) Close() error { return nil }

// Stat describes the blobs that the bundle carries.
func (s *Store) Stat(_ context.Context, ds []standard.Digest) ([]store.BlobInfo, error) {
	out := make([]store.BlobInfo, len(ds))
	for i, d := range ds {
		out[i] = store.BlobInfo{Digest: d, Size: -1}
		if data, ok := s.b.manifests[d]; ok {
			out[i].Size = int64(len(data))
		} else if at, ok := s.b.blobs[d]; ok {
			out[i].Size = at.size
		} else if r, ok := s.b.redacted[d]; ok {
			out[i].Size, out[i].Redacted = r.Size, r.Reason
		}
	}
	return out, nil
}

// Redact is ErrReadOnly.
func (s *Store) Redact(context.Context, standard.Digest, string) error {
	return fmt.Errorf("redact: %w", ErrReadOnly)
}

// Sweep is ErrReadOnly.
func (s *Store) Sweep(context.Context, store.Head, time.Time, func(standard.Digest) bool) (int, int64, error) {
	return 0, 0, fmt.Errorf("sweep: %w", ErrReadOnly)
}

// Dump yields the bundle's records in key order. There is no log among them.
func (s *Store) Dump(_ context.Context, yield func(store.Raw) error) (store.Head, error) {
	for _, p := range s.b.pairs {
		if err := yield(store.Raw{Key: p.key, Value: p.value}); err != nil {
			return store.Head{}, err
		}
	}
	return s.head(), nil
}

// Restore is ErrReadOnly.
func (s *Store) Restore(context.Context, func() (store.Raw, error)) error {
	return fmt.Errorf("restore: %w", ErrReadOnly)
}

// Close does nothing: what the bundle was read from is the opener's to close.
func (s *Store) Close() error { return nil }

// Verify reads every manifest, and every file and compares it with its digest.
// Its error is ErrBad.
func (b *Bundle) Verify(ctx context.Context) error {
	for d, data := range b.manifests {
		if _, err := standard.ParseManifest(data); err != nil {
			return bad("%s is no manifest: %v", d, err)
		}
	}
	for d := range b.blobs {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, _, err := b.Store().Open(ctx, d, 0)
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if err != nil {
			return bad("%v", err)
		}
	}
	return nil
}
