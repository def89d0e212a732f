package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// smallBlob is the largest blob that is kept in memory, in bytes.
const smallBlob = 1 << 20

// PutBlob stores size bytes under their digest. Bytes that are there already
// are fine, and from is not read then. Errors: *InvalidError with a
// *LimitError, store.ErrDigestMismatch, *store.RedactedError, and those of
// from.
func (r *Registry) PutBlob(ctx context.Context, d standard.Digest, size int64, from io.Reader) error {
	var v violations
	if d.IsZero() {
		v.add("header.digest", "is missing")
	}
	if size < 0 {
		v.add("header.size_bytes", "%d is negative", size)
	}
	v.limit("header.size_bytes", "blob_bytes", size, r.limits.BlobBytes)
	if err := v.err(); err != nil {
		return err
	}
	return r.putBlob(ctx, d, size, from)
}

func (r *Registry) putBlob(ctx context.Context, d standard.Digest, size int64, from io.Reader) error {
	sweeps := r.sweeps()
	if err := r.store.Put(ctx, d, size, from, r.cfg.Now()); err != nil {
		return fmt.Errorf("store %s: %w", d, unavailable(err))
	}
	r.whole.add(d, size, sweeps)
	return nil
}

// sweeps is how often orphans had been swept, as far as the replica knows.
func (r *Registry) sweeps() uint64 { return r.replica.Snapshot().Head().Sweeps }

// OpenBlob reads length bytes of a blob from offset on; length 0 means to the
// end, and no more than there is. The caller closes it. Errors:
// *NotFoundError, *store.RedactedError, *InvalidError for an offset beyond the
// end.
func (r *Registry) OpenBlob(ctx context.Context, d standard.Digest, offset, length int64) (io.ReadCloser, store.BlobInfo, error) {
	if offset < 0 || length < 0 {
		var v violations
		v.add("offset", "offset %d and limit %d must not be negative", offset, length)
		return nil, store.BlobInfo{}, v.err()
	}
	if b, ok := r.blobs.get(d); ok {
		r.metrics.CacheHit("blob")
		return part(b.data, b.info, offset, length)
	}
	r.metrics.CacheMiss("blob")
	rc, info, err := r.store.Open(ctx, d, 0)
	if err != nil {
		return nil, info, fmt.Errorf("open blob: %w", notFound(err, d.String()))
	}
	if info.Size <= smallBlob {
		defer rc.Close()
		data, err := readWhole(rc, info)
		if err != nil {
			return nil, info, fmt.Errorf("read blob: %w", unavailable(err))
		}
		r.blobs.put(d, smallBytes{data, info}, int64(len(data))+128)
		return part(data, info, offset, length)
	}
	if err := checkOffset(offset, info); err != nil {
		rc.Close()
		return nil, info, err
	}
	if offset > 0 {
		rc.Close()
		if rc, info, err = r.store.Open(ctx, d, offset); err != nil {
			return nil, info, fmt.Errorf("open blob: %w", notFound(err, d.String()))
		}
	}
	return limited(rc, length), info, nil
}

// smallBytes is a blob in memory.
type smallBytes struct {
	data []byte
	info store.BlobInfo
}

type (
	blobCache     = byteCache[smallBytes]
	manifestCache = byteCache[*standard.Manifest]
)

func part(data []byte, info store.BlobInfo, offset, length int64) (io.ReadCloser, store.BlobInfo, error) {
	if err := checkOffset(offset, info); err != nil {
		return nil, info, err
	}
	data = data[offset:]
	if length > 0 && length < int64(len(data)) {
		data = data[:length]
	}
	return io.NopCloser(bytes.NewReader(data)), info, nil
}

func checkOffset(offset int64, info store.BlobInfo) error {
	if offset <= info.Size {
		return nil
	}
	var v violations
	v.add("offset", "%d lies beyond the end, the blob has %d bytes", offset, info.Size)
	return v.err()
}

func readWhole(from io.Reader, info store.BlobInfo) ([]byte, error) {
	data := make([]byte, info.Size)
	if _, err := io.ReadFull(from, data); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("%w: blob %s ends early", store.ErrCorrupt, info.Digest)
		}
		return nil, err
	}
	return data, nil
}

// limited is rc cut off after length bytes; 0: not cut off.
func limited(rc io.ReadCloser, length int64) io.ReadCloser {
	if length == 0 {
		return rc
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(rc, length), rc}
}

// readBlob reads a blob of at most limit bytes whole.
func (r *Registry) readBlob(ctx context.Context, d standard.Digest, limit int64) ([]byte, error) {
	rc, info, err := r.store.Open(ctx, d, 0)
	if err != nil {
		return nil, notFound(err, d.String())
	}
	defer rc.Close()
	if info.Size > limit {
		return nil, &LimitError{Limit: "manifest_bytes", Max: limit, Value: info.Size}
	}
	return readWhole(rc, info)
}

// MissingBlobs says which of the blobs have to be uploaded, in the order
// asked, each once. It asks the store: what was known whole may have been
// swept since.
func (r *Registry) MissingBlobs(ctx context.Context, ds []standard.Digest) ([]standard.Digest, error) {
	var v violations
	if v.limit("digests", "files_per_version", int64(len(ds)), r.limits.FilesPerVersion) {
		return nil, v.err()
	}
	ds = distinct(ds)
	infos, err := r.statStored(ctx, ds, r.sweeps())
	if err != nil {
		return nil, err
	}
	var missing []standard.Digest
	for i, info := range infos {
		if info.Size < 0 {
			missing = append(missing, ds[i])
		}
	}
	return missing, nil
}

func distinct(ds []standard.Digest) []standard.Digest {
	seen := make(map[standard.Digest]struct{}, len(ds))
	out := make([]standard.Digest, 0, len(ds))
	for _, d := range ds {
		if _, twice := seen[d]; !twice {
			seen[d] = struct{}{}
			out = append(out, d)
		}
	}
	return out
}

// stat describes blobs and notes which are whole. It asks the store for all
// that is not known; sweeps was read before.
func (r *Registry) stat(ctx context.Context, ds []standard.Digest, sweeps uint64) ([]store.BlobInfo, error) {
	infos := make([]store.BlobInfo, len(ds))
	var ask []standard.Digest
	var at []int
	for i, d := range ds {
		if size, ok := r.whole.size(d, sweeps); ok {
			infos[i] = store.BlobInfo{Digest: d, Size: size}
			continue
		}
		ask, at = append(ask, d), append(at, i)
	}
	if len(ask) == 0 {
		return infos, nil
	}
	got, err := r.statStored(ctx, ask, sweeps)
	if err != nil {
		return nil, err
	}
	for i, info := range got {
		infos[at[i]] = info
	}
	return infos, nil
}

func (r *Registry) statStored(ctx context.Context, ds []standard.Digest, sweeps uint64) ([]store.BlobInfo, error) {
	infos, err := r.store.Stat(ctx, ds)
	if err != nil {
		return nil, fmt.Errorf("look for blobs: %w", unavailable(err))
	}
	for i, info := range infos {
		if info.Size >= 0 && info.Redacted == "" {
			r.whole.add(ds[i], info.Size, sweeps)
		}
	}
	return infos, nil
}

// RedactBlob removes a blob's bytes for ever and records why. A manifest of a
// version can't be redacted: it holds no content. Errors: *NotFoundError,
// *InvalidError.
func (r *Registry) RedactBlob(ctx context.Context, c Caller, d standard.Digest, reason string) (Receipt, error) {
	var v violations
	v.text("reason", reason, r.limits.TextBytes, true)
	if err := v.err(); err != nil {
		return Receipt{}, err
	}
	infos, err := r.store.Stat(ctx, []standard.Digest{d})
	if err != nil {
		return Receipt{}, unavailable(err)
	}
	if infos[0].Size < 0 {
		return Receipt{}, &NotFoundError{Resource: d.String()}
	}
	if err := r.refuseManifest(ctx, d); err != nil {
		return Receipt{}, err
	}
	// The bytes go first: were the entry first, a crash in between would leave
	// a log that says gone of bytes that are there.
	if !c.ValidateOnly && infos[0].Redacted == "" {
		if err := r.store.Redact(ctx, d, reason); err != nil {
			return Receipt{}, notFound(err, d.String())
		}
		r.forget(d)
	}
	got, err := r.write(ctx, c, d.String(), func(ch *change) error {
		ch.log(standard.Entry{Type: standard.ChangeBlobRedacted, Digest: d, Detail: reason}, nil)
		return nil
	})
	return got.receipt, err
}

// refuseManifest looks at every version: a manifest that is gone would stop
// sweeps and exports for ever.
func (r *Registry) refuseManifest(ctx context.Context, d standard.Digest) error {
	snap, err := r.newest(ctx)
	if err != nil {
		return err
	}
	for st := range snap.Standards("") {
		for _, ver := range st.Versions {
			if ver.Record.Digest == d {
				var v violations
				v.add("digest", "is the manifest of %s, which holds no content; redact the files that it lists", standard.VersionResource(st.Record.Name, ver.Record.ID))
				return v.err()
			}
		}
	}
	return nil
}

// forget drops what is known of a blob whose bytes were removed.
func (r *Registry) forget(d standard.Digest) {
	r.blobs.ban(d)
	r.whole.drop(d)
}

// followLog takes in, until ctx is done, what other replicas write and this
// one keeps besides the snapshot: redacted bytes leave the caches, and a log
// that begins may be an import's, with another identity.
func (r *Registry) followLog(ctx context.Context, after standard.Revision) {
	for {
		select {
		case <-r.replica.Changed(after):
		case <-ctx.Done():
			return
		}
		if ctx.Err() != nil {
			return
		}
		es, err := r.Changes(ctx, after, 1000)
		if err == nil && len(es) > 0 && after == 0 {
			err = r.readMeta(ctx)
		}
		if err != nil || len(es) == 0 {
			// The replica stopped, or the log can't be read for the moment.
			if !pause(ctx, r.cfg.CommitTimeout/10) {
				return
			}
			continue
		}
		for _, e := range es {
			if e.Type == standard.ChangeBlobRedacted {
				r.forget(e.Digest)
			}
		}
		after = es[len(es)-1].Index
	}
}
