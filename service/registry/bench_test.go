package registry_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

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

func BenchmarkPublish(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			h := start(b, openStore(b))
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
		})
	}
}
