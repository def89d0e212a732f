package registry

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// proposal is one write on its way through the committer. Until it is taken
// its caller may drop it; from then on its fields belong to the committer,
// until the reply.
type proposal struct {
	caller  Caller
	subject string // resource name of what is written
	// evaluate makes the change, or refuses with an error. It is called once
	// or more, each time on a newer state, and keeps nothing from one call to
	// the next.
	evaluate func(*change) error

	done  <-chan struct{} // closed when the caller no longer waits
	state atomic.Int32
	ready chan struct{} // closed with the reply

	verdict verdict
	salts   []salt
	alone   bool // not to be batched with others
	// doubtful: an attempt on a head with index since may have gone in.
	doubtful bool
	since    standard.Revision
}

// The states of a proposal.
const (
	queued int32 = iota
	taken
	dropped
)

// verdict is what became of a proposal.
type verdict struct {
	receipt Receipt
	// snap is the catalogue with the change in it; nil where that has to be
	// waited for.
	snap *replica.Snapshot
	// replay is the outcome of an earlier write with the same request id.
	replay *standard.Outcome
	err    error
}

// start takes the proposal out of its caller's hands; false: the caller is
// gone, and it is not evaluated any more.
func (p *proposal) start() bool {
	select {
	case <-p.done:
		p.state.CompareAndSwap(queued, dropped)
		return false
	default:
		return p.state.Load() == taken || p.state.CompareAndSwap(queued, taken)
	}
}

// fail replies with an error. Where an attempt may have gone in, it says so.
func (p *proposal) fail(err error) {
	if p.doubtful && !errors.Is(err, store.ErrUnknownOutcome) {
		err = fmt.Errorf("%w: %w", store.ErrUnknownOutcome, err)
	}
	p.verdict = verdict{err: err}
	p.reply()
}

func (p *proposal) reply() { close(p.ready) }

// doubt notes that the answer to an attempt on a head was lost.
func (p *proposal) doubt(on standard.Revision) {
	if !p.doubtful {
		p.doubtful, p.since = true, on
	}
}

func (p *proposal) outcome(rev standard.Revision) *standard.Outcome {
	return &standard.Outcome{
		RequestID: p.caller.RequestID, Method: p.caller.Method, Hash: p.caller.Hash,
		Subject: p.subject, Revision: rev,
	}
}

// write sends a change through the committer and waits for its verdict. The
// snapshot of the verdict has the change in it.
func (r *Registry) write(ctx context.Context, c Caller, subject string, evaluate func(*change) error) (verdict, error) {
	if err := c.check(); err != nil {
		return verdict{}, err
	}
	if err := r.reachable(ctx); err != nil {
		return verdict{}, err
	}
	if c.ValidateOnly {
		return r.tryOut(ctx, c, evaluate)
	}
	if c.RequestID != "" {
		out, err := r.earlier(ctx, c.RequestID)
		if err != nil {
			return verdict{}, err
		}
		if out != nil {
			return r.arrive(ctx, r.replayed(c, out))
		}
	}
	p := &proposal{caller: c, subject: subject, evaluate: evaluate, done: ctx.Done(), ready: make(chan struct{})}
	if err := r.enqueue(p); err != nil {
		return verdict{}, err
	}
	select {
	case <-p.ready:
		return r.arrive(ctx, p.verdict)
	case <-ctx.Done():
	}
	if p.state.CompareAndSwap(queued, dropped) || p.state.Load() == dropped {
		return verdict{}, fmt.Errorf("write %s: %w", subject, unavailable(ctx.Err()))
	}
	select {
	case <-p.ready:
		return r.arrive(ctx, p.verdict)
	default:
		return verdict{}, fmt.Errorf("write %s: %w: %w", subject, store.ErrUnknownOutcome, ctx.Err())
	}
}

// Where the replica has heard nothing of the store for longer than doubtAfter,
// a write first asks whether it is there, and gives it probeTimeout to answer.
const (
	doubtAfter   = 5 * time.Second
	probeTimeout = time.Second
)

// reachable lets writes fail fast while the store is away.
func (r *Registry) reachable(ctx context.Context) error {
	if r.replica.Staleness() < doubtAfter {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	if _, err := r.store.Head(ctx); err != nil {
		return fmt.Errorf("write: %w", unavailable(err))
	}
	return nil
}

// enqueue hands a proposal to the committer.
func (r *Registry) enqueue(p *proposal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.running:
		return ErrClosed
	case r.importing:
		return fmt.Errorf("%w: an import is under way", ErrBusy)
	}
	select {
	case r.committer.queue <- p:
		return nil
	default:
		return fmt.Errorf("%w: %d", ErrBusy, cap(r.committer.queue))
	}
}

// arrive waits until this replica shows what the verdict speaks of.
func (r *Registry) arrive(ctx context.Context, v verdict) (verdict, error) {
	if v.err != nil {
		return v, v.err
	}
	cur, err := r.replica.WaitFor(ctx, v.receipt.Revision)
	if err != nil {
		return v, fmt.Errorf("wait for revision %d: %w", v.receipt.Revision, unavailable(err))
	}
	if v.snap == nil {
		v.snap = cur
	}
	return v, nil
}

// tryOut evaluates a change on the newest state and writes nothing. The
// snapshot of the verdict has the change in it all the same.
func (r *Registry) tryOut(ctx context.Context, c Caller, evaluate func(*change) error) (verdict, error) {
	snap, err := r.newest(ctx)
	if err != nil {
		return verdict{}, err
	}
	ch := &change{
		Snapshot: snap, sweeps: snap.Head().Sweeps, now: recordTime(r.cfg.Now(), snap),
		actor: c.Actor, salts: noSalts,
	}
	if err := evaluate(ch); err != nil {
		return verdict{}, err
	}
	v := verdict{receipt: Receipt{Revision: snap.Revision(), Already: len(ch.entries) == 0}, snap: snap}
	if err := ch.seal(r.store); err != nil {
		return verdict{}, err
	}
	ops, bytes, err := r.measure(ch, nil)
	if err != nil {
		return verdict{}, err
	}
	if ops+headOps > store.MaxBatchOps || bytes+headBytes > store.MaxBatchBytes {
		return verdict{}, store.ErrTooLarge
	}
	if v.snap, err = snap.Apply(ch.commit()); err != nil {
		return verdict{}, err
	}
	return v, nil
}
