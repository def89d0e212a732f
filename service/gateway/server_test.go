package gateway_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/server"
)

const token = "a-token-for-the-tests"

// web is a whole server over an embedded store, spoken to over HTTP alone.
type web struct {
	t      *testing.T
	base   string
	client *http.Client
}

func startServer(t *testing.T) *web {
	t.Helper()
	cfg := config.Defaults()
	cfg.DataDir = filepath.Join(t.TempDir(), "data")
	cfg.GRPCListen, cfg.HTTPListen = "127.0.0.1:0", "127.0.0.1:0"
	cfg.AdminToken, cfg.LogLevel = token, slog.LevelWarn
	s, err := server.New(server.Options{Config: &cfg, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	w := &web{t: t, client: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); ; <-tick.C {
		if ready, why := s.Ready(); ready {
			break
		} else if time.Now().After(end) {
			t.Fatalf("not ready within 30 s: %v", why)
		}
	}
	w.base = "http://" + s.HTTPAddr()
	return w
}

// ask gives the answer and its body. Headers come as name and value in turn.
func (w *web) ask(method, path, body string, headers ...string) (*http.Response, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.base+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res, string(b)
}

// write asks with the token and wants 200.
func (w *web) write(method, path, body string) string {
	w.t.Helper()
	res, got := w.ask(method, path, body, "Authorization", "Bearer "+token)
	if res.StatusCode != http.StatusOK {
		w.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, got)
	}
	return got
}

func (w *web) want(code int, path string, headers ...string) (*http.Response, string) {
	w.t.Helper()
	res, body := w.ask(http.MethodGet, path, "", headers...)
	if res.StatusCode != code {
		w.t.Errorf("GET %s %v: %d, want %d: %.300s", path, headers, res.StatusCode, code, body)
	}
	return res, body
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// publish makes a version of ocp/ocds with two files.
func (w *web) publish(version string) (page string) {
	w.t.Helper()
	page = "<script>document.title = '" + version + "'</script>"
	schema := `{"version":"` + version + `"}`
	for _, b := range []string{page, schema} {
		w.write(http.MethodPut, "/v1/blobs/"+digest(b), b)
	}
	file := `{"path":%q,"mediaType":%q,"sizeBytes":"%d","digest":%q}`
	w.write(http.MethodPost, "/v1/authorities/ocp/standards/ocds/versions:publish", fmt.Sprintf(
		`{"versionId":%q,"version":{"members":[{"id":"ocid","title":"Open Contracting ID"}]},"files":[`+file+`,`+file+`],`+
			`"standard":{"titles":[{"value":"Open Contracting Data Standard"}],"kind":"KIND_FORMAT","scheme":"VERSION_SCHEME_SEMVER"}}`,
		version, "docs/über uns.html", "text/html; charset=utf-8", len(page), digest(page),
		"schema.json", "application/schema+json", len(schema), digest(schema)))
	return page
}

func TestOverHTTPAlone(t *testing.T) {
	w := startServer(t)
	w.write(http.MethodPost, "/v1/authorities?authorityId=ocp", `{"titles":[{"language":"en","value":"Open Contracting Partnership"}]}`)
	page := w.publish("1.1.4")
	w.publish("1.1.5+a.1")
	const v = "/v1/authorities/ocp/standards/ocds/versions/1.1.4"

	// What was written is read, by every way in.
	for path, part := range map[string]string{
		v: `"version":"1.1.4"`, "/v1/authorities/ocp/standards/ocds/versions/1.1.5%2Ba.1": `"version":"1.1.5+a.1"`,
		"/v1/resolve?ref=ocp/ocds@%5E1.1&member=ocid": `"id":"ocid"`, "/v1/authorities/-/standards?filter=kind%3D%22FORMAT%22": `"versionCount":2`,
		"/ocp": `"name":"authorities/ocp"`, "/ocp/ocds": `"KIND_FORMAT"`, "/ocp/ocds/1.1.5%2Ba.1": `"version":"1.1.5+a.1"`, // by way of a redirect
		"/v1/changes?pageSize=1": `"TYPE_REGISTRY_CREATED"`, v + "/files": `docs/über uns.html`, "/v1/registry": `"versionCount":2`,
	} {
		if _, body := w.want(http.StatusOK, path); !strings.Contains(body, part) {
			t.Errorf("GET %s lacks %s: %.300s", path, part, body)
		}
	}
	res, body := w.want(http.StatusOK, v+"/files/docs/%C3%BCber%20uns.html")
	if body != page || res.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;") ||
		!strings.HasPrefix(res.Header.Get("Content-Security-Policy"), "sandbox") || res.Header.Get("Etag") != `"`+digest(page)+`"` {
		t.Errorf("the page: %q %v", body, res.Header)
	}
	if _, body := w.want(http.StatusPartialContent, v+"/files/docs/%C3%BCber%20uns.html", "Range", "bytes=-9"); body != "</script>" {
		t.Errorf("its end: %q", body)
	}
	w.want(http.StatusRequestedRangeNotSatisfiable, "/v1/blobs/"+digest(page), "Range", "bytes=4000-")
	w.want(http.StatusNotFound, v+"/files/docs%2F..%2Fschema.json")
	w.want(http.StatusNotFound, "/ocp/ocds/1.1.6")

	// An answer from memory gives way to a new status.
	first, _ := w.want(http.StatusOK, v)
	etag := first.Header.Get("Etag")
	w.want(http.StatusNotModified, v, "If-None-Match", etag)
	done := w.write(http.MethodPost, v+":deprecate", `{"note":"old","removalDate":"2027-01-31","alternative":"ocp/ocds@^1.1.5"}`)
	second, body := w.want(http.StatusOK, v, "If-None-Match", etag)
	if !strings.Contains(body, "STATUS_DEPRECATED") || second.Header.Get("Sunset") != "Sun, 31 Jan 2027 00:00:00 GMT" ||
		second.Header.Get("Link") != `</v1/resolve?ref=ocp%2Focds%40%5E1.1.5>; rel="successor-version"` || second.Header.Get("Deprecation") == "" {
		t.Errorf("deprecated: %s %v", body, second.Header)
	}
	if body != done {
		t.Errorf("the write answered\n%s\nthe read\n%s", done, body)
	}
	head, _ := strconv.Atoi(second.Header.Get("Etalon-Revision"))
	w.want(http.StatusBadRequest, v, "Etalon-Min-Revision", strconv.Itoa(head+1000))
	w.want(http.StatusOK, v, "Etalon-Consistency", "linearizable")

	// Drafts are for who has the token, and stay out of every memory.
	w.write(http.MethodPost, "/v1/authorities/ocp/standards/ocds/drafts?draftId=2.0.0", `{"version":{"label":"Two"}}`)
	w.want(http.StatusUnauthorized, "/v1/authorities/ocp/standards/ocds/drafts/2.0.0")
	res, _ = w.want(http.StatusOK, "/v1/authorities/ocp/standards/ocds/drafts/2.0.0", "Authorization", "Bearer "+token)
	if res.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("a draft is %q", res.Header.Get("Cache-Control"))
	}
	w.want(http.StatusUnauthorized, "/v1/authorities/ocp/standards/ocds/drafts/2.0.0")

	w.write(http.MethodPost, "/v1/blobs/"+digest(page)+":redact", `{"reason":"court order 7"}`)
	for _, path := range []string{"/v1/blobs/" + digest(page), v + "/files/docs/%C3%BCber%20uns.html"} {
		if _, body := w.want(http.StatusUnavailableForLegalReasons, path); !strings.Contains(body, "court order 7") {
			t.Errorf("redacted: %s", body)
		}
	}
}

func TestExportIsImportedOverHTTP(t *testing.T) {
	from, to := startServer(t), startServer(t)
	from.write(http.MethodPost, "/v1/authorities?authorityId=ocp", `{}`)
	from.publish("1.0.0")
	archive := from.write(http.MethodGet, "/v1/registry:export", "")
	to.write(http.MethodPost, "/v1/registry:import", archive)
	if again := to.write(http.MethodGet, "/v1/registry:export", ""); again != archive {
		t.Errorf("exported again: %d bytes, want the same %d", len(again), len(archive))
	}
	if res, body := to.ask(http.MethodPost, "/v1/registry:import", archive, "Authorization", "Bearer "+token); res.StatusCode != http.StatusBadRequest || !strings.Contains(body, "NOT_EMPTY") {
		t.Errorf("imported twice: %d %s", res.StatusCode, body)
	}
}

func TestBundlesOverHTTP(t *testing.T) {
	w := startServer(t)
	w.write(http.MethodPost, "/v1/authorities?authorityId=ocp", `{}`)
	w.publish("1.0.0")
	const path = "/v1/registry:bundle?refs=ocp/ocds"
	res, body := w.ask(http.MethodGet, path, "")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	b, err := bundle.Read(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Info(); got.Standards != 1 || got.Versions != 1 || fmt.Sprint(got.Revision) != res.Header.Get("Etalon-Revision") {
		t.Errorf("%+v at revision %s", got, res.Header.Get("Etalon-Revision"))
	}
	etag := res.Header.Get("Etag")
	if res, body := w.ask(http.MethodGet, path, "", "If-None-Match", etag); res.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("asked again with its ETag: %d, %d bytes", res.StatusCode, len(body))
	}
	if res, _ := w.ask(http.MethodGet, path+"&withFiles=true", "", "If-None-Match", etag); res.StatusCode != http.StatusOK || res.Header.Get("Etag") == etag {
		t.Errorf("with files: %d, ETag %s", res.StatusCode, res.Header.Get("Etag"))
	}
	w.publish("1.1.0")
	if res, _ := w.ask(http.MethodGet, path, "", "If-None-Match", etag); res.StatusCode != http.StatusOK {
		t.Errorf("after a publication: %d", res.StatusCode)
	}
	for path, want := range map[string]int{
		"/v1/registry:bundle":                                 http.StatusBadRequest,
		"/v1/registry:bundle?refs=ocp/ocds@^1":                http.StatusBadRequest,
		"/v1/registry:bundle?refs=ocp/ocds&refs=ocp/ocds@9":   http.StatusNotFound,
		"/v1/registry:bundle?refs=ocp/ocds&refs=a/b&refs=c/d": http.StatusNotFound,
	} {
		if res, body := w.ask(http.MethodGet, path, ""); res.StatusCode != want {
			t.Errorf("%s: %d %s, want %d", path, res.StatusCode, body, want)
		}
	}
	if _, body := w.ask(http.MethodGet, "/v1/registry:bundle?refs=ocp/ocds&refs=a/b&refs=c/d", ""); !strings.Contains(body, "authorities/a/standards/b and authorities/c/standards/d not found") {
		t.Errorf("not all bad references are named: %s", body)
	}
}

// events reads ids and types of events until it has seen a revision.
func (w *web) events(path, last string, until uint64) (ids []uint64, kinds map[string]int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	kinds = map[string]int{}
	var id uint64
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			if id, err = strconv.ParseUint(value, 10, 64); err != nil {
				w.t.Fatal(err)
			}
		case "event":
			kinds[value]++
			if value == "change" {
				ids = append(ids, id)
			}
		case "":
			if id >= until {
				return ids, kinds
			}
		}
	}
	w.t.Fatalf("the feed ended at %d: %v", id, lines.Err())
	return nil, nil
}

func TestEventsGoOnWhereTheyWere(t *testing.T) {
	w := startServer(t)
	for i := range 5 {
		w.write(http.MethodPost, fmt.Sprintf("/v1/authorities?authorityId=a%d", i), `{}`)
	}
	res, _ := w.want(http.StatusOK, "/v1/registry")
	head, err := strconv.ParseUint(res.Header.Get("Etalon-Revision"), 10, 64)
	if err != nil || head < 6 {
		t.Fatalf("revision %d, %v", head, err)
	}
	all, _ := w.events("/v1/changes:watch?after=0", "", head)
	var want []uint64
	for i := range head {
		want = append(want, i+1)
	}
	if fmt.Sprint(all) != fmt.Sprint(want) {
		t.Errorf("from the beginning: %v, want %v", all, want)
	}
	if rest, _ := w.events("/v1/changes:watch?after=0", "3", head); fmt.Sprint(rest) != fmt.Sprint(want[3:]) {
		t.Errorf("after event 3: %v, want %v", rest, want[3:])
	}
	if none, kinds := w.events("/v1/changes:watch?authorities=authorities/none", "", head); len(none) > 0 || kinds["heartbeat"] == 0 {
		t.Errorf("from now on: %v %v", none, kinds)
	}
	for _, id := range []string{strconv.FormatUint(head+1000, 10), "abc", "00000000-0000-4000-8000-000000000000:1"} {
		res, body := w.ask(http.MethodGet, "/v1/changes:watch", "", "Last-Event-ID", id)
		if res.StatusCode != http.StatusBadRequest || res.Header.Get("Content-Type") != "application/json" {
			t.Errorf("event %s: %d %s", id, res.StatusCode, body)
		}
	}
}

// TestWritesWantAToken walks all routes that the document describes.
func TestWritesWantAToken(t *testing.T) {
	w := startServer(t)
	_, body := w.want(http.StatusOK, "/openapi.json")
	var doc struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{"POST /v1/references:batchResolve": true, "POST /v1/blobs:check": true,
		"POST /v1/citations:lookUp": true, "POST /v1/documents:check": true, "POST /v1/documents:extractCitations": true}
	guarded := map[string]bool{
		"GET /v1/registry:export": true, "GET /v1/authorities/{authority}/standards/{standard}/drafts": true,
		"GET /v1/authorities/{authority}/standards/{standard}/drafts/{draft}": true,
	}
	variable := regexp.MustCompile(`\{[^}]*\}`)
	n := 0
	for path, operations := range doc.Paths {
		for method := range operations {
			at := strings.ToUpper(method) + " " + path
			if method == "get" && !guarded[at] || open[at] {
				continue
			}
			n++
			res, body := w.ask(strings.ToUpper(method), variable.ReplaceAllString(path, "x"), "{}")
			if res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, `"UNAUTHENTICATED"`) || res.Header.Get("Www-Authenticate") == "" {
				t.Errorf("%s: %d %s", at, res.StatusCode, body)
			}
		}
	}
	if n < 20 {
		t.Errorf("%d routes walked", n)
	}
}
