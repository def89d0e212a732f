package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/etalon-registry/etalon/client"
	"github.com/etalon-registry/etalon/client/finder"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
)

// tender cites an edition that has a successor, one that is in force, one that
// never existed and a standard that nobody registered.
const tender = `# Quality

The supplier is certified to ISO 9001:2008 and, where asked, to
ISO 9000:2015. ISO 9000:1999 and ISO 123456 are not enough.
`

// withEditions publishes what tender cites.
func withEditions(r *running) {
	r.t.Helper()
	r.authority("acme", "ISO")
	for _, v := range []struct{ standard, id, designation string }{
		{"iso-9001", "2008", "ISO 9001:2008"}, {"iso-9001", "2015", "ISO 9001:2015"}, {"iso-9000", "2020", "ISO 9000:2015"},
	} {
		req := r.release("authorities/acme/standards/"+v.standard, v.id, v.designation)
		req.Version.Designations, req.Version.ReleaseDate = []string{v.designation}, v.id
		req.Standard.Scheme = etalonv1.VersionScheme_VERSION_SCHEME_EDITION
		req.Standard.Designations = []string{strings.TrimSuffix(v.designation, v.designation[len(v.designation)-5:])}
		p, err := r.publishing.PublishVersion(r.admin(), req)
		must(r.t, p, err)
	}
	v, err := r.versions.SupersedeVersion(r.admin(), &etalonv1.SupersedeVersionRequest{
		Name: "authorities/acme/standards/iso-9001/versions/2008", Successor: "acme/iso-9001@2015",
	})
	must(r.t, v, err)
}

func checkStream(ctx context.Context, r *running, parts ...*etalonv1.CheckDocumentRequest) (*etalonv1.CheckDocumentResponse, error) {
	r.t.Helper()
	stream, err := etalonv1.NewCheckServiceClient(r.conn).CheckDocument(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := stream.Send(p); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	return stream.CloseAndRecv()
}

func checkHeader(h *etalonv1.CheckDocumentHeader) *etalonv1.CheckDocumentRequest {
	return &etalonv1.CheckDocumentRequest{Part: &etalonv1.CheckDocumentRequest_Header{Header: h}}
}

func checkData(b string) *etalonv1.CheckDocumentRequest {
	return &etalonv1.CheckDocumentRequest{Part: &etalonv1.CheckDocumentRequest_Data{Data: []byte(b)}}
}

// TestCheckDocument checks one text in four ways, which have to agree: as a
// text and as bytes over gRPC, over HTTP, and at the client with the facts
// alone.
func TestCheckDocument(t *testing.T) {
	r := start(t, "")
	withEditions(r)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	name, text := "tender.md", tender
	got, err := checkStream(ctx, r, checkHeader(&etalonv1.CheckDocumentHeader{Document: &etalonv1.DocumentHeader{Name: name, Text: text}}))
	must(t, got, err)
	var rules []string
	for _, f := range got.GetFindings() {
		if f.GetSeverity() >= etalonv1.Finding_SEVERITY_WARNING {
			rules = append(rules, f.GetRule()+" "+f.GetText())
		}
	}
	want := []string{"superseded ISO 9001:2008", "unknown-edition ISO 9000:1999", "unknown-designation ISO 123456"}
	for _, w := range want {
		if !slices.Contains(rules, w) {
			t.Errorf("no finding %q among %q", w, rules)
		}
	}
	if len(got.GetCitations()) != 4 || got.GetCitations()[0].GetPlace().GetLine() != 3 || got.GetDocument().GetFormat() != "markdown" || got.GetNotice() == "" || got.GetRevision() == 0 {
		t.Errorf("answer: %v", got)
	}

	half := len(text) / 2
	again, err := checkStream(ctx, r, checkHeader(&etalonv1.CheckDocumentHeader{Document: &etalonv1.DocumentHeader{Name: name}}), checkData(text[:half]), checkData(text[half:]))
	if diff := cmp.Diff(got, must(t, again, err), protocmp.Transform()); diff != "" {
		t.Errorf("as bytes (-text +bytes):\n%s", diff)
	}

	res, err := http.Post("http://"+r.s.HTTPAddr()+"/v1/documents:check?name="+name, "text/markdown", strings.NewReader(text)) //nolint:noctx // a test's own
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	over := &etalonv1.CheckDocumentResponse{}
	if err := protojson.Unmarshal(body, over); err != nil {
		t.Fatalf("%d %s: %v", res.StatusCode, body, err)
	}
	if diff := cmp.Diff(got, over, protocmp.Transform()); diff != "" {
		t.Errorf("over HTTP (-gRPC +HTTP):\n%s", diff)
	}
	sameAtTheClient(ctx, t, r, name, text, got)
}

// sameAtTheClient checks a text that does not leave the client.
func sameAtTheClient(ctx context.Context, t *testing.T, r *running, name, text string, server *etalonv1.CheckDocumentResponse) {
	t.Helper()
	c, err := client.Dial(client.Options{Address: r.s.GRPCAddr()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	doc, err := document.Read(ctx, name, []byte(text), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := check.Run(ctx, doc, citation.Scan(doc.Text), finder.New(c), check.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	type finding struct{ Rule, Text, Message, Replacement, Ref, Link string }
	var got, want []finding
	for _, f := range rep.Findings {
		got = append(got, finding{string(f.Rule), f.Text, f.Message, f.Replacement, f.Ref, f.Link})
	}
	for _, f := range server.GetFindings() {
		want = append(want, finding{f.GetRule(), f.GetText(), f.GetMessage(), f.GetReplacement(), f.GetRef(), f.GetLink()})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("at the client (-server +client):\n%s", diff)
	}
	if rep.AsOf.String() != server.GetAsOf() || uint64(rep.Revision) != server.GetRevision() {
		t.Errorf("at the client as of %s, revision %d; at the server %s, %d", rep.AsOf, rep.Revision, server.GetAsOf(), server.GetRevision())
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	r := start(t, "", func(o *Options) { o.Config.Limits.DocumentBytes = 1 << 20 })
	tests := []struct {
		name  string
		parts []*etalonv1.CheckDocumentRequest
		code  codes.Code
		says  string
	}{
		{"nothing", nil, codes.InvalidArgument, "header: is required in the first message"},
		{"no header", []*etalonv1.CheckDocumentRequest{checkData("x")}, codes.InvalidArgument, "header: is required in the first message"},
		{"no document", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{})}, codes.InvalidArgument, "has no text, and no data followed"},
		{"two headers", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{}), checkHeader(&etalonv1.CheckDocumentHeader{})}, codes.InvalidArgument, "is wanted in the first message only"},
		{"text and data", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{Document: &etalonv1.DocumentHeader{Text: "x"}}), checkData("y")}, codes.InvalidArgument, "send one of them"},
		{"too large", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{}), checkData(strings.Repeat("x", 1<<20)), checkData("x")}, codes.InvalidArgument, "1048576"},
		{"too many citations", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{Document: &etalonv1.DocumentHeader{Name: "x.txt"}}), checkData(strings.Repeat("ISO 9001\n\n", 20_001))}, codes.InvalidArgument, "citations_per_document"},
		{"a picture", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{Document: &etalonv1.DocumentHeader{Name: "x.png"}}), checkData("\x89PNG\r\n\x1a\n\x00\x00\x00")}, codes.InvalidArgument, "x.png"},
		{"a day that is none", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{AsOf: "soon"})}, codes.InvalidArgument, "as_of"},
		{"a broken configuration", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{Config: "rules: {supersede: off}"})}, codes.InvalidArgument, "superseded"},
		{"a broken lock", []*etalonv1.CheckDocumentRequest{checkHeader(&etalonv1.CheckDocumentHeader{Lockfile: "lock: 7"})}, codes.InvalidArgument, "header.lockfile"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := checkStream(ctx, r, tt.parts...)
			if status.Code(err) != tt.code || !strings.Contains(status.Convert(err).Message(), tt.says) {
				t.Errorf("got %v, want %v with %q", err, tt.code, tt.says)
			}
		})
	}
}
