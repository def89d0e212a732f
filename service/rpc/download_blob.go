package rpc

import (
	"errors"
	"io"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// streamChunk is how many bytes go in one message of a stream.
const streamChunk = 256 << 10

// DownloadBlob gives a blob's bytes.
func (s *Service) DownloadBlob(req *etalonv1.DownloadBlobRequest, stream grpc.ServerStreamingServer[etalonv1.DownloadBlobResponse]) error {
	var f fields
	d := parsed(&f, "digest", req.GetDigest(), standard.ParseDigest)
	if req.GetOffset() < 0 {
		f.add("offset", "%d is below 0", req.GetOffset())
	}
	if req.GetLimit() < 0 {
		f.add("limit", "%d is below 0", req.GetLimit())
	}
	if err := f.err(); err != nil {
		return err
	}
	r, info, err := s.registry.OpenBlob(stream.Context(), d, req.GetOffset(), req.GetLimit())
	if err != nil {
		return err
	}
	defer r.Close()
	size := info.Size
	for first := true; ; first = false {
		// A message must not be changed once it is sent, so each has its own.
		b := make([]byte, min(streamChunk, max(size, 1)))
		n, err := io.ReadFull(r, b)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		if n == 0 && !first {
			return nil
		}
		m := &etalonv1.DownloadBlobResponse{Data: b[:n]}
		if first {
			m.SizeBytes = size
		}
		if err := stream.Send(m); err != nil {
			return &streamError{err}
		}
		if last {
			return nil
		}
	}
}
