package rpc

import (
	"context"
	"errors"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Domain is that of every reason in a google.rpc.ErrorInfo.
const Domain = "etalon.dev"

// rule turns one kind of error into a status. docs/errors.md lists them all.
type rule struct {
	reason string
	code   codes.Code
	// take fills in what the caller is told, if the rule is for this error.
	take func(error, *outcome) bool
}

// outcome is what the caller is told besides reason and code.
type outcome struct {
	message  string // default: the error's own text
	metadata map[string]string
	details  []proto.Message
	log      bool // the caller is not told the cause, so it is logged
}

// rules are tried in order; the first that takes the error counts. So what is
// narrow stands above what is wide, and sentinels below the types that wrap
// them.
var rules = []rule{
	{"UNAUTHENTICATED", codes.Unauthenticated, as(func(*authError, *outcome) {})},
	{"BAD_REQUEST", codes.InvalidArgument, as(badRequest)},
	{"OTHER_REGISTRY", codes.FailedPrecondition, as(otherRegistry)},
	{"SLOW_READER", codes.ResourceExhausted, as(slowReader)},
	{"DRAINING", codes.Unavailable, as(draining)},
	{"STREAM_BROKEN", codes.Canceled, as(func(*streamError, *outcome) {})},

	// Why a reference has no answer.
	{resolve.Malformed.String(), codes.InvalidArgument, failure(resolve.Malformed)},
	{resolve.NoRanges.String(), codes.InvalidArgument, failure(resolve.NoRanges)},
	{resolve.StandardNotFound.String(), codes.NotFound, failure(resolve.StandardNotFound)},
	{resolve.VersionNotFound.String(), codes.NotFound, failure(resolve.VersionNotFound)},
	{resolve.MemberNotFound.String(), codes.NotFound, failure(resolve.MemberNotFound)},
	{resolve.DesignationNotFound.String(), codes.NotFound, failure(resolve.DesignationNotFound)},
	{resolve.NoMatch.String(), codes.NotFound, failure(resolve.NoMatch)},
	{resolve.OnlyPrereleases.String(), codes.NotFound, failure(resolve.OnlyPrereleases)},
	{resolve.NoVersions.String(), codes.NotFound, failure(resolve.NoVersions)},
	{resolve.NotYet.String(), codes.FailedPrecondition, failure(resolve.NotYet)},
	{resolve.NoCurrent.String(), codes.FailedPrecondition, failure(resolve.NoCurrent)},
	{resolve.Ambiguous.String(), codes.FailedPrecondition, failure(resolve.Ambiguous)},

	// What documents can't be read.
	{"FORMAT_NOT_SUPPORTED", codes.InvalidArgument, is(document.ErrFormat, "")},
	{"DOCUMENT_ENCRYPTED", codes.InvalidArgument, is(document.ErrEncrypted, "")},
	{"DOCUMENT_TOO_LARGE", codes.InvalidArgument, is(document.ErrTooLarge, "")},
	{"DOCUMENT_DAMAGED", codes.InvalidArgument, is(document.ErrBroken, "")},
	{"TOO_MANY_DOCUMENTS", codes.ResourceExhausted, retry(errDocumentsBusy, "too many documents are waiting to be read; try again")},
	{"DOCUMENT_TOO_SLOW", codes.DeadlineExceeded, is(errDocumentSlow, "")},

	// What the registry refuses.
	{"LIMIT_EXCEEDED", codes.InvalidArgument, limitExceeded},
	{"INVALID", codes.InvalidArgument, as(invalid)},
	{"CONTENT_DIFFERS", codes.AlreadyExists, contentDiffers},
	{"ALREADY_EXISTS", codes.AlreadyExists, as(exists)},
	{"HELD_BY_ANOTHER", codes.AlreadyExists, as(held)},
	{"CONTENT_NOT_UPLOADED", codes.FailedPrecondition, as(blobsMissing)},
	{"ETAG_MISMATCH", codes.Aborted, is(registry.ErrEtag, "")},
	{"REVISION_IN_FUTURE", codes.OutOfRange, inFuture},
	{"REDACTED", codes.FailedPrecondition, as(redacted)},
	{"NOT_FOUND", codes.NotFound, notFound},
	{"STEP_NOT_ALLOWED", codes.FailedPrecondition, is(standard.ErrLifecycle, "")},
	{"BAD_ARCHIVE", codes.InvalidArgument, is(registry.ErrBadArchive, "")},
	{"NOT_EMPTY", codes.FailedPrecondition, is(store.ErrNotEmpty, "this registry is not empty; an import wants a new one")},
	{"DIGEST_MISMATCH", codes.InvalidArgument, is(store.ErrDigestMismatch, "the bytes do not have the digest or the size that was announced; nothing was stored")},
	{"TOO_LARGE", codes.InvalidArgument, is(store.ErrTooLarge, "the record is too large for one transaction; shorten its texts and lists")},
	{"MALFORMED_VALUE", codes.InvalidArgument, is(standard.ErrMalformed, "")},
	{"NO_RANGES_IN_SCHEME", codes.InvalidArgument, is(standard.ErrNoRange, "")},

	// What is wrong on this side. The cause is logged.
	{"BUSY", codes.ResourceExhausted, retry(registry.ErrBusy, "too many writes are waiting; try again")},
	{"SHUTTING_DOWN", codes.Unavailable, retry(registry.ErrClosed, "the server is shutting down; try again")},
	{"STORE_FULL", codes.ResourceExhausted, storeFull},
	{"OUTCOME_UNKNOWN", codes.Unavailable, retry(store.ErrUnknownOutcome, "the store did not answer in time, so the write may or may not have happened; repeat it with the same request_id")},
	{"CONFLICT", codes.Aborted, retry(store.ErrConflict, "others wrote at the same time; try again")},
	{"CORRUPT", codes.DataLoss, logged(store.ErrCorrupt, "stored data is damaged; the log of the server says which")},
	{"SCHEMA", codes.FailedPrecondition, logged(store.ErrSchema, "the store has a schema that this server can't read; the log of the server says which")},
	// A deadline that passed while the store was away is the store's fault.
	{"STORE_UNAVAILABLE", codes.Unavailable, retry(store.ErrUnavailable, "the store can't be reached; reads of metadata go on, try the rest again")},
	{"DEADLINE_EXCEEDED", codes.DeadlineExceeded, is(context.DeadlineExceeded, "the deadline passed")},
	{"CANCELLED", codes.Canceled, is(context.Canceled, "the call was cancelled")},
	{"INTERNAL", codes.Internal, unknown},
}

// Reasons lists every reason that an error of this package can have.
func Reasons() []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.reason
	}
	return out
}

// toStatus makes the status of an error. cause says that the caller is not
// told what happened, so that it has to be logged.
func toStatus(err error, requestID string) (st *status.Status, cause bool) {
	for _, r := range rules {
		o := outcome{}
		if !r.take(err, &o) {
			continue
		}
		code := r.code
		if e, ok := errors.AsType[*streamError](err); ok {
			code = e.code()
		}
		if o.message == "" {
			o.message = err.Error()
		}
		return assemble(r.reason, code, &o, requestID), o.log
	}
	panic("rpc: the last rule takes every error")
}

// assemble puts the status together: the reason first, the id of the call last.
func assemble(reason string, code codes.Code, o *outcome, requestID string) *status.Status {
	p := &spb.Status{Code: int32(code), Message: o.message}
	add := func(m proto.Message) {
		if a, err := anypb.New(m); err == nil { // fails for text that is not UTF-8 alone
			p.Details = append(p.Details, a)
		}
	}
	add(&errdetails.ErrorInfo{Reason: reason, Domain: Domain, Metadata: o.metadata})
	for _, d := range o.details {
		add(d)
	}
	if requestID != "" {
		add(&errdetails.RequestInfo{RequestId: requestID})
	}
	return status.FromProto(p)
}
