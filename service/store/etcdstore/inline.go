package etcdstore

import (
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// addBlobs adds the small blobs of a batch, each with a marker that must not
// be there yet, and returns the bytes that they take.
func (p *plan) addBlobs(k keys, blobs []store.SmallBlob) (int, error) {
	size := 0
	for _, b := range blobs {
		if len(b.Data) > store.MaxSmallBlob {
			return 0, fmt.Errorf("%w: blob %s has %d bytes, a batch takes %d", store.ErrTooLarge, b.Digest, len(b.Data), store.MaxSmallBlob)
		}
		if got := standard.DigestOf(b.Data); got != b.Digest {
			return 0, fmt.Errorf("%w: a blob of the batch has digest %s, not %s", store.ErrDigestMismatch, got, b.Digest)
		}
		id := newUploadID()
		value, err := encodeBlob(&storev1.Blob{
			Size: int64(len(b.Data)), ChunkSize: ChunkSize, Upload: id, Stored: codec.Timestamp(b.Stored),
		})
		if err != nil {
			return 0, err
		}
		marker := k.marker(b.Digest)
		p.ifs = append(p.ifs, absent(marker))
		p.once = append(p.once, marker)
		p.then = append(p.then, clientv3.OpPut(marker, value))
		size += len(marker) + len(value)
		if len(b.Data) == 0 {
			continue
		}
		chunk := k.chunk(b.Digest, id, 0)
		p.then = append(p.then, clientv3.OpPut(chunk, string(b.Data)))
		size += len(chunk) + len(b.Data)
	}
	return size, nil
}
