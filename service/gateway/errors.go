package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// domain is that of every reason, as the services write it.
const domain = "etalon.dev"

// problem is an error answer: what HTTP itself refuses, or the status of a
// call.
type problem struct {
	http    int
	reason  string // for a new ErrorInfo; empty: the details have one
	message string
	details []proto.Message // more of them
	status  *status.Status  // of a call; nil: made here
}

// Error is the message.
func (p *problem) Error() string { return p.message }

// Reasons lists the reasons that this package itself gives in an ErrorInfo;
// all others come from the services.
func Reasons() []string {
	return []string{
		"BAD_REQUEST", "BODY_TOO_LARGE", "BODY_UNREADABLE", "FILE_NOT_FOUND", "LENGTH_REQUIRED",
		"METHOD_NOT_ALLOWED", "RANGE_NOT_SATISFIABLE", "ROUTE_NOT_FOUND",
	}
}

// badRequest names every bad field.
func badRequest(violations ...*errdetails.BadRequest_FieldViolation) *problem {
	texts := make([]string, len(violations))
	for i, v := range violations {
		texts[i] = v.GetField() + ": " + v.GetDescription()
	}
	return &problem{
		http: http.StatusBadRequest, reason: "BAD_REQUEST", message: strings.Join(texts, "; "),
		details: []proto.Message{&errdetails.BadRequest{FieldViolations: violations}},
	}
}

func violation(field, description string) *errdetails.BadRequest_FieldViolation {
	return &errdetails.BadRequest_FieldViolation{Field: field, Description: description}
}

// asProblem makes the answer of any error.
func asProblem(err error) *problem {
	if p := (*problem)(nil); errors.As(err, &p) {
		return p
	}
	st := status.Convert(err)
	return &problem{http: httpStatus(st), message: st.Message(), status: st}
}

// httpStatus is the status code of a call's status. Some reasons have one of
// their own.
func httpStatus(st *status.Status) int {
	info, _ := detail[*errdetails.ErrorInfo](st)
	switch info.GetReason() {
	case "REDACTED":
		return http.StatusUnavailableForLegalReasons
	case "STORE_FULL":
		return http.StatusInsufficientStorage
	case "FORMAT_NOT_SUPPORTED":
		return http.StatusUnsupportedMediaType
	case "DOCUMENT_TOO_LARGE":
		return http.StatusRequestEntityTooLarge
	case "LIMIT_EXCEEDED":
		switch info.GetMetadata()["limit"] { // those of what was sent as a whole
		case "blob_bytes", "release_bytes", "manifest_bytes", "record_bytes", "document_bytes":
			return http.StatusRequestEntityTooLarge
		}
	}
	return runtime.HTTPStatusFromCode(st.Code())
}

// detail finds a detail by its type.
func detail[T proto.Message](st *status.Status) (found T, ok bool) {
	if st == nil {
		return found, false
	}
	for _, d := range st.Details() {
		if m, is := d.(T); is {
			return m, true
		}
	}
	return found, false
}

// errorBody is the JSON of an error, in the form that Google's APIs have.
type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Code    int               `json:"code"`
	Status  string            `json:"status"`
	Message string            `json:"message"`
	Details []json.RawMessage `json:"details"`
}

// fail answers with an error.
func (g *gateway) fail(x *exchange, err error) {
	p := asProblem(err)
	h := x.w.Header()
	for _, name := range []string{"Etag", "Content-Disposition", "Content-Encoding", "Accept-Ranges"} {
		h.Del(name)
	}
	h.Set("Content-Type", jsonType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if p.http == http.StatusUnauthorized {
		h.Set("Www-Authenticate", `Bearer realm="etalon"`)
	}
	if seconds := retryAfter(p); seconds > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds))
	}
	body := g.errorJSON(p, x.id)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(p.http)
	if !x.head {
		_, _ = x.w.Write(body) // a client that has gone has gone
	}
	g.metrics.answered(x, p.http)
}

// retryAfter is in seconds; 0: nothing is said.
func retryAfter(p *problem) int {
	if info, ok := detail[*errdetails.RetryInfo](p.status); ok {
		return max(1, int(math.Ceil(info.GetRetryDelay().AsDuration().Seconds())))
	}
	if p.http == http.StatusTooManyRequests || p.http == http.StatusServiceUnavailable {
		return 1
	}
	return 0
}

func (g *gateway) errorJSON(p *problem, id string) []byte {
	o := errorObject{Code: p.http, Status: statusName(p), Message: p.message, Details: []json.RawMessage{}}
	if _, ok := detail[*errdetails.ErrorInfo](p.status); !ok {
		reason := p.reason
		if reason == "" {
			reason = o.Status
		}
		o.Details = g.appendDetail(o.Details, &errdetails.ErrorInfo{Reason: reason, Domain: domain})
	}
	for _, a := range p.status.Proto().GetDetails() {
		o.Details = g.appendAny(o.Details, a)
	}
	for _, m := range p.details {
		o.Details = g.appendDetail(o.Details, m)
	}
	if _, ok := detail[*errdetails.RequestInfo](p.status); !ok {
		o.Details = g.appendDetail(o.Details, &errdetails.RequestInfo{RequestId: id})
	}
	b, err := json.Marshal(errorBody{o})
	if err != nil { // text and valid JSON always marshal
		g.log.Error("error answer not written", slog.Any("cause", err))
	}
	return b
}

func (g *gateway) appendDetail(to []json.RawMessage, m proto.Message) []json.RawMessage {
	a, err := anypb.New(m)
	if err != nil {
		g.log.Error("detail of an error not written", slog.Any("cause", err))
		return to
	}
	return g.appendAny(to, a)
}

// appendAny writes a detail; one of a type that is not linked in is left out.
func (g *gateway) appendAny(to []json.RawMessage, a *anypb.Any) []json.RawMessage {
	loose, err := protojson.Marshal(a)
	if err == nil {
		loose, err = compact(loose)
	}
	if err != nil {
		g.log.Error("detail of an error not written", slog.String("type", a.GetTypeUrl()), slog.Any("cause", err))
		return to
	}
	return append(to, loose)
}

// statusName is the gRPC name of an error's kind, such as "NOT_FOUND".
func statusName(p *problem) string {
	c := codes.InvalidArgument
	switch {
	case p.status != nil:
		c = p.status.Code()
	case p.http == http.StatusNotFound:
		c = codes.NotFound
	case p.http == http.StatusMethodNotAllowed:
		c = codes.Unimplemented
	case p.http == http.StatusRequestedRangeNotSatisfiable:
		c = codes.OutOfRange
	case p.http >= 500:
		c = codes.Internal
	}
	return codeNames[c]
}

// codeNames are the names of google.rpc.Code.
var codeNames = map[codes.Code]string{
	codes.OK: "OK", codes.Canceled: "CANCELLED", codes.Unknown: "UNKNOWN",
	codes.InvalidArgument: "INVALID_ARGUMENT", codes.DeadlineExceeded: "DEADLINE_EXCEEDED",
	codes.NotFound: "NOT_FOUND", codes.AlreadyExists: "ALREADY_EXISTS",
	codes.PermissionDenied: "PERMISSION_DENIED", codes.ResourceExhausted: "RESOURCE_EXHAUSTED",
	codes.FailedPrecondition: "FAILED_PRECONDITION", codes.Aborted: "ABORTED",
	codes.OutOfRange: "OUT_OF_RANGE", codes.Unimplemented: "UNIMPLEMENTED",
	codes.Internal: "INTERNAL", codes.Unavailable: "UNAVAILABLE",
	codes.DataLoss: "DATA_LOSS", codes.Unauthenticated: "UNAUTHENTICATED",
}

// rpcError takes the error of an annotated route. One without details is the
// transcoder's own, about the query or the body, which it describes as text
// only.
func (g *gateway) rpcError(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
	c := w.(*capture)
	if md, ok := runtime.ServerMetadataFromContext(ctx); ok {
		passOn(c.header, md.HeaderMD)
		passOn(c.header, md.TrailerMD)
	}
	if e := (*runtime.HTTPStatusError)(nil); errors.As(err, &e) {
		c.problem = &problem{http: e.HTTPStatus, reason: "BAD_REQUEST", message: plain(e.Err.Error())}
		return
	}
	c.problem = asProblem(err)
	st := c.problem.status
	if st == nil || st.Code() != codes.InvalidArgument || len(st.Proto().GetDetails()) > 0 {
		return
	}
	if unknown := unknownFields(c.exchange.route.body, c.exchange.body); len(unknown) > 0 {
		c.problem = badRequest(unknown...)
		return
	}
	c.problem = &problem{http: http.StatusBadRequest, reason: "BAD_REQUEST", message: plain(st.Message())}
}

// plain takes out what protobuf's errors vary on purpose.
func plain(message string) string {
	message = strings.ReplaceAll(message, "\u00a0", " ")
	return strings.TrimPrefix(message, "proto: ")
}

func quoted(s string) string { return strconv.Quote(s) }
