package etcdstore

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Open reads a blob from offset on, one chunk ahead of the reader. One read
// from the start to the end is checked against the digest. ctx bounds the
// reading too.
func (s *Store) Open(ctx context.Context, d standard.Digest, offset int64) (io.ReadCloser, store.BlobInfo, error) {
	m, err := s.marker(ctx, d)
	if err != nil {
		return nil, store.BlobInfo{}, err
	}
	info := m.info(d)
	switch {
	case m.blob == nil:
		return nil, info, fmt.Errorf("open %s: %w", d, store.ErrNotFound)
	case m.blob.Redacted != "":
		return nil, info, &store.RedactedError{Digest: d, Reason: m.blob.Redacted}
	case offset < 0 || offset > m.blob.Size:
		return nil, info, fmt.Errorf("open %s: offset %d is outside its %d bytes", d, offset, m.blob.Size)
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &blobReader{
		chunks: make(chan chunk, 1), cancel: cancel, done: make(chan struct{}),
		want: d, left: m.blob.Size - offset, gaveUp: func() error { return gaveUp(ctx) },
	}
	if offset == 0 {
		r.hash = sha256.New()
	}
	go func() {
		defer close(r.done)
		defer close(r.chunks)
		s.readChunks(ctx, d, m.blob, offset, r.chunks)
	}()
	return r, info, nil
}

type chunk struct {
	data []byte
	err  error
}

// blobReader hands out what readChunks fetched.
type blobReader struct {
	chunks chan chunk
	cancel context.CancelFunc
	done   chan struct{}
	data   []byte
	hash   hash.Hash // nil: not read from the start
	want   standard.Digest
	left   int64        // bytes to come
	gaveUp func() error // why the chunks ended early
	err    error        // sticky
}

// Read implements io.Reader.
func (r *blobReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(r.data) == 0 && r.err == nil {
		c, ok := <-r.chunks
		switch {
		case !ok:
			r.err = r.end()
		case c.err != nil:
			r.err = c.err
		default:
			r.data = c.data
			r.left -= int64(len(c.data))
			if r.hash != nil {
				r.hash.Write(c.data)
			}
		}
	}
	if len(r.data) == 0 {
		return 0, r.err
	}
	n := copy(p, r.data)
	r.data = r.data[n:]
	return n, nil
}

func (r *blobReader) end() error {
	if r.left > 0 {
		return fmt.Errorf("read %s: %w", r.want, r.gaveUp())
	}
	if r.hash != nil && standard.Digest(r.hash.Sum(nil)) != r.want {
		return fmt.Errorf("read %s: %w: the bytes do not have that digest", r.want, store.ErrCorrupt)
	}
	return io.EOF
}

// Close ends the reading.
func (r *blobReader) Close() error {
	r.cancel()
	<-r.done
	r.data, r.err = nil, errors.New("read of a closed blob")
	return nil
}

// readChunks sends the bytes from offset on, chunk by chunk.
func (s *Store) readChunks(ctx context.Context, d standard.Digest, b *storev1.Blob, offset int64, out chan<- chunk) {
	for n := offset / b.ChunkSize; n*b.ChunkSize < b.Size; n++ {
		data, err := s.readChunk(ctx, d, b, n)
		if err == nil && offset > n*b.ChunkSize {
			data = data[offset-n*b.ChunkSize:]
		}
		select {
		case out <- chunk{data, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// readChunk reads chunk n. Where it is gone the blob was redacted or swept
// since, or swept and put again: then its bytes go on elsewhere.
func (s *Store) readChunk(ctx context.Context, d standard.Digest, b *storev1.Blob, n int64) ([]byte, error) {
	op := "read " + d.String()
	want := min(b.ChunkSize, b.Size-n*b.ChunkSize)
	for range casTries {
		resp, err := s.get(ctx, op, s.keys.chunk(d, b.Upload, n))
		if err != nil {
			return nil, err
		}
		if len(resp.Kvs) == 1 {
			data := resp.Kvs[0].Value
			if int64(len(data)) != want {
				return nil, fmt.Errorf("%s: %w: chunk %d has %d bytes, want %d", op, store.ErrCorrupt, n, len(data), want)
			}
			return data, nil
		}
		m, err := s.marker(ctx, d)
		switch {
		case err != nil:
			return nil, err
		case m.blob == nil:
			return nil, fmt.Errorf("%s: %w", op, store.ErrNotFound)
		case m.blob.Redacted != "":
			return nil, &store.RedactedError{Digest: d, Reason: m.blob.Redacted}
		case m.blob.Upload == b.Upload || m.blob.ChunkSize != b.ChunkSize || m.blob.Size != b.Size:
			return nil, fmt.Errorf("%s: %w: chunk %d is missing", op, store.ErrCorrupt, n)
		}
		b.Upload = m.blob.Upload
	}
	return nil, fmt.Errorf("%s: %w: it is swept and put all the time", op, store.ErrUnavailable)
}
