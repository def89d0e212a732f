package rpc

import (
	"bufio"
	"bytes"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// ExportRegistry gives the whole registry, verbatim, as a tar archive.
func (s *Service) ExportRegistry(req *etalonv1.ExportRegistryRequest, stream grpc.ServerStreamingServer[etalonv1.ExportRegistryResponse]) error {
	w := bufio.NewWriterSize(exportWriter{stream}, streamChunk)
	if err := s.registry.Export(stream.Context(), w, !req.GetWithoutBlobs()); err != nil {
		return err
	}
	return w.Flush()
}

// exportWriter sends what is written in messages of at most streamChunk bytes.
type exportWriter struct {
	stream grpc.ServerStreamingServer[etalonv1.ExportRegistryResponse]
}

// Write sends a copy of p: a message must not change once it is sent.
func (w exportWriter) Write(p []byte) (int, error) {
	for n := 0; n < len(p); n += streamChunk {
		part := bytes.Clone(p[n:min(len(p), n+streamChunk)])
		if err := w.stream.Send(&etalonv1.ExportRegistryResponse{Data: part}); err != nil {
			return n, &streamError{err}
		}
	}
	return len(p), nil
}
