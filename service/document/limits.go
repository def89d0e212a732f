package document

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

const mebibyte = 1 << 20

// perBlock is how many bytes of text may be had for each block (paragraph,
// cell) on the average, since each one keeps its place, which takes memory too.
const perBlock = 16

func (l Limits) withDefaults() Limits {
	l.SourceBytes = orDefault(l.SourceBytes, 64*mebibyte)
	l.ExpandedBytes = orDefault(l.ExpandedBytes, 256*mebibyte)
	l.TextBytes = orDefault(l.TextBytes, 32*mebibyte)
	l.Depth = orDefault(l.Depth, 1_000)
	l.Pages = orDefault(l.Pages, 5_000)
	l.Time = orDefault(l.Time, 8*time.Second)
	// Places keep offsets in 32 bits.
	l.SourceBytes = min(l.SourceBytes, math.MaxInt32/4)
	l.TextBytes = min(l.TextBytes, math.MaxInt32/4)
	return l
}

func orDefault[T int | int64 | time.Duration](value, fallback T) T {
	if value <= 0 {
		return fallback
	}
	return value
}

// budget is what is left of the limits while one document is read.
type budget struct {
	Limits
	expanded int64 // bytes unpacked so far
	// stop tells why to stop: the caller's context or the time limit. It is
	// asked every few thousand steps of a loop over input.
	stop func() error
}

func newBudget(ctx context.Context, lim Limits) *budget {
	return &budget{Limits: lim, stop: func() error {
		if ctx.Err() == nil {
			return nil
		}
		return context.Cause(ctx)
	}}
}

func (b *budget) expand(n int) error {
	b.expanded += int64(n)
	if b.expanded > b.ExpandedBytes {
		return tooLarge("it unpacks to more than %s", size(b.ExpandedBytes))
	}
	return nil
}

// blocks is how many blocks, or other things that keep a place, there may be.
func (b *budget) blocks() int { return max(int(b.TextBytes/perBlock), 1_000) }

func (b *budget) checkText(n int) error {
	if int64(n) > b.TextBytes {
		return tooLarge("its text is longer than %s; split the document", size(b.TextBytes))
	}
	return nil
}

// checkDecoded bounds a source that is being decoded, which may grow by that.
func (b *budget) checkDecoded(n int) error {
	if int64(n) > max(b.SourceBytes, b.TextBytes) {
		return tooLarge("it decodes to more than %s; split the document", size(max(b.SourceBytes, b.TextBytes)))
	}
	return b.stop()
}

func (b *budget) checkDepth(n int) error {
	if n > b.Depth {
		return tooLarge("it is nested deeper than %d levels", b.Depth)
	}
	return nil
}

// withTime bounds ctx by the time limit, whose error is ErrTooLarge.
func withTime(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit,
		tooLarge("reading it took longer than %v; split the document", limit))
}

func tooLarge(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTooLarge, fmt.Sprintf(format, args...))
}

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s; open it in the program that made it and save it again", ErrBroken, fmt.Sprintf(format, args...))
}

func unsupported(what, remedy string) error {
	return fmt.Errorf("%w: this is %s; %s", ErrFormat, what, remedy)
}

// isOurs tells errors that are already explained from those of libraries.
func isOurs(err error) bool {
	for _, sentinel := range []error{ErrFormat, ErrBroken, ErrTooLarge, ErrEncrypted, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// size writes a number of bytes for people: "64 MiB", "1000 bytes".
func size(n int64) string {
	if n >= mebibyte && n%mebibyte == 0 {
		return fmt.Sprintf("%d MiB", n/mebibyte)
	}
	return fmt.Sprintf("%d bytes", n)
}
