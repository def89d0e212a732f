package rpc

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
)

// inParts gives a document in parts.
func inParts(parts ...string) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(parts) == 0 {
			return nil, io.EOF
		}
		part := parts[0]
		parts = parts[1:]
		return []byte(part), nil
	}
}

func nothing([]byte) error { return nil }

// TestDeskTakesTheWholeDocument: in whatever parts it comes.
func TestDeskTakesTheWholeDocument(t *testing.T) {
	long := strings.Repeat("x", intakeChunk)
	for _, parts := range [][]string{
		nil, {""}, {"a"}, {"a", "b", "c"}, {long}, {"a", long, "b", long}, {long + "a", "b"}, {"", "a", long[1:], "b", "c", long[1:], "d"},
		strings.Split(strings.Repeat("ab ", intakeChunk), " "),
	} {
		d := newDesk(1 << 20)
		room := d.room.Load()
		var got string
		if err := d.with(t.Context(), 7, inParts(parts...), func(data []byte) error { got = string(data); return nil }); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(strings.Join(parts, ""), got); diff != "" {
			t.Errorf("of %d parts: %s", len(parts), diff)
		}
		if d.room.Load() != room {
			t.Errorf("of %d parts: %d bytes stay taken", len(parts), room-d.room.Load())
		}
	}
}

// TestDeskRefusesWhatWouldPileUp: what comes in and waits is bounded in bytes,
// gives way to a deadline, and gives its room back.
func TestDeskRefusesWhatWouldPileUp(t *testing.T) {
	d := newDesk(0)
	d.seats = make(chan struct{}, 1)
	d.room.Store(2 * intakeChunk)
	inside, leave := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- d.with(t.Context(), 0, inParts("a"), func([]byte) error { close(inside); <-leave; return nil })
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	come := make(chan struct{})
	next := inParts("b", "") // once the second part is taken, the first is paid for
	go func() {
		second <- d.with(ctx, 0, func() ([]byte, error) {
			part, err := next()
			if err != nil {
				close(come)
			}
			return part, err
		}, func([]byte) error { return errors.New("read") })
	}()
	<-come
	for name, err := range map[string]error{
		"one part":  d.with(t.Context(), 0, inParts("c"), nothing),
		"the first": d.with(t.Context(), 1, inParts(), nothing),
	} {
		if !errors.Is(err, errDocumentsBusy) {
			t.Errorf("a third one, %s: %v", name, err)
		}
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
	if err := d.with(t.Context(), 0, func() ([]byte, error) { return nil, broken }, nil); !errors.Is(err, broken) {
		t.Errorf("one that does not come in: %v", err)
	}
	for range 3 {
		if err := d.with(t.Context(), 0, inParts("d", strings.Repeat("e", intakeChunk)), nothing); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	}
}

// TestDeskDoesNotWaitForEver: a client that sends a part and then nothing has
// to go, and its room is free again.
func TestDeskDoesNotWaitForEver(t *testing.T) {
	d := newDesk(0)
	d.arrival = time.Millisecond
	room := d.room.Load()
	over := make(chan struct{}) // the end of the call, which ends what waits for a part
	defer close(over)
	next := inParts("a")
	stuck := func() ([]byte, error) {
		if part, err := next(); err == nil {
			return part, nil
		}
		<-over
		return nil, io.ErrUnexpectedEOF
	}
	if err := d.with(t.Context(), 0, stuck, nothing); !errors.Is(err, errDocumentSlow) {
		t.Errorf("got %v", err)
	}
	d.arrival = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := d.with(ctx, 0, stuck, nothing); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the caller's deadline: %v", err)
	}
	if d.room.Load() != room {
		t.Errorf("%d bytes stay taken", room-d.room.Load())
	}
}

// TestDocumentBytes: the limit counts what came, and text and data exclude each
// other.
func TestDocumentBytes(t *testing.T) {
	tests := []struct {
		text  string
		parts []string
		want  string // of the error
		bytes string
	}{
		{"", []string{"ab", "cd"}, "", "abcd"},
		{"abcd", nil, "", "abcd"},
		{"abcd", []string{""}, "", "abcd"},
		{"abcde", nil, "header.document.text", ""},
		{"", []string{"ab", "cde"}, "data", ""},
		{"ab", []string{"cd"}, "beside the text", ""},
	}
	for _, tt := range tests {
		next := documentBytes(&etalonv1.DocumentHeader{Text: tt.text}, 4, inParts(tt.parts...))
		var got bytes.Buffer
		var err error
		for err == nil {
			var part []byte
			part, err = next()
			if err == nil {
				got.Write(part)
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		field := ""
		if e, ok := errors.AsType[*registry.LimitError](err); ok {
			field = e.Field
		} else if err != nil {
			field = err.Error()
		}
		if (err == nil) != (tt.want == "") || !strings.Contains(field, tt.want) {
			t.Errorf("%q, %q: %v, want %q", tt.text, tt.parts, err, tt.want)
		}
		if err == nil && got.String() != tt.bytes {
			t.Errorf("%q, %q: got %q", tt.text, tt.parts, got.String())
		}
	}
}
