package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestErrors(t *testing.T) {
	s := newSite(t, func(c *Config, f *fake) { c.MaxBodyBytes = 64 })
	gone := digestOf([]byte("gone"))
	s.redacted[gone] = "court order 7"
	tests := []struct {
		name, method, target, body string
		code                       int
		status, reason, message    string // message: a part of it
	}{
		{"no route", "GET", "/v1/x", "", 404, "NOT_FOUND", "ROUTE_NOT_FOUND", `"/v1/x"`},
		{"no identifier", "GET", "/robots.txt", "", 404, "NOT_FOUND", "ROUTE_NOT_FOUND", `"/robots.txt"`},
		{"an identifier of nothing", "GET", "/v2/x", "", 404, "NOT_FOUND", "NOT_FOUND", "authorities/v2/standards/x"},
		{"no route below the files", "GET", "/v1/" + ocds + "/files/", "", 404, "NOT_FOUND", "ROUTE_NOT_FOUND", "files/"},
		{"wrong method", "DELETE", "/v1/resolve", "", 405, "UNIMPLEMENTED", "METHOD_NOT_ALLOWED", "GET, HEAD, OPTIONS"},
		{"unknown method", "BREW", "/v1/resolve", "", 405, "UNIMPLEMENTED", "METHOD_NOT_ALLOWED", "BREW"},
		{"not there", "GET", "/v1/" + ocds, "", 404, "NOT_FOUND", "NOT_FOUND", ocds},
		{"unresolved", "GET", "/v1/resolve?ref=nowhere", "", 404, "NOT_FOUND", "DESIGNATION_NOT_FOUND", "nowhere"},
		{"unknown parameters", "GET", "/v1/resolve?ref=x&b=1&a=2", "", 400, "INVALID_ARGUMENT", "BAD_REQUEST", "a: is no parameter of this route; b: is no"},
		{"a parameter that the path gives", "GET", "/v1/" + ocds + "?name=x", "", 400, "INVALID_ARGUMENT", "BAD_REQUEST", "name"},
		{"a parameter of another type", "GET", "/v1/changes?pageSize=many", "", 400, "INVALID_ARGUMENT", "BAD_REQUEST", "many"},
		{"a parameter twice", "GET", "/v1/resolve?ref=a&ref=b", "", 400, "INVALID_ARGUMENT", "BAD_REQUEST", "ref"},
		{"a broken query", "GET", "/v1/resolve?ref=%zz", "", 400, "INVALID_ARGUMENT", "BAD_REQUEST", "%zz"},
		{"unknown fields", "POST", "/v1/authorities", `{"titles":[{"lang":"en"}],"nmae":"x"}`, 400, "INVALID_ARGUMENT", "BAD_REQUEST", "nmae: is no field of this request; titles[0].lang: is no"},
		{"no JSON", "POST", "/v1/authorities", `{"titles":`, 400, "INVALID_ARGUMENT", "BAD_REQUEST", "unexpected EOF"},
		{"a large body", "POST", "/v1/authorities", `{"homepage":"` + strings.Repeat("x", 64) + `"}`, 413, "INVALID_ARGUMENT", "BODY_TOO_LARGE", "64"},
		{"redacted", "GET", "/v1/blobs/" + gone, "", 451, "FAILED_PRECONDITION", "REDACTED", "court order 7"},
		{"no blob", "GET", "/v1/blobs/sha256:00", "", 404, "NOT_FOUND", "NOT_FOUND", "no such blob"},
		{"a large blob", "PUT", "/v1/blobs/sha256:00", strings.Repeat("x", 1<<20+1), 413, "INVALID_ARGUMENT", "LIMIT_EXCEEDED", "1048576"},
		{"not implemented", "GET", "/v1/search?q=x", "", 501, "UNIMPLEMENTED", "UNIMPLEMENTED", "Search"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.do(t, tt.method, tt.target, tt.body, "X-Request-Id", "req-1", "Authorization", fakeToken)
			f := readError(t, r)
			if r.StatusCode != tt.code || f.Error.Status != tt.status || f.reason(t) != tt.reason {
				t.Errorf("got %d %s %s (%s), want %d %s %s", r.StatusCode, f.Error.Status, f.reason(t), f.Error.Message, tt.code, tt.status, tt.reason)
			}
			if !strings.Contains(f.Error.Message, tt.message) {
				t.Errorf("message %q lacks %q", f.Error.Message, tt.message)
			}
			if got := f.detailOf(t, "RequestInfo")["requestId"]; got != "req-1" {
				t.Errorf("request id %v in the body", got)
			}
			for name, want := range map[string]string{"Content-Type": "application/json", "Etalon-Request-Id": "req-1", "Cache-Control": "no-store"} {
				if got := r.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestErrorDetails(t *testing.T) {
	s := newSite(t, nil)
	f := readError(t, s.get(t, "/v1/resolve?ref=nowhere"))
	want := []any{map[string]any{"ref": "ocp/ocds", "score": 0.5}}
	if diff := cmp.Diff(want, f.detailOf(t, "Failure")["candidates"]); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
	f = readError(t, s.get(t, "/v1/resolve?two=2&one=1"))
	bad, _ := f.detailOf(t, "BadRequest")["fieldViolations"].([]any)
	if len(bad) != 2 || bad[0].(map[string]any)["field"] != "one" {
		t.Errorf("violations %v, want one and two", bad)
	}
}

func TestAllow(t *testing.T) {
	s := newSite(t, nil)
	tests := map[string]string{
		"/v1/authorities/ocp":                  "GET, HEAD, OPTIONS, PATCH",
		"/v1/authorities":                      "GET, HEAD, OPTIONS, POST",
		"/v1/blobs/sha256:00":                  "GET, HEAD, OPTIONS, PUT",
		"/v1/blobs/sha256:00:redact":           "GET, HEAD, OPTIONS, POST, PUT",
		"/v1/registry:import":                  "OPTIONS, POST",
		"/v1/authorities/a/standards/b:setTag": "GET, HEAD, OPTIONS, PATCH, POST",
		"/":                                    "GET, HEAD, OPTIONS",
	}
	for target, want := range tests {
		if r := s.do(t, "PURGE", target, ""); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != want {
			t.Errorf("%s: %d, Allow %q, want %q", target, r.StatusCode, r.Header.Get("Allow"), want)
		}
		if r := s.do(t, "OPTIONS", target, ""); r.StatusCode != http.StatusNoContent || r.Header.Get("Allow") != want {
			t.Errorf("OPTIONS %s: %d, Allow %q, want %q", target, r.StatusCode, r.Header.Get("Allow"), want)
		}
	}
}

func TestUnauthenticated(t *testing.T) {
	s := newSite(t, nil)
	for _, tt := range []struct{ method, target, body string }{
		{"PUT", "/v1/blobs/" + digestOf([]byte("x")), "x"},
		{"POST", "/v1/registry:import", "x"},
		{"GET", "/v1/registry:export", ""},
	} {
		r := s.do(t, tt.method, tt.target, tt.body)
		if r.StatusCode != http.StatusUnauthorized || r.Header.Get("Www-Authenticate") == "" {
			t.Errorf("%s %s: %d, %q", tt.method, tt.target, r.StatusCode, r.Header.Get("Www-Authenticate"))
		}
	}
}
