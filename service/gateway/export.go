package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// fromQuery fills a request from the query, as the annotated routes do.
func fromQuery(x *exchange, m proto.Message) error {
	return populate(m, x.query)
}

func populate(m proto.Message, values url.Values) error {
	err := runtime.PopulateQueryParameters(m, values, utilities.NewDoubleArray(nil))
	if err != nil {
		return badRequest(violation("query", plain(err.Error())))
	}
	return nil
}

// serveExport sends the whole registry as a tar archive.
func (g *gateway) serveExport(x *exchange) {
	req := &etalonv1.ExportRegistryRequest{}
	if err := fromQuery(x, req); err != nil {
		g.fail(x, err)
		return
	}
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	stream, err := g.registry.ExportRegistry(ctx, req)
	if err != nil {
		g.fail(x, err)
		return
	}
	m, err := stream.Recv()
	if err != nil {
		g.fail(x, err)
		return
	}
	x.w.Header()["Cache-Control"] = privateControl
	sendArchive(g, x, "etalon-registry.tar", m, stream.Recv)
}

// archiveType is the media type of what sendArchive sends: a tar archive of
// ours.
const archiveType = "application/x-tar"

// sendArchive sends what a stream brings as a file, from its first message on.
func sendArchive[M interface{ GetData() []byte }](g *gateway, x *exchange, name string, first M, recv func() (M, error)) {
	h := x.w.Header()
	h.Set("Content-Type", archiveType)
	h.Set("Content-Disposition", disposition(false, name))
	h["X-Content-Type-Options"] = nosniff
	x.w.WriteHeader(http.StatusOK)
	g.metrics.answered(x, http.StatusOK)
	if x.head {
		return
	}
	to := g.patient(x.w)
	for m := first; ; {
		if _, err := to.Write(m.GetData()); err != nil {
			panic(http.ErrAbortHandler) // the client has gone
		}
		var err error
		if m, err = recv(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			g.brokenOff(x, err)
		}
	}
}
