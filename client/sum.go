package client

import (
	"crypto/sha256"
	"hash"
	"io"

	"github.com/etalon-registry/etalon/service/standard"
)

// sum passes bytes on and digests them.
type sum struct {
	w io.Writer
	h hash.Hash
}

func newSum(w io.Writer) *sum { return &sum{w, sha256.New()} }

func (s *sum) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.h.Write(p[:n])
	return n, err
}

func (s *sum) digest() (d standard.Digest) {
	s.h.Sum(d[:0])
	return d
}

// DigestReader reads r to its end and returns the digest of what came.
func DigestReader(r io.Reader) (standard.Digest, error) {
	s := newSum(io.Discard)
	if _, err := io.Copy(s, r); err != nil {
		return standard.Digest{}, err
	}
	return s.digest(), nil
}
