package etcdstore

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/service/store"
)

// sentinels maps etcd's errors that mean one thing. Order matters not.
var sentinels = map[error]error{
	rpctypes.ErrNoSpace:         store.ErrNoSpace,
	rpctypes.ErrRequestTooLarge: store.ErrTooLarge,
	rpctypes.ErrTooManyOps:      store.ErrTooLarge,
	rpctypes.ErrCompacted:       store.ErrCompacted,
	rpctypes.ErrTooManyRequests: store.ErrUnavailable,
	rpctypes.ErrNoLeader:        store.ErrUnavailable,
	rpctypes.ErrFutureRev:       store.ErrUnavailable, // the member lags behind
}

// readError maps the error of an exchange that may be repeated at will.
func (s *Store) readError(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", op, gaveUp(ctx))
	}
	if e := sentinel(err); e != nil {
		return fmt.Errorf("%s: %w: %v", op, e, err)
	}
	if lost(err) {
		return fmt.Errorf("%s: %w: %v", op, store.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}

// writeError maps the error of a transaction that was sent once and must not
// be sent again: where its answer is lost, so is its outcome. ErrNoSpace is
// not for here: see Store.settle.
func (s *Store) writeError(ctx context.Context, op string, err error) error {
	if e := sentinel(err); e != nil {
		return fmt.Errorf("%s: %w: %v", op, e, err)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w: %w", op, store.ErrUnknownOutcome, ctx.Err())
	}
	if lost(err) {
		return fmt.Errorf("%s: %w: %v", op, store.ErrUnknownOutcome, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}

// gaveUp is the error of a caller that did not wait: where its deadline passed
// the store was too slow, which is unavailable.
func gaveUp(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
	}
	return ctx.Err()
}

func sentinel(err error) error {
	var e rpctypes.EtcdError
	if !errors.As(err, &e) {
		return nil
	}
	for etcds, ours := range sentinels {
		if errors.Is(e, etcds) {
			return ours
		}
	}
	return nil
}

// lost says whether an exchange may have been cut off, so that nobody knows
// what became of it. Everything else is etcd's answer.
func lost(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return true
	}
	code := status.Code(err)
	var e rpctypes.EtcdError
	if errors.As(err, &e) {
		code = e.Code()
	}
	switch code {
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied,
		codes.FailedPrecondition, codes.OutOfRange, codes.Unimplemented, codes.Unauthenticated:
		return false
	}
	return true
}
