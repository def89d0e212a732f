package rpc

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"

	"github.com/etalon-registry/etalon/service/standard"
)

// pageTokens makes and reads page tokens. A token holds a hash of the request
// that it continues, the revision that was read and the sort key of the last
// item, and is authenticated with a key that all replicas of a registry share.
// The key guards against mistakes and mixed-up registries, not against
// somebody who knows the registry's id: a token opens nothing that a request
// without one does not.
type pageTokens struct {
	key [sha256.Size]byte
}

// page is what a token says. The zero value is the first page.
type page struct {
	revision standard.Revision // the next page is read at this one or later
	last     string            // sort key of the last item; empty: none
}

const (
	tokenVersion = 1
	tokenHash    = 8  // bytes of the request's hash
	tokenMAC     = 16 // bytes of the MAC
	maxToken     = 4096
)

func newPageTokens(registryID string) *pageTokens {
	return &pageTokens{key: sha256.Sum256([]byte("etalon page token v1\x00" + registryID))}
}

// encode makes the token for the page after one that ended at p.
func (t *pageTokens) encode(request uint64, p page) string {
	b := make([]byte, 0, 1+tokenHash+binary.MaxVarintLen64+len(p.last)+tokenMAC)
	b = append(b, tokenVersion)
	b = binary.BigEndian.AppendUint64(b, request)
	b = binary.AppendUvarint(b, uint64(p.revision))
	b = append(b, p.last...)
	b = append(b, t.mac(b)...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// decode reads the token of a request. An empty one is the first page. What
// is wrong is added to f.
func (t *pageTokens) decode(f *fields, request uint64, token string) page {
	if token == "" {
		return page{}
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if len(token) > maxToken || err != nil || len(b) < 1+tokenHash+1+tokenMAC || b[0] != tokenVersion {
		f.add("page_token", "is no page token; pass next_page_token of the page before, unchanged")
		return page{}
	}
	body, mac := b[:len(b)-tokenMAC], b[len(b)-tokenMAC:]
	if !hmac.Equal(mac, t.mac(body)) {
		f.add("page_token", "was not made by this registry; start again without one")
		return page{}
	}
	if binary.BigEndian.Uint64(body[1:]) != request {
		f.add("page_token", "belongs to another request; keep parent, filter and order as they were")
		return page{}
	}
	revision, n := binary.Uvarint(body[1+tokenHash:])
	if n <= 0 {
		f.add("page_token", "is no page token; pass next_page_token of the page before, unchanged")
		return page{}
	}
	return page{standard.Revision(revision), string(body[1+tokenHash+n:])}
}

func (t *pageTokens) mac(b []byte) []byte {
	m := hmac.New(sha256.New, t.key[:])
	m.Write(b)
	return m.Sum(nil)[:tokenMAC]
}

// requestHash identifies what a list is about: the method and all that
// changes its items or their order.
func requestHash(method string, parts ...string) uint64 {
	h := sha256.New()
	writePart(h, method)
	for _, p := range parts {
		writePart(h, p)
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}

func writePart(h hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}
