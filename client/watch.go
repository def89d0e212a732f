package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// Watch calls yield with every change after req.After, in order and each
// once, for as long as ctx lives: a broken connection is made anew and the
// feed goes on where it was. Heartbeats come as a response without changes.
// It returns yield's error, ctx's error, or what the server refused for good
// (INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, UNAUTHENTICATED,
// PERMISSION_DENIED, UNIMPLEMENTED).
func (c *Client) Watch(ctx context.Context, req *etalonv1.WatchRequest, yield func(*etalonv1.WatchResponse) error) error {
	req = proto.CloneOf(req) // it moves along
	wait := retry{}
	for {
		asked := c.seen.rev.Load()
		err := c.watchOnce(ctx, req, &wait, yield)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var y *yieldError
		if errors.As(err, &y) {
			return y.err
		}
		if c.seen.lost(asked, err) && req.After == nil {
			continue // the revision asked for was not the caller's
		}
		if final(err) {
			return fmt.Errorf("watch: %w", err)
		}
		if err := wait.sleep(ctx); err != nil {
			return err
		}
	}
}

// yieldError marks an error of the caller's own.
type yieldError struct{ err error }

func (e *yieldError) Error() string { return e.err.Error() }

// watchOnce follows one stream and moves req.After along.
func (c *Client) watchOnce(ctx context.Context, req *etalonv1.WatchRequest, wait *retry, yield func(*etalonv1.WatchResponse) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.Changes.Watch(ctx, req)
	if err != nil {
		return err
	}
	for {
		res, err := stream.Recv()
		if err != nil {
			return err
		}
		c.seen.note(res.GetRevision())
		if err := yield(res); err != nil {
			return &yieldError{err}
		}
		rev := res.GetRevision()
		req.After = &rev
		wait.reset()
	}
}

// final says whether asking again is pointless.
func final(err error) bool {
	switch status.Code(err) {
	case codes.InvalidArgument, codes.OutOfRange, codes.FailedPrecondition,
		codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented, codes.NotFound:
		return true
	}
	return false
}

// retry waits longer each time, with jitter, up to five seconds.
type retry struct{ delay time.Duration }

func (r *retry) reset() { r.delay = 0 }

func (r *retry) sleep(ctx context.Context) error {
	r.delay = min(max(2*r.delay, 50*time.Millisecond), 5*time.Second)
	t := time.NewTimer(r.delay/2 + rand.N(r.delay/2))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
