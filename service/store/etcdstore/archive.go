package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"io"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// archived are the kinds that Dump reads, in key order.
var archived = [...]string{codec.KindAuthority, codec.KindDesignation, codec.KindDraft, codec.KindLog, codec.KindMeta, codec.KindStandard, codec.KindStatus, codec.KindVersion}

// Dump yields every pair of the catalogue as of one etcd revision, in key
// order; outcomes and access are left out.
func (s *Store) Dump(ctx context.Context, yield func(store.Raw) error) (store.Head, error) {
	head, rev, err := s.headAt(ctx)
	if err != nil {
		return head, err
	}
	if head.Index == 0 {
		return head, nil // of an unfinished restore nothing is to be seen
	}
	for _, kind := range archived {
		from := s.keys.catalogue + kind
		end := prefixEnd(from)
		if kind == codec.KindMeta {
			end = from + "\x00"
		}
		err := s.scan(ctx, from, end, rev, func(kv *mvccpb.KeyValue) error {
			return yield(store.Raw{Key: s.keys.relative(string(kv.Key)), Value: kv.Value})
		})
		if err != nil {
			return store.Head{}, fmt.Errorf("dump: %w", err)
		}
	}
	return head, nil
}

// Restore writes dumped pairs into an empty store. While it is under way the
// key "restore" is there: commits are refused, and of two restores the later
// wins. The head, which makes the rest visible, is written last, whatever its
// place in the dump. What an earlier restore left behind is removed first.
func (s *Store) Restore(ctx context.Context, next func() (store.Raw, error)) error {
	r := &restore{s: s}
	if err := r.begin(ctx); err != nil {
		return err
	}
	for {
		raw, err := next()
		if errors.Is(err, io.EOF) {
			return r.end(ctx)
		}
		if err == nil {
			err = r.take(ctx, raw)
		}
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
}

type restore struct {
	s       *Store
	on      int64 // Token of the empty head
	mod     int64 // etcd revision of the key "restore"
	batch   []clientv3.Op
	seen    map[string]bool // keys of the batch
	bytes   int
	head    *store.Raw
	hasMeta bool
	entries uint64
}

// begin claims the empty store and clears it.
func (r *restore) begin(ctx context.Context) error {
	const op = "restore"
	head, err := r.s.Head(ctx)
	if err != nil {
		return err
	}
	if head.Index != 0 {
		return fmt.Errorf("%s: %w: it has %d log entries", op, store.ErrNotEmpty, head.Index)
	}
	r.on = head.Token
	then := []clientv3.Op{clientv3.OpPut(r.s.keys.restore(), newUUID())}
	for _, kind := range archived {
		switch kind {
		case codec.KindMeta: // stays, until the archive's replaces it
		case codec.KindLog:
			then = append(then, clientv3.OpDelete(r.s.keys.entry(0), clientv3.WithRange(r.s.keys.logEnd())))
		default:
			then = append(then, clientv3.OpDelete(r.s.keys.catalogue+kind, clientv3.WithPrefix()))
		}
	}
	resp, err := r.s.txn(ctx, []clientv3.Cmp{unchanged(r.s.keys.head(), r.on)}, then, nil)
	if err != nil {
		return r.s.writeError(ctx, op, err)
	}
	if !resp.Succeeded {
		return fmt.Errorf("%s: %w", op, store.ErrNotEmpty)
	}
	r.mod = resp.Header.Revision
	return nil
}

// take checks a pair and puts it into the batch.
func (r *restore) take(ctx context.Context, raw store.Raw) error {
	kind, err := codec.Check(raw)
	if err != nil {
		return err
	}
	switch kind {
	case codec.LogHead:
		if r.head != nil {
			return fmt.Errorf("%w: %s twice", store.ErrCorrupt, codec.LogHead)
		}
		r.head = &raw
		return nil
	case codec.KindMeta:
		if _, err := readable(raw.Value); err != nil {
			return err
		}
		r.hasMeta = true
	case codec.KindLog:
		r.entries++
		if want := r.s.keys.entry(standard.Revision(r.entries)); r.s.keys.catalogue+raw.Key != want {
			return fmt.Errorf("%w: %s came where %s is next", store.ErrCorrupt, raw.Key, r.s.keys.relative(want))
		}
	}
	size := len(raw.Key) + len(r.s.keys.catalogue) + len(raw.Value)
	if size > store.MaxBatchBytes {
		return fmt.Errorf("%w: %s", store.ErrTooLarge, raw.Key)
	}
	if r.bytes+size > store.MaxBatchBytes || len(r.batch) == store.MaxBatchOps || r.seen[raw.Key] {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	if r.seen == nil {
		r.seen = make(map[string]bool)
	}
	r.seen[raw.Key] = true
	r.bytes += size
	r.batch = append(r.batch, clientv3.OpPut(r.s.keys.catalogue+raw.Key, string(raw.Value)))
	return nil
}

// flush writes the batch while the store is still ours to restore into.
func (r *restore) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	if err := r.write(ctx, r.batch); err != nil {
		return err
	}
	r.batch, r.seen, r.bytes = nil, nil, 0
	return nil
}

func (r *restore) write(ctx context.Context, ops []clientv3.Op) error {
	resp, err := r.s.txn(ctx, []clientv3.Cmp{
		unchanged(r.s.keys.head(), r.on), unchanged(r.s.keys.restore(), r.mod),
	}, ops, nil)
	if err != nil {
		return r.s.writeError(ctx, "restore", err)
	}
	if !resp.Succeeded {
		return fmt.Errorf("%w: somebody else writes to it", store.ErrNotEmpty)
	}
	return nil
}

// end writes the head, if the archive was whole.
func (r *restore) end(ctx context.Context) error {
	const op = "restore"
	if r.head == nil || !r.hasMeta {
		return fmt.Errorf("%s: %w: the archive lacks %s or %s", op, store.ErrCorrupt, codec.KindMeta, codec.LogHead)
	}
	head, err := codec.DecodeHead(r.head.Value, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if uint64(head.Index) != r.entries {
		return fmt.Errorf("%s: %w: the archive has %d of %d log entries", op, store.ErrCorrupt, r.entries, head.Index)
	}
	if err := r.flush(ctx); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err = r.write(ctx, []clientv3.Op{
		clientv3.OpPut(r.s.keys.head(), string(r.head.Value)),
		clientv3.OpDelete(r.s.keys.restore()),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}
