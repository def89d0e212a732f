package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/registry"
)

// errDocumentsBusy refuses a document because too many are waiting.
var errDocumentsBusy = errors.New("too many documents are waiting to be read")

// errDocumentSlow refuses a document that does not come in.
var errDocumentSlow = fmt.Errorf("the document did not come in within %v; send it over a faster line, or split it", arrival)

const (
	// arrival is how long a document may take to come in: 64 MiB at 5 Mbit/s.
	arrival = 2 * time.Minute
	// waiting is how many documents of the largest size may come in or wait
	// beside those that are read. It bounds the memory that they take.
	waiting = 3
	// intakeChunk is the least room that a document takes while it comes in.
	intakeChunk = 64 << 10
)

// desk bounds how many documents are read at once, and how much memory those
// take that come in or wait: reading is a matter of the processor, and the rest
// of the server has to go on beside it.
type desk struct {
	seats   chan struct{} // taken by what is being read
	room    atomic.Int64  // bytes that documents may still take
	arrival time.Duration
}

// newDesk makes a desk for documents of at most so many bytes.
func newDesk(most int64) *desk {
	n := max(1, runtime.GOMAXPROCS(0)/2)
	d := &desk{seats: make(chan struct{}, n), arrival: arrival}
	d.room.Store(int64(n+waiting) * (most + intakeChunk))
	return d
}

// with takes a document in, and reads it as soon as there is a seat. Of it so
// many bytes are there already, beside what next gives: the parts of the document, io.EOF after the last one; it has to end once the
// call does, which this may not wait for. The errors are errDocumentsBusy where
// too much waits, errDocumentSlow, that of ctx where it ends first, and those of
// next and read.
func (d *desk) with(ctx context.Context, there int, next func() ([]byte, error), read func(data []byte) error) error {
	in := &intake{desk: d}
	defer in.leave()
	if err := in.pay(there); err != nil {
		return err
	}
	if err := in.receive(ctx, next); err != nil {
		return err
	}
	select {
	case d.seats <- struct{}{}:
		defer func() { <-d.seats }()
	case <-time.After(unaryDeadline):
		return errDocumentsBusy
	case <-ctx.Done():
		return ctx.Err()
	}
	return read(in.whole())
}

// intake is a document that comes in. What it holds was paid for with room.
type intake struct {
	desk  *desk
	parts [][]byte
	paid  int64
}

// receive takes all parts in. The goroutine that waits for them ends with the
// call at the latest: a part that never comes is not waited for.
func (in *intake) receive(ctx context.Context, next func() ([]byte, error)) error {
	type part struct {
		data []byte
		err  error
	}
	parts, left := make(chan part), make(chan struct{})
	defer close(left)
	go func() {
		for {
			data, err := next()
			select {
			case parts <- part{data, err}:
			case <-left:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	late := time.NewTimer(in.desk.arrival)
	defer late.Stop()
	for {
		select {
		case p := <-parts:
			if errors.Is(p.err, io.EOF) {
				return nil
			}
			if p.err != nil {
				return p.err
			}
			if err := in.add(p.data); err != nil {
				return err
			}
		case <-late.C:
			return errDocumentSlow
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (in *intake) add(data []byte) error {
	if n := len(in.parts); n > 0 && len(data) <= cap(in.parts[n-1])-len(in.parts[n-1]) {
		in.parts[n-1] = append(in.parts[n-1], data...)
		return nil
	}
	if len(data) == 0 {
		return nil
	}
	if len(data) < intakeChunk {
		data = append(make([]byte, 0, intakeChunk), data...)
	}
	in.parts = append(in.parts, data[:len(data):max(len(data), min(cap(data), intakeChunk))])
	return in.pay(cap(data))
}

func (in *intake) pay(size int) error {
	in.paid += int64(size)
	if in.desk.room.Add(-int64(size)) < 0 {
		return errDocumentsBusy
	}
	return nil
}

// whole joins the parts, and lets go of them.
func (in *intake) whole() []byte {
	parts := in.parts
	in.parts = nil
	if len(parts) == 1 {
		return parts[0]
	}
	return bytes.Join(parts, nil)
}

func (in *intake) leave() { in.desk.room.Add(in.paid) }

// takeDocument reads a document of whose call the header came, and hands it to
// use, whose context has a deadline. next gives the bytes of the following
// message, io.EOF after the last one.
func (s *Service) takeDocument(ctx context.Context, header proto.Message, h *etalonv1.DocumentHeader, next func() ([]byte, error), use func(context.Context, *document.Document) error) error {
	most := s.registry.Limits().DocumentBytes
	format, _ := document.FormatOf(h.GetMediaType()) // what nobody knows is told from the content
	name := h.GetName()
	switch {
	case name == "":
		name = "document"
	case format == document.Text: // what clients say of any text: the name tells more
		format = ""
	}
	return s.desk.with(ctx, proto.Size(header), documentBytes(h, most, next), func(data []byte) error {
		if len(data) == 0 {
			return wrongField("header.document", "has no text, and no data followed")
		}
		ctx, cancel := withDeadline(ctx)
		defer cancel()
		doc, err := document.ReadAs(ctx, name, format, data, document.Limits{SourceBytes: most})
		if err != nil {
			return err
		}
		return use(ctx, doc)
	})
}

// documentBytes gives the text in the header, then the bytes that follow it.
func documentBytes(h *etalonv1.DocumentHeader, most int64, next func() ([]byte, error)) func() ([]byte, error) {
	text, size := h.GetText(), int64(len(h.GetText()))
	check := func(field string) error {
		if size > most {
			return &registry.LimitError{Limit: "document_bytes", Max: most, Value: size, Field: field}
		}
		return nil
	}
	begun := false
	return func() ([]byte, error) {
		if !begun && text != "" {
			begun = true
			return []byte(text), check("header.document.text")
		}
		part, err := next()
		if err != nil {
			return nil, err
		}
		if text != "" && len(part) > 0 {
			return nil, wrongField("data", "comes beside the text in the header; send one of them")
		}
		size += int64(len(part))
		return part, check("data")
	}
}

// wrongField is the error of a request with one wrong field.
func wrongField(field, description string) error {
	var f fields
	f.add(field, "%s", description)
	return f.err()
}

// received is the error of receiving from a stream; io.EOF stays.
func received(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return &streamError{err}
}
