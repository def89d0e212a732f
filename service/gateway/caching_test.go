package gateway

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// long is a version whose JSON is worth compressing.
func long(s *site) *etalonv1.Version {
	v := s.addVersion(ocds)
	v.Notes = []*etalonv1.Text{{Value: strings.Repeat("A standard for open contracting. ", 100)}}
	return v
}

func TestConditionalRequests(t *testing.T) {
	s := newSite(t, nil)
	long(s)
	plain := s.get(t, "/v1/"+ocds).Header.Get("Etag")
	zipped := s.get(t, "/v1/"+ocds, "Accept-Encoding", "gzip").Header.Get("Etag")
	if plain == "" || zipped != strings.TrimSuffix(plain, `"`)+`-gzip"` {
		t.Fatalf("ETags %s and %s, want distinct ones", plain, zipped)
	}
	if !strings.HasPrefix(plain, `"7-`) {
		t.Errorf("ETag %s does not name the revision 7", plain)
	}
	tests := []struct {
		name, ask string
		code      int
		etag      string
	}{
		{"the same", plain, 304, plain},
		{"the same, gzipped", zipped, 304, zipped},
		{"weakly", "W/" + plain, 304, plain},
		{"one of several", `"a,b", ` + plain + `, "c"`, 304, plain},
		{"any", "*", 304, plain},
		{"another", `"7-0000000000000000"`, 200, plain},
		{"without quotes", strings.Trim(plain, `"`), 200, plain},
		{"none", "", 200, plain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.get(t, "/v1/"+ocds, "If-None-Match", tt.ask)
			body := read(t, r)
			if r.StatusCode != tt.code || r.Header.Get("Etag") != tt.etag || (body == "") != (tt.code == 304) {
				t.Errorf("got %d %s and %d bytes, want %d %s", r.StatusCode, r.Header.Get("Etag"), len(body), tt.code, tt.etag)
			}
			if r.Header.Get("Cache-Control") != "no-cache" || r.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("Cache-Control %q, Vary %q", r.Header.Get("Cache-Control"), r.Header.Get("Vary"))
			}
		})
	}
	if s.get(t, "/v1/resolve?ref=a").Header.Get("Etag") == s.get(t, "/v1/resolve?ref=b").Header.Get("Etag") {
		t.Error("two answers of one revision have one ETag")
	}
}

func TestGzip(t *testing.T) {
	for _, cache := range []bool{false, true} {
		s := newSite(t, func(c *Config, f *fake) {
			if cache {
				cached(c, f)
			}
		})
		long(s)
		want := read(t, s.get(t, "/v1/"+ocds))
		for range 2 {
			r := s.get(t, "/v1/"+ocds, "Accept-Encoding", "br, gzip;q=0.5")
			if r.Header.Get("Content-Encoding") != "gzip" {
				t.Fatalf("Content-Encoding %q", r.Header.Get("Content-Encoding"))
			}
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(z)
			if err != nil || string(got) != want {
				t.Errorf("unzipped: %v, %d bytes, want %d", err, len(got), len(want))
			}
		}
		if r := s.get(t, "/v1/resolve?ref=a", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "" {
			t.Error("a short answer is compressed")
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	tests := map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate, gzip;q=1.0, *;q=0.5": true, "gzip;q=0": false,
		"*": true, "*;q=0": false, "gzip;q=0, *": false, "br": false, "x-gzip": true, "gzip;q=no": false, "identity;q=0, gzip ; q=0.001": true,
	}
	for in, want := range tests {
		if got := acceptsGzip([]string{in}); got != want {
			t.Errorf("acceptsGzip(%q) = %v", in, got)
		}
	}
}

// TestCache asks twice with something happening in between, and looks whether
// the second answer came from memory.
func TestCache(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name    string
		target  string
		headers []string // of the second request
		between func(*fake, *time.Time)
		kept    bool
	}{
		{name: "nothing", target: "/v1/" + ocds, kept: true},
		{name: "a new revision", target: "/v1/" + ocds, between: func(f *fake, _ *time.Time) { f.revision.Add(1) }},
		{name: "the store goes away", target: "/v1/" + ocds, between: func(f *fake, _ *time.Time) { f.staleness.Store(3) }},
		{name: "a year", target: "/v1/" + ocds, between: func(_ *fake, n *time.Time) { *n = n.AddDate(1, 0, 0) }, kept: true},
		{name: "before a step takes effect", target: "/v1/" + ocds + "-next", between: func(_ *fake, n *time.Time) { *n = n.Add(time.Hour - 1) }, kept: true},
		{name: "a step takes effect", target: "/v1/" + ocds + "-next", between: func(_ *fake, n *time.Time) { *n = n.Add(time.Hour) }},
		{name: "a list, at once", target: "/v1/authorities/-/standards", kept: true},
		{name: "a list, later", target: "/v1/authorities/-/standards", between: func(_ *fake, n *time.Time) { *n = n.Add(time.Second) }},
		{name: "credentials", target: "/v1/" + ocds, headers: []string{"Authorization", "Bearer x"}},
		{name: "linearizable", target: "/v1/" + ocds, headers: []string{"Etalon-Consistency", "linearizable"}},
		{name: "linearizable in the query", target: "/v1/" + ocds + "?consistency=CONSISTENCY_LINEARIZABLE"},
		{name: "linearizable in an escaped query", target: "/v1/" + ocds + "?c%6Fnsistency=CONSISTENCY_LINEARIZABLE"},
		{name: "a revision that is there", target: "/v1/" + ocds, headers: []string{"Etalon-Min-Revision", "41"}, kept: true},
		{name: "a revision to come", target: "/v1/" + ocds, headers: []string{"Etalon-Min-Revision", "42"}},
		{name: "a revision that is none", target: "/v1/" + ocds, headers: []string{"Etalon-Min-Revision", "x"}},
		{name: "an error", target: "/v1/resolve?ref=nowhere"},
		{name: "gzip", target: "/v1/" + ocds, headers: []string{"Accept-Encoding", "gzip"}, kept: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := now
			s := newSite(t, func(c *Config, f *fake) {
				cached(c, f)
				c.Now = func() time.Time { return clock }
				c.Staleness = func() time.Duration { return time.Duration(f.staleness.Load()) * time.Second }
			})
			long(s)
			s.addVersion(ocds + "-next").NextChangeTime = timestamppb.New(now.Add(time.Hour))
			first := read(t, s.get(t, tt.target))
			if tt.between != nil {
				tt.between(s.fake, &clock)
			}
			before := s.calls.Load()
			r := s.get(t, tt.target, tt.headers...)
			body := read(t, r)
			if kept := s.calls.Load() == before; kept != tt.kept {
				t.Errorf("from memory: %v, want %v", kept, tt.kept)
			}
			if tt.kept && len(tt.headers) == 0 && body != first {
				t.Errorf("second answer differs:\n%s\n%s", first, body)
			}
			if len(r.Header.Get("Etalon-Request-Id")) != 16 {
				t.Error("no request id")
			}
		})
	}
}

func TestCachedAnswersHaveTheSameHeaders(t *testing.T) {
	s := newSite(t, cached)
	v := long(s)
	v.Steps = []*etalonv1.Step{{Number: 1, Kind: etalonv1.Step_KIND_DEPRECATE, EffectiveTime: timestamppb.Now()}}
	first, second := s.get(t, "/v1/"+ocds), s.get(t, "/v1/"+ocds)
	if s.calls.Load() != 1 {
		t.Fatalf("%d calls, want 1", s.calls.Load())
	}
	for name := range first.Header {
		if name != "Etalon-Request-Id" && first.Header.Get(name) != second.Header.Get(name) {
			t.Errorf("%s: %q, then %q", name, first.Header.Get(name), second.Header.Get(name))
		}
	}
	if second.Header.Get("Deprecation") == "" || second.Header.Get("Etalon-Revision") != "41" {
		t.Errorf("headers of the kept answer: %v", second.Header)
	}
}

func TestCacheStaysWithinItsBound(t *testing.T) {
	const most = 1 << 20
	c := newAnswerCache(most)
	const hot = "/hot"
	c.put(hot, &answer{body: make([]byte, 100)})
	for i := range 10_000 {
		c.put("/cold?"+fmt.Sprint(i), &answer{body: make([]byte, i%2000)})
		if c.get(hot) == nil {
			t.Fatalf("what is asked for all the time was dropped after %d others", i)
		}
	}
	if n := c.size(); n > most || n < most/2 {
		t.Errorf("%d bytes held, want up to %d", n, most)
	}
	c.put("/huge", &answer{body: make([]byte, most)})
	if c.get("/huge") != nil {
		t.Error("an answer as large as the cache is kept")
	}
}

func TestCacheKeysAreURLsAsSent(t *testing.T) {
	seen := map[string]string{}
	for _, raw := range []string{"/a%2Bb", "/a+b", "/a%252Bb", "/a?b", "/a?b=", "/a", "/a%2Fb", "/a/b"} {
		r := httptest.NewRequest(http.MethodGet, raw, nil)
		key := keyOf(r)
		if other, twice := seen[key]; twice {
			t.Errorf("%s and %s have one key", raw, other)
		}
		seen[key] = raw
		if r.RequestURI = ""; keyOf(r) != key {
			t.Errorf("%s has the keys %s and %s", raw, key, keyOf(r))
		}
	}
}

func TestLifecycleHeaders(t *testing.T) {
	s := newSite(t, nil)
	v := s.addVersion(ocds, "a.json", "application/json", "{}")
	v.Steps = []*etalonv1.Step{
		{Number: 1, Kind: etalonv1.Step_KIND_DEPRECATE, EffectiveTime: &timestamppb.Timestamp{Seconds: 1500000000}, Cancelled: true, Alternative: "x/wrong"},
		{Number: 2, Kind: etalonv1.Step_KIND_DEPRECATE, EffectiveTime: &timestamppb.Timestamp{Seconds: 1688169599},
			RemovalDate: "2027-01-31", Alternative: "ocp/ocds@1.2", Documentation: "https://example.org/why"},
		{Number: 3, Kind: etalonv1.Step_KIND_SUPERSEDE, EffectiveTime: &timestamppb.Timestamp{Seconds: 1788169599}, Successor: "ISO 8601-1:2019"},
	}
	for _, target := range []string{"/v1/" + ocds, "/v1/" + ocds + "/files/a.json"} {
		h := s.get(t, target).Header
		for name, want := range map[string]string{
			"Deprecation": "@1688169599",
			"Sunset":      "Sun, 31 Jan 2027 00:00:00 GMT",
			"Link":        `</v1/resolve?ref=ISO+8601-1%3A2019>; rel="successor-version", <https://example.org/why>; rel="deprecation"`,
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s of %s: %q, want %q", name, target, got, want)
			}
		}
	}
	v.Steps = v.Steps[:1]
	if h := s.get(t, "/v1/"+ocds).Header; h.Get("Deprecation") != "" || h.Get("Link") != "" {
		t.Errorf("a cancelled step shows: %v", h)
	}
}

func TestDayStart(t *testing.T) {
	for in, want := range map[string]string{"2027-01-31": "2027-01-31", "2027-03": "2027-03-01", "2027": "2027-01-01", "": "0001-01-01", "soon": "0001-01-01"} {
		if got := dayStart(in).Format(time.DateOnly); got != want {
			t.Errorf("dayStart(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestCORS(t *testing.T) {
	s := newSite(t, nil)
	pre := s.do(t, http.MethodOptions, "/v1/resolve", "", "Origin", "https://a.example", "Access-Control-Request-Method", "GET")
	if pre.Header.Get("Access-Control-Allow-Origin") != "*" || pre.Header.Get("Access-Control-Allow-Methods") != "GET, HEAD" ||
		!strings.Contains(pre.Header.Get("Access-Control-Allow-Headers"), "Etalon-Min-Revision") {
		t.Errorf("preflight: %v", pre.Header)
	}
	if r := s.do(t, http.MethodOptions, "/v1/registry:import", "", "Origin", "https://a.example", "Access-Control-Request-Method", "POST"); r.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a write is open to other origins")
	}
	if r := s.do(t, http.MethodPost, "/v1/authorities", "{}", "Origin", "https://a.example"); r.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("the answer of a write is open to other origins")
	}
	r := s.get(t, "/v1/resolve?ref=x", "Origin", "https://a.example")
	if r.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(r.Header.Get("Access-Control-Expose-Headers"), "ETag") ||
		r.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("read: %v", r.Header)
	}

	s = newSite(t, func(c *Config, f *fake) { c.CORSOrigins = []string{"https://a.example"}; cached(c, f) })
	for range 2 { // the second answer comes from memory
		for origin, want := range map[string]string{"https://a.example": "https://a.example", "https://b.example": "", "": ""} {
			r := s.get(t, "/v1/resolve?ref=x", "Origin", origin)
			if got := r.Header.Get("Access-Control-Allow-Origin"); got != want || r.Header.Get("Vary") != "Origin" {
				t.Errorf("origin %q is allowed %q, Vary %q", origin, got, r.Header.Get("Vary"))
			}
		}
	}
}
