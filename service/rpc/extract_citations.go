package rpc

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
)

// ExtractCitations finds the standards that a document cites, and looks
// nothing up.
func (s *Service) ExtractCitations(stream grpc.ClientStreamingServer[etalonv1.ExtractCitationsRequest, etalonv1.ExtractCitationsResponse]) error {
	first, err := stream.Recv()
	if err != nil && !errors.Is(err, io.EOF) {
		return received(err)
	}
	h := first.GetHeader()
	if h == nil {
		return wrongField("header", "is required in the first message")
	}
	var out *etalonv1.ExtractCitationsResponse
	next := func() ([]byte, error) {
		m, err := stream.Recv()
		if err != nil {
			return nil, received(err)
		}
		if m.GetHeader() != nil {
			return nil, wrongField("header", "is wanted in the first message only")
		}
		return m.GetData(), nil
	}
	err = s.takeDocument(stream.Context(), h.GetDocument(), next, func(_ context.Context, doc *document.Document) error {
		out = &etalonv1.ExtractCitationsResponse{
			Document:  documentOut(doc),
			Citations: citationsOut(doc, citation.Scan(doc.Text), h.GetIncludeMarkup()),
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := stream.SendAndClose(out); err != nil {
		return &streamError{err}
	}
	return nil
}
