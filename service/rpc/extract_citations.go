package rpc

import (
	"context"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/registry"
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
		cites, err := scan(doc)
		if err != nil {
			return err
		}
		out = &etalonv1.ExtractCitationsResponse{Document: documentOut(doc), Citations: citationsOut(doc, cites, h.GetIncludeMarkup())}
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

// scan finds the citations of a document, unless they are too many to tell.
func scan(doc *document.Document) ([]citation.Citation, error) {
	cites := citation.Scan(doc.Text)
	if n := int64(len(cites)); n > registry.MaxCitations {
		return nil, &registry.LimitError{Limit: "citations_per_document", Max: registry.MaxCitations, Value: n, Field: "data"}
	}
	return cites, nil
}
