package replica

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/etalon-registry/etalon/service/store"
)

// Config is what a replica needs. Zero values stand for the defaults.
type Config struct {
	Store  store.Catalogue  // required
	Logger *slog.Logger     // default: none
	Now    func() time.Time // default: time.Now
	// TailEntries is how many entries of the change log are kept in memory;
	// default 10,000.
	TailEntries int
	// PrimeEntries is how many of them are read at start; default 1,000, at
	// most TailEntries. Readers that resume after a restart are served from
	// them.
	PrimeEntries int
	// FreshFor is how long after the last sign of life from the store the
	// snapshot still counts as level with it; default 3 s. The store gives
	// one at least every second.
	FreshFor time.Duration
	// Backoff is the first pause after the store could not be reached; default
	// 50 ms. It doubles up to MaxBackoff, default 2 s, and is drawn at random
	// from its upper half.
	Backoff, MaxBackoff time.Duration
	// Part says, as the end of a sentence, which part of a registry the store
	// holds ("this bundle of 12 standards"), see resolve.PartialView; empty: all.
	Part string
}

// Replica keeps the current snapshot.
type Replica struct {
	cfg     Config
	log     *slog.Logger
	current atomic.Pointer[Snapshot]
	// contact is when the store was last known to be reachable and the
	// snapshot level with it, in Unix nanoseconds; following is false from the
	// moment that the connection is known to be lost.
	contact   atomic.Int64
	following atomic.Bool
	finder    *finder

	mu      sync.Mutex    // guards publishing and what follows
	changed chan struct{} // closed when the revision rises, then replaced
	stopped bool
	stop    context.CancelFunc

	done sync.WaitGroup

	applied, installed, reloads, retries atomic.Int64
}

// New makes a replica that is not started. It panics without a store.
func New(cfg Config) *Replica {
	if cfg.Store == nil {
		panic("replica: no store")
	}
	def(&cfg.Logger, slog.New(slog.DiscardHandler))
	def(&cfg.TailEntries, 10_000)
	def(&cfg.PrimeEntries, 1_000)
	cfg.PrimeEntries = min(cfg.PrimeEntries, cfg.TailEntries)
	def(&cfg.FreshFor, 3*time.Second)
	def(&cfg.Backoff, 50*time.Millisecond)
	def(&cfg.MaxBackoff, 2*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Replica{cfg: cfg, log: cfg.Logger, changed: make(chan struct{}), finder: newFinder()}
}

func def[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// Start loads the catalogue and returns; a goroutine follows the store until
// Stop. While the store can't be reached, Start tries again until ctx is done.
// It is called once.
func (r *Replica) Start(ctx context.Context) error {
	s, err := r.loadPatiently(ctx)
	if err != nil {
		return fmt.Errorf("replica: start: %w", err)
	}
	r.mark()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return fmt.Errorf("replica: start: %w", context.Canceled)
	}
	r.publish(s, nil, true)
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop = stop
	r.done.Go(func() { r.follow(follow) })
	r.done.Go(func() { r.finder.run(follow) })
	return nil
}

// Stop ends following and waits for it. The last snapshot stays readable; who
// waits for a revision gets store.ErrUnavailable.
func (r *Replica) Stop() {
	r.mu.Lock()
	if !r.stopped {
		r.stopped = true
		close(r.changed)
	}
	stop := r.stop
	r.mu.Unlock()
	if stop != nil {
		stop()
	}
	r.done.Wait()
	r.following.Store(false)
}

// Snapshot is the current one: never nil after Start, nil before. It does not
// wait.
func (r *Replica) Snapshot() *Snapshot { return r.current.Load() }

// Ready says whether the catalogue is loaded, so that reads can be answered.
// It stays true while the store is away: see Staleness.
func (r *Replica) Ready() bool { return r.current.Load() != nil }

// Staleness is how long ago the snapshot was last known to be level with the
// store; 0: it is fresh.
func (r *Replica) Staleness() time.Duration {
	since := r.cfg.Now().Sub(time.Unix(0, r.contact.Load()))
	if r.following.Load() && since <= r.cfg.FreshFor {
		return 0
	}
	return max(since, 1)
}

// Install offers the snapshot that a writer on this replica computed for its
// own commit, so that reads see it before the store brings it. c is the commit
// as the store acknowledged it, with its entries and the head returned. It is
// taken, and true returned, only if the commit directly follows the current
// snapshot. The store's own copy is skipped when it comes.
func (r *Replica) Install(c store.Commit, next *Snapshot) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	cur := r.current.Load()
	if cur == nil || r.stopped || len(c.Entries) == 0 || next.Revision() != c.Head.Index ||
		c.Entries[0].Index != cur.Revision()+1 || c.Head.Sweeps != cur.head.Sweeps {
		return false
	}
	next = next.at(c.Head)
	r.publish(next, c.Records, false)
	r.installed.Add(1)
	return true
}

// take applies a commit that the store brought, or skips it if it is there.
func (r *Replica) take(c store.Commit) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	cur := r.current.Load()
	if covers(cur.head, c.Head) {
		return nil
	}
	next, err := cur.Apply(c)
	if err != nil {
		return err
	}
	r.publish(next, c.Records, false)
	r.applied.Add(1)
	return nil
}

// covers says whether the state at h has everything of the state at g. Index
// and sweeps never fall, and every commit and sweep raises one.
func covers(h, g store.Head) bool { return g.Index <= h.Index && g.Sweeps <= h.Sweeps }

// publish makes s current and wakes who waits for it. records led to it; anew
// says that they are not known. The caller holds mu, and s is its own.
func (r *Replica) publish(s *Snapshot, records []store.Record, anew bool) {
	s.near, s.part = r.finder, r.cfg.Part
	old := r.current.Swap(s)
	r.finder.note(s, records, anew)
	if !r.stopped && (old == nil || old.Revision() < s.Revision()) {
		close(r.changed)
		r.changed = make(chan struct{})
	}
}
