package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/rpc"
)

const ocds = "authorities/ocp/standards/ocds"

func TestAuthorities(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	made := r.authority("ocp", "OCDS")
	if made.GetName() != "authorities/ocp" || made.GetEtag() == "" || made.GetIri() == "" {
		t.Errorf("made %v", made)
	}
	updated, err := r.authorities.UpdateAuthority(ctx, &etalonv1.UpdateAuthorityRequest{
		Authority:  &etalonv1.Authority{Name: made.GetName(), Homepage: "https://ocp.example", Etag: made.GetEtag()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"homepage"}},
	})
	must(t, updated, err)
	got, err := r.authorities.GetAuthority(ctx, &etalonv1.GetAuthorityRequest{Name: "authorities/ocp"})
	if must(t, got, err).GetHomepage() != "https://ocp.example" || len(got.GetTitles()) != 1 {
		t.Errorf("read %v", got)
	}
	_, err = r.authorities.UpdateAuthority(ctx, &etalonv1.UpdateAuthorityRequest{
		Authority: &etalonv1.Authority{Name: made.GetName(), Homepage: "x", Etag: made.GetEtag()},
	})
	wantError(t, err, codes.Aborted, "ETAG_MISMATCH")
	r.authority("iso")
	list, err := r.authorities.ListAuthorities(ctx, &etalonv1.ListAuthoritiesRequest{PageSize: 1})
	if must(t, list, err).GetAuthorities()[0].GetName() != "authorities/iso" || list.GetNextPageToken() == "" {
		t.Errorf("first page %v", list)
	}
	list, err = r.authorities.ListAuthorities(ctx, &etalonv1.ListAuthoritiesRequest{PageSize: 1, PageToken: list.GetNextPageToken()})
	if must(t, list, err).GetAuthorities()[0].GetName() != "authorities/ocp" || list.GetNextPageToken() != "" {
		t.Errorf("second page %v", list)
	}
}

func TestPublishAndRead(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	r.authority("ocp", "OCDS")
	first := r.publish(ocds, "1.0.0")
	if !first.GetStandardCreated() || first.GetAlreadyPublished() {
		t.Errorf("published %v", first)
	}
	again := r.publish(ocds, "1.0.0")
	if !again.GetAlreadyPublished() || again.GetVersion().GetDigest() != first.GetVersion().GetDigest() {
		t.Errorf("published again %v", again)
	}
	_, err := r.publishing.PublishVersion(ctx, r.release(ocds, "1.0.0", "other"))
	in := wantError(t, err, codes.AlreadyExists, "CONTENT_DIFFERS")
	if in["have"] != first.GetVersion().GetDigest() || in["want"] == "" || in["want"] == in["have"] {
		t.Errorf("digests told: %v", in)
	}
	for _, v := range []string{"1.1.0", "1.2.0-rc.1", "1.1.5"} {
		r.publish(ocds, v)
	}
	v, err := r.versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: ocds + "/versions/1.1.5"})
	if must(t, v, err).GetStatus() != etalonv1.Status_STATUS_PUBLISHED || v.GetFileCount() != 1 || v.GetLabel() != "Version 1.1.5" {
		t.Errorf("version %v", v)
	}
	list, err := r.versions.ListVersions(ctx, &etalonv1.ListVersionsRequest{Parent: ocds, Filter: "NOT prerelease", OrderBy: "version desc"})
	var ids []string
	for _, v := range must(t, list, err).GetVersions() {
		ids = append(ids, v.GetVersion())
	}
	if d := cmp.Diff([]string{"1.1.5", "1.1.0", "1.0.0"}, ids); d != "" {
		t.Errorf("versions (-want +got):\n%s", d)
	}
	files, err := r.versions.ListFiles(ctx, &etalonv1.ListFilesRequest{Parent: v.GetName()})
	if f := must(t, files, err).GetFiles(); len(f) != 1 || f[0].GetPath() != "schema.json" {
		t.Fatalf("files %v", f)
	}
	if got := r.download(files.GetFiles()[0].GetDigest(), 1, 9); got != `"version"` {
		t.Errorf("downloaded %q", got)
	}
	st, err := r.standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: ocds})
	if must(t, st, err).GetLatestVersion() != "1.1.5" || st.GetVersionCount() != 4 {
		t.Errorf("standard %v", st)
	}
	_, err = r.publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
		Parent: ocds, VersionId: "2.0.0",
		Files: []*etalonv1.File{{Path: "a", SizeBytes: 1, Digest: "sha256:" + strings.Repeat("ab", 32)}},
	})
	wantError(t, err, codes.FailedPrecondition, "CONTENT_NOT_UPLOADED")
}

func (r *running) download(digest string, offset, limit int64) string {
	r.t.Helper()
	stream, err := r.blobs.DownloadBlob(r.admin(), &etalonv1.DownloadBlobRequest{Digest: digest, Offset: offset, Limit: limit})
	must(r.t, stream, err)
	var b bytes.Buffer
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		b.Write(must(r.t, m, err).GetData())
	}
}

func TestBlobs(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	large := strings.Repeat("0123456789", 100<<10)
	d := r.upload(large)
	if got := r.download(d, 0, 0); got != large {
		t.Errorf("a blob of %d bytes came back with %d", len(large), len(got))
	}
	r.upload(large) // again is fine
	empty := r.upload("")
	if got := r.download(empty, 0, 0); got != "" {
		t.Errorf("the empty blob came back as %q", got)
	}
	absent := "sha256:" + strings.Repeat("cd", 32)
	check, err := r.blobs.CheckBlobs(ctx, &etalonv1.CheckBlobsRequest{Digests: []string{d, absent, empty}})
	if diff := cmp.Diff([]string{absent}, must(t, check, err).GetMissing()); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	for _, bad := range []struct {
		digest, data string
		size         int64
		code         codes.Code
		reason       string
	}{
		{absent, "x", 1, codes.InvalidArgument, "DIGEST_MISMATCH"},
		{absent, "x", 2, codes.InvalidArgument, "BAD_REQUEST"},
		{absent, "xxx", 2, codes.InvalidArgument, "BAD_REQUEST"},
		{"nonsense", "x", 1, codes.InvalidArgument, "BAD_REQUEST"},
		{absent, "x", 65 << 20, codes.InvalidArgument, "LIMIT_EXCEEDED"},
	} {
		stream, err := r.blobs.UploadBlob(ctx)
		must(t, stream, err)
		for _, m := range []*etalonv1.UploadBlobRequest{
			{Part: &etalonv1.UploadBlobRequest_Header{Header: &etalonv1.UploadBlobHeader{Digest: bad.digest, SizeBytes: bad.size}}},
			{Part: &etalonv1.UploadBlobRequest_Data{Data: []byte(bad.data)}},
		} {
			if err := stream.Send(m); err != nil {
				break // the answer has the reason
			}
		}
		_, err = stream.CloseAndRecv()
		wantError(t, err, bad.code, bad.reason)
	}
	must(t, 0, r.redact(d, "court order 7"))
	stream, err := r.blobs.DownloadBlob(ctx, &etalonv1.DownloadBlobRequest{Digest: d})
	must(t, stream, err)
	_, err = stream.Recv()
	if in := wantError(t, err, codes.FailedPrecondition, "REDACTED"); in["reason"] != "court order 7" {
		t.Errorf("redaction tells %v", in)
	}
}

func (r *running) redact(digest, reason string) error {
	_, err := r.blobs.RedactBlob(r.admin(), &etalonv1.RedactBlobRequest{Digest: digest, Reason: reason})
	return err
}

func TestLifeOfAVersion(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	r.authority("ocp", "OCDS")
	for _, v := range []string{"1.0.0", "1.1.0", "1.2.0", "1.3.0"} {
		r.publish(ocds, v)
	}
	name := func(v string) string { return ocds + "/versions/" + v }
	dep, err := r.versions.DeprecateVersion(ctx, &etalonv1.DeprecateVersionRequest{Name: name("1.0.0"), RemovalDate: "2030-01-31", Alternative: "ocp/ocds@1.1.0"})
	if must(t, dep, err).GetStatus() != etalonv1.Status_STATUS_DEPRECATED || len(dep.GetSteps()) != 1 || dep.GetSteps()[0].GetActor() == "" {
		t.Errorf("deprecated %v", dep)
	}
	sup, err := r.versions.SupersedeVersion(ctx, &etalonv1.SupersedeVersionRequest{Name: name("1.0.0"), Successor: "ocp/ocds@1.1.0"})
	if must(t, sup, err).GetStatus() != etalonv1.Status_STATUS_SUPERSEDED {
		t.Errorf("superseded %v", sup)
	}
	wit, err := r.versions.WithdrawVersion(ctx, &etalonv1.WithdrawVersionRequest{Name: name("1.2.0"), Note: "n"})
	if must(t, wit, err).GetStatus() != etalonv1.Status_STATUS_WITHDRAWN {
		t.Errorf("withdrawn %v", wit)
	}
	inv, err := r.versions.InvalidateVersion(ctx, &etalonv1.InvalidateVersionRequest{Name: name("1.3.0"), Note: "wrong file"})
	if must(t, inv, err).GetStatus() != etalonv1.Status_STATUS_INVALID {
		t.Errorf("invalidated %v", inv)
	}
	label := "Corrected"
	cor, err := r.versions.CorrectVersion(ctx, &etalonv1.CorrectVersionRequest{Name: name("1.3.0"), Note: "it was right", CancelStep: 1, Amendment: &etalonv1.Amendment{Label: &label}})
	if must(t, cor, err).GetStatus() != etalonv1.Status_STATUS_PUBLISHED || cor.GetLabel() != label || !cor.GetSteps()[0].GetCancelled() {
		t.Errorf("corrected %v", cor)
	}
	_, err = r.versions.DeprecateVersion(ctx, &etalonv1.DeprecateVersionRequest{Name: name("1.2.0")})
	wantError(t, err, codes.FailedPrecondition, "STEP_NOT_ALLOWED")
	rel, err := r.versions.ListRelations(ctx, &etalonv1.ListRelationsRequest{Ref: "ocp/ocds@1.1.0", Direction: etalonv1.ListRelationsRequest_DIRECTION_INCOMING})
	if e := must(t, rel, err).GetEdges(); len(e) != 1 || e[0].GetSource() != name("1.0.0") || e[0].GetTarget() != name("1.1.0") || !e[0].GetFromStep() || !e[0].GetIncoming() {
		t.Errorf("relations of the successor: %v", e)
	}
}

func TestStandardsTagsAndDesignations(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	r.authority("iso", "ISO")
	st, err := r.standards.CreateStandard(ctx, &etalonv1.CreateStandardRequest{
		Parent: "authorities/iso", StandardId: "iso-8601-1",
		Standard: &etalonv1.Standard{Titles: texts("Date and time"), Kind: etalonv1.Kind_KIND_SPECIFICATION, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_EDITION, Designations: []string{"ISO 8601-1"}},
	})
	name := must(t, st, err).GetName()
	st, err = r.standards.UpdateStandard(ctx, &etalonv1.UpdateStandardRequest{Standard: &etalonv1.Standard{Name: name, Steward: "TC 154"}})
	if must(t, st, err).GetSteward() != "TC 154" || len(st.GetTitles()) != 1 {
		t.Errorf("updated %v", st)
	}
	p, err := r.publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
		Parent: name, VersionId: "2019",
		Version: &etalonv1.Version{Designations: []string{"ISO 8601-1:2019"}, Links: []*etalonv1.Link{{Url: "https://iso.example/70907"}}},
	})
	must(t, p, err)
	st, err = r.standards.SetTag(ctx, &etalonv1.SetTagRequest{Name: name, Tag: "recommended", Version: "2019"})
	if must(t, st, err).GetTags()["recommended"] != "2019" {
		t.Errorf("tagged %v", st.GetTags())
	}
	st, err = r.standards.RemoveTag(ctx, &etalonv1.RemoveTagRequest{Name: name, Tag: "recommended"})
	if len(must(t, st, err).GetTags()) != 0 {
		t.Errorf("tags left: %v", st.GetTags())
	}
	d, err := r.standards.AddDesignation(ctx, &etalonv1.AddDesignationRequest{Name: name + "/versions/2019", Designation: "EN 28601-X"})
	if must(t, d, err).GetOwner() || d.GetKey() == "" {
		t.Errorf("added %v, want an alias", d)
	}
	got, err := r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ISO 8601-1:2019"})
	if must(t, got, err).GetRef() != "iso/iso-8601-1@2019" || got.GetMethod() != etalonv1.ResolveResponse_METHOD_DESIGNATION {
		t.Errorf("resolved %v", got)
	}
	gone, err := r.standards.RemoveDesignation(ctx, &etalonv1.RemoveDesignationRequest{Name: name + "/versions/2019", Designation: "EN 28601-X"})
	must(t, gone, err)
	_, err = r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "EN 28601-X"})
	wantError(t, err, codes.NotFound, "DESIGNATION_NOT_FOUND")
	_, err = r.standards.ListStandards(ctx, &etalonv1.ListStandardsRequest{Parent: "authorities/nobody"})
	wantError(t, err, codes.NotFound, "NOT_FOUND")
	list, err := r.standards.ListStandards(ctx, &etalonv1.ListStandardsRequest{Parent: "authorities/-", Filter: `kind = "SPECIFICATION" AND latest = "2019"`, OrderBy: "title desc"})
	if l := must(t, list, err).GetStandards(); len(l) != 1 || l[0].GetName() != name {
		t.Errorf("list %v", l)
	}
	var hits []*etalonv1.SearchResponse_Hit
	eventually(t, "indexed", func() bool {
		s, err := r.resolves.Search(ctx, &etalonv1.SearchRequest{Q: "date time", Filter: `authority = "iso"`})
		hits = s.GetHits()
		return err == nil && len(hits) == 1
	})
	if hits[0].GetName() != name || hits[0].GetLatestVersion() != "2019" {
		t.Errorf("hit %v", hits[0])
	}
}

func TestDrafts(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	r.authority("ocp")
	r.publish(ocds, "1.0.0")
	d, err := r.publishing.CreateDraft(ctx, &etalonv1.CreateDraftRequest{Parent: ocds, DraftId: "2.0.0", Draft: &etalonv1.Draft{Version: &etalonv1.Version{Label: "Two"}}})
	must(t, d, err)
	content := r.upload("draft")
	d, err = r.publishing.UpdateDraft(ctx, &etalonv1.UpdateDraftRequest{
		Draft:      &etalonv1.Draft{Name: d.GetName(), Etag: d.GetEtag(), Files: []*etalonv1.File{{Path: "a.txt", SizeBytes: 5, Digest: content}}, Version: &etalonv1.Version{Notes: texts("new")}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"files", "version.notes"}},
	})
	if must(t, d, err).GetVersion().GetLabel() != "Two" || len(d.GetFiles()) != 1 || len(d.GetVersion().GetNotes()) != 1 {
		t.Errorf("updated draft %v", d)
	}
	got, err := r.publishing.GetDraft(ctx, &etalonv1.GetDraftRequest{Name: d.GetName()})
	if diff := cmp.Diff(d.String(), must(t, got, err).String()); diff != "" {
		t.Errorf("draft read back:\n%s", diff)
	}
	for _, parent := range []string{ocds, "authorities/-/standards/-", "authorities/ocp/standards/-", "authorities/-/standards/ocds"} {
		list, err := r.publishing.ListDrafts(ctx, &etalonv1.ListDraftsRequest{Parent: parent})
		if l := must(t, list, err).GetDrafts(); len(l) != 1 || len(l[0].GetFiles()) != 0 {
			t.Errorf("drafts of %s: %v", parent, l)
		}
	}
	_, err = r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds@2.0.0"})
	wantError(t, err, codes.NotFound, "VERSION_NOT_FOUND")
	p, err := r.publishing.PublishDraft(ctx, &etalonv1.PublishDraftRequest{Name: d.GetName(), Etag: d.GetEtag(), Tags: []string{"recommended"}})
	if must(t, p, err).GetVersion().GetVersion() != "2.0.0" {
		t.Errorf("published draft %v", p)
	}
	d, err = r.publishing.CreateDraft(ctx, &etalonv1.CreateDraftRequest{Parent: ocds, DraftId: "3.0.0", Draft: &etalonv1.Draft{}})
	must(t, d, err)
	gone, err := r.publishing.DeleteDraft(ctx, &etalonv1.DeleteDraftRequest{Name: d.GetName()})
	must(t, gone, err)
	_, err = r.publishing.GetDraft(ctx, &etalonv1.GetDraftRequest{Name: d.GetName()})
	wantError(t, err, codes.NotFound, "NOT_FOUND")
	changes, err := r.changes.ListChanges(context.Background(), &etalonv1.ListChangesRequest{PageSize: 1000})
	for _, c := range must(t, changes, err).GetChanges() {
		if strings.Contains(c.GetType().String(), "DRAFT") {
			t.Errorf("the public feed has %v", c)
		}
	}
	if changes.GetNextAfter() != changes.GetRevision() {
		t.Errorf("read up to %d of %d", changes.GetNextAfter(), changes.GetRevision())
	}
}

func TestResolve(t *testing.T) {
	r := start(t, "")
	ctx := context.Background()
	r.authority("ocp")
	for _, v := range []string{"1.0.0", "1.1.0", "1.1.5", "2.0.0-rc.1"} {
		r.publish(ocds, v)
	}
	tests := []struct {
		ref, want string
		method    etalonv1.ResolveResponse_Method
	}{
		{"ocp/ocds@1.1.0", "ocp/ocds@1.1.0", etalonv1.ResolveResponse_METHOD_EXACT},
		{"ocp/ocds@^1.0", "ocp/ocds@1.1.5", etalonv1.ResolveResponse_METHOD_RANGE},
		{"ocp/ocds@1.1", "ocp/ocds@1.1.5", etalonv1.ResolveResponse_METHOD_PARTIAL},
		{"ocp/ocds", "ocp/ocds@1.1.5", etalonv1.ResolveResponse_METHOD_TAG},
	}
	var refs []string
	for _, tt := range tests {
		var header metadata.MD
		got, err := r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: tt.ref}, grpc.Header(&header))
		if must(t, got, err).GetRef() != tt.want || got.GetMethod() != tt.method || got.GetRevision() == 0 {
			t.Errorf("%s: %v", tt.ref, got)
		}
		if len(header.Get(rpc.HeaderRevision)) != 1 {
			t.Errorf("%s: header %v", tt.ref, header)
		}
		refs = append(refs, tt.ref)
	}
	_, err := r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds@>=2"})
	wantError(t, err, codes.NotFound, "ONLY_PRERELEASES")
	_, err = r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: ""})
	wantError(t, err, codes.InvalidArgument, "MALFORMED")
	_, err = r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds", AsOf: "2024"})
	wantError(t, err, codes.InvalidArgument, "BAD_REQUEST")
	_, err = r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds", AsOf: "2020-01-01"})
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("before any release: %v", err)
	}
	batch, err := r.resolves.BatchResolve(ctx, &etalonv1.BatchResolveRequest{Refs: append(refs, "ocp/nothing", "ocp/ocds@#")})
	must(t, batch, err)
	for i, tt := range tests {
		if got := batch.GetResults()[i].GetResolved().GetRef(); got != tt.want {
			t.Errorf("batch: %s is %q, want %s", tt.ref, got, tt.want)
		}
	}
	if got := batch.GetResults()[4].GetFailure().GetReason(); got != "STANDARD_NOT_FOUND" {
		t.Errorf("batch: reason %s", got)
	}
	_, err = r.resolves.BatchResolve(ctx, &etalonv1.BatchResolveRequest{Refs: slices.Repeat([]string{"a/b"}, 1001)})
	if in := wantError(t, err, codes.InvalidArgument, "LIMIT_EXCEEDED"); in["value"] != "1001" || in["max"] != "1000" {
		t.Errorf("limit told as %v", in)
	}
	_, err = r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds", MinRevision: 1 << 40})
	wantError(t, err, codes.OutOfRange, "REVISION_IN_FUTURE")
	_, err = r.resolves.Resolve(metadata.AppendToOutgoingContext(ctx, rpc.HeaderMinRevision, "999999"), &etalonv1.ResolveRequest{Ref: "ocp/ocds"})
	wantError(t, err, codes.OutOfRange, "REVISION_IN_FUTURE")
	lin, err := r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds", Consistency: etalonv1.Consistency_CONSISTENCY_LINEARIZABLE})
	must(t, lin, err)
}
