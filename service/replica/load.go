package replica

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// entriesPage is how many log entries are asked of the store at once.
const entriesPage = 1_000

// errWentBack: the store shows an older state than was read from it before.
var errWentBack = errors.New("the store went back behind what was read from it; was it restored from a backup?")

// load reads the whole catalogue. before is the snapshot that it will follow,
// nil at start.
func (r *Replica) load(ctx context.Context, before *Snapshot) (*Snapshot, error) {
	b, head, err := r.read(ctx)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	if before != nil && head.Index < before.Revision() {
		return nil, fmt.Errorf("load: %w: revision %d, was %d", errWentBack, head.Index, before.Revision())
	}
	s := b.build(ctx, head, r.cfg.TailEntries, r.log)
	t := tail{limit: r.cfg.TailEntries}
	switch {
	case before != nil && head.Index-before.Revision() <= standard.Revision(r.cfg.TailEntries):
		t = before.tail
	case head.Index > standard.Revision(r.cfg.PrimeEntries):
		t.after = head.Index - standard.Revision(r.cfg.PrimeEntries)
	}
	s.tail, err = r.extend(ctx, t, head.Index)
	return s, err
}

// loadBatch is how many records go from the store to the builder at once.
const loadBatch = 512

// read lets the store read and decode while the builder takes records in.
func (r *Replica) read(ctx context.Context) (*builder, store.Head, error) {
	batches := make(chan []store.Record, 8)
	var broken error
	b := newBuilder()
	var adding sync.WaitGroup
	adding.Go(func() {
		for batch := range batches {
			for _, rec := range batch {
				if broken == nil {
					broken = b.add(rec)
				}
			}
		}
	})
	batch := make([]store.Record, 0, loadBatch)
	head, err := r.cfg.Store.Load(ctx, func(rec store.Record) error {
		if batch = append(batch, rec); len(batch) == loadBatch {
			batches <- batch
			batch = make([]store.Record, 0, loadBatch)
		}
		return nil
	})
	batches <- batch
	close(batches)
	adding.Wait()
	return b, head, cmp.Or(err, broken)
}

// extend adds the entries up to and including the revision to the tail.
func (r *Replica) extend(ctx context.Context, t tail, upTo standard.Revision) (tail, error) {
	for {
		at := t.after + standard.Revision(t.n)
		if at >= upTo {
			return t, nil
		}
		page, err := r.cfg.Store.Entries(ctx, at, int(min(upTo-at, entriesPage)))
		if err != nil {
			return t, fmt.Errorf("load: entries after %d: %w", at, err)
		}
		if len(page) == 0 || page[0].Index != at+1 {
			return t, fmt.Errorf("load: %w: no entry %d in the log", store.ErrCorrupt, at+1)
		}
		t = t.with(page)
	}
}

func (r *Replica) loadPatiently(ctx context.Context) (*Snapshot, error) {
	pause := r.cfg.Backoff
	for {
		s, err := r.load(ctx, nil)
		if err == nil || !errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil {
			return s, err
		}
		r.retries.Add(1)
		r.log.LogAttrs(ctx, slog.LevelWarn, "catalogue not loaded yet, trying again",
			slog.Any("error", err), slog.Duration("pause", pause))
		if !wait(ctx, pause) {
			return nil, err
		}
		pause = min(2*pause, r.cfg.MaxBackoff)
	}
}

// reload loads anew and goes on from there. Revisions do not go back: a writer
// on this replica may have installed a newer snapshot meanwhile, which then
// stays.
func (r *Replica) reload(ctx context.Context) error {
	before := r.current.Load()
	s, err := r.load(ctx, before)
	if err != nil {
		return err
	}
	r.reloads.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if cur := r.current.Load(); cur != before && covers(cur.head, s.head) {
		return nil
	}
	r.publish(s, nil, true)
	return nil
}

// wait pauses for a random time between half of d and d, and says whether ctx
// goes on.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d/2 + rand.N(d/2+1))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
