package rpc

import (
	"context"
	"errors"
	"io"
	"runtime"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/registry"
)

// errDocumentsBusy refuses a document because too many are waiting.
var errDocumentsBusy = errors.New("too many documents are waiting to be read")

// desk bounds how many documents are read at once: reading is a matter of the
// processor, and the rest of the server has to go on beside it.
type desk struct {
	seats chan struct{} // taken by what is being read
	queue chan struct{} // taken by what comes in, waits or is being read
}

// waiting is how many documents may come in or wait for each that is read. It
// bounds the memory that they take.
const waiting = 7

func newDesk() *desk {
	n := max(1, runtime.GOMAXPROCS(0)/2)
	return &desk{seats: make(chan struct{}, n), queue: make(chan struct{}, n*(1+waiting))}
}

// with takes a document in, and reads it as soon as there is a seat. It gives
// errDocumentsBusy where too many wait, and ctx's error when that ends first.
func (d *desk) with(ctx context.Context, take func() ([]byte, error), read func([]byte) error) error {
	select {
	case d.queue <- struct{}{}:
		defer func() { <-d.queue }()
	default:
		return errDocumentsBusy
	}
	data, err := take()
	if err != nil {
		return err
	}
	select {
	case d.seats <- struct{}{}:
		defer func() { <-d.seats }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return read(data)
}

// takeDocument reads a document whose header came, and hands it to use. next
// gives the bytes of the following message, io.EOF after the last one.
func (s *Service) takeDocument(ctx context.Context, h *etalonv1.DocumentHeader, next func() ([]byte, error), use func(context.Context, *document.Document) error) error {
	most := s.registry.Limits().DocumentBytes
	format, _ := document.FormatOf(h.GetMediaType()) // what nobody knows is told from the content
	name := h.GetName()
	switch {
	case name == "":
		name = "document"
	case format == document.Text: // what clients say of any text: the name tells more
		format = ""
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	return s.desk.with(ctx, func() ([]byte, error) { return documentBytes(h, most, next) }, func(data []byte) error {
		doc, err := document.ReadAs(ctx, name, format, data, document.Limits{SourceBytes: most})
		if err != nil {
			return err
		}
		return use(ctx, doc)
	})
}

// documentBytes is the text in the header, or the bytes that follow it.
func documentBytes(h *etalonv1.DocumentHeader, most int64, next func() ([]byte, error)) ([]byte, error) {
	data := []byte(h.GetText())
	field := "header.document.text"
	for {
		if n := int64(len(data)); n > most {
			return nil, &registry.LimitError{Limit: "document_bytes", Max: most, Value: n, Field: field}
		}
		part, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		field = "data"
		if h.GetText() != "" && len(part) > 0 {
			return nil, wrongField("data", "comes beside the text in the header; send one of them")
		}
		data = append(data, part...)
	}
	if len(data) == 0 {
		return nil, wrongField("header.document", "has no text, and no data followed")
	}
	return data, nil
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
