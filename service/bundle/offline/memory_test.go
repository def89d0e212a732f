package offline

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/replica/replicatest"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// memory is a store in memory that a registry can export bundles from. It
// takes commits of records as they are.
type memory struct {
	*replicatest.Store
	keys     uint32 // version of the normal form; 0: this program's
	blobs    map[standard.Digest][]byte
	redacted map[standard.Digest]string
}

var (
	_ store.Store = (*memory)(nil)

	errNot = errors.New("not of this store")
)

func newMemory() *memory {
	return &memory{Store: new(replicatest.Store), blobs: map[standard.Digest][]byte{}, redacted: map[standard.Digest]string{}}
}

// write commits records, 50 at a time, with one entry each.
func (m *memory) write(ctx context.Context, at time.Time, records ...store.Record) error {
	for len(records) > 0 {
		head, err := m.Head(ctx)
		if err != nil {
			return err
		}
		n := min(50, len(records))
		b := store.Batch{Records: records[:n]}
		for i := range n {
			b.Entries = append(b.Entries, &standard.Entry{Index: head.Index + standard.Revision(i) + 1, Time: at})
		}
		if _, err := m.Commit(ctx, head, b); err != nil {
			return err
		}
		records = records[n:]
	}
	return nil
}

// Meta has a version of the normal form that can be another.
func (m *memory) Meta(ctx context.Context) (store.Meta, error) {
	meta, err := m.Store.Meta(ctx)
	meta.KeyVersion = cmp.Or(m.keys, designation.KeyVersion)
	return meta, err
}

// blob keeps bytes.
func (m *memory) blob(data []byte) standard.Digest {
	d := standard.DigestOf(data)
	m.blobs[d] = data
	return d
}

// manifest makes and keeps the manifest of a version with some files.
func (m *memory) manifest(n standard.Name, id standard.VersionID, files ...standard.File) standard.Digest {
	return m.blob((&standard.Manifest{Name: n, Version: id, Files: files}).Canonical())
}

func (m *memory) Size(any) int                                           { return 1 }
func (m *memory) RecordDigest(store.Record) (d standard.Digest, _ error) { return d, nil }
func (m *memory) Close() error                                           { return nil }

func (m *memory) Put(context.Context, standard.Digest, int64, io.Reader, time.Time) error {
	return errNot
}

func (m *memory) Open(_ context.Context, d standard.Digest, offset int64) (io.ReadCloser, store.BlobInfo, error) {
	info := store.BlobInfo{Digest: d, Size: int64(len(m.blobs[d])), Redacted: m.redacted[d]}
	if info.Redacted != "" {
		return nil, info, &store.RedactedError{Digest: d, Reason: info.Redacted}
	}
	data, ok := m.blobs[d]
	if !ok {
		return nil, info, fmt.Errorf("open: %w", store.ErrNotFound)
	}
	return io.NopCloser(bytes.NewReader(data[offset:])), info, nil
}

func (m *memory) Stat(_ context.Context, ds []standard.Digest) ([]store.BlobInfo, error) {
	out := make([]store.BlobInfo, len(ds))
	for i, d := range ds {
		out[i] = store.BlobInfo{Digest: d, Size: -1, Redacted: m.redacted[d]}
		if data, ok := m.blobs[d]; ok {
			out[i].Size = int64(len(data))
		}
	}
	return out, nil
}

func (m *memory) Redact(context.Context, standard.Digest, string) error { return errNot }

func (m *memory) Sweep(context.Context, store.Head, time.Time, func(standard.Digest) bool) (int, int64, error) {
	return 0, 0, errNot
}

// Dump gives the records, encoded, in no order: to look them up.
func (m *memory) Dump(ctx context.Context, yield func(store.Raw) error) (store.Head, error) {
	return m.Load(ctx, func(r store.Record) error {
		s, err := codec.Encode(r)
		if err != nil {
			return err
		}
		return yield(store.Raw{Key: s.Key, Value: s.Value})
	})
}

func (m *memory) Restore(context.Context, func() (store.Raw, error)) error { return errNot }
