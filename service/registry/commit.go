package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// maxWaiting bounds how many proposals the committer holds at once. A batch
// takes fewer; the rest go into the next.
const maxWaiting = 256

// committer commits proposals, one batch at a time. Its fields belong to the
// goroutine of run, the queue aside.
type committer struct {
	r     *Registry
	queue chan *proposal
	// head is the newest known, and own is the catalogue after our last
	// commit, in case the replica is behind it.
	head store.Head
	own  *replica.Snapshot
}

func newCommitter(r *Registry) *committer {
	return &committer{r: r, queue: make(chan *proposal, r.cfg.QueueLen)}
}

// run commits what is queued until ctx is done.
func (c *committer) run(ctx context.Context) {
	var waiting []*proposal
	for {
		if len(waiting) == 0 {
			select {
			case p := <-c.queue:
				waiting = append(waiting, p)
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			c.refuseAll(waiting)
			return
		}
		waiting = c.round(ctx, c.fill(waiting))
	}
}

// fill adds what else is queued, without waiting for more.
func (c *committer) fill(waiting []*proposal) []*proposal {
	for len(waiting) < maxWaiting {
		select {
		case p := <-c.queue:
			waiting = append(waiting, p)
		default:
			return waiting
		}
	}
	return waiting
}

func (c *committer) refuseAll(waiting []*proposal) {
	for _, p := range waiting {
		p.fail(ErrClosed)
	}
	for {
		select {
		case p := <-c.queue:
			p.fail(ErrClosed)
		default:
			return
		}
	}
}

// round makes one batch of the first proposals that fit, commits it, and
// returns those that are still without a verdict.
func (c *committer) round(ctx context.Context, waiting []*proposal) []*proposal {
	waiting = slices.DeleteFunc(waiting, func(p *proposal) bool { return !p.start() })
	base, snap, err := c.base(ctx)
	if err == nil {
		waiting, err = c.settleDoubts(ctx, waiting, snap)
	}
	if err != nil {
		for _, p := range waiting {
			p.fail(err)
		}
		return nil
	}
	b := c.r.newBatch(base, snap)
	n := 0
	for n < len(waiting) && b.add(waiting[n]) {
		n++
		if waiting[n-1].alone {
			break
		}
	}
	rest := waiting[n:]
	if len(b.taken) == 0 {
		return append(c.confirm(ctx, b), rest...)
	}
	return c.pipeline(ctx, b, rest)
}

// base is the newest head that is known, with the catalogue at it.
func (c *committer) base(ctx context.Context) (store.Head, *replica.Snapshot, error) {
	snap := c.r.replica.Snapshot()
	if c.own != nil && c.own.Revision() > snap.Revision() {
		snap = c.own
	}
	if snap.Revision() < c.head.Index {
		ctx, cancel := context.WithTimeout(ctx, c.r.cfg.CommitTimeout)
		defer cancel()
		var err error
		if snap, err = c.r.replica.WaitFor(ctx, c.head.Index); err != nil {
			return store.Head{}, nil, fmt.Errorf("%w: the replica does not reach revision %d: %w", store.ErrUnavailable, c.head.Index, err)
		}
	}
	if h := snap.Head(); snap != c.own && (h.Index > c.head.Index || h.Sweeps >= c.head.Sweeps) {
		c.head = h
	}
	if c.own != nil && c.own.Revision() < snap.Revision() {
		c.own = nil
	}
	return c.head, snap, nil
}

// refresh reads the head, linearizably.
func (c *committer) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.r.cfg.CommitTimeout)
	defer cancel()
	h, err := c.r.store.Head(ctx)
	if err != nil {
		return fmt.Errorf("read the head: %w", unavailable(err))
	}
	c.head = h
	return nil
}

// confirm gives the verdicts of a batch without anything to write, once it is
// sure that they rest on the newest head. It returns the proposals that have
// to be evaluated anew.
func (c *committer) confirm(ctx context.Context, b *batch) []*proposal {
	if err := c.refresh(ctx); err != nil {
		for _, p := range b.judged {
			p.fail(err)
		}
		return nil
	}
	if c.head.Index != b.base.Index {
		return c.again(ctx, b.judged)
	}
	c.judge(b)
	return nil
}

func (c *committer) judge(b *batch) {
	for _, p := range b.judged {
		if p.verdict.err != nil && p.doubtful {
			p.fail(p.verdict.err)
			continue
		}
		if p.verdict.err != nil {
			c.r.metrics.Refused()
		} else if p.caller.RequestID != "" && p.verdict.replay == nil {
			out := p.outcome(p.verdict.receipt.Revision)
			out.Already = true
			c.r.outcomes.put(out)
		}
		p.reply()
	}
}

// failed follows a commit that did not succeed. It returns the proposals that
// have to be evaluated anew.
func (c *committer) failed(ctx context.Context, b *batch, err error) []*proposal {
	switch {
	case unknown(err):
		for _, p := range b.taken {
			p.doubt(b.base.Index)
		}
		return c.afterDoubt(ctx, b, err)
	case errors.Is(err, store.ErrConflict):
		c.r.metrics.Conflict()
		return c.lostRace(ctx, b, err)
	case errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrTooLarge):
		return c.apart(ctx, b, err)
	}
	for _, p := range b.taken {
		p.fail(unavailable(err))
	}
	return b.judged
}

// done makes a committed batch visible and gives its verdicts.
func (c *committer) done(b *batch, head store.Head) {
	c.head, c.own = head, b.snap
	c.r.replica.Install(store.Commit{Head: head, Records: b.records, Entries: b.entries}, b.snap)
	for _, p := range b.taken {
		p.verdict.snap = b.snap
		if p.caller.RequestID != "" {
			c.r.outcomes.put(p.outcome(p.verdict.receipt.Revision))
		}
		p.reply()
	}
	c.judge(b)
}

// lostRace follows a commit whose head had moved.
func (c *committer) lostRace(ctx context.Context, b *batch, cause error) []*proposal {
	all := slices.Concat(b.taken, b.judged)
	var moved *store.ConflictError
	if errors.As(cause, &moved) {
		c.head = moved.Head
	} else if err := c.refresh(ctx); err != nil {
		for _, p := range all {
			p.fail(err)
		}
		return nil
	}
	return c.again(ctx, all)
}

// again prepares proposals for another evaluation: another replica may have
// done what one of them asks for under the same request id.
func (c *committer) again(ctx context.Context, ps []*proposal) []*proposal {
	rest, _ := c.replay(ctx, ps)
	return rest
}

// replay answers the proposals whose request was done already, by whichever
// replica. It returns the others, and how many it answered.
func (c *committer) replay(ctx context.Context, ps []*proposal) ([]*proposal, int) {
	n := 0
	rest := slices.DeleteFunc(slices.Clone(ps), func(p *proposal) bool {
		if p.caller.RequestID == "" || p.doubtful {
			return false
		}
		ctx, cancel := context.WithTimeout(ctx, c.r.cfg.CommitTimeout)
		defer cancel()
		out, err := c.r.store.Outcome(ctx, p.caller.RequestID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return false
		case err != nil:
			p.fail(unavailable(err))
			return true
		}
		c.r.outcomes.put(out)
		p.verdict = c.r.replayed(p.caller, out)
		p.reply()
		n++
		return true
	})
	return rest, n
}

// apart follows a batch that the store refuses though its head is right: the
// request of one was done already, or it is one too large. Each is tried
// alone, so that it can't fail its neighbours.
func (c *committer) apart(ctx context.Context, b *batch, err error) []*proposal {
	rest, replayed := c.replay(ctx, b.taken)
	if len(b.taken) == 1 && replayed == 0 {
		for _, p := range rest {
			p.fail(err)
		}
		return b.judged
	}
	for _, p := range rest {
		p.alone = true
	}
	return append(rest, b.judged...)
}

// afterDoubt follows a commit whose answer was lost. The head tells what
// became of it; see settleDoubts.
func (c *committer) afterDoubt(ctx context.Context, b *batch, cause error) []*proposal {
	deadline := time.Now().Add(c.r.cfg.CommitTimeout)
	pause := 10 * time.Millisecond
	for {
		err := c.refresh(ctx)
		if err == nil {
			return append(b.taken, b.judged...)
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			for _, p := range b.taken {
				p.fail(cause)
			}
			for _, p := range b.judged {
				p.fail(err)
			}
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, time.Second)
	}
}

// settleDoubts finds out which of the proposals whose answer was lost went in:
// their salts are in the log then. The others are evaluated anew: once the
// head has moved, the lost write can't go in any more, and until then a new
// attempt on the same head excludes it.
func (c *committer) settleDoubts(ctx context.Context, waiting []*proposal, snap *replica.Snapshot) ([]*proposal, error) {
	var since standard.Revision
	doubts := 0
	for _, p := range waiting {
		if p.doubtful {
			if doubts == 0 || p.since < since {
				since = p.since
			}
			doubts++
		}
	}
	if doubts == 0 || snap.Revision() == since {
		return waiting, nil
	}
	found, err := c.findSalts(ctx, snap, since)
	if err != nil {
		return waiting, err
	}
	return slices.DeleteFunc(waiting, func(p *proposal) bool {
		if !p.doubtful || snap.Revision() == p.since {
			return false
		}
		p.doubtful = false
		last := standard.Revision(0)
		for _, s := range p.salts {
			last = max(last, found[s])
		}
		if last == 0 {
			return false
		}
		if p.caller.RequestID != "" {
			c.r.outcomes.put(p.outcome(last))
		}
		p.verdict = verdict{receipt: Receipt{Revision: last}, snap: snap}
		p.reply()
		return true
	}), nil
}

// findSalts gives the index of each entry after a revision by its salt.
func (c *committer) findSalts(ctx context.Context, snap *replica.Snapshot, after standard.Revision) (map[salt]standard.Revision, error) {
	ctx, cancel := context.WithTimeout(ctx, c.r.cfg.CommitTimeout)
	defer cancel()
	found := make(map[salt]standard.Revision)
	for after < snap.Revision() {
		es, err := c.r.entries(ctx, snap, after, 1000)
		if err != nil {
			return nil, err
		}
		if len(es) == 0 {
			return nil, fmt.Errorf("%w: the log ends at %d, the catalogue at %d", store.ErrCorrupt, after, snap.Revision())
		}
		for _, e := range es {
			found[e.Salt] = e.Index
		}
		after = es[len(es)-1].Index
	}
	return found, nil
}

// unknown says whether a commit may have gone in despite its error.
func unknown(err error) bool {
	if errors.Is(err, store.ErrUnknownOutcome) {
		return true
	}
	return !errors.Is(err, store.ErrUnavailable) &&
		(errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled))
}

// unavailable marks what is but a deadline of ours, so that callers see the
// store at fault and not their request.
func unavailable(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknownOutcome) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return err
}
