package rpc

import (
	"errors"
	"io"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// UploadBlob stores one blob: a header, then its bytes. A blob that is there
// already is confirmed without its bytes being read.
func (s *Service) UploadBlob(stream grpc.ClientStreamingServer[etalonv1.UploadBlobRequest, etalonv1.UploadBlobResponse]) error {
	first, err := stream.Recv()
	if err != nil && !errors.Is(err, io.EOF) {
		return &streamError{err}
	}
	var f fields
	h := first.GetHeader()
	if h == nil {
		f.add("header", "is required in the first message")
		return f.err()
	}
	d := parsed(&f, "header.digest", h.GetDigest(), standard.ParseDigest)
	if h.GetSizeBytes() < 0 {
		f.add("header.size_bytes", "%d is below 0", h.GetSizeBytes())
	}
	if err := f.err(); err != nil {
		return err
	}
	body := &uploadReader{stream: stream, left: h.GetSizeBytes()}
	if err := s.registry.PutBlob(stream.Context(), d, h.GetSizeBytes(), body); err != nil {
		if body.err != nil {
			return body.err // why the bytes ended is what the caller wants to know
		}
		return err
	}
	err = stream.SendAndClose(&etalonv1.UploadBlobResponse{Digest: d.String(), SizeBytes: h.GetSizeBytes()})
	if err != nil {
		return &streamError{err}
	}
	return nil
}

// uploadReader reads the bytes of an upload.
type uploadReader struct {
	stream grpc.ClientStreamingServer[etalonv1.UploadBlobRequest, etalonv1.UploadBlobResponse]
	data   []byte
	left   int64 // bytes announced and not yet received
	err    error // why reading failed; nil: it did not
}

// Read gives the next bytes; io.EOF after the last one announced.
func (r *uploadReader) Read(p []byte) (int, error) {
	for len(r.data) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		if err := r.next(); err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			return 0, err
		}
	}
	n := copy(p, r.data)
	r.data = r.data[n:]
	return n, nil
}

// next takes the next message, and at the end makes sure that it is the end.
func (r *uploadReader) next() error {
	m, err := r.stream.Recv()
	switch {
	case errors.Is(err, io.EOF) && r.left > 0:
		var f fields
		f.add("data", "ended %d bytes before the size announced", r.left)
		return f.err()
	case errors.Is(err, io.EOF):
		return io.EOF
	case err != nil:
		return &streamError{err}
	}
	var f fields
	if _, ok := m.GetPart().(*etalonv1.UploadBlobRequest_Data); !ok {
		f.add("data", "is wanted in every message after the first")
	}
	if n := int64(len(m.GetData())); n > r.left {
		f.add("data", "goes on for at least %d bytes after the size announced", n-r.left)
	}
	r.data = m.GetData()
	r.left -= int64(len(r.data))
	return f.err()
}
