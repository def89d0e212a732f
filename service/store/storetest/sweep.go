package storetest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func sweepTests() []test {
	return []test{
		{"the sweep deletes old orphans alone", sweepOrphans},
		{"the sweep moves the head", sweepMoves},
		{"the sweep takes any number", sweepMany},
		{"the sweep spares what is put again", sweepSpares},
		{"the sweep and publications", sweepRace},
	}
}

func none(standard.Digest) bool { return false }

// sweepAll sweeps everything that is older than an hour after epoch.
func sweepAll(t testing.TB, s store.Store) (int, int64) {
	t.Helper()
	n, freed, err := s.Sweep(testContext(t), headOf(t, s), epoch.Add(time.Hour), none)
	if err != nil {
		t.Fatalf("Sweep: %v", err)
	}
	return n, freed
}

func sweepOrphans(t *testing.T, e *Env) {
	commit(t, e.Store, "one")
	orphan, kept, young, tiny := content(1, int(e.ChunkSize)*2), content(2, 20), content(3, 30), content(4, 0)
	for _, b := range [][]byte{orphan, kept, tiny} {
		put(t, e.Store, b)
	}
	if err := e.Store.Put(testContext(t), standard.DigestOf(young), 30, bytes.NewReader(young), epoch.Add(2*time.Hour)); err != nil {
		t.Fatalf("Put: %v", err)
	}
	n, freed, err := e.Second.Sweep(testContext(t), headOf(t, e.Store), epoch.Add(time.Hour), func(d standard.Digest) bool {
		return d == standard.DigestOf(kept)
	})
	if n != 2 || freed != int64(len(orphan)) || err != nil {
		t.Errorf("Sweep = %d, %d, %v; want 2 blobs of %d bytes", n, freed, err, len(orphan))
	}
	for _, b := range [][]byte{orphan, tiny} {
		if got := stat(t, e.Store, b); got.Size != -1 {
			t.Errorf("an orphan is still there: %+v", got)
		}
	}
	for _, b := range [][]byte{kept, young} {
		if got := readAll(t, e.Store, b); !bytes.Equal(got, b) {
			t.Errorf("got %d bytes, want %d", len(got), len(b))
		}
	}
	put(t, e.Store, orphan)
	if got := readAll(t, e.Store, orphan); !bytes.Equal(got, orphan) {
		t.Errorf("put again: got %d bytes, want %d", len(got), len(orphan))
	}
}

func sweepMoves(t *testing.T, e *Env) {
	before := commit(t, e.Store, "one")
	c := follow(t, e.Second, before)
	put(t, e.Store, content(1, 10))
	sweepAll(t, e.Store)
	after := headOf(t, e.Store)
	if after.Index != before.Index || after.Sweeps <= before.Sweeps || after.Token == before.Token {
		t.Errorf("a sweep moved the head from %+v to %+v", before, after)
	}
	if got := c.next(t); got.Head != after || len(got.Records)+len(got.Entries) != 0 {
		t.Errorf("Follow delivers %+v, want the head alone", got)
	}
	_, err := e.Store.Commit(testContext(t), before, batch(before, "late"))
	wantError(t, "Commit on the head before the sweep", err, store.ErrConflict)
	put(t, e.Store, content(1, 10))
	_, _, err = e.Store.Sweep(testContext(t), before, epoch.Add(time.Hour), none)
	wantError(t, "Sweep on an old head", err, store.ErrConflict)
	if got := stat(t, e.Store, content(1, 10)); got.Size != 10 {
		t.Errorf("a refused sweep deleted: %+v", got)
	}
	// The sweep of an empty registry.
	empty := e.Empty(t)
	put(t, empty, content(1, 10))
	if n, freed := sweepAll(t, empty); n != 1 || freed != 10 {
		t.Errorf("Sweep of an empty registry = %d, %d; want 1, 10", n, freed)
	}
	if h := commit(t, empty, "first"); h.Index != 1 {
		t.Errorf("the first commit after a sweep is %+v", h)
	}
}

func sweepMany(t *testing.T, e *Env) {
	const many = 130
	var total int64
	for i := range many {
		put(t, e.Store, content(uint64(i), i))
		total += int64(i)
	}
	if n, freed := sweepAll(t, e.Store); n != many || freed != total {
		t.Errorf("Sweep = %d, %d; want %d, %d", n, freed, many, total)
	}
	if n, freed := sweepAll(t, e.Store); n != 0 || freed != 0 {
		t.Errorf("Sweep again = %d, %d; want nothing", n, freed)
	}
}

// sweepSpares: keep is asked while a blob is put again.
func sweepSpares(t *testing.T, e *Env) {
	var all [][]byte
	for i := range 5 {
		all = append(all, content(uint64(i), 100+i))
		put(t, e.Store, all[i])
	}
	again := all[2]
	var once sync.Once
	n, _, err := e.Store.Sweep(testContext(t), headOf(t, e.Store), epoch.Add(time.Hour), func(standard.Digest) bool {
		once.Do(func() {
			if err := e.Second.Put(testContext(t), standard.DigestOf(again), int64(len(again)), noReader(t), epoch.Add(2*time.Hour)); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
		return false
	})
	if n != len(all)-1 || err != nil {
		t.Errorf("Sweep = %d, %v; want %d", n, err, len(all)-1)
	}
	if got := readAll(t, e.Store, again); !bytes.Equal(got, again) {
		t.Errorf("what was put again has %d bytes, want %d", len(got), len(again))
	}
	// A broken upload goes, whatever keep says.
	b := content(9, int(e.ChunkSize)*3)
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	err = e.Store.Put(ctx, standard.DigestOf(b), int64(len(b)), iotest.TimeoutReader(bytes.NewReader(b)), epoch)
	wantError(t, "Put", err, iotest.ErrTimeout)
	if n, _ := sweepAll(t, e.Store); n != 0 {
		t.Errorf("a Put that returned left %d remains", n)
	}
}

// sweepRace: publishers put a blob, see it whole, and commit on the head they
// read first, while a sweeper deletes what it thinks is an orphan. At the end
// every published blob is whole.
func sweepRace(t *testing.T, e *Env) {
	const publishers, each = 3, 8
	ctx := testContext(t)
	stop := make(chan struct{})
	var sweeper, wg sync.WaitGroup
	sweeper.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				sweepUnpublished(t, e.Second)
			}
		}
	})
	var mu sync.Mutex
	var published [][]byte
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				b := content(uint64(1000*p+i), 10+i)
				if i%4 == 3 {
					b = content(uint64(1000*p+i), int(e.ChunkSize)+i)
				}
				if err := publish(ctx, e.Store, b); err != nil {
					t.Errorf("publish: %v", err)
					return
				}
				mu.Lock()
				published = append(published, b)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	close(stop)
	sweeper.Wait()
	sweepUnpublished(t, e.Second)
	if len(published) != publishers*each {
		t.Errorf("%d of %d were published", len(published), publishers*each)
	}
	for _, b := range published {
		if got := readAll(t, e.Store, b); !bytes.Equal(got, b) {
			t.Errorf("a published blob has %d bytes, want %d", len(got), len(b))
		}
	}
}

func publish(ctx context.Context, s store.Store, b []byte) error {
	d := standard.DigestOf(b)
	for {
		if err := putBytes(ctx, s, b); err != nil && !errors.Is(err, store.ErrUnavailable) {
			return err
		}
		on, err := s.Head(ctx)
		if err != nil {
			return err
		}
		info, err := s.Stat(ctx, []standard.Digest{d})
		if err != nil {
			return err
		}
		if info[0].Size != int64(len(b)) {
			continue // swept between Put and Head
		}
		es := entries(on, 1, d.String())
		es[0].Digest = d
		_, err = s.Commit(ctx, on, store.Batch{Entries: es})
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

func sweepUnpublished(t testing.TB, s store.Store) {
	ctx := testContext(t)
	on := headOf(t, s)
	es, err := s.Entries(ctx, 0, int(on.Index))
	if err != nil {
		t.Errorf("Entries: %v", err)
		return
	}
	keep := map[standard.Digest]bool{}
	for _, entry := range es {
		keep[entry.Digest] = true
	}
	_, _, err = s.Sweep(ctx, on, epoch.Add(time.Hour), func(d standard.Digest) bool { return keep[d] })
	if err != nil && !errors.Is(err, store.ErrConflict) {
		t.Errorf("Sweep: %v", err)
	}
}
