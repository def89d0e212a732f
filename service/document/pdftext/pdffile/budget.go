package pdffile

import (
	"errors"
	"fmt"
	"time"
)

// The sentinel errors, wrapped with what, where and what to do.
var (
	// ErrBroken: no catalogue of pages can be found in the bytes.
	ErrBroken = errors.New("PDF file is damaged")
	// ErrEncrypted: the file opens with a password only.
	ErrEncrypted = errors.New("PDF file is encrypted")
	// ErrTooLarge: a limit was exceeded.
	ErrTooLarge = errors.New("PDF file is too large")
)

const (
	// MaxStream is how many bytes one stream may unpack to.
	MaxStream = 64 << 20
	// maxNodes is how many values one object may be made of.
	maxNodes = 1 << 20
	// maxDepth holds for any caller, since a stack that overflows is a crash.
	maxDepth = 10_000
	// clockEvery is how many units of work pass between two looks at the clock.
	clockEvery = 4096
)

// Budget is what reading one file may take. Its first failure stays: it is
// for one goroutine.
type Budget struct {
	expanded int64
	limit    int64
	depth    int
	deadline time.Time
	started  time.Time
	stopped  func() error
	work     int
	err      error
}

// NewBudget gives a budget of expanded bytes unpacked from streams, values
// nested to depth, and time from now on. stopped is asked now and then and
// ends the reading with its error; nil never stops.
func NewBudget(expanded int64, depth int, limit time.Duration, stopped func() error) *Budget {
	now := time.Now()
	return &Budget{
		expanded: expanded, limit: expanded, depth: min(depth, maxDepth),
		started: now, deadline: now.Add(limit), stopped: stopped,
	}
}

// Step pays for n units of work, each about as much as reading one token. It
// is false once the budget has failed.
func (b *Budget) Step(n int) bool {
	b.work += n
	if b.work >= clockEvery {
		b.work = 0
		b.look()
	}
	return b.err == nil
}

func (b *Budget) look() {
	if b.stopped != nil {
		if err := b.stopped(); err != nil {
			b.Fail(fmt.Errorf("reading the PDF was stopped: %w", err))
			return
		}
	}
	if time.Now().After(b.deadline) {
		b.Fail(fmt.Errorf("%w: it took longer than %v to read; split it, or raise the limit of time",
			ErrTooLarge, b.deadline.Sub(b.started)))
	}
}

// Fail ends the reading. Only the first error counts.
func (b *Budget) Fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// Err is why the budget failed, or nil.
func (b *Budget) Err() error { return b.err }

// expand pays for n unpacked bytes.
func (b *Budget) expand(n int) bool {
	b.expanded -= int64(n)
	if b.expanded < 0 {
		b.Fail(fmt.Errorf("%w: its streams unpack to more than %d bytes; split it, or raise the limit of expanded bytes",
			ErrTooLarge, b.limit))
	}
	return b.Step(n >> 8)
}

func (b *Budget) tooDeep() {
	b.Fail(fmt.Errorf("%w: values are nested more than %d deep; save it anew, or raise the limit of depth",
		ErrTooLarge, b.depth))
}
