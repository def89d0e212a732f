package registry_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// The raw transaction that a publication is measured against: as many bytes
// in one compare-and-put.
func BenchmarkRawTransaction(b *testing.B) {
	openStore(b)
	value := string(bytes.Repeat([]byte("v"), 1500))
	b.ResetTimer()
	for i := range b.N {
		key := fmt.Sprintf("/raw/%d/%d", prefixes.Add(1), i)
		_, err := node.Client().Txn(b.Context()).
			If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
			Then(clientv3.OpPut(key, value)).Commit()
		if err != nil {
			b.Fatal(err)
		}
	}
}

// commits counts what the committer did.
type commits struct{ batches, changes, took atomic.Int64 }

func (c *commits) Committed(changes, _ int, took time.Duration) {
	c.batches.Add(1)
	c.changes.Add(int64(changes))
	c.took.Add(int64(took))
}
func (*commits) Conflict()        {}
func (*commits) Refused()         {}
func (*commits) Swept(int, int64) {}
func (*commits) CacheHit(string)  {}
func (*commits) CacheMiss(string) {}

func BenchmarkPublish(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			var m commits
			h := start(b, openStore(b), func(c *registry.Config) { c.Metrics = &m })
			h.authority("ocp")
			file := h.file("spec.txt", "hello")
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for w := range writers {
				wg.Go(func() {
					n := standard.Name{Authority: "ocp", Standard: fmt.Sprintf("s%d", w)}
					for {
						i := next.Add(1)
						if i > int64(b.N) {
							return
						}
						_, err := h.Publish(b.Context(), me, registry.Publication{
							Name: n, Version: standard.Version{ID: standard.VersionID(fmt.Sprintf("1.0.%d", i))},
							Files:    []standard.File{file},
							Standard: &standard.Standard{Kind: standard.Format, Scheme: standard.Semver},
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(m.changes.Load())/float64(m.batches.Load()), "changes/commit")
			b.ReportMetric(float64(m.took.Load())/float64(m.batches.Load()), "ns/commit")
		})
	}
}
