package gateway

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// gzipMost is the largest file that is compressed while it is sent, in bytes.
const gzipMost = 16 << 20

// sandbox keeps whatever a stored file is from being a page of this origin.
const sandbox = "sandbox; default-src 'none'; frame-ancestors 'none'"

// content is bytes to be served: a blob, or a file of a version.
type content struct {
	digest string
	size   int64 // -1: not known yet
	media  media
	name   string   // to save it under
	extra  []header // what else to say
}

func (c *content) etag() string     { return `"` + c.digest + `"` }
func (c *content) gzipETag() string { return `"` + c.digest + `-gzip"` }

// plan is how a request for content is answered.
type plan struct {
	part    span
	answer  rangeAnswer
	gzip    bool
	matched string // the ETag that the client has; empty: none
}

// serveBlob serves a blob by its digest. Nobody knows its type.
func (g *gateway) serveBlob(x *exchange) {
	digest := x.params[0]
	g.serveContent(x, &content{digest: digest, size: -1, media: media{contentType: bytesType}, name: fileName(digest)})
}

// fileName is a digest as the name of a file: ":" is not for every system.
func fileName(digest string) string {
	b := []byte(digest)
	for i, c := range b {
		if c == ':' {
			b[i] = '-'
		}
	}
	return string(b)
}

// serveContent serves bytes: all of them, a part, or none where the client has
// them already. Nothing is sent before the first bytes are there, so that what
// is missing or redacted is an error.
func (g *gateway) serveContent(x *exchange, c *content) {
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	if c.size < 0 && x.r.Header["Range"] != nil && !x.head {
		_, first, err := g.open(ctx, c.digest, span{0, 1})
		if err != nil {
			g.fail(x, err)
			return
		}
		c.size = first.GetSizeBytes()
	}
	p := c.plan(x)
	ask := p.part
	switch {
	case p.answer == rangeOutside:
		x.w.Header().Set("Content-Range", "bytes */"+strconv.FormatInt(c.size, 10))
		g.fail(x, &problem{http: http.StatusRequestedRangeNotSatisfiable, reason: "RANGE_NOT_SATISFIABLE",
			message: "the range lies beyond the end, there are " + strconv.FormatInt(c.size, 10) + " bytes"})
		return
	case x.head || p.matched != "":
		ask = span{0, 1}
	}
	stream, first, err := g.open(ctx, c.digest, ask)
	if err != nil {
		g.fail(x, err)
		return
	}
	c.size = first.GetSizeBytes()
	code := g.contentHeaders(x, c, &p)
	x.w.WriteHeader(code)
	g.metrics.answered(x, code)
	if x.head || code == http.StatusNotModified {
		return
	}
	g.copyContent(x, p.gzip, first, stream)
}

// plan reads the conditions of a request. The size may be unknown only where
// no range is asked for.
func (c *content) plan(x *exchange) plan {
	h := x.r.Header
	var p plan
	for _, list := range h["If-None-Match"] {
		for _, tag := range []string{c.etag(), c.gzipETag()} {
			if p.matched == "" && listsETag(list, tag) {
				p.matched = tag
			}
		}
	}
	if p.matched != "" {
		return p
	}
	if asked := h["Range"]; len(asked) == 1 && !x.head && rangeHolds(h["If-Range"], c.etag()) {
		p.part, p.answer = parseRange(asked[0], c.size)
	}
	p.gzip = p.answer == rangeIgnored && c.media.text && c.size >= gzipMin && c.size <= gzipMost && acceptsGzip(h["Accept-Encoding"])
	return p
}

// rangeHolds is If-Range: a part is sent only of what the client has the rest
// of. Tags are compared strongly; a date never matches, for there is none.
func rangeHolds(condition []string, etag string) bool {
	return len(condition) == 0 || len(condition) == 1 && condition[0] == etag
}

// contentHeaders sets the headers and gives the status code.
func (g *gateway) contentHeaders(x *exchange, c *content, p *plan) int {
	h := x.w.Header()
	h["Cache-Control"] = immutableControl
	if x.r.Header["Authorization"] != nil {
		h["Cache-Control"] = privateControl
	}
	if h["Access-Control-Allow-Origin"] != nil { // caches keep it for who comes next
		h["Access-Control-Expose-Headers"] = corsExposed
	}
	for _, e := range c.extra {
		h[e.name] = e.value
	}
	if c.media.text {
		h["Vary"] = addVary(h["Vary"], varyEncoding)
	}
	if p.matched != "" {
		h.Set("Etag", p.matched)
		return http.StatusNotModified
	}
	h.Set("Etag", c.etag())
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Type", c.media.contentType)
	h.Set("Content-Disposition", disposition(c.media.inline, c.name))
	h.Set("Content-Security-Policy", sandbox)
	h["X-Content-Type-Options"] = nosniff
	switch {
	case p.answer == rangePart:
		h.Set("Content-Range", p.part.contentRange(c.size))
		h.Set("Content-Length", strconv.FormatInt(p.part.length, 10))
		return http.StatusPartialContent
	case p.gzip:
		h.Set("Etag", c.gzipETag())
		h["Content-Encoding"] = gzipCoding
	default:
		h.Set("Content-Length", strconv.FormatInt(c.size, 10))
	}
	return http.StatusOK
}

// open begins a download and waits for its first message. A span of length 0
// goes to the end.
func (g *gateway) open(ctx context.Context, digest string, part span) (grpc.ServerStreamingClient[etalonv1.DownloadBlobResponse], *etalonv1.DownloadBlobResponse, error) {
	stream, err := g.blobs.DownloadBlob(ctx, &etalonv1.DownloadBlobRequest{Digest: digest, Offset: part.offset, Limit: part.length})
	if err != nil {
		return nil, nil, err
	}
	first, err := stream.Recv()
	return stream, first, err
}

// copyContent sends the body. One that breaks off must not look whole, so the
// connection is broken too.
func (g *gateway) copyContent(x *exchange, zip bool, m *etalonv1.DownloadBlobResponse, stream grpc.ServerStreamingClient[etalonv1.DownloadBlobResponse]) {
	var to io.Writer = g.patient(x.w)
	var z *gzip.Writer
	if zip {
		z = zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		z.Reset(to)
		to = z
	}
	for {
		if _, err := to.Write(m.GetData()); err != nil {
			panic(http.ErrAbortHandler) // the client has gone
		}
		var err error
		if m, err = stream.Recv(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			g.brokenOff(x, err)
		}
	}
	if z != nil {
		if err := z.Close(); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// brokenOff ends an answer that can't be completed.
func (g *gateway) brokenOff(x *exchange, err error) {
	if x.r.Context().Err() == nil {
		g.log.Warn("answer broken off", slog.String("path", x.r.URL.Path), slog.String("request_id", x.id), slog.Any("cause", err))
	}
	panic(http.ErrAbortHandler)
}

// patient is a writer to the client that gives every write the time it may
// take, whatever the server's time for a whole answer.
func (g *gateway) patient(w http.ResponseWriter) *patientWriter {
	return &patientWriter{w: w, control: http.NewResponseController(w), stall: g.cfg.StallTimeout}
}

type patientWriter struct {
	w       io.Writer
	control *http.ResponseController
	stall   time.Duration
}

// rest lets time pass until the next write: over HTTP/2 a deadline ends the
// answer when it passes, whether something is being written or not. What was
// written must have been flushed.
func (p *patientWriter) rest() { _ = p.control.SetWriteDeadline(time.Time{}) }

// patientPart is how many bytes have to go out within the time.
const patientPart = 32 << 10

// Write writes part by part, each within the time.
func (p *patientWriter) Write(b []byte) (n int, err error) {
	for first := true; first || len(b) > 0; first = false {
		part := b[:min(len(b), patientPart)]
		_ = p.control.SetWriteDeadline(time.Now().Add(p.stall)) // where it can't be set, none is
		m, err := p.w.Write(part)
		n += m
		if err != nil {
			return n, err
		}
		b = b[len(part):]
	}
	return n, nil
}
