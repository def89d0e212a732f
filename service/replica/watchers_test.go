package replica

import (
	"runtime"
	"sync"
	"testing"

	"github.com/etalon-registry/etalon/service/replica/replicatest"
	"github.com/etalon-registry/etalon/service/standard"
)

// Many watchers each see every entry once and in order, and share what they
// wait on: a watcher costs about its goroutine.
func TestManyWatchers(t *testing.T) {
	const watchers, commits, most = 5_000, 20, 8 << 10
	st := new(replicatest.Store)
	r := start(t, st, Config{})
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var all, waiting sync.WaitGroup
	waiting.Add(watchers)
	for range watchers {
		all.Go(func() {
			at, first := standard.Revision(0), true
			for at < commits {
				changed := r.Changed(at)
				if first {
					waiting.Done()
					first = false
				}
				<-changed
				page, ok := r.Snapshot().Entries(at, 5)
				if !ok {
					t.Error("fell out of the tail")
					return
				}
				for _, e := range page {
					if e.Index != at+1 {
						t.Errorf("got %d after %d", e.Index, at)
						return
					}
					at = e.Index
				}
			}
		})
	}
	waiting.Wait()
	runtime.ReadMemStats(&after)
	used := after.HeapInuse + after.StackInuse - before.HeapInuse - before.StackInuse
	t.Logf("%d bytes a watcher", used/watchers)
	if used/watchers > most {
		t.Errorf("a watcher takes %d bytes, want %d at most", used/watchers, most)
	}
	for range commits {
		commit(t, st)
	}
	all.Wait()
}
