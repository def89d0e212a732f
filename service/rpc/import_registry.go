package rpc

import (
	"errors"
	"io"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// ImportRegistry takes an export into an empty registry, which then is that
// registry.
func (s *Service) ImportRegistry(stream grpc.ClientStreamingServer[etalonv1.ImportRegistryRequest, etalonv1.ImportRegistryResponse]) error {
	r := &importReader{stream: stream}
	done, err := s.registry.Import(stream.Context(), r)
	if r.err != nil {
		return r.err
	}
	if err != nil {
		return err
	}
	callOf(stream.Context()).revision = done.Revision
	err = stream.SendAndClose(&etalonv1.ImportRegistryResponse{
		RegistryId: done.RegistryID, Revision: uint64(done.Revision), BlobCount: done.Blobs,
	})
	if err != nil {
		return &streamError{err}
	}
	return nil
}

// importReader reads the bytes of an import.
type importReader struct {
	stream grpc.ClientStreamingServer[etalonv1.ImportRegistryRequest, etalonv1.ImportRegistryResponse]
	data   []byte
	err    error // why reading failed; nil: it did not
}

// Read gives the next bytes.
func (r *importReader) Read(p []byte) (int, error) {
	for len(r.data) == 0 {
		m, err := r.stream.Recv()
		if errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		if err != nil {
			r.err = &streamError{err}
			return 0, r.err
		}
		r.data = m.GetData()
	}
	n := copy(p, r.data)
	r.data = r.data[n:]
	return n, nil
}
