package etcdstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// Commit writes the batch in one transaction if the head is still on.
//
// Its answer ErrConflict is a *store.ConflictError. Where the answer of etcd
// is lost, the log is read once to find out; what stays open is
// ErrUnknownOutcome, and the transaction is never sent twice.
func (s *Store) Commit(ctx context.Context, on store.Head, b store.Batch) (store.Head, error) {
	op := fmt.Sprintf("commit on %d", on.Index)
	if ctx.Err() != nil {
		return store.Head{}, fmt.Errorf("%s: %w", op, gaveUp(ctx))
	}
	p, err := s.plan(on, b)
	if err != nil {
		return store.Head{}, fmt.Errorf("%s: %w", op, err)
	}
	resp, err := s.send(ctx, p)
	switch {
	case err != nil:
		return s.settle(ctx, op, p, err)
	case !resp.Succeeded:
		return store.Head{}, s.refused(ctx, op, p, resp)
	}
	p.next.Token = resp.Header.Revision
	return p.next, nil
}

// plan is a transaction ready to be sent, but for the lease of its outcomes.
type plan struct {
	on, next store.Head
	ifs      []clientv3.Cmp
	then     []clientv3.Op
	once     []string // create-only keys
	outcomes []stored // to be put on a lease
	first    stored   // the first entry
}

func (s *Store) plan(on store.Head, b store.Batch) (*plan, error) {
	if len(b.Entries) == 0 {
		return nil, fmt.Errorf("%w: no entry", store.ErrInvalidBatch)
	}
	ops := len(b.Records) + len(b.Entries) + store.SmallBlobOps*len(b.Blobs) + 1
	if ops > store.MaxBatchOps {
		return nil, fmt.Errorf("%w: %d operations, %d are allowed", store.ErrTooLarge, ops, store.MaxBatchOps)
	}
	p := &plan{on: on, next: store.Head{Index: on.Index + standard.Revision(len(b.Entries)), Sweeps: on.Sweeps}}
	p.ifs = append(p.ifs, unchanged(s.keys.head(), on.Token))
	if on.Index == 0 {
		p.ifs = append(p.ifs, absent(s.keys.restore()))
	}
	head, err := codec.EncodeHead(p.next)
	if err != nil {
		return nil, err
	}
	p.then = append(p.then, clientv3.OpPut(s.keys.head(), string(head)))
	size := len(head) + len(s.keys.head())
	add := func(r any) (stored, error) {
		e, err := s.keys.encode(r)
		if err != nil {
			return e, err
		}
		size += len(e.key) + len(e.value)
		p.add(e)
		return e, nil
	}
	for _, r := range b.Records {
		if _, ok := r.(*standard.Entry); ok {
			return nil, fmt.Errorf("%w: an entry among the records", store.ErrInvalidBatch)
		}
		if _, err := add(r); err != nil {
			return nil, err
		}
	}
	for i, e := range b.Entries {
		if want := on.Index + standard.Revision(i) + 1; e.Index != want {
			return nil, fmt.Errorf("%w: entry %d where %d is next", store.ErrInvalidBatch, e.Index, want)
		}
		enc, err := add(e)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			p.first = enc
		}
	}
	n, err := p.addBlobs(s.keys, b.Blobs)
	if err != nil {
		return nil, err
	}
	size += n
	if size > store.MaxBatchBytes {
		return nil, fmt.Errorf("%w: %d bytes, %d are allowed", store.ErrTooLarge, size, store.MaxBatchBytes)
	}
	return p, p.distinct()
}

func (p *plan) add(e stored) {
	switch {
	case e.del:
		p.then = append(p.then, clientv3.OpDelete(e.key))
	case e.kind == codec.KindRequest:
		p.outcomes = append(p.outcomes, e)
	default:
		p.then = append(p.then, clientv3.OpPut(e.key, string(e.value)))
	}
	if e.once {
		p.ifs = append(p.ifs, absent(e.key))
		p.once = append(p.once, e.key)
	}
}

func (p *plan) distinct() error {
	seen := make(map[string]bool, len(p.then)+len(p.outcomes))
	check := func(key string) error {
		if seen[key] {
			return fmt.Errorf("%w: %s twice", store.ErrInvalidBatch, key)
		}
		seen[key] = true
		return nil
	}
	for _, op := range p.then {
		if err := check(string(op.KeyBytes())); err != nil {
			return err
		}
	}
	for _, o := range p.outcomes {
		if err := check(o.key); err != nil {
			return err
		}
	}
	return nil
}

// send sends the transaction once. Where etcd refused it because the lease of
// its outcomes is gone, which it does before it writes, it gets another lease.
func (s *Store) send(ctx context.Context, p *plan) (*clientv3.TxnResponse, error) {
	otherwise := []clientv3.Op{clientv3.OpGet(s.keys.head())}
	if len(p.outcomes) == 0 {
		return s.txn(ctx, p.ifs, p.then, otherwise)
	}
	for again := true; ; again = false {
		lease, err := s.leases.current(ctx)
		if err != nil {
			return nil, &unsentError{err}
		}
		then := slices.Clip(p.then)
		for _, o := range p.outcomes {
			then = append(then, clientv3.OpPut(o.key, string(o.value), clientv3.WithLease(lease)))
		}
		resp, err := s.txn(ctx, p.ifs, then, otherwise)
		if !errors.Is(err, rpctypes.ErrLeaseNotFound) || !again {
			return resp, err
		}
		s.leases.forget(lease)
	}
}

// unsentError is a failure before the transaction was sent.
type unsentError struct{ error }

// refused finds out why the compares failed: the head moved, or something is
// there already.
func (s *Store) refused(ctx context.Context, op string, p *plan, resp *clientv3.TxnResponse) error {
	now, err := headOf(resp.Responses[0].GetResponseRange().Kvs)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if now.Token != p.on.Token {
		return fmt.Errorf("%s: %w", op, &store.ConflictError{Head: now})
	}
	keys := p.once
	if p.on.Index == 0 {
		keys = append([]string{s.keys.restore()}, keys...)
	}
	gets := make([]clientv3.Op, len(keys))
	for i, key := range keys {
		gets[i] = clientv3.OpGet(key, clientv3.WithKeysOnly())
	}
	found, err := s.txn(ctx, nil, gets, nil)
	if err != nil {
		return s.readError(ctx, op, err)
	}
	for i, r := range found.Responses {
		if len(r.GetResponseRange().Kvs) == 0 {
			continue
		}
		if keys[i] == s.keys.restore() {
			return fmt.Errorf("%s: %w: an import is under way or was broken off; import again", op, store.ErrUnavailable)
		}
		return fmt.Errorf("%s: %w: %s", op, store.ErrExists, s.keys.relative(keys[i]))
	}
	// What was there has gone: an outcome expired between the two.
	return fmt.Errorf("%s: %w", op, &store.ConflictError{Head: now})
}

// settle finds out what became of a transaction whose answer does not tell. It
// may have been lost; or it was "no space", which etcd also says when it has
// written what did not fit any more.
//
// Our first entry in the log, salt and all, is proof that it was written. A
// head that moved without it is proof that it never will be. A head that
// stands still proves nothing, unless etcd did answer.
func (s *Store) settle(ctx context.Context, op string, p *plan, cause error) (store.Head, error) {
	var unsent *unsentError
	if errors.As(cause, &unsent) {
		return store.Head{}, s.readError(ctx, op, unsent.error)
	}
	failed := s.writeError(ctx, op, cause)
	full := errors.Is(failed, store.ErrNoSpace)
	if !full && !errors.Is(failed, store.ErrUnknownOutcome) {
		return store.Head{}, failed
	}
	if ctx.Err() != nil {
		return store.Head{}, fmt.Errorf("%s: %w: %w", op, store.ErrUnknownOutcome, ctx.Err())
	}
	resp, err := s.txn(ctx, nil, []clientv3.Op{clientv3.OpGet(s.keys.head()), clientv3.OpGet(p.first.key)}, nil)
	if err != nil {
		return store.Head{}, fmt.Errorf("%s: %w: %v", op, store.ErrUnknownOutcome, cause)
	}
	now, err := headOf(resp.Responses[0].GetResponseRange().Kvs)
	if err != nil {
		return store.Head{}, fmt.Errorf("%s: %w: %w", op, store.ErrUnknownOutcome, err)
	}
	entry := resp.Responses[1].GetResponseRange().Kvs
	switch {
	case len(entry) == 1 && bytes.Equal(entry[0].Value, p.first.value):
		p.next.Token = entry[0].ModRevision
		return p.next, nil
	case now.Token != p.on.Token:
		return store.Head{}, fmt.Errorf("%s: %w", op, &store.ConflictError{Head: now})
	}
	return store.Head{}, failed
}

// headOf is the head out of a read of log/head; absent, it is the zero Head.
func headOf(kvs []*mvccpb.KeyValue) (store.Head, error) {
	if len(kvs) == 0 {
		return store.Head{}, nil
	}
	return codec.DecodeHead(kvs[0].Value, kvs[0].ModRevision)
}
