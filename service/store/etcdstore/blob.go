package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/protobuf/proto"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// ChunkSize is how many bytes of a blob one key holds. With its key it is well
// under etcd's limit for a request, and short enough not to hold up others.
const ChunkSize = 512 << 10

// statBatch is how many markers one read transaction asks for.
const statBatch = 100

// casTries bounds how often a change of a marker is tried anew because
// somebody else changed it in between.
const casTries = 16

// marker is a blob's marker as read; blob is nil where there is none.
type marker struct {
	key  string
	blob *storev1.Blob
	mod  int64 // etcd revision of its last change
}

func (s *Store) marker(ctx context.Context, d standard.Digest) (marker, error) {
	key := s.keys.marker(d)
	resp, err := s.get(ctx, "read blob", key)
	if err != nil {
		return marker{}, err
	}
	return markerOf(key, resp.Kvs)
}

func markerOf(key string, kvs []*mvccpb.KeyValue) (marker, error) {
	m := marker{key: key}
	if len(kvs) == 0 {
		return m, nil
	}
	b, err := decodeBlob(kvs[0].Value)
	if err != nil {
		return m, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, key, err)
	}
	m.blob, m.mod = b, kvs[0].ModRevision
	return m, nil
}

func decodeBlob(value []byte) (*storev1.Blob, error) {
	b := new(storev1.Blob)
	if err := proto.Unmarshal(value, b); err != nil {
		return nil, err
	}
	if b.Size < 0 || b.ChunkSize < 1 || b.Redacted == "" && b.Upload == "" {
		return nil, errors.New("no marker of a blob")
	}
	return b, nil
}

func encodeBlob(b *storev1.Blob) (string, error) {
	v, err := codec.Marshal(b)
	return string(v), err
}

// info describes a marker.
func (m marker) info(d standard.Digest) store.BlobInfo {
	if m.blob == nil {
		return store.BlobInfo{Digest: d, Size: -1}
	}
	return store.BlobInfo{
		Digest: d, Size: m.blob.Size,
		Stored: codec.Time(m.blob.Stored), Redacted: m.blob.Redacted,
	}
}

// Stat describes blobs, in the order asked; linearizable.
func (s *Store) Stat(ctx context.Context, ds []standard.Digest) ([]store.BlobInfo, error) {
	out := make([]store.BlobInfo, 0, len(ds))
	for len(out) < len(ds) {
		part := ds[len(out):]
		part = part[:min(len(part), statBatch)]
		gets := make([]clientv3.Op, len(part))
		for i, d := range part {
			gets[i] = clientv3.OpGet(s.keys.marker(d))
		}
		resp, err := s.txn(ctx, nil, gets, nil)
		if err != nil {
			return nil, s.readError(ctx, "stat blobs", err)
		}
		for i, d := range part {
			m, err := markerOf(s.keys.marker(d), resp.Responses[i].GetResponseRange().Kvs)
			if err != nil {
				return nil, err
			}
			out = append(out, m.info(d))
		}
	}
	return out, nil
}

// touch restarts the grace period of a blob that is there. false: it went in
// the meantime.
func (s *Store) touch(ctx context.Context, d standard.Digest, size int64, m marker, now time.Time) (bool, error) {
	for range casTries {
		switch {
		case m.blob == nil:
			return false, nil
		case m.blob.Redacted != "":
			return true, &store.RedactedError{Digest: d, Reason: m.blob.Redacted}
		case m.blob.Size != size:
			return true, fmt.Errorf("put %s: %w: %d bytes are announced, it has %d", d, store.ErrDigestMismatch, size, m.blob.Size)
		case !now.After(codec.Time(m.blob.Stored)):
			return true, nil
		}
		next := proto.Clone(m.blob).(*storev1.Blob)
		next.Stored = codec.Timestamp(now)
		value, err := encodeBlob(next)
		if err != nil {
			return true, fmt.Errorf("put %s: %w", d, err)
		}
		resp, err := s.txn(ctx,
			[]clientv3.Cmp{unchanged(m.key, m.mod)},
			[]clientv3.Op{clientv3.OpPut(m.key, value)},
			[]clientv3.Op{clientv3.OpGet(m.key)})
		if err != nil {
			return true, s.writeError(ctx, "put "+d.String(), err)
		}
		if resp.Succeeded {
			return true, nil
		}
		if m, err = markerOf(m.key, resp.Responses[0].GetResponseRange().Kvs); err != nil {
			return true, err
		}
	}
	return true, fmt.Errorf("put %s: %w: it changes all the time", d, store.ErrUnavailable)
}

// Redact removes the bytes of a blob for ever, keeping size and reason. A blob
// that is redacted already keeps its first reason. Etcd's history still has the
// bytes until it is compacted, and its file until it is defragmented.
func (s *Store) Redact(ctx context.Context, d standard.Digest, reason string) error {
	op := "redact " + d.String()
	if reason == "" {
		return fmt.Errorf("%s: a reason is required", op)
	}
	m, err := s.marker(ctx, d)
	for range casTries {
		switch {
		case err != nil:
			return err
		case m.blob == nil:
			return fmt.Errorf("%s: %w", op, store.ErrNotFound)
		case m.blob.Redacted != "":
			return nil
		}
		value, eerr := encodeBlob(&storev1.Blob{
			Size: m.blob.Size, ChunkSize: m.blob.ChunkSize, Stored: m.blob.Stored, Redacted: reason,
		})
		if eerr != nil {
			return fmt.Errorf("%s: %w", op, eerr)
		}
		resp, terr := s.txn(ctx,
			[]clientv3.Cmp{unchanged(m.key, m.mod)},
			[]clientv3.Op{
				clientv3.OpPut(m.key, value),
				clientv3.OpDelete(s.keys.chunksOf(d), clientv3.WithPrefix()),
				clientv3.OpDelete(s.keys.upload(d, ""), clientv3.WithPrefix()),
			},
			[]clientv3.Op{clientv3.OpGet(m.key)})
		if terr != nil {
			return s.writeError(ctx, op, terr)
		}
		if resp.Succeeded {
			return nil
		}
		m, err = markerOf(m.key, resp.Responses[0].GetResponseRange().Kvs)
	}
	return fmt.Errorf("%s: %w: it changes all the time", op, store.ErrUnavailable)
}
