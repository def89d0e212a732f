package registry_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Many writers on two replicas while commits are refused, lost after they went
// in and lost before: what is acknowledged is in the log once, what is refused
// is not, and what is unknown may be either, once.
func TestWritersUnderFaults(t *testing.T) {
	s := openStore(t)
	var hs []*harness
	for i := range 2 {
		f := &faulty{Store: s}
		hs = append(hs, start(t, f))
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		var mu sync.Mutex
		f.set(func(do func() (store.Head, error)) (store.Head, error) {
			mu.Lock()
			n := rng.IntN(10)
			mu.Unlock()
			switch n {
			case 0:
				return store.Head{}, fmt.Errorf("commit: %w", store.ErrUnknownOutcome)
			case 1:
				if _, err := do(); err != nil {
					return store.Head{}, err
				}
				return store.Head{}, fmt.Errorf("commit: %w", store.ErrUnknownOutcome)
			case 2:
				return store.Head{}, fmt.Errorf("commit: %w", store.ErrUnavailable)
			case 3:
				return store.Head{}, fmt.Errorf("commit: %w", store.ErrConflict)
			}
			return do()
		})
	}
	const writers, each = 24, 15
	const acknowledged, refused, unsure = 1, 2, 3
	var mu sync.Mutex
	verdicts := map[standard.AuthorityID]int{}
	count := map[int]int{}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				id := standard.AuthorityID(fmt.Sprintf("a%d-%d", w, i))
				c := me
				if i%2 == 0 {
					c.RequestID = string(id)
				}
				a, rec, err := hs[w%2].CreateAuthority(t.Context(), c, &standard.Authority{ID: id})
				v := acknowledged
				switch {
				case err == nil && (rec.Already || a == nil || a.Revision != rec.Revision):
					t.Errorf("%s: %+v, %+v", id, a, rec)
				case errors.Is(err, store.ErrUnknownOutcome):
					v = unsure
				case errors.Is(err, store.ErrUnavailable):
					v = refused
				case err != nil:
					t.Errorf("%s: %v", id, err)
				}
				mu.Lock()
				verdicts[id] = v
				count[v]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	logged := map[standard.AuthorityID]int{}
	for _, e := range hs[0].log() {
		logged[e.Authority]++
	}
	for id, v := range verdicts {
		switch n := logged[id]; {
		case n > 1, v == acknowledged && n != 1, v == refused && n != 0:
			t.Errorf("%s: verdict %d, logged %d times", id, v, n)
		}
	}
	if count[acknowledged] == 0 || count[refused] == 0 {
		t.Errorf("verdicts %v: the test shows nothing", count)
	}
	for _, h := range hs {
		rd, err := h.Read(t.Context(), registry.ReadOptions{Linearizable: true})
		if err != nil {
			t.Fatal(err)
		}
		for id, v := range verdicts {
			if v == acknowledged && rd.Authority(id) == nil {
				t.Errorf("%s was acknowledged and is not there", id)
			}
		}
	}
}
