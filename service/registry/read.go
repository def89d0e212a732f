package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// ReadOptions says how fresh a read must be.
type ReadOptions struct {
	MinRevision  standard.Revision // wait for at least this one; 0: any
	Linearizable bool              // see every write acknowledged before the call
}

// Reading is the catalogue as a read sees it.
type Reading struct {
	*replica.Snapshot
	// Staleness is how long ago the snapshot was last known to be level with
	// the store; 0: it is.
	Staleness time.Duration
	// Now is the present to answer for: by this replica's clock, but never
	// before what the snapshot records, so that a clock which is behind
	// another replica's hides nothing that was just written there.
	Now time.Time
}

// Now is the present to show what was just written at; see Reading. It must
// not be called before the replica has started.
func (r *Registry) Now() time.Time { return recordTime(r.cfg.Now(), r.replica.Snapshot()) }

// Read gives a snapshot that is as fresh as asked, waiting for it until ctx is
// done. A revision beyond the newest gives a *FutureError; to know that, and
// for a linearizable read, the store has to be reachable.
func (r *Registry) Read(ctx context.Context, o ReadOptions) (Reading, error) {
	snap := r.replica.Snapshot()
	if snap == nil {
		return Reading{}, fmt.Errorf("%w: the catalogue is being loaded", store.ErrUnavailable)
	}
	if o.Linearizable || o.MinRevision > snap.Revision() {
		var err error
		if snap, err = r.fresher(ctx, o); err != nil {
			return Reading{}, err
		}
	}
	return Reading{Snapshot: snap, Staleness: r.replica.Staleness(), Now: recordTime(r.cfg.Now(), snap)}, nil
}

func (r *Registry) fresher(ctx context.Context, o ReadOptions) (*replica.Snapshot, error) {
	head, err := r.store.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the head: %w", unavailable(err))
	}
	if o.MinRevision > head.Index {
		return nil, &FutureError{Asked: o.MinRevision, Newest: head.Index}
	}
	want := o.MinRevision
	if o.Linearizable {
		want = head.Index
	}
	snap, err := r.replica.WaitFor(ctx, want)
	if err != nil {
		return nil, unavailable(err)
	}
	return snap, nil
}

// newest is a snapshot that shows every acknowledged write.
func (r *Registry) newest(ctx context.Context) (*replica.Snapshot, error) {
	return r.fresher(ctx, ReadOptions{Linearizable: true})
}

// Manifest reads the manifest of a version by its digest, which is its
// version's. What it returns is shared and must not be changed. Errors:
// *NotFoundError; store.ErrCorrupt if the bytes are no manifest.
func (r *Registry) Manifest(ctx context.Context, d standard.Digest) (*standard.Manifest, error) {
	if m, ok := r.manifests.get(d); ok {
		r.metrics.CacheHit("manifest")
		return m, nil
	}
	r.metrics.CacheMiss("manifest")
	b, err := r.readBlob(ctx, d, maxManifest)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	m, err := standard.ParseManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%w: manifest %s: %w", store.ErrCorrupt, d, err)
	}
	r.manifests.put(d, m, manifestWeight(m, len(b)))
	return m, nil
}

// manifestWeight is about what a parsed manifest takes up in memory.
func manifestWeight(m *standard.Manifest, encoded int) int64 {
	const perFile, perLink, perMember, fixed = 96, 64, 56, 256
	return int64(encoded + fixed + perFile*len(m.Files) + perLink*len(m.Links) + perMember*len(m.Members))
}

// Changes reads at most limit entries of the log with after < Index, in order,
// drafts included. Fewer, or none: there are no more for the moment.
func (r *Registry) Changes(ctx context.Context, after standard.Revision, limit int) ([]*standard.Entry, error) {
	snap := r.replica.Snapshot()
	if snap == nil {
		return nil, fmt.Errorf("%w: the catalogue is being loaded", store.ErrUnavailable)
	}
	return r.entries(ctx, snap, after, limit)
}

// entries reads the log as far as the snapshot goes, from memory where it
// reaches back that far, else from the store.
func (r *Registry) entries(ctx context.Context, snap *replica.Snapshot, after standard.Revision, limit int) ([]*standard.Entry, error) {
	if es, ok := snap.Entries(after, limit); ok {
		return es, nil
	}
	limit = int(min(standard.Revision(limit), snap.Revision()-after))
	es, err := r.store.Entries(ctx, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read the log after %d: %w", after, unavailable(err))
	}
	return es, nil
}

// notFound turns the store's answer for an absent blob into a NotFoundError.
func notFound(err error, resource string) error {
	if errors.Is(err, store.ErrNotFound) {
		return &NotFoundError{Resource: resource}
	}
	return unavailable(err)
}
