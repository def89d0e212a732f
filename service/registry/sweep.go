package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// sweepTries is how often a sweep starts anew when a commit came between.
const sweepTries = 8

// Sweep removes the blobs that nothing refers to and that were last put
// before the grace period, and says how many and how many bytes, also with an
// error. It goes on a catalogue that is level with the store.
func (r *Registry) Sweep(ctx context.Context) (n int, freed int64, err error) {
	if r.isImporting() {
		return 0, 0, fmt.Errorf("sweep: %w: an import is under way", ErrBusy)
	}
	before := r.cfg.Now().Add(-r.cfg.SweepGrace)
	defer func() { r.metrics.Swept(n, freed) }()
	for range sweepTries {
		head, err := r.store.Head(ctx)
		if err != nil {
			return n, freed, fmt.Errorf("sweep: %w", unavailable(err))
		}
		snap, err := r.replica.WaitFor(ctx, head.Index)
		if err != nil {
			return n, freed, fmt.Errorf("sweep: %w", unavailable(err))
		}
		if snap.Revision() != head.Index {
			continue
		}
		blobs, bytes, err := r.sweepOn(ctx, head, snap, before)
		n, freed = n+blobs, freed+bytes
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return n, freed, fmt.Errorf("sweep: %w", unavailable(err))
		}
		return n, freed, nil
	}
	return n, freed, fmt.Errorf("sweep: %w, %d times", store.ErrConflict, sweepTries)
}

func (r *Registry) sweepOn(ctx context.Context, on store.Head, snap *replica.Snapshot, before time.Time) (int, int64, error) {
	// The digests of all files are gathered only when there is something that
	// could go: as a rule there is not. A manifest that can't be read stops
	// the sweep, for then its files are not known.
	var used map[standard.Digest]struct{}
	var failed error
	keep := func(d standard.Digest) bool {
		if used == nil && failed == nil {
			used, failed = r.used(ctx, snap)
		}
		_, kept := used[d]
		return kept || failed != nil
	}
	n, freed, err := r.store.Sweep(ctx, on, before, keep)
	if err == nil && failed != nil {
		err = failed
	}
	return n, freed, err
}

// used gathers the digests of all manifests, of the files that they list, and
// of the files of drafts.
func (r *Registry) used(ctx context.Context, snap *replica.Snapshot) (map[standard.Digest]struct{}, error) {
	used := make(map[standard.Digest]struct{}, 2*snap.Counts().Versions)
	for d := range snap.ManifestDigests() {
		if _, twice := used[d]; twice {
			continue
		}
		used[d] = struct{}{}
		b, err := r.readBlob(ctx, d, maxManifest)
		if err != nil {
			return nil, fmt.Errorf("manifest %s: %w", d, err)
		}
		m, err := standard.ParseManifest(b)
		if err != nil {
			return nil, fmt.Errorf("%w: manifest %s: %w", store.ErrCorrupt, d, err)
		}
		for _, f := range m.Files {
			used[f.Digest] = struct{}{}
		}
	}
	for d := range snap.Drafts(standard.Name{}) {
		for _, f := range d.Files {
			used[f.Digest] = struct{}{}
		}
	}
	return used, nil
}

// sweepOften sweeps until ctx is done.
func (r *Registry) sweepOften(ctx context.Context) {
	for pause(ctx, r.cfg.SweepEvery) {
		n, freed, err := r.Sweep(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrBusy): // the next one will do
		case err != nil:
			r.log.LogAttrs(ctx, slog.LevelWarn, "sweep of orphaned blobs failed", slog.Any("error", err))
		case n > 0:
			r.log.LogAttrs(ctx, slog.LevelInfo, "orphaned blobs removed", slog.Int("blobs", n), slog.Int64("bytes", freed))
		}
	}
}

// pause waits; false: ctx is done.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
