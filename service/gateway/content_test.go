package gateway

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const text = "0123456789abcdefghij"

func TestRanges(t *testing.T) {
	s := newSite(t, nil)
	s.addVersion(ocds, "a.txt", "text/plain", text, "empty", "text/plain", "")
	etag := `"` + digestOf([]byte(text)) + `"`
	tests := []struct {
		name    string
		headers []string
		code    int
		body    string
		part    string // Content-Range
	}{
		{"all", nil, 200, text, ""},
		{"the first", []string{"Range", "bytes=0-3"}, 206, "0123", "bytes 0-3/20"},
		{"one", []string{"Range", "bytes=5-5"}, 206, "5", "bytes 5-5/20"},
		{"to the end", []string{"Range", "bytes=15-"}, 206, "fghij", "bytes 15-19/20"},
		{"beyond the end", []string{"Range", "bytes=15-99"}, 206, "fghij", "bytes 15-19/20"},
		{"the last", []string{"Range", "bytes=-3"}, 206, "hij", "bytes 17-19/20"},
		{"more than all of the last", []string{"Range", "bytes=-99"}, 206, text, "bytes 0-19/20"},
		{"behind the end", []string{"Range", "bytes=20-"}, 416, "", "bytes */20"},
		{"far behind the end", []string{"Range", "bytes=99999999999999999999-"}, 416, "", "bytes */20"},
		{"the last none", []string{"Range", "bytes=-0"}, 416, "", "bytes */20"},
		{"several", []string{"Range", "bytes=0-1,4-5"}, 200, text, ""},
		{"another unit", []string{"Range", "lines=1-2"}, 200, text, ""},
		{"backwards", []string{"Range", "bytes=5-2"}, 200, text, ""},
		{"no numbers", []string{"Range", "bytes=a-b"}, 200, text, ""},
		{"of what the client has", []string{"Range", "bytes=0-3", "If-Range", etag}, 206, "0123", "bytes 0-3/20"},
		{"of something else", []string{"Range", "bytes=0-3", "If-Range", `"other"`}, 200, text, ""},
		{"weakly of what the client has", []string{"Range", "bytes=0-3", "If-Range", "W/" + etag}, 200, text, ""},
		{"since a date", []string{"Range", "bytes=0-3", "If-Range", "Sat, 21 Nov 2026 00:00:00 GMT"}, 200, text, ""},
		{"not modified", []string{"If-None-Match", etag}, 304, "", ""},
		{"not modified goes before a range", []string{"If-None-Match", etag, "Range", "bytes=0-3"}, 304, "", ""},
	}
	for _, target := range []string{"/v1/" + ocds + "/files/a.txt", "/v1/blobs/" + digestOf([]byte(text))} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				r := s.get(t, target, tt.headers...)
				body := read(t, r)
				if r.StatusCode != tt.code || r.Header.Get("Content-Range") != tt.part {
					t.Errorf("%s: got %d, Content-Range %q, want %d, %q", target, r.StatusCode, r.Header.Get("Content-Range"), tt.code, tt.part)
				}
				if tt.code == 416 {
					if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Etag") != "" {
						t.Errorf("headers of a 416: %v", r.Header)
					}
					return
				}
				if body != tt.body {
					t.Errorf("%s: body %q, want %q", target, body, tt.body)
				}
				if r.Header.Get("Etag") != etag || r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
					t.Errorf("ETag %s, Cache-Control %q", r.Header.Get("Etag"), r.Header.Get("Cache-Control"))
				}
			})
		}
	}
	if r := s.get(t, "/v1/"+ocds+"/files/empty", "Range", "bytes=0-"); r.StatusCode != 416 {
		t.Errorf("a part of nothing: %d", r.StatusCode)
	}
	if r := s.get(t, "/v1/"+ocds+"/files/empty"); r.StatusCode != 200 || r.Header.Get("Content-Length") != "0" {
		t.Errorf("nothing: %d, %q", r.StatusCode, r.Header.Get("Content-Length"))
	}
}

func TestFilesAreSafe(t *testing.T) {
	s := newSite(t, nil)
	s.addVersion(ocds,
		"page.html", "text/html; charset=utf-8", "<script>alert(1)</script>",
		"pic.svg", "image/svg+xml", "<svg onload='alert(1)'/>",
		"a.xml", "application/xml", "<a/>", "x.xhtml", "application/xhtml+xml", "<a/>", "s.xsl", "application/xslt+xml", "<a/>",
		"a.js", "text/javascript", "alert(1)", "a.pdf", "application/pdf", "%PDF",
		"a.json", "application/schema+json", "{}", "a.csv", "text/csv; charset=utf-8", "a,b", "a.png", "image/png", "x",
		"odd", "text/html\r\nX-Evil: 1", "x", "none", "", "x",
	)
	tests := []struct{ path, contentType, disposition string }{
		{"page.html", "text/html; charset=utf-8", `attachment; filename="page.html"`},
		{"pic.svg", "image/svg+xml", `attachment; filename="pic.svg"`},
		{"a.xml", "application/xml", `attachment; filename="a.xml"`},
		{"x.xhtml", "application/xhtml+xml", `attachment; filename="x.xhtml"`},
		{"s.xsl", "application/xslt+xml", `attachment; filename="s.xsl"`},
		{"a.js", "text/javascript", `attachment; filename="a.js"`},
		{"a.pdf", "application/pdf", `attachment; filename="a.pdf"`},
		{"a.json", "application/schema+json", `inline; filename="a.json"`},
		{"a.csv", "text/csv; charset=utf-8", `inline; filename="a.csv"`},
		{"a.png", "image/png", `inline; filename="a.png"`},
		{"odd", "application/octet-stream", `attachment; filename="odd"`},
		{"none", "application/octet-stream", `attachment; filename="none"`},
	}
	for _, tt := range tests {
		for _, h := range []http.Header{
			s.get(t, "/v1/"+ocds+"/files/"+tt.path).Header,
			s.get(t, "/v1/"+ocds+"/files/"+tt.path, "Range", "bytes=0-0").Header,
		} {
			for name, want := range map[string]string{
				"Content-Type": tt.contentType, "Content-Disposition": tt.disposition,
				"X-Content-Type-Options": "nosniff", "Content-Security-Policy": sandbox,
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s of %s: %q, want %q", name, tt.path, got, want)
				}
			}
		}
	}
	if !strings.HasPrefix(sandbox, "sandbox;") || strings.Contains(sandbox, "allow-") {
		t.Errorf("the sandbox has holes: %s", sandbox)
	}
}

func TestFilePaths(t *testing.T) {
	s := newSite(t, nil)
	s.addVersion(ocds, "a.txt", "text/plain", "a", "dir/b c$(1).txt", "text/plain", "b", "caf\u00e9", "text/plain", "c", "x+y", "text/plain", "d", "100%", "text/plain", "e")
	s.blobs["secret"] = []byte("secret")
	found := map[string]string{
		"a.txt": "a", "dir/b%20c$(1).txt": "b", "dir%2Fb%20c%24%281%29.txt": "b",
		"caf%C3%A9": "c", "cafe%CC%81": "c", "x+y": "d", "x%2By": "d", "100%25": "e",
	}
	for path, want := range found {
		if r := s.get(t, "/v1/"+ocds+"/files/"+path); r.StatusCode != 200 || read(t, r) != want {
			t.Errorf("%s: %d, want 200 and %q", path, r.StatusCode, want)
		}
	}
	for _, path := range []string{
		"../../../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/a.txt", "./a.txt", "dir/../a.txt", "/a.txt", "a.txt/", "a.txt%00", "A.TXT",
		"dir", "dir/", "..%5ca.txt", "%c0%ae%c0%ae/a.txt", "secret", "x%2525",
	} {
		r := s.get(t, "/v1/"+ocds+"/files/"+path)
		if f := readError(t, r); r.StatusCode != 404 || f.reason(t) != "FILE_NOT_FOUND" {
			t.Errorf("%s: %d %s", path, r.StatusCode, f.reason(t))
		}
	}
	s.redacted[digestOf([]byte("a"))] = "order"
	for _, headers := range [][]string{nil, {"Range", "bytes=0-0"}, {"If-None-Match", "*"}} {
		if r := s.get(t, "/v1/"+ocds+"/files/a.txt", headers...); r.StatusCode != http.StatusUnavailableForLegalReasons {
			t.Errorf("redacted, %v: %d", headers, r.StatusCode)
		}
	}
}

func FuzzFilePath(f *testing.F) {
	for _, p := range []string{"a.txt", "../a.txt", "%2e%2e%2fa.txt", "a%00", "", "//", "caf\u00e9", "%", "?x=1", "#"} {
		f.Add(p)
	}
	s := newSite(f, nil)
	s.addVersion(ocds, "a.txt", "text/plain", "inside")
	s.blobs["outside"] = []byte("outside")
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = "/v1/" + ocds + "/files/" + path
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		switch {
		case w.Code == 200 && (path != "a.txt" || w.Body.String() != "inside"):
			t.Errorf("%q gave %q", path, w.Body)
		case w.Code != 200 && w.Code != 404:
			t.Errorf("%q: %d", path, w.Code)
		}
	})
}

func FuzzParseRange(f *testing.F) {
	for _, h := range []string{"bytes=0-1", "bytes=-5", "bytes=5-", "bytes=9-1", "bytes=0-0,1-1", "x", "bytes=99999999999999999999-"} {
		f.Add(h, int64(10))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		p, answer := parseRange(header, size)
		if answer == rangePart && (p.offset < 0 || p.length < 1 || p.offset+p.length > size) {
			t.Errorf("parseRange(%q, %d) = %v", header, size, p)
		}
	})
}

func FuzzDisposition(f *testing.F) {
	for _, n := range []string{"a.txt", `a"b`, "caf\u00e9.pdf", "a\r\nb", "100%", ""} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, c := range []byte(disposition(false, name)) {
			if c < ' ' || c > '~' {
				t.Fatalf("disposition(%q) has byte %#x", name, c)
			}
		}
	})
}

func TestDisposition(t *testing.T) {
	for name, want := range map[string]string{
		"a b.txt":     `attachment; filename="a b.txt"`,
		`q"uote\.txt`: `attachment; filename="q_uote_.txt"; filename*=UTF-8''q%22uote%5C.txt`,
		"caf\u00e9":   `attachment; filename="caf_"; filename*=UTF-8''caf%C3%A9`,
	} {
		if got := disposition(false, name); got != want {
			t.Errorf("disposition(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestLongTextIsCompressed(t *testing.T) {
	s := newSite(t, nil)
	body := strings.Repeat("0,1,2\n", 1000)
	s.addVersion(ocds, "a.csv", "text/csv", body, "a.bin", "application/zip", body)
	r := s.get(t, "/v1/"+ocds+"/files/a.csv", "Accept-Encoding", "gzip")
	etag := r.Header.Get("Etag")
	if r.Header.Get("Content-Encoding") != "gzip" || etag != `"`+digestOf([]byte(body))+`-gzip"` || r.Header.Get("Vary") != "Accept-Encoding" || r.Header.Get("Content-Length") != "" {
		t.Fatalf("headers: %v", r.Header)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != body {
		t.Errorf("unzipped: %v, %d bytes", err, len(got))
	}
	if r := s.get(t, "/v1/"+ocds+"/files/a.csv", "Accept-Encoding", "gzip", "If-None-Match", etag); r.StatusCode != 304 {
		t.Errorf("with the ETag of the gzipped file: %d", r.StatusCode)
	}
	if r := s.get(t, "/v1/"+ocds+"/files/a.csv", "Accept-Encoding", "gzip", "Range", "bytes=0-5"); r.Header.Get("Content-Encoding") != "" || read(t, r) != "0,1,2\n" {
		t.Errorf("a part is compressed: %v", r.Header)
	}
	if r := s.get(t, "/v1/"+ocds+"/files/a.bin", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "" {
		t.Error("what is dense is compressed")
	}
	if r := s.get(t, "/v1/"+ocds+"/files/a.csv"); r.Header.Get("Vary") != "Accept-Encoding" || read(t, r) != body {
		t.Errorf("as it is: %v", r.Header)
	}
}

func TestUploads(t *testing.T) {
	s := newSite(t, nil)
	big := strings.Repeat("etalon ", 100_000)
	for _, body := range []string{"", "x", big} {
		r := s.do(t, http.MethodPut, "/v1/blobs/"+digestOf([]byte(body)), body, "Authorization", fakeToken)
		if r.StatusCode != 200 || !strings.Contains(read(t, r), digestOf([]byte(body))) {
			t.Errorf("upload of %d bytes: %d", len(body), r.StatusCode)
		}
		if got := read(t, s.get(t, "/v1/blobs/"+digestOf([]byte(body)))); got != body {
			t.Errorf("download gives %d bytes, want %d", len(got), len(body))
		}
	}
	if r := s.do(t, http.MethodPut, "/v1/blobs/"+digestOf([]byte("y")), "x", "Authorization", fakeToken); r.StatusCode != 400 || readError(t, r).reason(t) != "DIGEST_MISMATCH" {
		t.Errorf("other bytes: %d", r.StatusCode)
	}
	r := httptest.NewRequest(http.MethodPut, "/v1/blobs/"+digestOf([]byte("x")), io.MultiReader(strings.NewReader("x")))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusLengthRequired {
		t.Errorf("without a length: %d", w.Code)
	}
	r = httptest.NewRequest(http.MethodPut, "/v1/blobs/"+digestOf([]byte("xy")), strings.NewReader("x"))
	r.ContentLength = 2
	r.Header.Set("Authorization", fakeToken)
	w = httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if f := readError(t, w.Result()); w.Code != 400 || f.reason(t) != "BODY_UNREADABLE" {
		t.Errorf("a body that ends early: %d %s", w.Code, f.reason(t))
	}
}

func TestExportAndImport(t *testing.T) {
	s := newSite(t, nil)
	r := s.get(t, "/v1/registry:export?withoutBlobs=true", "Authorization", fakeToken)
	if got := read(t, r); got != "tar true" || r.Header.Get("Content-Type") != "application/x-tar" || r.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("export: %q, %v", got, r.Header)
	}
	r = s.do(t, http.MethodPost, "/v1/registry:import", strings.Repeat("t", 1<<20), "Authorization", fakeToken)
	if got := read(t, r); got != `{"registryId":"r","blobCount":"1048576"}` {
		t.Errorf("import: %s", got)
	}
	if r := s.get(t, "/v1/registry:export?blobs=no", "Authorization", fakeToken); r.StatusCode != 400 {
		t.Errorf("unknown parameter: %d", r.StatusCode)
	}
}

// TestBrokenOffAnswersLookBroken reads over a real connection: a body that
// ends early must not look whole.
func TestBrokenOffAnswersLookBroken(t *testing.T) {
	s := newSite(t, nil)
	s.addVersion(ocds, "a.csv", "text/csv", strings.Repeat("0,1,2\n", 10000))
	s.breakAfter.Store(500)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	for _, coding := range []string{"identity", "gzip"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/"+ocds+"/files/a.csv", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", coding)
		res, err := server.Client().Do(r)
		if err != nil {
			continue // it broke off before the headers were out
		}
		if _, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("%s: a body that broke off was read without an error", coding)
		}
		res.Body.Close()
	}
	server.Client().CloseIdleConnections()
}
