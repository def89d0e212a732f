package registry

import (
	"context"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/store"
)

// pipeline commits a batch, and while it is with the store makes the next one
// on its result, and so on until there is none. It returns the proposals that
// are still without a verdict. A batch that fails takes the one after it back:
// that was evaluated on what is not there.
func (c *committer) pipeline(ctx context.Context, b *batch, waiting []*proposal) []*proposal {
	for {
		answer := c.send(ctx, b)
		next := b.following()
		var got committed
		got, waiting = c.gather(next, waiting, answer)
		if got.err != nil {
			return slices.Concat(c.failed(ctx, b, got.err), next.taken, next.judged, waiting)
		}
		c.done(b, got.head)
		if len(next.taken) == 0 || ctx.Err() != nil {
			return slices.Concat(next.taken, next.judged, waiting)
		}
		next.base = got.head
		b = next
	}
}

// committed is the store's answer to a batch.
type committed struct {
	head store.Head
	err  error
}

// send commits a batch without waiting for the answer. A commit that was begun
// is not called off when the registry stops.
func (c *committer) send(ctx context.Context, b *batch) <-chan committed {
	answer := make(chan committed, 1)
	c.r.done.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.r.cfg.CommitTimeout)
		defer cancel()
		started := time.Now()
		head, err := c.r.store.Commit(ctx, b.base, b.write())
		if err == nil {
			c.r.metrics.Committed(len(b.taken), b.bytes, time.Since(started))
		}
		answer <- committed{head, err}
	})
	return answer
}

// gather fills a batch with what waits and what comes in until the answer is
// there. Once a proposal has to wait for yet another batch, so do all after
// it.
func (c *committer) gather(next *batch, waiting []*proposal, answer <-chan committed) (committed, []*proposal) {
	n := 0
	for n < len(waiting) && addEarly(next, waiting[n]) {
		n++
	}
	waiting = slices.Clone(waiting[n:])
	for {
		queue := c.queue
		if len(waiting) > 0 {
			queue = nil
		}
		select {
		case got := <-answer:
			return got, waiting
		case p := <-queue:
			if !addEarly(next, p) {
				waiting = append(waiting, p)
			}
		}
	}
}

// addEarly adds a proposal to a batch whose base is not certain yet; false: it
// has to wait. One that is not wanted any more is dropped.
func addEarly(b *batch, p *proposal) bool {
	if p.doubtful || p.alone {
		return false
	}
	return !p.start() || b.add(p)
}
