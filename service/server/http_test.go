package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// get reads a page of the server.
func (r *running) get(path string) (status int, body string) {
	r.t.Helper()
	resp, err := http.Get("http://" + r.s.HTTPAddr() + path)
	must(r.t, resp, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(must(r.t, b, err))
}

func TestHealthMetricsAndGateway(t *testing.T) {
	r := start(t, "")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	r.authority("ocp")
	r.publish(ocds, "1.0.0")
	if code, body := r.get("/healthz"); code != http.StatusOK || !strings.Contains(body, "true") {
		t.Errorf("/healthz: %d %s", code, body)
	}
	if code, body := r.get("/readyz"); code != http.StatusOK || !strings.Contains(body, `"ready":true`) {
		t.Errorf("/readyz: %d %s", code, body)
	}
	code, body := r.get("/v1/resolve?ref=ocp/ocds@^1")
	var answer struct{ Ref, Revision string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || code != http.StatusOK || answer.Ref != "ocp/ocds@1.0.0" {
		t.Errorf("resolve over HTTP: %d %s", code, body)
	}
	got, err := r.resolves.Resolve(r.admin(), &etalonv1.ResolveRequest{Ref: "ocp/ocds@^1"})
	must(t, got, err)
	files, err := r.versions.ListFiles(r.admin(), &etalonv1.ListFilesRequest{Parent: got.GetName()}) // reads the manifest
	must(t, files, err)
	_, body = r.get("/metrics")
	for _, want := range []string{
		`etalon_requests_total{code="OK",method="Resolve",service="ResolveService"} 2`,
		`etalon_request_seconds_count{method="Resolve",service="ResolveService"} 2`,
		"etalon_replica_revision ", "etalon_replica_staleness_seconds 0", "etalon_versions 1",
		"etalon_commit_seconds_count", "etalon_watchers 0", "etalon_cache_lookups_total", "go_goroutines", "process_cpu_seconds_total",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(body, "\netcd_") {
		t.Error("/metrics shows the figures of the embedded etcd")
	}
}

// Before the catalogue is loaded, and from the begin of the drain, the server
// is alive and not ready, and says why.
func TestReadinessTellsWhy(t *testing.T) {
	r := start(t, "")
	r.s.ready.set("the catalogue is being loaded")
	recorder := &reply{header: http.Header{}}
	r.s.readyz(recorder, nil)
	if recorder.code != http.StatusServiceUnavailable || !strings.Contains(recorder.body.String(), "being loaded") {
		t.Errorf("loading: %d %s", recorder.code, recorder.body.String())
	}
	r.stop()
	recorder = &reply{header: http.Header{}}
	r.s.readyz(recorder, nil)
	if recorder.code != http.StatusServiceUnavailable || !strings.Contains(recorder.body.String(), reasonDraining) {
		t.Errorf("draining: %d %s", recorder.code, recorder.body.String())
	}
	r.s.ready.clear()
	if ok, why := r.s.Ready(); ok {
		t.Errorf("a drained server is ready: %s", why)
	}
}

// reply keeps an answer.
type reply struct {
	header http.Header
	code   int
	body   strings.Builder
}

func (r *reply) Header() http.Header         { return r.header }
func (r *reply) WriteHeader(code int)        { r.code = code }
func (r *reply) Write(p []byte) (int, error) { return r.body.Write(p) }

// Paths that are not in order are told so, and are not redirected.
func TestPathsStayAsTheyAre(t *testing.T) {
	r := start(t, "")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for path, want := range map[string]int{
		"//healthz": http.StatusNotFound, "/v1/../healthz": http.StatusNotFound, "/v1//registry": http.StatusNotFound,
		"/v1/authorities/..": http.StatusBadRequest, "/v1/./registry": http.StatusNotFound, "/healthz/": http.StatusNotFound,
	} {
		resp, err := client.Get("http://" + r.s.HTTPAddr() + path)
		must(t, resp, err)
		b, err := io.ReadAll(resp.Body)
		must(t, b, errors.Join(err, resp.Body.Close()))
		if resp.StatusCode != want || !strings.HasPrefix(string(b), `{"error":{`) {
			t.Errorf("%s: %d %s, want %d and JSON", path, resp.StatusCode, b, want)
		}
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/metrics": http.StatusOK} {
		resp, err := client.Head("http://" + r.s.HTTPAddr() + path)
		must(t, resp, err)
		if resp.Body.Close(); resp.StatusCode != want {
			t.Errorf("HEAD %s: %d", path, resp.StatusCode)
		}
	}
}
