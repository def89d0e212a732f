package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestLanding(t *testing.T) {
	s := newSite(t, nil)
	r := s.get(t, "/", "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	page := read(t, r)
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	for _, want := range []string{"2\u2009345\u2009678", "1\u2009043", "curl -G http://example.com/v1/resolve", "https://standards.example", "/openapi.json", "/metrics", "grpcurl -plaintext", "etalon --server"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
	if style == nil {
		t.Fatal("no style")
	}
	sum := sha256.Sum256([]byte(style[1]))
	csp := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %s does not fit the style", csp)
	}
	if strings.Contains(page, "<script") || strings.Contains(page, " style=") {
		t.Error("the page has a script or a style that its policy forbids")
	}
	checkLinks(t, s, page)
}

// checkLinks follows every link of the page that leads to this handler.
func checkLinks(t *testing.T, s *site, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for node := range doc.Descendants() {
		for _, a := range node.Attr {
			if a.Key != "href" || a.Val == "/readyz" || a.Val == "/metrics" || strings.HasPrefix(a.Val, "#") {
				continue
			}
			n++
			if r := s.do(t, "OPTIONS", a.Val, ""); r.StatusCode != 204 {
				t.Errorf("the link %s leads to %d", a.Val, r.StatusCode)
			}
		}
	}
	if n < 5 {
		t.Errorf("%d links", n)
	}
}

func TestLandingAsJSON(t *testing.T) {
	s := newSite(t, nil)
	for accept, want := range map[string]string{
		"application/json":            "application/json",
		"application/json, text/html": "application/json",
		"application/*;q=0.3":         "application/json",
		"text/html, application/json": "text/html; charset=utf-8",
		"application/json;q=0, */*":   "text/html; charset=utf-8",
		"*/*":                         "text/html; charset=utf-8",
		"":                            "text/html; charset=utf-8",
		"image/png":                   "text/html; charset=utf-8",
	} {
		r := s.get(t, "/", "Accept", accept)
		if got := r.Header.Get("Content-Type"); got != want || !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept") {
			t.Errorf("Accept %q gives %s, Vary %q, want %s", accept, got, r.Header.Values("Vary"), want)
		}
	}
}

func TestLandingIsEscaped(t *testing.T) {
	s := newSite(t, nil)
	if page := read(t, s.get(t, "/", "X-Forwarded-Proto", "https")); !strings.Contains(page, "curl -G https://example.com/v1/resolve") {
		t.Error("behind a proxy the page does not name where it is served")
	}
	s = newSite(t, func(c *Config, _ *fake) { c.BaseIRI = "https://x.example/<b>" })
	if page := read(t, s.get(t, "/")); strings.Contains(page, "<b>") {
		t.Error("the base is not escaped")
	}
}
