package etcdstore

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/protobuf/proto"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

const benchVersions = 20_000

func benchStore(b *testing.B) *Store {
	b.Helper()
	node, err := etcdnode.Start(context.Background(), etcdnode.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = node.Close() })
	s, err := Open(context.Background(), node.Client(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// benchVersion is a version as they are published: a digest, a designation, a
// relation, a label, dates.
func benchVersion(i int) *standard.Version {
	id := fmt.Sprintf("1.%d.0", i%10)
	day, _ := standard.ParseDay("2024-05-06")
	return &standard.Version{
		Name: standard.Name{Authority: "ocp", Standard: fmt.Sprintf("standard-%d", i/10)},
		ID:   standard.VersionID(id), Label: "Version " + id, Digest: standard.DigestOf([]byte(id)),
		Released: day, Recorded: time.Unix(1_700_000_000, 5).UTC(),
		Designations: []string{fmt.Sprintf("OCP %d-%d:2024", i/10, i%10)},
		Relations:    []standard.Relation{{Type: standard.Replaces, Target: "ocp/other@1.0.0", Effective: time.Unix(1_700_000_000, 0), Recorded: time.Unix(1_700_000_000, 0)}},
		FileCount:    12, TotalBytes: 1_234_567, Revision: standard.Revision(i),
	}
}

func benchFill(b *testing.B, s *Store) {
	b.Helper()
	on, err := s.Head(b.Context())
	for i := 0; i < benchVersions && err == nil; i += 100 {
		batch := store.Batch{Entries: []*standard.Entry{{Index: on.Index + 1}}}
		for j := range 100 {
			batch.Records = append(batch.Records, benchVersion(i+j))
		}
		on, err = s.Commit(b.Context(), on, batch)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLoad compares Load with a bare paged read of the same keys, and
// with that plus decoding the protobuf.
func BenchmarkLoad(b *testing.B) {
	s := benchStore(b)
	benchFill(b, s)
	prefix := s.keys.catalogue + codec.KindVersion
	pages := func(b *testing.B, decode bool) {
		for b.Loop() {
			from, n := prefix, 0
			for more := true; more; {
				resp, err := s.client.Get(b.Context(), from, clientv3.WithRange(prefixEnd(prefix)), clientv3.WithLimit(maxPage))
				if err != nil {
					b.Fatal(err)
				}
				for _, kv := range resp.Kvs {
					if !decode {
						continue
					}
					if err := proto.Unmarshal(kv.Value, &storev1.Version{}); err != nil {
						b.Fatal(err)
					}
				}
				n += len(resp.Kvs)
				more = resp.More
				from = string(resp.Kvs[len(resp.Kvs)-1].Key) + "\x00"
			}
			if n != benchVersions {
				b.Fatalf("%d keys", n)
			}
		}
	}
	b.Run("bare", func(b *testing.B) { pages(b, false) })
	b.Run("bare with protobuf", func(b *testing.B) { pages(b, true) })
	b.Run("Load", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			if _, err := s.Load(b.Context(), func(store.Record) error { n++; return nil }); err != nil || n != benchVersions {
				b.Fatalf("%d records, %v", n, err)
			}
		}
	})
	b.Run("heap", func(b *testing.B) {
		var before, after runtime.MemStats
		for b.Loop() {
			keep := make([]store.Record, 0, benchVersions)
			runtime.GC()
			runtime.ReadMemStats(&before)
			if _, err := s.Load(b.Context(), func(r store.Record) error { keep = append(keep, r); return nil }); err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			runtime.KeepAlive(keep)
		}
		b.ReportMetric(math.Max(0, float64(after.HeapAlloc)-float64(before.HeapAlloc))/benchVersions, "B/version")
	})
}

// BenchmarkCommit compares the commit of one publication with a raw
// transaction of the same bytes.
func BenchmarkCommit(b *testing.B) {
	s := benchStore(b)
	one := func(on store.Head, i int) store.Batch {
		v := benchVersion(i)
		v.Name.Standard = fmt.Sprintf("commit-%d-%d", on.Index, i)
		return store.Batch{Records: []store.Record{v}, Entries: []*standard.Entry{{Index: on.Index + 1, Time: v.Recorded}}}
	}
	b.Run("raw", func(b *testing.B) {
		p, err := s.plan(store.Head{Index: 5}, one(store.Head{Index: 5}, 1))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for b.Loop() {
			n++
			ops := make([]clientv3.Op, len(p.then))
			for i, op := range p.then {
				ops[i] = clientv3.OpPut(fmt.Sprintf("/raw/%s%d", op.KeyBytes(), n), string(op.ValueBytes()))
			}
			if _, err := s.client.Txn(b.Context()).Then(ops...).Commit(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("commit", func(b *testing.B) {
		on, err := s.Head(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for b.Loop() {
			n++
			if on, err = s.Commit(b.Context(), on, one(on, n)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
