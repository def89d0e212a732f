package rpc

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// What the rules of errors.go tell of each kind of error.

// as makes a rule for errors of a type.
func as[T error](fill func(T, *outcome)) func(error, *outcome) bool {
	return func(err error, o *outcome) bool {
		e, ok := errors.AsType[T](err)
		if ok {
			o.message = e.Error()
			fill(e, o)
		}
		return ok
	}
}

// is makes a rule for a sentinel; an empty message is the error's own text.
func is(sentinel error, message string) func(error, *outcome) bool {
	return func(err error, o *outcome) bool {
		o.message = message
		return errors.Is(err, sentinel)
	}
}

// logged is is for errors whose cause the caller is not told.
func logged(sentinel error, message string) func(error, *outcome) bool {
	return func(err error, o *outcome) bool {
		o.message, o.log = message, true
		return errors.Is(err, sentinel)
	}
}

// retryAfter is how long a client had better wait.
const retryAfter = time.Second

// retry is logged for errors that may be gone the next time.
func retry(sentinel error, message string) func(error, *outcome) bool {
	return func(err error, o *outcome) bool {
		o.message, o.log = message, true
		o.details = append(o.details, &errdetails.RetryInfo{RetryDelay: durationpb.New(retryAfter)})
		return errors.Is(err, sentinel)
	}
}

func unknown(_ error, o *outcome) bool {
	o.message, o.log = "internal error; the log of the server has the cause under the request id", true
	return true
}

func storeFull(err error, o *outcome) bool {
	if !errors.Is(err, store.ErrNoSpace) {
		return false
	}
	o.message = "the store is full; raise --quota-bytes and start the server again, or with an etcd cluster compact and defragment it and disarm its NOSPACE alarm. Reads go on"
	o.log = true
	o.details = append(o.details, &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{
		Subject: "store", Description: "the quota of bytes in the store is used up",
	}}})
	return true
}

func badRequest(e *badRequestError, o *outcome) {
	d := &errdetails.BadRequest{}
	for _, v := range e.violations {
		d.FieldViolations = append(d.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: v.field, Description: v.description})
	}
	o.details = append(o.details, d)
}

// mostViolations bounds the bad fields that an answer names: details travel in
// trailers, whose size clients limit.
const mostViolations = 200

func invalid(e *registry.InvalidError, o *outcome) {
	d := &errdetails.BadRequest{}
	for i, v := range e.Violations {
		if i == mostViolations {
			d.FieldViolations = append(d.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Description: "and " + strconv.Itoa(len(e.Violations)-i) + " more; mend these first",
			})
			break
		}
		d.FieldViolations = append(d.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: v.Field, Description: v.Problem})
	}
	o.details = append(o.details, d)
}

// limitExceeded takes a limit error by itself or among other violations, which
// then are told too.
func limitExceeded(err error, o *outcome) bool {
	e, ok := errors.AsType[*registry.LimitError](err)
	if !ok {
		return false
	}
	o.message = e.Error()
	o.metadata = map[string]string{
		"limit": e.Limit,
		"max":   strconv.FormatInt(e.Max, 10),
		"value": strconv.FormatInt(e.Value, 10),
	}
	if all, ok := errors.AsType[*registry.InvalidError](err); ok {
		o.message = all.Error()
		invalid(all, o)
		return true
	}
	o.details = append(o.details, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{
		Field: e.Field, Description: e.Error(),
	}}})
	return true
}

func contentDiffers(err error, o *outcome) bool {
	e, ok := errors.AsType[*registry.ExistsError](err)
	if !ok || e.Have.IsZero() {
		return false
	}
	o.message = e.Error()
	o.metadata = map[string]string{"have": e.Have.String(), "want": e.Want.String()}
	o.details = append(o.details, resource(e.Resource))
	return true
}

func exists(e *registry.ExistsError, o *outcome) {
	o.details = append(o.details, resource(e.Resource))
}

func held(e *registry.ConflictError, o *outcome) {
	o.metadata = map[string]string{"holder": e.Holder, "what": e.What}
	o.details = append(o.details, resource(e.Holder))
	if e.Field != "" {
		o.details = append(o.details, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{
			Field: e.Field, Description: e.Error(),
		}}})
	}
}

// mostMissing bounds the digests that an error carries: gRPC sends details in
// a header.
const mostMissing = 20

func blobsMissing(e *registry.MissingBlobsError, o *outcome) {
	o.metadata = map[string]string{"missing": strconv.Itoa(len(e.Digests))}
	d := &errdetails.PreconditionFailure{}
	for _, x := range e.Digests[:min(len(e.Digests), mostMissing)] {
		d.Violations = append(d.Violations, &errdetails.PreconditionFailure_Violation{
			Type: "BLOB", Subject: x.String(), Description: "upload it with BlobService first",
		})
	}
	o.details = append(o.details, d)
}

func inFuture(err error, o *outcome) bool {
	if e, ok := errors.AsType[*registry.FutureError](err); ok {
		o.message = e.Error()
		o.metadata = map[string]string{"newest": strconv.FormatUint(uint64(e.Newest), 10)}
	}
	return errors.Is(err, registry.ErrFuture)
}

func notFound(err error, o *outcome) bool {
	if e, ok := errors.AsType[*registry.NotFoundError](err); ok {
		o.message = e.Error()
		o.details = append(o.details, resource(e.Resource))
		for _, other := range e.Others[:min(len(e.Others), mostMissing)] {
			o.details = append(o.details, resource(other))
		}
		return true
	}
	return errors.Is(err, registry.ErrNotFound) || errors.Is(err, store.ErrNotFound)
}

func redacted(e *store.RedactedError, o *outcome) {
	o.metadata = map[string]string{"digest": e.Digest.String(), "reason": e.Reason}
	o.details = append(o.details, &errdetails.ResourceInfo{ResourceType: "etalon.dev/Blob", ResourceName: e.Digest.String()})
}

// failure makes the rule of one reason of resolution. The candidates go along.
func failure(r resolve.Reason) func(error, *outcome) bool {
	return func(err error, o *outcome) bool {
		e, ok := errors.AsType[*resolve.Failure](err)
		if !ok || e.Reason != r {
			return false
		}
		o.message = e.Message
		o.details = append(o.details, failureOut(e))
		if !e.NextChange.IsZero() {
			o.metadata = map[string]string{"next_change_time": e.NextChange.UTC().Format(time.RFC3339Nano)}
		}
		return true
	}
}

func otherRegistry(e *otherRegistryError, o *outcome) {
	o.metadata = map[string]string{"registry_id": e.have}
}

func slowReader(e *slowReaderError, o *outcome) {
	o.metadata = map[string]string{"resume_after": strconv.FormatUint(uint64(e.resume), 10)}
	o.details = append(o.details, &errdetails.RetryInfo{RetryDelay: durationpb.New(retryAfter)})
}

func draining(e *drainingError, o *outcome) {
	o.metadata = map[string]string{"resume_after": strconv.FormatUint(uint64(e.resume), 10)}
	o.details = append(o.details, &errdetails.RetryInfo{RetryDelay: durationpb.New(retryAfter)})
}

// resource describes what a resource name names.
func resource(name string) *errdetails.ResourceInfo {
	kind := ""
	switch parts := strings.Split(name, "/"); {
	case strings.HasPrefix(name, "sha256:"):
		kind = "Blob"
	case parts[0] != "authorities":
		kind = "Designation"
	case len(parts) == 2:
		kind = "Authority"
	case len(parts) == 4:
		kind = "Standard"
	case parts[len(parts)-2] == "drafts":
		kind = "Draft"
	default:
		kind = "Version"
	}
	return &errdetails.ResourceInfo{ResourceType: Domain + "/" + kind, ResourceName: name}
}

// streamError is an error of the transport: the caller is gone, as a rule.
type streamError struct{ err error }

// Error is that of the transport.
func (e *streamError) Error() string { return e.err.Error() }

// code is what the transport made of it.
func (e *streamError) code() codes.Code {
	if st, ok := status.FromError(e.err); ok {
		return st.Code()
	}
	return status.FromContextError(e.err).Code()
}

// otherRegistryError says that a revision belongs to another registry.
type otherRegistryError struct{ have, want string }

// Error names both.
func (e *otherRegistryError) Error() string {
	return "this is registry " + e.have + ", the revision belongs to " + e.want + "; begin anew"
}

// slowReaderError ends a watch whose reader does not keep up.
type slowReaderError struct{ resume standard.Revision }

// Error says where to go on.
func (e *slowReaderError) Error() string {
	return "the reader is too slow; watch again after revision " + strconv.FormatUint(uint64(e.resume), 10)
}

// drainingError ends a watch since the server is about to stop.
type drainingError struct{ resume standard.Revision }

// Error says where to go on.
func (e *drainingError) Error() string {
	return "the server is draining; watch again after revision " + strconv.FormatUint(uint64(e.resume), 10)
}
