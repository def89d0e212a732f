package etcdstore_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
	"github.com/etalon-registry/etalon/service/store/storetest"
)

func TestEmbedded(t *testing.T) {
	t.Parallel()
	node := startNode(t, etcdnode.Config{Dir: t.TempDir()})
	storetest.Run(t, opener(node.Client(), node.Client(), true))
}

func TestDialled(t *testing.T) {
	t.Parallel()
	c := etcdtest.Cluster(t, 1)
	storetest.Run(t, opener(dial(t, c.Endpoints()), dial(t, c.Endpoints()), false))
}

func TestCluster(t *testing.T) {
	t.Parallel()
	c := etcdtest.Cluster(t, 3)
	storetest.Run(t, opener(dial(t, c.Endpoints()[:2]), dial(t, c.Endpoints()[1:]), false))
}

// opener opens every store of a suite in prefixes of its own in one etcd,
// through two clients.
func opener(one, two *clientv3.Client, small bool) func(t *testing.T) *storetest.Env {
	var n atomic.Int32
	options := func() etcdstore.Options {
		i := n.Add(1)
		return etcdstore.Options{
			CataloguePrefix: fmt.Sprintf("/test/%d/catalogue/", i),
			BlobPrefix:      fmt.Sprintf("/test/%d/blob/", i),
		}
	}
	return func(t *testing.T) *storetest.Env {
		o := options()
		e := &storetest.Env{
			Store:     open(t, one, o),
			Second:    open(t, two, o),
			Empty:     func(t *testing.T) store.Store { return open(t, two, options()) },
			Compact:   func(t *testing.T) { compact(t, one) },
			ChunkSize: etcdstore.ChunkSize,
		}
		if small {
			e.Small = func(t *testing.T) store.Store {
				node := startNode(t, etcdnode.Config{Dir: t.TempDir(), QuotaBytes: 8 << 20})
				return open(t, node.Client(), etcdstore.Options{})
			}
		}
		return e
	}
}

func startNode(t testing.TB, cfg etcdnode.Config) *etcdnode.Node {
	t.Helper()
	node, err := etcdnode.Start(context.Background(), cfg)
	if err != nil {
		t.Fatalf("start etcd: %v", err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Errorf("stop etcd: %v", err)
		}
	})
	return node
}

func dial(t testing.TB, endpoints []string) *clientv3.Client {
	t.Helper()
	client, err := etcdstore.Dial(context.Background(), etcdstore.DialConfig{Endpoints: endpoints})
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func open(t testing.TB, client *clientv3.Client, o etcdstore.Options) *etcdstore.Store {
	t.Helper()
	s, err := etcdstore.Open(context.Background(), client, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// compact throws away etcd's history.
func compact(t testing.TB, client *clientv3.Client) {
	t.Helper()
	ctx := context.Background()
	resp, err := client.Get(ctx, "x")
	if err != nil {
		t.Fatalf("compact: %v", err)
	}
	if _, err := client.Compact(ctx, resp.Header.Revision, clientv3.WithCompactPhysical()); err != nil {
		t.Fatalf("compact: %v", err)
	}
}
