package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// answer is a finished answer: a body and the headers that go with it. It does
// not change once it is made, but for the gzipped body, which is made when it
// is first asked for.
type answer struct {
	body         []byte
	contentType  []string
	cacheControl []string
	etag         []string // of the body as it is; nil: none
	gzipETag     []string
	extra        []header // what else
	route        *route

	revision       uint64 // that was read; 0: unknown
	revisionHeader []string
	expires        time.Time // when it may change without a new revision; zero: never

	once   sync.Once
	zipped []byte // nil: not worth it
}

// header is one of an answer, ready to be set.
type header struct {
	name  string // canonical
	value []string
}

// lengthMin is the size from which on net/http does not count a body by itself,
// in bytes, at most. Headers that it sets cost less than ours: a map of more
// than eight grows.
const lengthMin = 1 << 10

// Values of headers, shared by all answers; nobody appends to them.
var (
	jsonHeader        = []string{jsonType}
	nosniff           = []string{"nosniff"}
	varyEncoding      = []string{"Accept-Encoding"}
	gzipCoding        = []string{"gzip"}
	revalidateControl = []string{"no-cache"}
	privateControl    = []string{"private, no-store"}
	immutableControl  = []string{"public, max-age=31536000, immutable"}
)

// setETag makes both ETags from a revision and the body.
func (a *answer) setETag(revision uint64) {
	sum := sha256.Sum256(a.body)
	var b [64]byte
	t := append(b[:0], '"')
	t = strconv.AppendUint(t, revision, 10)
	t = append(t, '-')
	t = hex.AppendEncode(t, sum[:8])
	a.etag = []string{string(append(t, '"'))}
	a.gzipETag = []string{string(append(t, `-gzip"`...))}
}

// gzipped is the compressed body; nil where that is not worth it.
func (a *answer) gzipped() []byte {
	a.once.Do(func() {
		if len(a.body) >= gzipMin {
			if z := gzipBytes(a.body); len(z) < len(a.body) {
				a.zipped = z
			}
		}
	})
	return a.zipped
}

// send writes the answer in the coding that the client takes, or says that it
// has it already.
func (g *gateway) send(w http.ResponseWriter, r *http.Request, a *answer) {
	h := w.Header()
	h["Cache-Control"] = a.cacheControl
	if a.revisionHeader != nil {
		h[headerRevision] = a.revisionHeader
	}
	for _, e := range a.extra {
		h[e.name] = e.value
	}
	body, etag := a.body, a.etag
	if len(a.body) >= gzipMin {
		h["Vary"] = addVary(h["Vary"], varyEncoding)
		if acceptsGzip(r.Header["Accept-Encoding"]) {
			if z := a.gzipped(); z != nil {
				body, etag = z, a.gzipETag
				h["Content-Encoding"] = gzipCoding
			}
		}
	}
	if a.etag != nil {
		if asked := r.Header["If-None-Match"]; len(asked) > 0 {
			if matched := a.match(asked); matched != nil {
				delete(h, "Content-Encoding")
				h["Etag"] = matched
				w.WriteHeader(http.StatusNotModified)
				g.metrics.answeredOK(a.route, http.StatusNotModified)
				return
			}
		}
		h["Etag"] = etag
	}
	h["Content-Type"] = a.contentType
	h["X-Content-Type-Options"] = nosniff
	if r.Method == http.MethodHead || len(body) >= lengthMin {
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	switch {
	case r.Method == http.MethodHead:
		w.WriteHeader(http.StatusOK)
	case len(body) > patientPart: // it may have to wait for the client
		_, _ = g.patient(w).Write(body)
	default:
		_, _ = w.Write(body) // a client that has gone has gone
	}
	g.metrics.answeredOK(a.route, http.StatusOK)
}

// match finds the ETag among those that the client has. Either coding will do:
// the client named it, so it can read it.
func (a *answer) match(asked []string) []string {
	for _, list := range asked {
		switch {
		case list == a.etag[0]:
			return a.etag
		case list == a.gzipETag[0]:
			return a.gzipETag
		}
	}
	for _, list := range asked {
		switch {
		case listsETag(list, a.etag[0]):
			return a.etag
		case listsETag(list, a.gzipETag[0]):
			return a.gzipETag
		}
	}
	return nil
}

// listsETag says whether a list of entity tags, as of If-None-Match, has one.
// Tags are compared weakly (RFC 9110, 13.1.2); "*" is any.
func listsETag(list, etag string) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for list = strings.TrimLeft(list, " \t,"); list != ""; list = strings.TrimLeft(list, " \t,") {
		list = strings.TrimPrefix(list, "W/")
		if list == "" || list[0] != '"' {
			return false
		}
		end := strings.IndexByte(list[1:], '"')
		if end < 0 {
			return false
		}
		if list[:end+2] == etag {
			return true
		}
		list = list[end+2:]
	}
	return false
}

func addVary(have, more []string) []string {
	if len(have) == 0 {
		return more
	}
	return append(have[:len(have):len(have)], more...)
}

func parseRevision(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
