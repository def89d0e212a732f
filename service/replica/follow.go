package replica

import (
	"context"
	"errors"
	"log/slog"

	"github.com/etalon-registry/etalon/service/store"
)

// follow takes commits from the store until ctx is done. The snapshot stays
// readable whatever happens to the store.
func (r *Replica) follow(ctx context.Context) {
	pause := r.cfg.Backoff
	for {
		since := r.contact.Load()
		err := r.cfg.Store.Follow(ctx, r.current.Load().head, func(c store.Commit) error {
			if err := r.take(c); err != nil {
				return err
			}
			r.mark()
			return nil
		}, r.mark)
		lost := r.following.Swap(false)
		if ctx.Err() != nil {
			return
		}
		if r.contact.Load() != since {
			pause = r.cfg.Backoff
		}
		if r.recover(ctx, err, lost) {
			continue
		}
		r.retries.Add(1)
		if !wait(ctx, pause) {
			return
		}
		pause = min(2*pause, r.cfg.MaxBackoff)
	}
}

// recover does what the error of Follow asks for, and says whether to go on at
// once. A commit that can't be applied is answered like a lost history: what
// the store holds counts.
func (r *Replica) recover(ctx context.Context, err error, lost bool) bool {
	compacted := errors.Is(err, store.ErrCompacted)
	if lost && !compacted {
		r.log.LogAttrs(ctx, slog.LevelWarn, "lost the store, reads go on", slog.Any("error", err))
	}
	if !compacted && !errors.Is(err, store.ErrCorrupt) {
		return false
	}
	if again := r.reload(ctx); again != nil {
		r.log.LogAttrs(ctx, slog.LevelError, "catalogue not loaded anew", slog.Any("error", again))
		return false
	}
	r.mark()
	r.log.LogAttrs(ctx, slog.LevelInfo, "catalogue loaded anew",
		slog.Any("cause", err), slog.Uint64("revision", uint64(r.current.Load().Revision())))
	return compacted
}

// mark notes a sign of life: the store is reachable and the snapshot level.
func (r *Replica) mark() {
	r.contact.Store(r.cfg.Now().UnixNano())
	r.following.Store(true)
}
