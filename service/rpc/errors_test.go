package rpc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func info(t *testing.T, st *status.Status) *errdetails.ErrorInfo {
	t.Helper()
	for _, d := range st.Details() {
		if i, ok := d.(*errdetails.ErrorInfo); ok {
			return i
		}
	}
	t.Fatalf("status %v has no ErrorInfo", st)
	return nil
}

func TestStatusOfErrors(t *testing.T) {
	d1, d2 := standard.DigestOf([]byte("1")), standard.DigestOf([]byte("2"))
	secret := errors.New("dial 10.0.0.7: secret")
	tests := []struct {
		err    error
		reason string
		code   codes.Code
		log    bool
	}{
		{&authError{"no"}, "UNAUTHENTICATED", codes.Unauthenticated, false},
		{&badRequestError{[]violation{{"a", "b"}}}, "BAD_REQUEST", codes.InvalidArgument, false},
		{&registry.InvalidError{Violations: []registry.Violation{{Field: "a", Problem: "b"}}}, "INVALID", codes.InvalidArgument, false},
		{&registry.InvalidError{Violations: []registry.Violation{{Field: "a", Err: &registry.LimitError{Limit: "x", Max: 1, Value: 2}}}}, "LIMIT_EXCEEDED", codes.InvalidArgument, false},
		{&registry.LimitError{Limit: "batch_refs", Max: 1000, Value: 1001}, "LIMIT_EXCEEDED", codes.InvalidArgument, false},
		{&registry.ExistsError{Resource: "authorities/a", Have: d1, Want: d2}, "CONTENT_DIFFERS", codes.AlreadyExists, false},
		{&registry.ExistsError{Resource: "authorities/a"}, "ALREADY_EXISTS", codes.AlreadyExists, false},
		{&registry.ConflictError{What: "x", Holder: "y"}, "HELD_BY_ANOTHER", codes.AlreadyExists, false},
		{&registry.MissingBlobsError{Digests: []standard.Digest{d1}}, "CONTENT_NOT_UPLOADED", codes.FailedPrecondition, false},
		{fmt.Errorf("x: %w", registry.ErrEtag), "ETAG_MISMATCH", codes.Aborted, false},
		{&registry.FutureError{Asked: 9, Newest: 3}, "REVISION_IN_FUTURE", codes.OutOfRange, false},
		{&registry.NotFoundError{Resource: "authorities/a"}, "NOT_FOUND", codes.NotFound, false},
		{fmt.Errorf("x: %w", store.ErrNotFound), "NOT_FOUND", codes.NotFound, false},
		{&store.RedactedError{Digest: d1, Reason: "court"}, "REDACTED", codes.FailedPrecondition, false},
		{fmt.Errorf("%w: no", standard.ErrLifecycle), "STEP_NOT_ALLOWED", codes.FailedPrecondition, false},
		{fmt.Errorf("x: %w", store.ErrNoSpace), "STORE_FULL", codes.ResourceExhausted, true},
		{fmt.Errorf("x: %w: %w", store.ErrUnavailable, context.DeadlineExceeded), "STORE_UNAVAILABLE", codes.Unavailable, true},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), "DEADLINE_EXCEEDED", codes.DeadlineExceeded, false},
		{fmt.Errorf("%w: %w", store.ErrUnavailable, secret), "STORE_UNAVAILABLE", codes.Unavailable, true},
		{&streamError{context.Canceled}, "STREAM_BROKEN", codes.Canceled, false},
		{&streamError{status.Error(codes.ResourceExhausted, "too large")}, "STREAM_BROKEN", codes.ResourceExhausted, false},
		{&resolve.Failure{Reason: resolve.OnlyPrereleases, Message: "m"}, "ONLY_PRERELEASES", codes.NotFound, false},
		{&resolve.Failure{Reason: resolve.Ambiguous, Message: "m"}, "AMBIGUOUS", codes.FailedPrecondition, false},
		{&slowReaderError{7}, "SLOW_READER", codes.ResourceExhausted, false},
		{secret, "INTERNAL", codes.Internal, true},
		{&panicError{value: secret}, "INTERNAL", codes.Internal, true},
	}
	for _, tt := range tests {
		st, logged := toStatus(tt.err, "id-1")
		got := info(t, st)
		if got.GetReason() != tt.reason || got.GetDomain() != Domain || st.Code() != tt.code || logged != tt.log {
			t.Errorf("%v: reason %s, domain %s, code %s, logged %v; want %s, %s, %s, %v", tt.err, got.GetReason(), got.GetDomain(), st.Code(), logged, tt.reason, Domain, tt.code, tt.log)
		}
		if strings.Contains(fmt.Sprint(st.Message(), st.Details()), "10.0.0.7") {
			t.Errorf("%s tells the caller the cause: %v", tt.reason, st)
		}
		var id string
		for _, d := range st.Details() {
			if r, ok := d.(*errdetails.RequestInfo); ok {
				id = r.GetRequestId()
			}
		}
		if id != "id-1" {
			t.Errorf("%s: request id %q, want id-1", tt.reason, id)
		}
	}
}

// Every reason of resolution has a rule, so that none becomes INTERNAL.
func TestEveryFailureHasARule(t *testing.T) {
	n := 0
	for r := resolve.Malformed; !regexp.MustCompile(`^\d+$`).MatchString(r.String()); r++ {
		n++
		st, _ := toStatus(&resolve.Failure{Reason: r, Message: "m", Candidates: []resolve.Candidate{{Score: 0.5}}}, "")
		if got := info(t, st).GetReason(); got != r.String() {
			t.Errorf("failure %s becomes %s", r, got)
		}
		found := false
		for _, d := range st.Details() {
			if f, ok := d.(*etalonv1.Failure); ok {
				found = len(f.GetCandidates()) == 1
			}
		}
		if !found {
			t.Errorf("failure %s lost its candidates", r)
		}
	}
	if n < 12 {
		t.Errorf("walked %d reasons, want at least 12", n)
	}
}

func TestEveryFieldIsNamed(t *testing.T) {
	st, _ := toStatus(&registry.InvalidError{Violations: []registry.Violation{{Field: "a", Problem: "p"}, {Field: "b", Problem: "q"}}}, "")
	var got []string
	for _, d := range st.Details() {
		if b, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range b.GetFieldViolations() {
				got = append(got, v.GetField()+" "+v.GetDescription())
			}
		}
	}
	if d := cmp.Diff([]string{"a p", "b q"}, got); d != "" {
		t.Errorf("violations (-want +got):\n%s", d)
	}
}

// docs/errors.md lists the rules, all of them, with their codes.
func TestErrorsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| ([A-Z_]+) \\| \\d{3} \\|").FindAllStringSubmatch(string(text), -1) {
		documented[m[1]] = m[2]
	}
	want := map[string]string{}
	for _, r := range rules {
		if _, twice := want[r.reason]; twice {
			t.Errorf("reason %s has two rules", r.reason)
		}
		want[r.reason] = codeName(r.code)
	}
	if d := cmp.Diff(want, documented); d != "" {
		t.Errorf("docs/errors.md (-code +docs):\n%s", d)
	}
}

// codeName is the name of a code as google.rpc.Code has it.
func codeName(c codes.Code) string {
	return map[codes.Code]string{
		codes.Canceled: "CANCELLED", codes.InvalidArgument: "INVALID_ARGUMENT", codes.DeadlineExceeded: "DEADLINE_EXCEEDED",
		codes.NotFound: "NOT_FOUND", codes.AlreadyExists: "ALREADY_EXISTS", codes.ResourceExhausted: "RESOURCE_EXHAUSTED",
		codes.FailedPrecondition: "FAILED_PRECONDITION", codes.Aborted: "ABORTED", codes.OutOfRange: "OUT_OF_RANGE",
		codes.Internal: "INTERNAL", codes.Unavailable: "UNAVAILABLE", codes.DataLoss: "DATA_LOSS", codes.Unauthenticated: "UNAUTHENTICATED",
	}[c]
}
