package registry

import (
	"strconv"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/store"
)

// A pipeline that never runs dry makes batch after batch, for days. Each
// knows the requests of the one that is with the store, and no more.
func TestBatchesForgetRequestsThatAreDone(t *testing.T) {
	r := &Registry{cfg: Config{Now: time.Now}}
	b := r.newBatch(store.Head{}, replica.Empty(10))
	for i := range 1000 {
		id := strconv.Itoa(i)
		b.requests[id] = struct{}{}
		next := b.following()
		if !b.underWay(id) || !next.underWay(id) {
			t.Fatalf("request %s is not known to be under way", id)
		}
		b = next
	}
	if n := len(b.requests) + len(b.earlier); n != 1 {
		t.Errorf("the last batch remembers %d requests, want that of the one before", n)
	}
	if b.underWay("") {
		t.Error("a write without a request id waits for another without one")
	}
}
