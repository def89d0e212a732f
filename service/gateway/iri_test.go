package gateway

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/standard"
)

// TestIdentifiersLeadOn: the identifiers that the registry gives lead to what
// they name, for people and for tools.
func TestIdentifiersLeadOn(t *testing.T) {
	s := newSite(t, cached)
	const base = "https://standards.example"
	s.addVersion("authorities/ocp/standards/ocds/versions/1.1.5+a_b-C")
	s.addVersion("authorities/healthz/standards/x/versions/1")
	s.addVersion("authorities/v1/standards/x/versions/1")
	name := standard.Name{Authority: "ocp", Standard: "ocds"}
	for iri, want := range map[string]string{
		standard.AuthorityIRI(base, "ocp"):                   "/v1/authorities/ocp",
		standard.IRI(base, name, "", ""):                     "/v1/authorities/ocp/standards/ocds",
		standard.IRI(base, name, "1.1.5+a_b-C", ""):          "/v1/authorities/ocp/standards/ocds/versions/1.1.5%2Ba_b-C",
		standard.IRI(base, name, "1.1.5+a_b-C", "a/b:c@d ü"): "/v1/authorities/ocp/standards/ocds/versions/1.1.5%2Ba_b-C",
		base + "/%6Fcp/ocds/1.1.5+a_b-C":                     "/v1/authorities/ocp/standards/ocds/versions/1.1.5%2Ba_b-C",
	} {
		u, err := url.Parse(iri)
		if err != nil {
			t.Fatal(err)
		}
		u.Fragment, u.RawFragment = "", "" // stays with the client
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, accept := range []string{"application/json", "text/html,*/*;q=0.8"} {
				r := s.do(t, method, u.String(), "", "Accept", accept)
				if body := read(t, r); r.StatusCode != http.StatusSeeOther || body != "" {
					t.Errorf("%s %s for %s: %d %q", method, iri, accept, r.StatusCode, body)
				}
				for name, want := range map[string]string{"Location": want, "Cache-Control": "no-cache", "Etalon-Revision": "41", "Access-Control-Allow-Origin": "*"} {
					if got := r.Header.Get(name); got != want {
						t.Errorf("%s %s: %s is %q, want %q", method, iri, name, got, want)
					}
				}
			}
		}
		if r := s.get(t, want); r.StatusCode != http.StatusOK {
			t.Errorf("%s leads to %s, which is %d", iri, want, r.StatusCode)
		}
	}
}

// TestIdentifiersOfNothing: what is not there, and what shadows nothing.
func TestIdentifiersOfNothing(t *testing.T) {
	s := newSite(t, nil)
	for _, a := range []string{"ocp", "v1", "healthz", "readyz", "metrics"} {
		s.addVersion("authorities/" + a + "/standards/x/versions/1")
	}
	const notThere, noRoute = "NOT_FOUND", "ROUTE_NOT_FOUND"
	for target, want := range map[string]string{
		"/bsi": notThere, "/ocp/y": notThere, "/ocp/x/2": notThere,
		"/OCP": noRoute, "/ocp/X_1": noRoute, "/ocp/x/1.x": noRoute, "/ocp/x/1%2F2": noRoute, "/ocp%2Fx": noRoute,
		"/ocp/x/..": noRoute, "/ocp/": noRoute, "/ocp//1": noRoute, "//ocp": noRoute, "/ocp/x/1/": noRoute, "/ocp/x/1/y": noRoute,
		"/v1": noRoute, "/v1/x": noRoute, "/v1/x/1": noRoute, "/healthz": noRoute, "/healthz/x": noRoute,
		"/readyz": noRoute, "/metrics": noRoute, "/metrics/x/1": noRoute, "/favicon.ico": noRoute,
	} {
		r := s.get(t, "http://standards.example"+target, "Accept", "text/html")
		if f := readError(t, r); r.StatusCode != http.StatusNotFound || f.reason(t) != want {
			t.Errorf("%s: %d %s (%s), want 404 %s", target, r.StatusCode, f.reason(t), f.Error.Message, want)
		}
	}
	if r := s.get(t, "/ocp?utm=1"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a parameter that is not known: %d", r.StatusCode)
	}
	if r := s.do(t, http.MethodPost, "/ocp/x", ""); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
	if r := s.do(t, http.MethodPost, "/robots.txt", ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("POST to what is no identifier: %d", r.StatusCode)
	}
	if r := s.get(t, "/ocp/x", "Authorization", fakeToken); !strings.HasPrefix(r.Header.Get("Cache-Control"), "private") {
		t.Errorf("an answer to credentials: %q", r.Header.Get("Cache-Control"))
	}
}

// FuzzIdentifiers: what the registry's own parser takes below its base is a
// route, and its parts come out the same.
func FuzzIdentifiers(f *testing.F) {
	for _, p := range []string{"ocp/ocds", "ocp/ocds/1.1.5", "ocp/ocds/1%2B2", "ocp/ocds/latest", "v1/x", "a/b/c/d", "%6f/x"} {
		f.Add(p)
	}
	g := newSite(f, nil).handler.(*gateway)
	f.Fuzz(func(t *testing.T, path string) {
		if strings.ContainsAny(path, "#?") {
			return
		}
		u, err := url.ParseRequestURI("/" + path)
		if err != nil || u.EscapedPath() != "/"+path {
			return
		}
		ref, _, err := standard.ParseIRI("https://x.example", "https://x.example/"+path)
		rt, params, ok := g.routes.match(http.MethodGet, u)
		if err != nil || strings.HasPrefix(path, "v1/") || strings.HasPrefix(path, "healthz/") || strings.HasPrefix(path, "readyz/") || strings.HasPrefix(path, "metrics/") {
			return
		}
		if !ok || rt.accepts == nil {
			t.Fatalf("/%s is an identifier and leads nowhere", path)
		}
		if i := identified(params); i.name != ref.Name || string(i.version) != ref.Selector.Text {
			t.Errorf("/%s names %v, want %v", path, i, ref)
		}
	})
}
