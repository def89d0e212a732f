package rpc

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/etalon-registry/etalon/service/requestid"

	"github.com/etalon-registry/etalon/service/standard"
)

// Metadata of requests and answers. Over HTTP the same names are headers.
const (
	// HeaderRequestID names a call in logs and errors. A client may choose it:
	// up to 64 letters, digits, ".", "_" and "-". Answers have it where the
	// client chose it, and where the call failed.
	HeaderRequestID = "x-request-id"
	// HeaderRevision, in an answer, is the revision that was read or written.
	HeaderRevision = "etalon-revision"
	// HeaderStaleness, in an answer, is for how many seconds the store has
	// been away. Left out while it is there.
	HeaderStaleness = "etalon-staleness"
	// HeaderMinRevision, in a request, does what the field min_revision does;
	// the larger of both counts.
	HeaderMinRevision = "etalon-min-revision"
	// HeaderConsistency, in a request, does what the field consistency does:
	// "snapshot" or "linearizable".
	HeaderConsistency = "etalon-consistency"
)

// call is one call under way: the context that its handler gets, and what
// the handler tells the interceptor. One allocation serves for both.
type call struct {
	context.Context
	method *method
	start  time.Time
	id     string
	echo   bool   // the answer's header names the id: the caller chose it, or the call failed
	actor  string // opaque id; empty: nobody in particular

	// Set by the handler.
	revision  standard.Revision
	staleness time.Duration
}

type callKey struct{}

// Value gives the call itself for its key, else what the caller's context has.
func (c *call) Value(key any) any {
	if _, ok := key.(callKey); ok {
		return c
	}
	return c.Context.Value(key)
}

// callOf is the call that ctx belongs to. Outside of the interceptors (a test
// that calls a handler directly) it is a call that nobody looks at.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.(*call); ok {
		return c
	}
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{Context: ctx, method: &method{}}
}

// RequestID is the id of the call that ctx belongs to; empty: none.
func RequestID(ctx context.Context) string { return callOf(ctx).id }

// header is the metadata of an answer.
func (c *call) header() metadata.MD {
	md := make(metadata.MD, 3)
	if c.echo {
		md[HeaderRequestID] = []string{c.id}
	}
	if c.revision > 0 {
		md[HeaderRevision] = []string{strconv.FormatUint(uint64(c.revision), 10)}
	}
	if c.staleness > 0 {
		md[HeaderStaleness] = []string{strconv.FormatInt(seconds(c.staleness), 10)}
	}
	return md
}

// sendHeader sends the metadata of a stream's answer ahead of its messages.
func (c *call) sendHeader(stream grpc.ServerStream) error {
	return stream.SendHeader(c.header())
}

// seconds rounds up, so that what is stale never reads as fresh.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// requestID is the client's id where it is well-formed, else a new one.
func requestID(ctx context.Context) (id string, chosen bool) {
	if v := metadata.ValueFromIncomingContext(ctx, HeaderRequestID); len(v) == 1 && requestid.Valid(v[0]) {
		return v[0], true
	}
	return requestid.New(), false
}
