package etcdstore

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// lossyKV does something else to the next writing transaction, once.
type lossyKV struct {
	clientv3.KV
	mu   sync.Mutex
	next instead
}

// instead takes the place of a transaction's Commit.
type instead func(clientv3.Txn) (*clientv3.TxnResponse, error)

// take gives what is to be done, and forgets it.
func (l *lossyKV) take() instead {
	l.mu.Lock()
	defer l.mu.Unlock()
	do := l.next
	l.next = nil
	return do
}

func (l *lossyKV) set(do instead) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = do
}

func (l *lossyKV) Txn(ctx context.Context) clientv3.Txn {
	return &lossyTxn{l, l.KV.Txn(ctx), false}
}

type lossyTxn struct {
	l *lossyKV
	clientv3.Txn
	writes bool
}

func (t *lossyTxn) If(cs ...clientv3.Cmp) clientv3.Txn { t.Txn = t.Txn.If(cs...); return t }
func (t *lossyTxn) Else(o ...clientv3.Op) clientv3.Txn { t.Txn = t.Txn.Else(o...); return t }
func (t *lossyTxn) Then(o ...clientv3.Op) clientv3.Txn {
	for _, op := range o {
		t.writes = t.writes || op.IsPut() || op.IsDelete()
	}
	t.Txn = t.Txn.Then(o...)
	return t
}

func (t *lossyTxn) Commit() (*clientv3.TxnResponse, error) {
	if t.writes {
		if do := t.l.take(); do != nil {
			return do(t.Txn)
		}
	}
	return t.Txn.Commit()
}

func lossyStore(t *testing.T) (*Store, *lossyKV) {
	t.Helper()
	node, err := etcdnode.Start(context.Background(), etcdnode.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := Open(context.Background(), node.Client(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	kv := &lossyKV{KV: s.client.KV}
	client := clientv3.NewCtxClient(context.Background())
	client.KV, client.Lease, client.Watcher = kv, s.client.Lease, s.client.Watcher
	s.client = client
	return s, kv
}

// A transaction is written, or not, and the answer is another.
func written(answer error) func(clientv3.Txn) (*clientv3.TxnResponse, error) {
	return func(t clientv3.Txn) (*clientv3.TxnResponse, error) {
		if _, err := t.Commit(); err != nil {
			return nil, err
		}
		return nil, answer
	}
}

func dropped(answer error) func(clientv3.Txn) (*clientv3.TxnResponse, error) {
	return func(clientv3.Txn) (*clientv3.TxnResponse, error) { return nil, answer }
}

func oneEntry(on store.Head, salt byte) store.Batch {
	return store.Batch{Entries: []*standard.Entry{{Index: on.Index + 1, Salt: [16]byte{salt}}}}
}

func TestCommitWithoutAnswer(t *testing.T) {
	s, kv := lossyStore(t)
	ctx := t.Context()
	for what, c := range map[string]struct {
		next func(clientv3.Txn) (*clientv3.TxnResponse, error)
		want error
	}{
		"written, answer lost":             {written(rpctypes.ErrTimeout), nil},
		"written, timed out":               {written(context.DeadlineExceeded), nil},
		"written, and full":                {written(rpctypes.ErrNoSpace), nil},
		"not written, answer lost":         {dropped(rpctypes.ErrTimeoutDueToLeaderFail), store.ErrUnknownOutcome},
		"not written, full":                {dropped(rpctypes.ErrNoSpace), store.ErrNoSpace},
		"not written, no leader":           {dropped(rpctypes.ErrNoLeader), store.ErrUnavailable},
		"not written, too large":           {dropped(rpctypes.ErrRequestTooLarge), store.ErrTooLarge},
		"not written, not allowed":         {dropped(rpctypes.ErrPermissionDenied), rpctypes.ErrPermissionDenied},
		"connection lost before it is out": {dropped(errors.New("no status at all")), store.ErrUnknownOutcome},
	} {
		on, err := s.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		kv.set(c.next)
		got, err := s.Commit(ctx, on, oneEntry(on, 1))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", what, err, c.want)
		}
		now, herr := s.Head(ctx)
		if herr != nil {
			t.Fatal(herr)
		}
		if err == nil && now != got || err != nil && now != on {
			t.Errorf("%s: on %+v, Commit gives %+v, the head is %+v", what, on, got, now)
		}
		if !errors.Is(c.want, store.ErrUnknownOutcome) && errors.Is(err, store.ErrUnknownOutcome) {
			t.Errorf("%s: the outcome is known, but got %v", what, err)
		}
	}
}

// The answer is lost, and by the time it is asked for another was committed.
func TestCommitOvertaken(t *testing.T) {
	s, kv := lossyStore(t)
	ctx := t.Context()
	var on store.Head
	kv.set(func(clientv3.Txn) (*clientv3.TxnResponse, error) {
		if _, err := s.Commit(ctx, on, oneEntry(on, 2)); err != nil {
			t.Errorf("Commit of the other: %v", err)
		}
		return nil, rpctypes.ErrTimeout
	})
	if _, err := s.Commit(ctx, on, oneEntry(on, 1)); !errors.Is(err, store.ErrConflict) {
		t.Errorf("got %v, want ErrConflict: the head moved, so it can't come any more", err)
	}
	on, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	kv.set(func(txn clientv3.Txn) (*clientv3.TxnResponse, error) {
		resp, err := txn.Commit()
		if err != nil || !resp.Succeeded {
			t.Fatalf("%v, %v", resp, err)
		}
		next := store.Head{Index: on.Index + 1, Token: resp.Header.Revision}
		if _, err := s.Commit(ctx, next, oneEntry(next, 3)); err != nil {
			t.Errorf("Commit of the other: %v", err)
		}
		return nil, rpctypes.ErrTimeout
	})
	got, err := s.Commit(ctx, on, oneEntry(on, 4))
	if err != nil || got.Index != on.Index+1 {
		t.Errorf("got %+v, %v; want success: the entry is in the log", got, err)
	}
}

func TestCommitLeaseGone(t *testing.T) {
	s, _ := lossyStore(t)
	ctx := t.Context()
	on, err := s.Commit(ctx, store.Head{}, oneEntry(store.Head{}, 1))
	if err != nil {
		t.Fatal(err)
	}
	var ids []clientv3.LeaseID
	for i := range 3 {
		b := oneEntry(on, 2)
		b.Records = []store.Record{&standard.Outcome{RequestID: string(rune('a' + i)), Revision: 7}}
		if on, err = s.Commit(ctx, on, b); err != nil {
			t.Fatalf("Commit: %v", err)
		}
		ids = append(ids, s.leases.id)
		if i == 1 {
			if _, err := s.client.Revoke(ctx, s.leases.id); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ids[0] != ids[1] || ids[1] == ids[2] {
		t.Errorf("leases %v: want one an hour, and another when it is gone", ids)
	}
	if _, err := s.Outcome(ctx, "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the outcome of a lease that went: %v", err)
	}
	if o, err := s.Outcome(ctx, "c"); err != nil || o.Revision != 7 {
		t.Errorf("Outcome = %v, %v", o, err)
	}
	ttl, err := s.client.TimeToLive(ctx, s.leases.id)
	if err != nil || time.Duration(ttl.TTL)*time.Second < outcomeLife {
		t.Errorf("the lease lives %d s, %v; want more than %v", ttl.TTL, err, outcomeLife)
	}
	s.leases.until = time.Time{}
	if id, err := s.leases.current(ctx); err != nil || id == ids[2] {
		t.Errorf("after its hour the lease is %v, %v; want another", id, err)
	}
}

func TestPutWithoutAnswer(t *testing.T) {
	s, kv := lossyStore(t)
	ctx := t.Context()
	b := []byte("some bytes")
	d := standard.DigestOf(b)
	put := func() error { return s.Put(ctx, d, int64(len(b)), bytes.NewReader(b), time.Now()) }
	for _, c := range []struct {
		what  string
		next  func(clientv3.Txn) (*clientv3.TxnResponse, error)
		want  error
		there bool
	}{
		{"not written, answer lost", dropped(rpctypes.ErrTimeout), store.ErrUnknownOutcome, false},
		{"not written, full", dropped(rpctypes.ErrNoSpace), store.ErrNoSpace, false},
		{"written, and full", written(rpctypes.ErrNoSpace), nil, true},
		{"there already", nil, nil, true},
	} {
		kv.set(c.next)
		if err := put(); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.what, err, c.want)
		}
		info, err := s.Stat(ctx, []standard.Digest{d})
		if err != nil || info[0].Size >= 0 != c.there {
			t.Errorf("%s: Stat = %+v, %v", c.what, info, err)
		}
	}
}

// An upload whose chunks are put again after a lost answer is whole.
func TestPutChunkAgain(t *testing.T) {
	s, kv := lossyStore(t)
	b := bytes.Repeat([]byte("chunk"), ChunkSize)
	d := standard.DigestOf(b)
	kv.set(func(begin clientv3.Txn) (*clientv3.TxnResponse, error) {
		kv.set(written(rpctypes.ErrTimeout)) // the first chunk
		return begin.Commit()
	})
	if err := s.Put(t.Context(), d, int64(len(b)), bytes.NewReader(b), time.Now()); err != nil {
		t.Fatalf("Put: %v", err)
	}
	info, err := s.Stat(t.Context(), []standard.Digest{d})
	if err != nil || info[0].Size != int64(len(b)) {
		t.Errorf("Stat = %+v, %v", info, err)
	}
}

func TestSchema(t *testing.T) {
	s, _ := lossyStore(t)
	for _, c := range []struct {
		schema, reader uint32
		want           error
	}{{Schema + 1, Schema + 1, store.ErrSchema}, {Schema + 1, Schema, nil}, {Schema - 1, 0, store.ErrSchema}, {Schema, MinReader, nil}} {
		value, err := codec.EncodeMeta(store.Meta{RegistryID: "x", Schema: c.schema, MinReader: c.reader})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.client.Put(t.Context(), s.keys.meta(), string(value)); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), s.client, Options{}); !errors.Is(err, c.want) {
			t.Errorf("schema %d, reader %d: got %v, want %v", c.schema, c.reader, err, c.want)
		}
	}
}

// A store that is indexed by another normal form would answer wrongly.
func TestKeyVersion(t *testing.T) {
	s, _ := lossyStore(t)
	if _, err := s.client.Delete(t.Context(), s.keys.meta()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		version uint32
		want    error
	}{{3, nil}, {3, nil}, {2, store.ErrSchema}, {4, store.ErrSchema}} {
		if _, err := Open(t.Context(), s.client, Options{KeyVersion: c.version}); !errors.Is(err, c.want) {
			t.Errorf("version %d: got %v, want %v", c.version, err, c.want)
		}
	}
}

// Two programs that open an empty store at once agree on its identity.
func TestMetaRace(t *testing.T) {
	s, kv := lossyStore(t)
	if _, err := s.client.Delete(t.Context(), s.keys.meta()); err != nil {
		t.Fatal(err)
	}
	var other store.Meta
	kv.set(func(txn clientv3.Txn) (*clientv3.TxnResponse, error) {
		var err error
		if other, err = s.Meta(t.Context()); err != nil {
			t.Errorf("Meta of the other: %v", err)
		}
		return txn.Commit()
	})
	got, err := s.Meta(t.Context())
	if err != nil || got != other || got.RegistryID == "" {
		t.Errorf("Meta = %+v, %v; the other got %+v", got, err, other)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{CataloguePrefix: "/x"}, {BlobPrefix: "/x"}, {CataloguePrefix: "/x/", BlobPrefix: "/x/"},
		{CataloguePrefix: "/x/", BlobPrefix: "/x/blob/"}, {CataloguePrefix: "/x/y/", BlobPrefix: "/x/"},
	} {
		if err := o.fill(); err == nil {
			t.Errorf("%+v passes", o)
		}
	}
}
