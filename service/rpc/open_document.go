package rpc

import (
	"errors"
	"io"
)

// documentMessage is a message of a stream that brings a document: the first
// one has the header, the others its bytes.
type documentMessage[H any] interface {
	GetHeader() *H
	GetData() []byte
}

// openDocument receives the header of a document. next gives the bytes of the
// following message, io.EOF after the last one.
func openDocument[M documentMessage[H], H any](recv func() (M, error)) (header *H, next func() ([]byte, error), err error) {
	first, err := recv()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, received(err)
	}
	if header = first.GetHeader(); header == nil {
		return nil, nil, wrongField("header", "is required in the first message")
	}
	return header, func() ([]byte, error) {
		m, err := recv()
		if err != nil {
			return nil, received(err)
		}
		if m.GetHeader() != nil {
			return nil, wrongField("header", "is wanted in the first message only")
		}
		return m.GetData(), nil
	}, nil
}
