package gateway

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/etalon-registry/etalon/service/gateway/inproc"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The etcd server's own, which ends after its owner has closed.
		goleak.IgnoreTopFunction("go.etcd.io/etcd/server/v3/storage/mvcc.(*watchableStore).syncVictimsLoop"),
	)
}

// site is a gateway over fake services, without a cache unless asked for.
type site struct {
	*fake
	handler http.Handler
	conn    *inproc.Conn
}

func newSite(t testing.TB, change func(*Config, *fake)) *site {
	t.Helper()
	f := newFake()
	conn := inproc.New(inproc.Config{Unary: f.unary, Stream: f.stream})
	f.register(conn)
	t.Cleanup(func() { conn.Close() })
	cfg := Config{Conn: conn, BaseIRI: "https://standards.example", CORSOrigins: []string{"*"}}
	if change != nil {
		change(&cfg, f)
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &site{fake: f, handler: h, conn: conn}
}

// cached gives a site its cache.
func cached(cfg *Config, f *fake) { cfg.Revision = f.revision.Load }

// do asks without a network. Headers are given as name and value in turn.
func (s *site) do(t testing.TB, method, target, body string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func (s *site) get(t testing.TB, target string, headers ...string) *http.Response {
	t.Helper()
	return s.do(t, http.MethodGet, target, "", headers...)
}

func read(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// failure is an error answer.
type failure struct {
	Error struct {
		Code    int
		Status  string
		Message string
		Details []map[string]any
	}
}

func readError(t testing.TB, r *http.Response) failure {
	t.Helper()
	var f failure
	if err := json.Unmarshal([]byte(read(t, r)), &f); err != nil {
		t.Fatal(err)
	}
	if f.Error.Code != r.StatusCode {
		t.Errorf("error says code %d, the answer is %d", f.Error.Code, r.StatusCode)
	}
	return f
}

// detailOf finds a detail by the end of its type's name.
func (f failure) detailOf(t testing.TB, name string) map[string]any {
	t.Helper()
	for _, d := range f.Error.Details {
		if kind, _ := d["@type"].(string); strings.HasSuffix(kind, "."+name) {
			return d
		}
	}
	t.Errorf("no detail %s in %v", name, f.Error.Details)
	return map[string]any{}
}

func (f failure) reason(t testing.TB) string {
	t.Helper()
	s, _ := f.detailOf(t, "ErrorInfo")["reason"].(string)
	return s
}
