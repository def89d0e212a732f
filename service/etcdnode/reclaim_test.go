package etcdnode

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// TestFullStoreStartsWritable: a store that reached its quota takes writes
// again after a start, where something was removed or its quota is higher;
// and is full again where neither is so.
func TestFullStoreStartsWritable(t *testing.T) {
	const quota = 4 << 20
	dir := t.TempDir()
	n := start(t, Config{Dir: dir, QuotaBytes: quota})
	keys := fill(t, n)
	if file, inUse := n.Size(); n.Quota() != quota || file < quota/2 || inUse > file {
		t.Errorf("%d bytes of %d in use, quota %d, when full", inUse, file, n.Quota())
	}
	stop(t, n)

	n = start(t, Config{Dir: dir, QuotaBytes: quota})
	fill(t, n)
	for i := 1; i < keys; i++ {
		if _, err := n.Client().Delete(t.Context(), fmt.Sprint("k", i)); err != nil {
			t.Fatalf("Delete from a full store: %v", err)
		}
	}
	stop(t, n)

	n = start(t, Config{Dir: dir, QuotaBytes: quota})
	if file, _ := n.Size(); file > quota/2 {
		t.Errorf("the file has %d bytes after a start", file)
	}
	if _, err := n.Client().Put(t.Context(), "more", "v"); err != nil {
		t.Errorf("Put after something was removed: %v", err)
	}
	fill(t, n)
	stop(t, n)

	n = start(t, Config{Dir: dir, QuotaBytes: 16 * quota})
	defer stop(t, n)
	if _, err := n.Client().Put(t.Context(), "more", "v"); err != nil {
		t.Errorf("Put with a higher quota: %v", err)
	}
}

// fill writes until the store is full, and says how many values went in.
func fill(t *testing.T, n *Node) int {
	t.Helper()
	for i := range 100 {
		_, err := n.Client().Put(t.Context(), fmt.Sprint("k", i), strings.Repeat("x", 500_000))
		if errors.Is(err, rpctypes.ErrNoSpace) {
			return i
		}
		if err != nil {
			t.Fatalf("Put: %v", err)
		}
	}
	t.Fatal("the store is never full")
	return 0
}
