package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Config is what a registry needs. Zero values stand for the defaults, but for
// Store and Replica, which are required.
type Config struct {
	Store   store.Store
	Replica *replica.Replica // over the same store; started and stopped by the caller
	Limits  Limits           // default: DefaultLimits()
	// BaseIRI is the base of persistent identifiers.
	BaseIRI string
	Now     func() time.Time // default: time.Now
	Rand    io.Reader        // of the salts; default: crypto/rand
	Logger  *slog.Logger     // default: none
	Metrics Metrics          // default: none
	// QueueLen is how many writes may wait; more get ErrBusy. Default 4096.
	QueueLen int
	// CommitTimeout bounds one attempt to commit. Default 5 s.
	CommitTimeout time.Duration
	// SweepEvery is how often orphaned blobs are looked for; default 1 hour,
	// negative: never. They are removed once they are older than SweepGrace,
	// default 24 hours.
	SweepEvery, SweepGrace time.Duration
	// ManifestCacheBytes and BlobCacheBytes bound the caches; default 64 MiB
	// and 128 MiB.
	ManifestCacheBytes, BlobCacheBytes int64
}

// Metrics takes what the registry counts. Its methods are called from many
// goroutines and return at once.
type Metrics interface {
	// Committed is called for each batch: changes and encoded bytes in it,
	// and how long the store took.
	Committed(changes, bytes int, took time.Duration)
	// Conflict is called when a batch is evaluated anew since the head moved.
	Conflict()
	// Refused is called for each proposal that was refused.
	Refused()
	// Swept is called after a sweep.
	Swept(blobs int, bytes int64)
	// CacheHit and CacheMiss are called for "manifest" and "blob".
	CacheHit(cache string)
	CacheMiss(cache string)
}

// Caller says who asks for a write and how.
type Caller struct {
	Actor string // opaque id, recorded in the log
	// RequestID makes the write idempotent for 24 hours; empty: it is not. 1 to
	// 128 printable ASCII characters. Method is the full name of the RPC, and
	// Hash is that of the request without its id.
	RequestID string
	Method    string
	Hash      standard.Digest
	// ValidateOnly checks everything on the newest state and writes nothing.
	ValidateOnly bool
}

// Receipt says at which revision a write can be read.
type Receipt struct {
	Revision standard.Revision
	// Already says that nothing had to be written.
	Already bool
}

// Registry serves the use cases. Its methods are safe for concurrent use.
type Registry struct {
	cfg       Config
	store     store.Store
	replica   *replica.Replica
	limits    Limits
	log       *slog.Logger
	metrics   Metrics
	committer *committer
	manifests *manifestCache
	blobs     *blobCache
	whole     *wholeCache
	outcomes  *outcomeCache

	done sync.WaitGroup
	stop context.CancelFunc // set by Start

	mu        sync.Mutex // guards what follows
	running   bool       // writes are taken
	importing bool
	meta      store.Meta
}

// New makes a registry that is not started. The error says what is wrong with
// the configuration.
func New(cfg Config) (*Registry, error) {
	if cfg.Store == nil || cfg.Replica == nil {
		return nil, errors.New("registry: a store and a replica are required")
	}
	if cfg.Limits == (Limits{}) {
		cfg.Limits = DefaultLimits()
	}
	if err := cfg.Limits.Validate(); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	orDefault(&cfg.QueueLen, 4096)
	orDefault(&cfg.CommitTimeout, 5*time.Second)
	orDefault(&cfg.SweepEvery, time.Hour)
	orDefault(&cfg.SweepGrace, 24*time.Hour)
	orDefault(&cfg.ManifestCacheBytes, 64<<20)
	orDefault(&cfg.BlobCacheBytes, 128<<20)
	orDefault[io.Reader](&cfg.Rand, rand.Reader)
	orDefault(&cfg.Logger, slog.New(slog.DiscardHandler))
	orDefault[Metrics](&cfg.Metrics, noMetrics{})
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	r := &Registry{
		cfg: cfg, store: cfg.Store, replica: cfg.Replica, limits: cfg.Limits, log: cfg.Logger, metrics: cfg.Metrics,
		manifests: newByteCache[*standard.Manifest](cfg.ManifestCacheBytes),
		blobs:     newByteCache[smallBytes](cfg.BlobCacheBytes),
		whole:     newWholeCache(),
		outcomes:  newOutcomeCache(),
	}
	r.committer = newCommitter(r)
	return r, nil
}

func orDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// Limits are the limits in force.
func (r *Registry) Limits() Limits { return r.limits }

// BaseIRI is the base of persistent identifiers.
func (r *Registry) BaseIRI() string { return r.cfg.BaseIRI }

// Meta identifies the registry; zero before Start.
func (r *Registry) Meta() store.Meta {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.meta
}

// readMeta reads the identity anew: an import into an empty registry, on
// whichever replica, brings another.
func (r *Registry) readMeta(ctx context.Context) error {
	meta, err := r.store.Meta(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.meta = meta
	return nil
}

// Etag is the etag of a record that was last changed at rev.
func Etag(rev standard.Revision) string { return "r" + strconv.FormatUint(uint64(rev), 10) }

// Start reads the registry's identity, and starts the committer, the sweeper
// and what keeps the caches right. The replica must have been started. The
// log of an empty registry stays empty until the first write, which opens it,
// so that an archive can be imported into it.
func (r *Registry) Start(ctx context.Context) error {
	after := r.replica.Snapshot().Revision()
	meta, err := r.store.Meta(ctx)
	if err != nil {
		return fmt.Errorf("registry: start: %w", err)
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running || r.stop != nil {
		stop()
		return errors.New("registry: started twice")
	}
	r.meta, r.stop, r.running = meta, stop, true
	r.done.Go(func() { r.committer.run(run) })
	r.done.Go(func() { r.followLog(run, after) })
	if r.cfg.SweepEvery > 0 {
		r.done.Go(func() { r.sweepOften(run) })
	}
	return nil
}

// Stop refuses new writes, ends those that wait with ErrClosed, and waits for
// the goroutines. A commit that is under way is finished. Reads go on.
func (r *Registry) Stop() {
	r.mu.Lock()
	r.running = false
	stop := r.stop
	r.mu.Unlock()
	if stop != nil {
		stop()
	}
	r.done.Wait()
}

type noMetrics struct{}

func (noMetrics) Committed(int, int, time.Duration) {}
func (noMetrics) Conflict()                         {}
func (noMetrics) Refused()                          {}
func (noMetrics) Swept(int, int64)                  {}
func (noMetrics) CacheHit(string)                   {}
func (noMetrics) CacheMiss(string)                  {}
