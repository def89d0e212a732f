package etcdstore

import (
	"context"
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

// sweepBatch is how many blobs one transaction deletes; each takes a compare
// and two operations.
const sweepBatch = 50

// doomed is a blob or an upload to delete, if its key is still as it was seen.
type doomed struct {
	key, chunks string
	mod         int64
	size        int64
	upload      bool // a broken upload: size is what was announced
}

// Sweep deletes orphaned blobs and broken uploads. Each of its transactions
// compares and moves the head; a blob that was put again since is spared. A
// redacted blob's marker is kept for ever. Since it writes, it needs a little
// space: see ErrNoSpace.
func (s *Store) Sweep(ctx context.Context, on store.Head, before time.Time, keep func(standard.Digest) bool) (n int, freed int64, err error) {
	head, rev, err := s.headAt(ctx)
	if err != nil {
		return 0, 0, err
	}
	if head.Token != on.Token {
		return 0, 0, fmt.Errorf("sweep: %w", &store.ConflictError{Head: head})
	}
	all, err := s.doomed(ctx, rev, before, keep)
	if err != nil {
		return 0, 0, fmt.Errorf("sweep: %w", err)
	}
	for len(all) > 0 {
		part := all[:min(len(all), sweepBatch)]
		all = all[len(part):]
		for len(part) > 0 {
			done, left, next, err := s.sweepOnce(ctx, head, part)
			if err != nil {
				return n, freed, err
			}
			for i := range done {
				n++
				freed += done[i].size
			}
			part, head = left, next
		}
	}
	return n, freed, nil
}

// doomed lists what is to be deleted, as of an etcd revision.
func (s *Store) doomed(ctx context.Context, rev int64, before time.Time, keep func(standard.Digest) bool) ([]doomed, error) {
	var out []doomed
	err := s.scan(ctx, s.keys.markers(), prefixEnd(s.keys.markers()), rev, func(kv *mvccpb.KeyValue) error {
		d, _, ok := s.keys.digestOf(string(kv.Key))
		m, err := markerOf(string(kv.Key), []*mvccpb.KeyValue{kv})
		if err != nil {
			return err
		}
		if ok && m.blob.Redacted == "" && codec.Time(m.blob.Stored).Before(before) && !keep(d) {
			out = append(out, doomed{key: m.key, chunks: s.keys.chunks(d, m.blob.Upload), mod: m.mod, size: m.blob.Size})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.scan(ctx, s.keys.uploads(), prefixEnd(s.keys.uploads()), rev, func(kv *mvccpb.KeyValue) error {
		d, id, ok := s.keys.digestOf(string(kv.Key))
		var u storev1.Upload
		if err := proto.Unmarshal(kv.Value, &u); err != nil {
			return fmt.Errorf("%w: %s: %v", store.ErrCorrupt, kv.Key, err)
		}
		// It is of no use to anyone, whether the blob is to be kept or not.
		if ok && codec.Time(u.Started).Before(before) {
			out = append(out, doomed{key: string(kv.Key), chunks: s.keys.chunks(d, id), mod: kv.ModRevision, size: u.Size, upload: true})
		}
		return nil
	})
	return out, err
}

// sweepOnce deletes a batch in one transaction. Where some of it has changed
// since, nothing is deleted, and left is the batch without those.
func (s *Store) sweepOnce(ctx context.Context, on store.Head, batch []doomed) (done, left []doomed, next store.Head, err error) {
	next = store.Head{Index: on.Index, Sweeps: on.Sweeps + 1}
	value, err := codec.EncodeHead(next)
	if err != nil {
		return nil, nil, on, fmt.Errorf("sweep: %w", err)
	}
	ifs := []clientv3.Cmp{unchanged(s.keys.head(), on.Token)}
	then := []clientv3.Op{clientv3.OpPut(s.keys.head(), string(value))}
	otherwise := []clientv3.Op{clientv3.OpGet(s.keys.head())}
	for _, d := range batch {
		ifs = append(ifs, unchanged(d.key, d.mod))
		then = append(then, clientv3.OpDelete(d.key), clientv3.OpDelete(d.chunks, clientv3.WithPrefix()))
		otherwise = append(otherwise, clientv3.OpGet(d.key, clientv3.WithKeysOnly()))
	}
	resp, err := s.txn(ctx, ifs, then, otherwise)
	if err != nil {
		return nil, nil, on, s.writeError(ctx, "sweep", err)
	}
	if resp.Succeeded {
		next.Token = resp.Header.Revision
		for i := range batch {
			if batch[i].upload {
				chunks := resp.Responses[2+2*i].GetResponseDeleteRange().Deleted
				batch[i].size = min(batch[i].size, chunks*ChunkSize)
			}
		}
		return batch, nil, next, nil
	}
	now, err := headOf(resp.Responses[0].GetResponseRange().Kvs)
	if err != nil {
		return nil, nil, on, fmt.Errorf("sweep: %w", err)
	}
	if now.Token != on.Token {
		return nil, nil, on, fmt.Errorf("sweep: %w", &store.ConflictError{Head: now})
	}
	for i, d := range batch {
		kvs := resp.Responses[1+i].GetResponseRange().Kvs
		if len(kvs) == 1 && kvs[0].ModRevision == d.mod {
			left = append(left, d)
		}
	}
	return nil, left, on, nil
}
