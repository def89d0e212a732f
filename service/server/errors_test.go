package server

import (
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/rpc"
)

// wantError checks code and reason and gives the metadata of the reason.
func wantError(t testing.TB, err error, code codes.Code, reason string) map[string]string {
	t.Helper()
	st := status.Convert(err)
	var got *errdetails.ErrorInfo
	id := ""
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			got = d
		case *errdetails.RequestInfo:
			id = d.GetRequestId()
		}
	}
	if st.Code() != code || got.GetReason() != reason || got.GetDomain() != rpc.Domain || id == "" {
		t.Errorf("error %v, reason %q, domain %q, request id %q; want %v and %s", err, got.GetReason(), got.GetDomain(), id, code, reason)
	}
	return got.GetMetadata()
}

func TestErrorsNameEveryFieldAndTheRequest(t *testing.T) {
	r := start(t, "")
	var header metadata.MD
	ctx := metadata.AppendToOutgoingContext(r.admin(), rpc.HeaderRequestID, "my-id-7")
	_, err := r.publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
		Parent: "nonsense", VersionId: "1.x", Tags: []string{"latest"},
		Version:  &etalonv1.Version{ReleaseDate: "soon", Relations: []*etalonv1.Relation{{}}},
		Files:    []*etalonv1.File{{Path: "a", Digest: "md5:1"}},
		Standard: &etalonv1.Standard{Kind: 99},
	}, grpc.Header(&header))
	wantError(t, err, codes.InvalidArgument, "BAD_REQUEST")
	fields := map[string]bool{}
	for _, d := range status.Convert(err).Details() {
		switch d := d.(type) {
		case *errdetails.BadRequest:
			for _, v := range d.GetFieldViolations() {
				fields[v.GetField()] = true
			}
		case *errdetails.RequestInfo:
			if d.GetRequestId() != "my-id-7" {
				t.Errorf("request id %q", d.GetRequestId())
			}
		}
	}
	for _, want := range []string{
		"parent", "version_id", "tags[0]", "version.release_date", "version.relations[0].type",
		"version.relations[0].target", "files[0].digest", "standard.kind",
	} {
		if !fields[want] {
			t.Errorf("%s is not named: %v", want, fields)
		}
	}
	if got := header.Get(rpc.HeaderRequestID); len(got) != 1 || got[0] != "my-id-7" {
		t.Errorf("header has request id %v", got)
	}
}
