package gateway

import (
	"context"
	"net/http"

	"google.golang.org/grpc/metadata"

	"github.com/etalon-registry/etalon/service/requestid"
)

// Headers of the registry's own, in canonical form.
const (
	headerRequestID   = "Etalon-Request-Id"
	headerRevision    = "Etalon-Revision"
	headerStaleness   = "Etalon-Staleness"
	headerMinRevision = "Etalon-Min-Revision"
	headerConsistency = "Etalon-Consistency"
	headerXRequestID  = "X-Request-Id" // what others call the id of a request
)

// Metadata of a call.
const (
	mdRequestID = "x-request-id"
	mdRevision  = "etalon-revision"
	mdStaleness = "etalon-staleness"
)

// incomingHeader says which headers a call gets, and under which name. The
// transcoder adds authorization and the forwarded ones by itself.
func incomingHeader(name string) (string, bool) {
	switch name {
	case headerMinRevision:
		return "etalon-min-revision", true
	case headerConsistency:
		return "etalon-consistency", true
	case "Traceparent":
		return "traceparent", true
	case "Tracestate":
		return "tracestate", true
	}
	return "", false
}

// outgoingHeader says which metadata of an answer become headers.
func outgoingHeader(name string) (string, bool) {
	switch name {
	case mdRevision:
		return headerRevision, true
	case mdStaleness:
		return headerStaleness, true
	}
	return "", false
}

type exchangeKey struct{}

// callMetadata gives every call the id of its request.
func callMetadata(ctx context.Context, _ *http.Request) metadata.MD {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil
	}
	return metadata.MD{mdRequestID: []string{x.id}}
}

// callContext is the context of a call that is made by hand: what the
// transcoder would pass on.
func (x *exchange) callContext() context.Context {
	return metadata.NewOutgoingContext(x.r.Context(), x.metadata())
}

// metadata is what a call gets of the request.
func (x *exchange) metadata() metadata.MD {
	md := metadata.MD{mdRequestID: []string{x.id}}
	for _, name := range []string{"Authorization", headerMinRevision, headerConsistency, "Traceparent", "Tracestate"} {
		if v := x.r.Header[name]; len(v) > 0 {
			md[lower(name)] = v
		}
	}
	return md
}

func lower(name string) string {
	if to, ok := incomingHeader(name); ok {
		return to
	}
	return "authorization"
}

// passOn puts metadata of an answer into headers.
func passOn(h http.Header, md metadata.MD) {
	for k, v := range md {
		if name, ok := outgoingHeader(k); ok {
			h[name] = v
		}
	}
}

// requestID is the client's id where it is well-formed, else a new one.
func requestID(h http.Header) string {
	for _, name := range [...]string{headerRequestID, headerXRequestID} {
		if v := h[name]; len(v) == 1 && requestid.Valid(v[0]) {
			return v[0]
		}
	}
	return requestid.New()
}
