// Package etcdstore keeps the registry in etcd v3. It owns the keys, the
// encoding of the stored records, and how the guarantees of package store
// follow from etcd's. It refuses to know the domain's rules, and the etcd
// server: it is given a client.
//
// Etcd's revisions never leave it, but for Head.Token, which callers do not
// look into.
package etcdstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// DefaultTimeout bounds each exchange with etcd.
const DefaultTimeout = 10 * time.Second

// Options says how a store uses its etcd. The zero value is fine.
type Options struct {
	// CataloguePrefix and BlobPrefix are where the keys are, ending in "/";
	// empty: the defaults. Neither may be a prefix of the other.
	CataloguePrefix, BlobPrefix string
	// Timeout bounds each exchange with etcd; 0: DefaultTimeout.
	Timeout time.Duration
	// KeyVersion is the version of the designation normaliser, recorded when
	// a store is created; 0: 1.
	KeyVersion uint32
	// Now is the clock for the creation time of a new registry and for the
	// leases of outcomes; nil: time.Now.
	Now func() time.Time
	// Logger gets what no caller can be told; nil: nothing.
	Logger *slog.Logger
}

// Store is the contract on etcd. Its methods may be called concurrently.
type Store struct {
	client     *clientv3.Client
	keys       keys
	timeout    time.Duration
	keyVersion uint32
	now        func() time.Time
	log        *slog.Logger
	leases     *leases
}

var _ store.Store = (*Store)(nil)

// Open makes a store of a client. It checks that the store is there, creating
// its meta record where it is empty, and that this program may open it:
// ErrSchema, ErrUnavailable.
func Open(ctx context.Context, client *clientv3.Client, o Options) (*Store, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	s := &Store{
		client:     client,
		keys:       keys{catalogue: o.CataloguePrefix, blob: o.BlobPrefix},
		timeout:    o.Timeout,
		keyVersion: o.KeyVersion,
		now:        o.Now,
		log:        o.Logger,
		leases:     newLeases(client, o.Timeout, o.Now),
	}
	meta, err := s.Meta(ctx)
	if err != nil {
		return nil, err
	}
	if v := meta.KeyVersion; v != 0 && v != o.KeyVersion {
		return nil, fmt.Errorf("%w: its designations are indexed by version %d of their normal form, this program has version %d: run the program that wrote it, or a release whose notes say how to migrate it",
			store.ErrSchema, v, o.KeyVersion)
	}
	return s, nil
}

func (o *Options) fill() error {
	if o.CataloguePrefix == "" {
		o.CataloguePrefix = DefaultCataloguePrefix
	}
	if o.BlobPrefix == "" {
		o.BlobPrefix = DefaultBlobPrefix
	}
	c, b := o.CataloguePrefix, o.BlobPrefix
	if !strings.HasSuffix(c, "/") || !strings.HasSuffix(b, "/") || strings.HasPrefix(c, b) || strings.HasPrefix(b, c) {
		return fmt.Errorf("etcdstore: prefixes %q and %q must end in / and be apart", c, b)
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.KeyVersion == 0 {
		o.KeyVersion = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return nil
}

// Close releases what the store holds. Its client is the opener's to close.
func (s *Store) Close() error { return nil }

// Meta reads the registry's identity, creating it in an empty store. Of
// several that create it at once, one wins and all get its answer.
func (s *Store) Meta(ctx context.Context) (store.Meta, error) {
	const op = "read meta"
	resp, err := s.get(ctx, op, s.keys.meta())
	if err != nil {
		return store.Meta{}, err
	}
	if len(resp.Kvs) == 1 {
		return readable(resp.Kvs[0].Value)
	}
	value, err := codec.EncodeMeta(store.Meta{
		RegistryID: newUUID(), Created: s.now().UTC(),
		Schema: codec.Schema, MinReader: codec.MinReader, KeyVersion: s.keyVersion,
	})
	if err != nil {
		return store.Meta{}, fmt.Errorf("%s: %w", op, err)
	}
	key := s.keys.meta()
	txn, err := s.txn(ctx,
		[]clientv3.Cmp{absent(key)},
		[]clientv3.Op{clientv3.OpPut(key, string(value))},
		[]clientv3.Op{clientv3.OpGet(key)})
	if err != nil {
		// A lost answer is no matter here: whoever asks again sees what won.
		return store.Meta{}, s.readError(ctx, "create meta", err)
	}
	if txn.Succeeded {
		return readable(value)
	}
	if kvs := txn.Responses[0].GetResponseRange().Kvs; len(kvs) == 1 {
		return readable(kvs[0].Value)
	}
	return store.Meta{}, fmt.Errorf("%s: %w", op, store.ErrUnavailable)
}

// Head reads the current head; linearizable.
func (s *Store) Head(ctx context.Context) (store.Head, error) {
	h, _, err := s.headAt(ctx)
	return h, err
}

// headAt reads the head and the etcd revision that it was read at.
func (s *Store) headAt(ctx context.Context) (store.Head, int64, error) {
	resp, err := s.get(ctx, "read head", s.keys.head())
	if err != nil {
		return store.Head{}, 0, err
	}
	h, err := headOf(resp.Kvs)
	return h, resp.Header.Revision, err
}

// Outcome reads the outcome of an idempotent write; linearizable.
func (s *Store) Outcome(ctx context.Context, requestID string) (*standard.Outcome, error) {
	key, err := codec.OutcomeKey(requestID)
	key = s.keys.catalogue + key
	if err != nil {
		return nil, fmt.Errorf("read outcome: %w: %w", store.ErrNotFound, err)
	}
	resp, err := s.get(ctx, "read outcome", key)
	if err != nil {
		return nil, err
	}
	if len(resp.Kvs) == 0 {
		return nil, fmt.Errorf("outcome of %q: %w", requestID, store.ErrNotFound)
	}
	r, err := s.keys.decode(codec.KindRequest, key, resp.Kvs[0].Value)
	if err != nil {
		return nil, err
	}
	return r.(*standard.Outcome), nil
}

// Size tells what a record takes up in a transaction, in bytes. What can't be
// stored at all takes more than any batch has.
func (s *Store) Size(r any) int {
	e, err := s.keys.encode(r)
	if err != nil {
		return store.MaxBatchBytes + 1
	}
	return len(e.key) + len(e.value)
}

// RecordDigest is the SHA-256 of the record's bytes as stored; of the record
// that says that a draft is gone it is zero.
func (s *Store) RecordDigest(r store.Record) (standard.Digest, error) {
	e, err := s.keys.encode(r)
	if err != nil || e.del {
		return standard.Digest{}, err
	}
	return standard.DigestOf(e.value), nil
}

// bound gives an exchange its deadline.
func (s *Store) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(clientv3.WithRequireLeader(ctx), s.timeout)
}

func (s *Store) get(ctx context.Context, op, key string, opts ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	bctx, cancel := s.bound(ctx)
	defer cancel()
	resp, err := s.client.Get(bctx, key, opts...)
	if err != nil {
		return nil, s.readError(ctx, op, err)
	}
	return resp, nil
}

// txn sends a transaction once. Its error is etcd's own.
func (s *Store) txn(ctx context.Context, ifs []clientv3.Cmp, then, otherwise []clientv3.Op) (*clientv3.TxnResponse, error) {
	bctx, cancel := s.bound(ctx)
	defer cancel()
	return s.client.Txn(bctx).If(ifs...).Then(then...).Else(otherwise...).Commit()
}

func absent(key string) clientv3.Cmp {
	return clientv3.Compare(clientv3.CreateRevision(key), "=", 0)
}

func unchanged(key string, mod int64) clientv3.Cmp {
	return clientv3.Compare(clientv3.ModRevision(key), "=", mod)
}

// newUUID is a random UUID, version 4 of RFC 9562.
func newUUID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(errors.Join(errors.New("no randomness"), err))
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
