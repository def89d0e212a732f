package gateway

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

const ocds = "authorities/ocp/standards/ocds/versions/1.1.5"

func TestRequestsReachTheServices(t *testing.T) {
	tests := []struct {
		name, method, target, body string
		want                       proto.Message
	}{
		{"a name", "GET", "/v1/" + ocds, "", &etalonv1.GetVersionRequest{Name: ocds}},
		{"an escaped plus", "GET", "/v1/authorities/bsi/standards/x/versions/2018%2BA1-2020", "", &etalonv1.GetVersionRequest{Name: "authorities/bsi/standards/x/versions/2018+A1-2020"}},
		{"a plain plus", "GET", "/v1/authorities/bsi/standards/x/versions/2018+A1-2020", "", &etalonv1.GetVersionRequest{Name: "authorities/bsi/standards/x/versions/2018+A1-2020"}},
		{"an escaped slash stays in its segment", "GET", "/v1/authorities/a%2Fstandards%2Fb/standards/x/versions/1", "", &etalonv1.GetVersionRequest{Name: "authorities/a/standards/b/standards/x/versions/1"}},
		{"all authorities", "GET", "/v1/authorities/-/standards?filter=kind%3D%22FORMAT%22&pageSize=5", "", &etalonv1.ListStandardsRequest{Parent: "authorities/-", Filter: `kind="FORMAT"`, PageSize: 5}},
		{"names as in the contract", "GET", "/v1/authorities/-/standards?page_size=5&order_by=title", "", &etalonv1.ListStandardsRequest{Parent: "authorities/-", PageSize: 5, OrderBy: "title"}},
		{"a member", "GET", "/v1/resolve?ref=ocp/ocds@^1.1&member=ocid", "", &etalonv1.ResolveRequest{Ref: "ocp/ocds@^1.1", Member: "ocid"}},
		{"a body", "POST", "/v1/authorities?authorityId=ocp", `{"titles":[{"language":"cy","value":"Partneriaeth"}]}`, &etalonv1.CreateAuthorityRequest{
			AuthorityId: "ocp", Authority: &etalonv1.Authority{Titles: []*etalonv1.Text{{Language: "cy", Value: "Partneriaeth"}}},
		}},
		{"a mask out of the body", "PATCH", "/v1/authorities/ocp", `{"homepage":"https://example.org"}`, &etalonv1.UpdateAuthorityRequest{
			Authority:  &etalonv1.Authority{Name: "authorities/ocp", Homepage: "https://example.org"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"homepage"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, nil)
			read(t, s.do(t, tt.method, tt.target, tt.body))
			if len(s.requests) != 1 {
				t.Fatalf("%d calls, want 1", len(s.requests))
			}
			if diff := cmp.Diff(tt.want, s.requests[0], protocmp.Transform()); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryAnnotatedRouteReachesItsMethod(t *testing.T) {
	s := newSite(t, nil)
	g := s.handler.(*gateway)
	n := 0
	for _, rt := range g.routes.all {
		if rt.rpc == "" {
			continue
		}
		n++
		s.requests = nil
		read(t, s.do(t, rt.method, strings.ReplaceAll(rt.template, "{}", "x"), "{}"))
		if len(s.requests) != 1 {
			t.Errorf("%s %s: %d calls, want 1", rt.method, rt.template, len(s.requests))
			continue
		}
		_, method, _ := strings.Cut(rt.rpc[1:], "/")
		if got := string(s.requests[0].ProtoReflect().Descriptor().Name()); got != method+"Request" {
			t.Errorf("%s %s reached %s, want %s", rt.method, rt.template, got, method)
		}
	}
	for _, f := range contract {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				if m := methods.Get(j); !m.IsStreamingClient() && !m.IsStreamingServer() {
					n--
				}
			}
		}
	}
	if n != 0 {
		t.Errorf("%d more routes than unary methods, want 0", n)
	}
}

func TestAnswersAreCompactAndStable(t *testing.T) {
	s := newSite(t, nil)
	s.addVersion(ocds)
	want := `{"name":"` + ocds + `","digest":"` + digestOf([]byte(ocds)) + `","status":"STATUS_PUBLISHED","revision":"7"}`
	for range 3 {
		r := s.get(t, "/v1/"+ocds)
		if got := read(t, r); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/json", "Cache-Control": "no-cache", "Etalon-Revision": "41",
			"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
}

func TestMetadataOfRequests(t *testing.T) {
	s := newSite(t, nil)
	r := s.get(t, "/v1/resolve?ref=x", "Etalon-Min-Revision", "12", "Etalon-Consistency", "linearizable",
		"Authorization", fakeToken, "X-Request-Id", "mine-1", "Cookie", "a=b", "Grpc-Metadata-Etalon-Revision", "99")
	want := map[string][]string{
		"etalon-min-revision": {"12"}, "etalon-consistency": {"linearizable"}, "authorization": {fakeToken}, "x-request-id": {"mine-1"},
	}
	for name, v := range want {
		if diff := cmp.Diff(v, s.md[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name := range s.md {
		if want[name] == nil && !strings.HasPrefix(name, "x-forwarded-") {
			t.Errorf("%s was passed on: %q", name, s.md[name])
		}
	}
	if got := r.Header.Get("Etalon-Request-Id"); got != "mine-1" {
		t.Errorf("Etalon-Request-Id %q, want mine-1", got)
	}
	if got := r.Header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("Cache-Control of an answer to credentials: %q", got)
	}
	if r := s.get(t, "/v1/resolve?ref=x", "X-Request-Id", "not well formed"); len(r.Header.Get("Etalon-Request-Id")) != 16 {
		t.Errorf("Etalon-Request-Id %q, want a new one", r.Header.Get("Etalon-Request-Id"))
	}
}

func TestHead(t *testing.T) {
	s := newSite(t, cached)
	s.addVersion(ocds, "a.json", "application/json", `{}`)
	for _, target := range []string{"/", "/openapi.json", "/v1/" + ocds, "/v1/" + ocds + "/files/a.json", "/v1/registry", "/v1/nothing"} {
		get, head := s.get(t, target), s.do(t, http.MethodHead, target, "")
		if body := read(t, head); body != "" {
			t.Errorf("HEAD %s has a body: %.40q", target, body)
		}
		if head.StatusCode != get.StatusCode {
			t.Errorf("HEAD %s: %d, GET %d", target, head.StatusCode, get.StatusCode)
		}
		body := read(t, get)
		if n := head.Header.Get("Content-Length"); n != strconv.Itoa(len(body)) {
			t.Errorf("HEAD %s: Content-Length %s, GET gives %d bytes", target, n, len(body))
		}
		get.Header.Del("Content-Length") // net/http counts short bodies itself
		head.Header.Del("Content-Length")
		get.Header.Del("Etalon-Request-Id")
		head.Header.Del("Etalon-Request-Id")
		if diff := cmp.Diff(get.Header, head.Header); diff != "" {
			t.Errorf("HEAD %s, headers (-get +head):\n%s", target, diff)
		}
	}
}

// TestShortWayIsTheSame asks with and without the transcoder.
func TestShortWayIsTheSame(t *testing.T) {
	short := newSite(t, nil)
	long := newSite(t, func(c *Config, _ *fake) { c.Conn = struct{ grpc.ClientConnInterface }{c.Conn} })
	for _, s := range []*site{short, long} {
		s.addVersion(ocds, "a", "text/plain", "a", "b", "text/plain", "b")
		s.addVersion("authorities/bsi/standards/x/versions/1+A")
	}
	targets := []string{
		"/v1/" + ocds, "/v1/" + ocds + "?minRevision=5&consistency=CONSISTENCY_SNAPSHOT", "/v1/" + ocds + "/files?pageSize=1", "/v1/authorities/bsi/standards/x/versions/1%2BA",
		"/v1/authorities/-/standards?filter=a%20%3D%20%22b%22", "/v1/authorities/-/standards/-/drafts", "/v1/resolve?ref=a&knownAt=2024-10-01T00:00:00Z&includePrereleases=true",
		"/v1/resolve?ref=nowhere", "/v1/resolve?ref=a&ref=b", "/v1/resolve?includePrereleases=maybe", "/v1/resolve?knownAt=now", "/v1/resolve?as_of=2024-10-01",
		"/v1/changes?types=TYPE_TAG_SET&types=8&after=5", "/v1/changes?types=NOTHING", "/v1/registry", "/v1/relations?ref=x&direction=DIRECTION_OUTGOING", "/v1/search?q=a+b",
	}
	for _, rt := range short.handler.(*gateway).routes.all {
		if rt.short != nil {
			targets = append(targets, strings.ReplaceAll(rt.template, "{}", "x"))
		}
	}
	for _, target := range targets {
		short.requests, long.requests = nil, nil
		a, b := short.get(t, target, "X-Request-Id", "same"), long.get(t, target, "X-Request-Id", "same")
		if diff := cmp.Diff(read(t, b), read(t, a)); diff != "" || a.StatusCode != b.StatusCode {
			t.Errorf("%s: %d, by the transcoder %d, bodies (-transcoder +short):\n%s", target, a.StatusCode, b.StatusCode, diff)
		}
		if diff := cmp.Diff(b.Header, a.Header); diff != "" {
			t.Errorf("%s: headers (-transcoder +short):\n%s", target, diff)
		}
		if diff := cmp.Diff(long.requests, short.requests, protocmp.Transform()); diff != "" {
			t.Errorf("%s: requests (-transcoder +short):\n%s", target, diff)
		}
	}
}
