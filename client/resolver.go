package client

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// ResolverOptions set up a Resolver. The zero value is good.
type ResolverOptions struct {
	// Entries bounds the answers kept; 0 means 1,000,000. About 800 bytes
	// each.
	Entries int
	// MaxSilence is how long the feed may be silent before kept answers are
	// no longer given and each question goes to the server; 0 means 30 s.
	// Heartbeats come three times as often.
	MaxSilence time.Duration
	// Prereleases lets ranges and "latest" pick pre-releases.
	Prereleases bool
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Resolver resolves references and keeps the answers for as long as they are
// true: the change feed tells what was written, the clock when a recorded
// future step takes effect. So a kept answer is what the registry would say at
// the revision that the feed was heard to. While the feed can't be heard
// answers are given for MaxSilence more, then each question is asked.
//
// The clock is this machine's: where it is slow, a step that was recorded
// ahead takes effect that much later here. A Resolver is safe for concurrent
// use.
type Resolver struct {
	client *Client
	opts   ResolverOptions
	cancel context.CancelFunc
	done   chan struct{}

	mu   sync.RWMutex
	kept map[string]*answer
	// byName finds the kept answers that a change to a standard may touch;
	// byKey those that a new designation may make ambiguous, by the normal
	// form of their text; loose are those that a change anywhere may touch:
	// failures, and designations, whose meaning hangs on more than one
	// standard.
	byName map[standard.Name]map[string]struct{}
	byKey  map[string]map[string]struct{}
	loose  map[string]struct{}
	// changed is the feed's newest revision for each standard since the feed
	// began at floor, so that an answer that was read before a change and
	// arrives after it is not kept. any is the same for loose answers, and
	// claimed for those that a designation may touch.
	changed      map[standard.Name]uint64
	any, claimed uint64
	heard        time.Time
	heardTo      uint64 // revision
	live         bool
	epoch        uint64 // counts how often the feed began
	floor        uint64 // revision at which it began last

	hits, misses atomic.Uint64
}

// answer is one kept verdict.
type answer struct {
	res  *etalonv1.ResolveResponse // nil: failure
	fail *etalonv1.Failure
	name standard.Name // zero: loose only
	key  string        // normal form of a text that could be a designation too; empty: it can't
	next time.Time     // zero: no end known
}

// NewResolver starts a resolver on a client; Close it before the client.
func NewResolver(c *Client, o ResolverOptions) *Resolver {
	if o.Entries <= 0 {
		o.Entries = 1_000_000
	}
	if o.MaxSilence <= 0 {
		o.MaxSilence = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Resolver{client: c, opts: o, cancel: cancel, done: make(chan struct{})}
	r.clear()
	go r.follow(ctx)
	return r
}

// Close stops following the feed and waits for it.
func (r *Resolver) Close() {
	r.cancel()
	<-r.done
}

// Stats are counts since the resolver was made.
type Stats struct {
	Hits, Misses uint64
	Kept         int    // answers kept now
	Live         bool   // whether kept answers are being given
	Revision     uint64 // the feed was heard up to it; 0: not yet
}

// Stats reads the counters.
func (r *Resolver) Stats() Stats {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return Stats{r.hits.Load(), r.misses.Load(), len(r.kept), r.fresh(r.opts.Now()), r.heardTo}
}

// Resolve answers from what is kept, or asks. The answer is shared: don't
// change it. *Failed is the error where a reference has none.
func (r *Resolver) Resolve(ctx context.Context, ref string) (*etalonv1.ResolveResponse, error) {
	if a := r.find(ref); a != nil {
		r.hits.Add(1)
		return a.verdict(ref)
	}
	var last *answer
	err := r.ask(ctx, []string{ref}, func(_ int, a *answer) { last = a })
	if err != nil {
		return nil, err
	}
	return last.verdict(ref)
}

// ResolveAll resolves any number of references: kept answers at once, the
// rest in batches. Results and errors are in the order asked; an error of
// *Failed concerns its reference alone. err is a fault of the connection.
func (r *Resolver) ResolveAll(ctx context.Context, refs []string) (res []*etalonv1.ResolveResponse, failed []error, err error) {
	res, failed = make([]*etalonv1.ResolveResponse, len(refs)), make([]error, len(refs))
	var ask []string
	var where []int
	for i, ref := range refs {
		if a := r.find(ref); a != nil {
			res[i], failed[i] = a.verdict(ref)
			continue
		}
		ask, where = append(ask, ref), append(where, i)
	}
	r.hits.Add(uint64(len(refs) - len(ask)))
	if len(ask) == 0 {
		return res, failed, nil
	}
	err = r.ask(ctx, ask, func(i int, a *answer) {
		res[where[i]], failed[where[i]] = a.verdict(ask[i])
	})
	return res, failed, err
}

func (a *answer) verdict(ref string) (*etalonv1.ResolveResponse, error) {
	if a.res == nil {
		return nil, &Failed{Ref: ref, Failure: a.fail}
	}
	return a.res, nil
}

// find returns a kept answer that is true now; nil: ask.
func (r *Resolver) find(ref string) *answer {
	now := r.opts.Now()
	r.mu.RLock()
	a, fresh := r.kept[ref], r.fresh(now)
	r.mu.RUnlock()
	if a == nil || !fresh || !a.next.IsZero() && !now.Before(a.next) {
		return nil
	}
	return a
}

// fresh says whether the feed was heard lately. r.mu is held.
func (r *Resolver) fresh(now time.Time) bool {
	return r.live && now.Sub(r.heard) < r.opts.MaxSilence
}

// ask asks the server and keeps what came.
func (r *Resolver) ask(ctx context.Context, refs []string, yield func(int, *answer)) error {
	r.misses.Add(uint64(len(refs)))
	r.mu.RLock()
	epoch := r.epoch
	r.mu.RUnlock()
	req := &etalonv1.BatchResolveRequest{Refs: refs, IncludePrereleases: r.opts.Prereleases}
	return r.client.batches(ctx, req, func(i int, v *etalonv1.BatchResolveResponse_Result, of *etalonv1.BatchResolveResponse) {
		a := newAnswer(refs[i], v, of)
		r.keep(refs[i], a, epoch, of.GetRevision())
		yield(i, a)
	})
}

// newAnswer is a verdict with what it hangs on. A registry that doesn't say of
// a failure when it may end says it of the batch.
func newAnswer(ref string, v *etalonv1.BatchResolveResponse_Result, of *etalonv1.BatchResolveResponse) *answer {
	a := &answer{res: v.GetResolved(), fail: v.GetFailure()}
	next := a.fail.GetNextChangeTime()
	switch {
	case a.res != nil:
		next = a.res.GetNextChangeTime()
	case next == nil:
		next = of.GetNextChangeTime()
	}
	if next != nil {
		a.next = next.AsTime()
	}
	// What looks like a reference may have been taken for a designation, whose
	// holder is another standard.
	text := strings.TrimSpace(ref)
	parsed, err := standard.ParseRef(text)
	if name, ok := changedStandard(a.res.GetName()); ok && err == nil && name == parsed.Name {
		a.name = name
		if !strings.HasPrefix(text, standard.RefPrefix) {
			a.key = designation.Key(text)
		}
	}
	return a
}

// keep stores an answer that was asked for in an epoch of the feed and read at
// rev, unless a change that it may hang on has been heard since.
func (r *Resolver) keep(ref string, a *answer, epoch, rev uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.live || epoch != r.epoch || rev < r.floor {
		return
	}
	loose := a.name.IsZero()
	if loose && rev < r.any || !loose && rev < r.changed[a.name] || a.key != "" && rev < r.claimed {
		return
	}
	r.forget(ref)
	if len(r.kept) >= r.opts.Entries {
		r.evict()
	}
	r.kept[ref] = a
	if loose {
		r.loose[ref] = struct{}{}
		return
	}
	index(r.byName, a.name, ref)
	if a.key != "" {
		index(r.byKey, a.key, ref)
	}
}

func index[K comparable](in map[K]map[string]struct{}, k K, ref string) {
	refs := in[k]
	if refs == nil {
		refs = map[string]struct{}{}
		in[k] = refs
	}
	refs[ref] = struct{}{}
}

func unindex[K comparable](in map[K]map[string]struct{}, k K, ref string) {
	if refs := in[k]; refs != nil {
		delete(refs, ref)
		if len(refs) == 0 {
			delete(in, k)
		}
	}
}

// evict makes room by dropping an arbitrary hundredth: the order of a map is
// random, so no pattern of questions defeats it. r.mu is held.
func (r *Resolver) evict() {
	n := max(1, r.opts.Entries/100)
	for ref := range r.kept {
		if n == 0 {
			return
		}
		r.forget(ref)
		n--
	}
}

// forget drops one answer. r.mu is held.
func (r *Resolver) forget(ref string) {
	a := r.kept[ref]
	if a == nil {
		return
	}
	delete(r.kept, ref)
	delete(r.loose, ref)
	unindex(r.byName, a.name, ref)
	unindex(r.byKey, a.key, ref)
}

// clear drops everything. r.mu is held, or nobody else knows r yet.
func (r *Resolver) clear() {
	r.kept = map[string]*answer{}
	r.byName = map[standard.Name]map[string]struct{}{}
	r.byKey = map[string]map[string]struct{}{}
	r.loose = map[string]struct{}{}
	r.changed = map[standard.Name]uint64{}
	r.any, r.claimed, r.heardTo = 0, 0, 0
}
