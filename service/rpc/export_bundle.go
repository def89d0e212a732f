package rpc

import (
	"bufio"
	"bytes"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
)

// ExportBundle gives a part of the registry for offline use.
func (s *Service) ExportBundle(req *etalonv1.ExportBundleRequest, stream grpc.ServerStreamingServer[etalonv1.ExportBundleResponse]) error {
	ctx := stream.Context()
	view, err := s.read(ctx, req.GetMinRevision(), etalonv1.Consistency_CONSISTENCY_UNSPECIFIED)
	if err != nil {
		return err
	}
	if err := callOf(ctx).sendHeader(stream); err != nil {
		return &streamError{err}
	}
	w := bufio.NewWriterSize(bundleWriter{stream}, streamChunk)
	asked := registry.BundleRequest{Refs: req.GetRefs(), WithFiles: req.GetWithFiles()}
	if err := s.registry.ExportBundle(ctx, w, view, asked); err != nil {
		return err
	}
	return w.Flush()
}

// bundleWriter sends what is written in messages of at most streamChunk bytes.
type bundleWriter struct {
	stream grpc.ServerStreamingServer[etalonv1.ExportBundleResponse]
}

// Write sends a copy of p: a message must not change once it is sent.
func (w bundleWriter) Write(p []byte) (int, error) {
	for n := 0; n < len(p); n += streamChunk {
		part := bytes.Clone(p[n:min(len(p), n+streamChunk)])
		if err := w.stream.Send(&etalonv1.ExportBundleResponse{Data: part}); err != nil {
			return n, &streamError{err}
		}
	}
	return len(p), nil
}
