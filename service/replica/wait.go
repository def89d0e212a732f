package replica

import (
	"context"
	"fmt"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Changed returns a channel that is closed once the revision exceeds the given
// one, or the replica stops; if the given one lies ahead of the current, the
// channel may be closed earlier, at the next change. All watchers share one
// channel, so that a watcher costs nothing here: it keeps an index, reads
// Snapshot.Entries from there, or the store where the tail no longer reaches
// back, and then waits on Changed.
func (r *Replica) Changed(after standard.Revision) <-chan struct{} {
	if s := r.current.Load(); s != nil && s.Revision() > after {
		return closedChan()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.current.Load(); s != nil && s.Revision() > after {
		return closedChan()
	}
	return r.changed
}

func closedChan() <-chan struct{} {
	ch := make(chan struct{})
	close(ch)
	return ch
}

// WaitFor returns the current snapshot once its revision is at least rev. It
// returns ctx's error when ctx is done first, and store.ErrUnavailable when
// the replica stops first. Whether rev exists at all is for the caller to
// know: store.Head tells.
func (r *Replica) WaitFor(ctx context.Context, rev standard.Revision) (*Snapshot, error) {
	for {
		s := r.current.Load()
		if s != nil && s.Revision() >= rev {
			return s, nil
		}
		r.mu.Lock()
		changed, stopped := r.changed, r.stopped
		r.mu.Unlock()
		if stopped {
			return nil, fmt.Errorf("wait for revision %d: %w: the replica has stopped", rev, store.ErrUnavailable)
		}
		if now := r.current.Load(); now != s {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for revision %d: %w", rev, ctx.Err())
		}
	}
}
