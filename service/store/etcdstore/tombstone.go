package etcdstore

import (
	"context"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// Tombstone notes size and reason of a redacted blob whose bytes this store
// never had, as an import finds them. A blob that is there stays as it is.
func (s *Store) Tombstone(ctx context.Context, info store.BlobInfo) error {
	op := "tombstone " + info.Digest.String()
	if info.Redacted == "" {
		return fmt.Errorf("%s: a reason is required", op)
	}
	value, err := encodeBlob(&storev1.Blob{
		Size: info.Size, ChunkSize: ChunkSize, Stored: codec.Timestamp(info.Stored), Redacted: info.Redacted,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	key := s.keys.marker(info.Digest)
	if _, err := s.txn(ctx, []clientv3.Cmp{absent(key)}, []clientv3.Op{clientv3.OpPut(key, value)}, nil); err != nil {
		return s.writeError(ctx, op, err)
	}
	return nil
}
