package rpc

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// watchPage is how many entries a watcher takes from the log at once, and so
// the most that is held for it.
const watchPage = 256

// Watch sends changes as they happen. The first message says at once where
// the stream begins.
//
// A watcher holds one page and a revision, nothing is queued for it. Where its
// reader does not take a message within the send timeout, or falls too far
// behind after it was level, it is cut off with the revision to resume at.
func (s *Service) Watch(req *etalonv1.WatchRequest, stream grpc.ServerStreamingServer[etalonv1.WatchResponse]) error {
	ctx := stream.Context()
	w, err := s.newWatcher(ctx, req, stream)
	if err != nil {
		return err
	}
	if err := callOf(ctx).sendHeader(stream); err != nil {
		return &streamError{err}
	}
	s.metrics.watchers.Inc()
	defer s.metrics.watchers.Dec()
	defer w.stop()
	err = w.run(ctx)
	if _, slow := errors.AsType[*slowReaderError](err); slow {
		s.metrics.cutOff.Inc()
	}
	return err
}

// watcher is one stream.
type watcher struct {
	service   *Service
	stream    grpc.ServerStreamingServer[etalonv1.WatchResponse]
	pick      changeFilter
	after     standard.Revision // everything up to it was looked at
	sent      standard.Revision // and the reader was told so
	level     bool              // it had caught up once
	every     time.Duration     // between heartbeats
	heartbeat *time.Timer
	watchdog  *time.Timer
	done      chan error // of the message being sent
}

func (s *Service) newWatcher(ctx context.Context, req *etalonv1.WatchRequest, stream grpc.ServerStreamingServer[etalonv1.WatchResponse]) (*watcher, error) {
	var f fields
	w := &watcher{service: s, stream: stream, every: 15 * time.Second, done: make(chan error, 1)}
	w.pick = changeFilterIn(&f, req.GetAuthorities(), req.GetStandards(), req.GetTypes())
	switch n := req.GetHeartbeatSeconds(); {
	case n < 0 || n > 300:
		f.add("heartbeat_seconds", "%d is not between 1 and 300", n)
	case n > 0:
		w.every = time.Duration(n) * time.Second
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if id := s.registry.Meta().RegistryID; req.GetRegistryId() != "" && req.GetRegistryId() != id {
		return nil, &otherRegistryError{have: id, want: req.GetRegistryId()}
	}
	// A revision that this replica does not have yet is waited for; one that
	// nobody has is an error.
	view, err := s.read(ctx, req.GetAfter(), etalonv1.Consistency_CONSISTENCY_SNAPSHOT)
	if err != nil {
		return nil, err
	}
	w.after = view.Revision()
	if req.After != nil {
		w.after = standard.Revision(req.GetAfter())
	}
	w.heartbeat = time.NewTimer(w.every)
	w.watchdog = time.NewTimer(time.Hour)
	w.watchdog.Stop()
	return w, nil
}

func (w *watcher) stop() {
	w.heartbeat.Stop()
	w.watchdog.Stop()
}

func (w *watcher) run(ctx context.Context) error {
	if err := w.send(ctx, nil); err != nil {
		return err
	}
	for {
		if err := w.catchUp(ctx); err != nil {
			return err
		}
		select {
		case <-w.service.replica.Changed(w.after):
		case <-w.heartbeat.C:
			if err := w.send(ctx, nil); err != nil {
				return err
			}
		case <-w.service.drain:
			return &drainingError{w.sent}
		case <-ctx.Done():
			return &streamError{ctx.Err()}
		}
	}
}

// catchUp sends pages of the log until the reader is level.
func (w *watcher) catchUp(ctx context.Context) error {
	for {
		newest := w.service.replica.Snapshot().Revision()
		if newest <= w.after {
			w.level = true
			return nil
		}
		if w.level && newest-w.after > standard.Revision(w.service.watch.MaxBehind) {
			return &slowReaderError{w.sent}
		}
		entries, err := w.service.registry.Changes(ctx, w.after, watchPage)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return nil
		}
		var changes []*etalonv1.Change
		for _, e := range entries {
			if w.pick.takes(e) {
				changes = append(changes, w.service.shown.change(e))
			}
		}
		w.after = entries[len(entries)-1].Index
		select {
		case <-w.service.drain:
			return &drainingError{w.sent}
		default:
		}
		if len(changes) == 0 {
			continue
		}
		if err := w.send(ctx, changes); err != nil {
			return err
		}
	}
}

// send gives the reader a message. Another goroutine waits for the reader,
// since a send can't be interrupted: what ends it is the end of the stream,
// which is what a late reader gets.
func (w *watcher) send(ctx context.Context, changes []*etalonv1.Change) error {
	m := &etalonv1.WatchResponse{Changes: changes, Revision: uint64(w.after)}
	w.service.senders.run(func() { w.done <- w.stream.Send(m) })
	w.watchdog.Reset(w.service.watch.SendTimeout)
	defer w.watchdog.Stop()
	select {
	case err := <-w.done:
		if err != nil {
			return &streamError{err}
		}
		w.sent = w.after
		w.heartbeat.Reset(w.every)
		return nil
	case <-w.watchdog.C:
		return &slowReaderError{w.sent}
	case <-w.service.drain:
		return &drainingError{w.sent}
	case <-ctx.Done():
		return &streamError{ctx.Err()}
	}
}
