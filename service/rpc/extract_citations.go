package rpc

import (
	"context"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
)

// ExtractCitations finds the standards that a document cites, and looks
// nothing up.
func (s *Service) ExtractCitations(stream grpc.ClientStreamingServer[etalonv1.ExtractCitationsRequest, etalonv1.ExtractCitationsResponse]) error {
	h, next, err := openDocument(stream.Recv)
	if err != nil {
		return err
	}
	var out *etalonv1.ExtractCitationsResponse
	err = s.takeDocument(stream.Context(), h, h.GetDocument(), next, func(_ context.Context, doc *document.Document) error {
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
