package gateway

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// capture takes the answer of the transcoder, which then gets its headers.
type capture struct {
	exchange *exchange
	header   http.Header
	body     []byte
	message  proto.Message // that body shows
	problem  *problem      // instead of a body
}

// Header is that of the answer to be.
func (c *capture) Header() http.Header { return c.header }

// WriteHeader is not called for answers that went well, and errors are
// problems.
func (c *capture) WriteHeader(int) {}

// Write keeps b, which the transcoder makes for one write and then forgets.
func (c *capture) Write(b []byte) (int, error) {
	if c.body == nil {
		c.body = b
	} else {
		c.body = append(c.body, b...)
	}
	return len(b), nil
}

// keepMessage notes the message behind an answer.
func keepMessage(_ context.Context, w http.ResponseWriter, m proto.Message) error {
	w.(*capture).message = m
	return nil
}

// serveRPC answers an annotated route.
func (g *gateway) serveRPC(x *exchange) {
	if g.direct != nil && x.route.short != nil {
		g.serveShort(x)
		return
	}
	r := x.r.WithContext(context.WithValue(x.r.Context(), exchangeKey{}, x))
	r.Body = http.NoBody // that of a route without one is nobody's business
	if x.route.body != nil {
		if err := g.readBody(x); err != nil {
			g.fail(x, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(x.body))
	}
	if x.head {
		r.Method = http.MethodGet
	}
	c := &capture{exchange: x, header: make(http.Header, 4)}
	g.mux.ServeHTTP(c, r)
	h := x.w.Header()
	for _, name := range [...]string{headerRevision, headerStaleness} {
		if v := c.header[name]; v != nil {
			h[name] = v
		}
	}
	if c.problem != nil {
		g.fail(x, c.problem)
		return
	}
	g.answerRPC(x, c.message, c.body)
}

// answerRPC sends a message, and keeps the answer where it may be kept. The
// metadata of the call are among the headers.
func (g *gateway) answerRPC(x *exchange, m proto.Message, body []byte) {
	a := &answer{body: body, contentType: jsonHeader, route: x.route}
	if v := x.w.Header()[headerRevision]; len(v) == 1 {
		a.revision = parseRevision(v[0])
		a.revisionHeader = v
	}
	if x.route.method != http.MethodGet || x.r.Header["Authorization"] != nil {
		a.cacheControl = privateControl
		g.send(x.w, x.r, a)
		return
	}
	a.cacheControl = revalidateControl
	a.setETag(messageRevision(m, a.revision))
	if v, ok := m.(*etalonv1.Version); ok {
		a.extra = lifecycleHeaders(v)
	}
	if g.keepable(x, m, a) {
		a.expires = expiry(m, g.now())
		g.cache.put(keyOf(x.r), a)
	}
	g.send(x.w, x.r, a)
}

// keepable says whether an answer holds for others who ask the same.
func (g *gateway) keepable(x *exchange, m proto.Message, a *answer) bool {
	switch m.(type) {
	case *etalonv1.SearchResponse: // its index may lag behind the revision
		return false
	case *etalonv1.Draft, *etalonv1.ListDraftsResponse:
		return false
	}
	return g.cache != nil && a.revision > 0 && x.w.Header()[headerStaleness] == nil &&
		!x.query.Has("consistency") && x.r.Header[headerConsistency] == nil
}

// messageRevision is the revision that a message names; else that of its read.
func messageRevision(m proto.Message, read uint64) uint64 {
	if v, ok := m.(interface{ GetRevision() uint64 }); ok && v.GetRevision() > 0 {
		return v.GetRevision()
	}
	return read
}

// clockGrace is how long an answer is kept that depends on the clock and does
// not say when it changes.
const clockGrace = time.Second

// expiry is when an answer may change without a new revision; zero: never.
func expiry(m proto.Message, now time.Time) time.Time {
	switch m := m.(type) {
	case *etalonv1.Version:
		if m.GetNextChangeTime() != nil {
			return m.GetNextChangeTime().AsTime()
		}
		return time.Time{}
	case *etalonv1.ResolveResponse:
		if m.GetNextChangeTime() != nil {
			return m.GetNextChangeTime().AsTime()
		}
		return time.Time{}
	case *etalonv1.Authority, *etalonv1.ListAuthoritiesResponse, *etalonv1.ListFilesResponse,
		*etalonv1.ListChangesResponse:
		return time.Time{}
	}
	return now.Add(clockGrace)
}
