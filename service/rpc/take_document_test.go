package rpc

import (
	"context"
	"errors"
	"testing"
)

// TestDeskRefusesWhatWouldPileUp: the queue is bounded, what waits gives way
// to a deadline, and seats come free.
func TestDeskRefusesWhatWouldPileUp(t *testing.T) {
	d := &desk{seats: make(chan struct{}, 1), queue: make(chan struct{}, 2)}
	none := func() ([]byte, error) { return nil, nil }
	inside, leave := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- d.with(t.Context(), none, func([]byte) error { close(inside); <-leave; return nil })
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	taken := make(chan struct{})
	go func() {
		second <- d.with(ctx, func() ([]byte, error) { close(taken); return nil, nil }, func([]byte) error { return errors.New("read") })
	}()
	<-taken
	if err := d.with(t.Context(), none, func([]byte) error { return nil }); !errors.Is(err, errDocumentsBusy) {
		t.Errorf("a third one: %v", err)
	}
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("the one that waited: %v", err)
	}
	close(leave)
	if err := <-first; err != nil {
		t.Errorf("the first: %v", err)
	}
	broken := errors.New("broken")
	if err := d.with(t.Context(), func() ([]byte, error) { return nil, broken }, nil); !errors.Is(err, broken) {
		t.Errorf("one that does not come in: %v", err)
	}
	for range 3 {
		if err := d.with(t.Context(), none, func([]byte) error { return nil }); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	}
}
