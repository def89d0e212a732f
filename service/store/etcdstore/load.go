package etcdstore

import (
	"context"
	"fmt"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Pages of a long read hold about pageBytes, whatever the size of the records.
const (
	firstPage = 512 // keys
	maxPage   = 8192
	pageBytes = 2 << 20
)

// Load reads every record as of one etcd revision, the log left out. The next
// page is fetched while this one is decoded.
func (s *Store) Load(ctx context.Context, yield func(store.Record) error) (store.Head, error) {
	head, rev, err := s.headAt(ctx)
	if err != nil || head.Index == 0 {
		return head, err // of an unfinished restore nothing is to be seen
	}
	for _, kind := range recordKinds {
		from := s.keys.catalogue + kind
		err := s.scan(ctx, from, prefixEnd(from), rev, func(kv *mvccpb.KeyValue) error {
			r, err := s.keys.decode(kind, string(kv.Key), kv.Value)
			if err != nil {
				return err
			}
			return yield(r)
		})
		if err != nil {
			return store.Head{}, fmt.Errorf("load: %w", err)
		}
	}
	return head, nil
}

// Entries reads log entries with after < Index, ascending, at most limit. No
// entries and no error: there are none yet.
func (s *Store) Entries(ctx context.Context, after standard.Revision, limit int) ([]*standard.Entry, error) {
	if limit <= 0 {
		return nil, nil
	}
	var out []*standard.Entry
	for len(out) < limit {
		kvs, more, err := s.entries(ctx, after+standard.Revision(len(out)), min(limit-len(out), firstPage))
		if err != nil {
			return nil, err
		}
		for _, kv := range kvs {
			e, err := s.keys.decodeEntry(string(kv.Key), kv.Value)
			if err != nil {
				return nil, err
			}
			if want := after + standard.Revision(len(out)) + 1; e.Index != want {
				return nil, fmt.Errorf("read entries: %w: %d follows where %d is next", store.ErrCorrupt, e.Index, want)
			}
			out = append(out, e)
		}
		if !more {
			break
		}
	}
	return out, nil
}

// entries reads one page of the log, together with the head: of an unfinished
// restore nothing is to be seen.
func (s *Store) entries(ctx context.Context, after standard.Revision, limit int) (kvs []*mvccpb.KeyValue, more bool, err error) {
	const op = "read entries"
	resp, err := s.txn(ctx, nil, []clientv3.Op{
		clientv3.OpGet(s.keys.head()),
		clientv3.OpGet(s.keys.entry(after+1), clientv3.WithRange(s.keys.logEnd()), clientv3.WithLimit(int64(limit))),
	}, nil)
	if err != nil {
		return nil, false, s.readError(ctx, op, err)
	}
	head, err := headOf(resp.Responses[0].GetResponseRange().Kvs)
	if err != nil || after >= head.Index {
		return nil, false, err
	}
	r := resp.Responses[1].GetResponseRange()
	return r.Kvs, r.More, nil
}

type page struct {
	kvs []*mvccpb.KeyValue
	err error
}

// scan calls yield with every pair of a range as of one revision, in key
// order.
func (s *Store) scan(ctx context.Context, from, end string, rev int64, yield func(*mvccpb.KeyValue) error) error {
	ctx, cancel := context.WithCancel(ctx)
	pages := make(chan page, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(pages)
		s.fetch(ctx, from, end, rev, pages)
	}()
	defer func() { cancel(); <-done }()
	for p := range pages {
		if p.err != nil {
			return p.err
		}
		for _, kv := range p.kvs {
			if err := yield(kv); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetch reads the pages of a range until its end, an error, or ctx is done.
func (s *Store) fetch(ctx context.Context, from, end string, rev int64, pages chan<- page) {
	limit := firstPage
	for {
		resp, err := s.get(ctx, "read "+s.keys.relative(from), from,
			clientv3.WithRange(end), clientv3.WithRev(rev), clientv3.WithLimit(int64(limit)))
		p := page{err: err}
		if err == nil {
			p.kvs = resp.Kvs
		}
		select {
		case pages <- p:
		case <-ctx.Done():
			return
		}
		if err != nil || !resp.More || len(resp.Kvs) == 0 {
			return
		}
		from = string(resp.Kvs[len(resp.Kvs)-1].Key) + "\x00"
		limit = nextLimit(resp.Kvs)
	}
}

func nextLimit(kvs []*mvccpb.KeyValue) int {
	bytes := 1
	for _, kv := range kvs {
		bytes += len(kv.Key) + len(kv.Value)
	}
	return max(1, min(maxPage, pageBytes*len(kvs)/bytes))
}
