package bench_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/protobuf/proto"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// runLoad is a process with an embedded store that can load the catalogue as
// the server does at start, or read and decode the same keys and no more.
func runLoad(ctx context.Context, r role) (answer, map[string]command, error) {
	node, err := etcdnode.Start(ctx, etcdnode.Config{Dir: r.Dir})
	if err != nil {
		return answer{}, nil, err
	}
	stopping.Go(func() { <-ctx.Done(); _ = node.Close() })
	s, err := etcdstore.Open(ctx, node.Client(), etcdstore.Options{})
	if err != nil {
		return answer{}, nil, err
	}
	return answer{}, map[string]command{
		"replica": func([]string) (answer, error) { return loadReplica(ctx, s) },
		"scan":    func([]string) (answer, error) { return scan(ctx, node.Client()) },
	}, nil
}

// loadReplica answers with seconds until reads are served, seconds until
// search is, and bytes of heap a version without and with the search index.
func loadReplica(ctx context.Context, s *etcdstore.Store) (answer, error) {
	before := heapNow()
	started := time.Now()
	r := replica.New(replica.Config{Store: s})
	if err := r.Start(ctx); err != nil {
		return answer{}, err
	}
	ready := time.Since(started)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !r.SearchReady() {
		<-tick.C
	}
	searchable := time.Since(started)
	versions := r.Snapshot().Counts().Versions
	bytes := float64(heapNow()-before) / float64(versions)
	r.Stop()
	runtime.KeepAlive(r)
	return answer{Values: []float64{ready.Seconds(), searchable.Seconds(), bytes}}, nil
}

func heapNow() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// scanPage is how many keys a page of the baseline has: about 2 MiB, which is
// where larger pages no longer help.
const scanPage = 8192

// scan reads every record in pages and decodes its bytes into its message.
func scan(ctx context.Context, client *clientv3.Client) (answer, error) {
	runtime.GC()
	runtime.GC()
	const prefix = etcdstore.DefaultCataloguePrefix
	started := time.Now()
	keys := 0
	for _, kind := range []string{"authority/", "designation/", "draft/", "standard/", "status/", "version/"} {
		from, end := prefix+kind, clientv3.GetPrefixRangeEnd(prefix+kind)
		for {
			resp, err := client.Get(ctx, from, clientv3.WithRange(end), clientv3.WithLimit(scanPage))
			if err != nil {
				return answer{}, err
			}
			for _, kv := range resp.Kvs {
				if err := proto.Unmarshal(kv.Value, messageOf(kind)); err != nil {
					return answer{}, fmt.Errorf("%s: %w", kv.Key, err)
				}
			}
			keys += len(resp.Kvs)
			if !resp.More {
				break
			}
			from = string(resp.Kvs[len(resp.Kvs)-1].Key) + "\x00"
		}
	}
	if keys == 0 {
		return answer{}, errors.New("there are no records")
	}
	return answer{Values: []float64{time.Since(started).Seconds(), float64(keys)}}, nil
}

func messageOf(kind string) proto.Message {
	switch strings.TrimSuffix(kind, "/") {
	case "authority":
		return &storev1.Authority{}
	case "designation":
		return &storev1.Designation{}
	case "draft":
		return &storev1.Draft{}
	case "standard":
		return &storev1.Standard{}
	case "status":
		return &storev1.Step{}
	}
	return &storev1.Version{}
}
