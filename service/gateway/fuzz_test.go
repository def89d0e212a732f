package gateway

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// FuzzRoutes holds our table of routes against the transcoder's.
func FuzzRoutes(f *testing.F) {
	s := newSite(f, func(c *Config, _ *fake) { c.Conn = struct{ grpc.ClientConnInterface }{c.Conn} })
	g := s.handler.(*gateway)
	for _, rt := range g.routes.all {
		f.Add(rt.method, strings.ReplaceAll(rt.template, "{}", "x"))
	}
	for _, p := range []string{"/v1/authorities/a:b/standards/c:setTag", "/v1/blobs/:redact", "/v1/blobs/a:redact:redact", "/v1/authorities//standards", "/v1/authorities/%2F", "/v1/changes:", "v1/blobs/0:redact"} {
		f.Add(http.MethodPost, p)
		f.Add(http.MethodGet, p)
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Method, r.URL.Path = method, path
		rt, _, ok := g.routes.match(method, r.URL)
		if !ok || rt.rpc == "" {
			return
		}
		s.requests = nil
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if len(s.requests) != 1 {
			t.Fatalf("%s %q: %d calls: %s", method, path, len(s.requests), w.Body)
		}
		if got := string(s.requests[0].ProtoReflect().Descriptor().Name()); !strings.HasSuffix(rt.rpc+"Request", "/"+got) {
			t.Errorf("%s %q: reached %s, want %s", method, path, got, rt.rpc)
		}
	})
}

func FuzzListsETag(f *testing.F) {
	for _, l := range []string{`"a"`, `W/"a", "b"`, `*`, `"a`, `a"`, `,,"a"`, `W/W/"a"`, ``} {
		f.Add(l)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if listsETag(list, `"wanted"`) && strings.TrimSpace(list) != "*" && !strings.Contains(list, `"wanted"`) {
			t.Errorf("%q lists what it does not have", list)
		}
	})
}

func FuzzAcceptsGzip(f *testing.F) {
	for _, v := range []string{"gzip", "gzip;q=0", "*;q=0.1", "br, deflate", ";;q=,", "gzip;q=NaN"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if acceptsGzip([]string{v}) && !strings.Contains(strings.ToLower(v), "gzip") && !strings.Contains(v, "*") {
			t.Errorf("%q accepts gzip", v)
		}
	})
}

func FuzzUnknownFields(f *testing.F) {
	for _, b := range []string{`{"parent":"x"}`, `{"version":{"links":[{"uri":1}]}}`, `[]`, `{"a":{"b":[]}}`, `{`, `null`, `{"version":null,"files":[null,{"x":1}]}`} {
		f.Add([]byte(b))
	}
	m := (*etalonv1.PublishVersionRequest)(nil).ProtoReflect().Descriptor()
	f.Fuzz(func(t *testing.T, body []byte) {
		unknown := unknownFields(m, body)
		err := marshaler{}.Unmarshal(body, &etalonv1.PublishVersionRequest{})
		if err == nil && len(unknown) > 0 {
			t.Errorf("%s is read, but has unknown fields %v", body, unknown)
		}
		if err != nil && json.Valid(body) && strings.Contains(err.Error(), "unknown field") && len(unknown) == 0 {
			t.Errorf("%s is refused (%v), but has no unknown fields", body, err)
		}
	})
}
