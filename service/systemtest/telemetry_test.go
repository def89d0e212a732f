package systemtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// spans is an OpenTelemetry collector that keeps what it is sent.
type spans struct {
	collector.UnimplementedTraceServiceServer
	mu   sync.Mutex
	got  []*trace.Span
	from map[string]bool // service.name
}

// Export takes spans.
func (s *spans) Export(_ context.Context, r *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rs := range r.GetResourceSpans() {
		for _, a := range rs.GetResource().GetAttributes() {
			if a.GetKey() == "service.name" {
				s.from[a.GetValue().GetStringValue()] = true
			}
		}
		for _, ss := range rs.GetScopeSpans() {
			s.got = append(s.got, ss.GetSpans()...)
		}
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

// startCollector runs a collector until the test ends.
func startCollector(t *testing.T) (*spans, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's own
	if err != nil {
		t.Fatal(err)
	}
	s, g := &spans{from: map[string]bool{}}, grpc.NewServer()
	collector.RegisterTraceServiceServer(g, s)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(l) }() // ended by Stop
	t.Cleanup(func() { g.Stop(); <-done })
	return s, l.Addr().String()
}

// A trace that a caller began: W3C's header, and its id.
const (
	callersTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	callersParent = "00-" + callersTrace + "-00f067aa0ba902b7-01"
)

// TestTraces: calls and HTTP requests reach the collector, within the traces
// of their callers.
func TestTraces(t *testing.T) {
	got, addr := startCollector(t)
	s := startServer(t, "--data-dir", t.TempDir(), "--otlp-endpoint", addr, "--trace-sample", "1")
	ctx := within(t, time.Minute)
	if _, err := s.dial().Registry.GetRegistry(metadata.AppendToOutgoingContext(ctx, "traceparent", callersParent), &etalonv1.GetRegistryRequest{}); err != nil {
		t.Fatal(err)
	}
	res, _ := s.get(t, "/v1/registry", "Traceparent", callersParent)
	if res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
	s.stop() // sends what is left
	got.mu.Lock()
	defer got.mu.Unlock()
	for _, want := range []string{"etalon.v1.RegistryService/GetRegistry", "HTTP GET"} {
		if !slices.ContainsFunc(got.got, func(x *trace.Span) bool {
			return x.GetName() == want && x.GetKind() == trace.Span_SPAN_KIND_SERVER && hex(x.GetTraceId()) == callersTrace
		}) {
			t.Errorf("no span %q in the caller's trace, in: %v", want, got.got)
		}
	}
	if !got.from["etalond"] {
		t.Errorf("spans are from %v, want etalond", got.from)
	}
}

func hex(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, x := range b {
		s.WriteByte(digits[x>>4])
		s.WriteByte(digits[x&15])
	}
	return s.String()
}

// get asks over HTTP, with headers by turns of name and value.
func (s *server) get(t *testing.T, path string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t, 30*time.Second), http.MethodGet, "http://"+s.http+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, b
}

// TestLogs: every line is JSON where that is asked for, and the id in an error
// answer leads to its line.
func TestLogs(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir(), "--log-format", "json")
	ctx := within(t, time.Minute)
	_, err := s.dial().Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: "authorities/no/standards/such"})
	made := requestID(err)
	_, err = s.dial().Standards.GetStandard(metadata.AppendToOutgoingContext(ctx, "x-request-id", "chosen-by-me.1"), &etalonv1.GetStandardRequest{Name: "authorities/no/standards/such"})
	chosen := requestID(err)
	res, body := s.get(t, "/v1/authorities/no/standards/such")
	overHTTP := res.Header.Get("Etalon-Request-Id")
	if made == "" || chosen != "chosen-by-me.1" || overHTTP == "" || !bytes.Contains(body, []byte(`"requestId":"`+overHTTP+`"`)) {
		t.Fatalf("ids %q, %q and %q; over HTTP: %s", made, chosen, overHTTP, body)
	}
	s.stop() // writes what is left
	lines := map[string]map[string]any{}
	_, log, _ := strings.Cut(s.log.tail(1<<20), "{") // after the banner, which is for people
	for line := range strings.Lines("{" + log) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("%v: %s", err, line)
			continue
		}
		if id, ok := l["request_id"].(string); ok {
			lines[id] = l
		}
	}
	for _, id := range []string{made, chosen, overHTTP} {
		l := lines[id]
		if l["method"] != "/etalon.v1.StandardService/GetStandard" || l["code"] != "NotFound" || l["time"] == nil || l["level"] == nil || l["ms"] == nil {
			t.Errorf("the line of %s is %v", id, l)
		}
	}
}

// requestID is that of an error's google.rpc.RequestInfo.
func requestID(err error) string {
	for _, d := range status.Convert(err).Details() {
		if r, ok := d.(*errdetails.RequestInfo); ok {
			return r.GetRequestId()
		}
	}
	return ""
}

// TestFigures: every figure that the server has is documented, every one that
// is documented is there, and those that count calls do.
func TestFigures(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir())
	c, ctx := s.dial(), within(t, time.Minute)
	before := s.figures()
	if err := createAuthority(ctx, c, "figures"); err != nil {
		t.Fatal(err)
	}
	name := standard.Name{Authority: "figures", Standard: "s"}
	if _, err := publishMade(ctx, c, name, "1", 1000); err != nil {
		t.Fatal(err)
	}
	watch, err := c.Changes.Watch(ctx, &etalonv1.WatchRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Recv(); err != nil {
		t.Fatal(err)
	}
	if err := checkWhole(ctx, c, name, "1"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := c.Resolve(ctx, "figures/s@1"); err != nil {
			t.Fatal(err)
		}
		s.get(t, "/v1/resolve?ref=figures/s@1")
	}
	if _, err := c.Publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{Parent: name.Resource(), VersionId: "1"}); err == nil {
		t.Error("other content was taken")
	}
	after := s.figures()
	for _, moved := range []string{
		"etalon_requests_total", "etalon_request_seconds", "etalon_requests_in_flight", "etalon_watchers",
		"etalon_http_requests_total", "etalon_http_cache_total", "etalon_reference_cache_total", "etalon_cache_lookups_total",
		"etalon_commit_seconds", "etalon_commit_changes", "etalon_commit_bytes_total", "etalon_changes_refused_total",
		"etalon_replica_revision", "etalon_replica_commits_installed_total",
		"etalon_authorities", "etalon_standards", "etalon_versions",
	} {
		if after[moved] <= before[moved] {
			t.Errorf("%s was %v and is %v", moved, before[moved], after[moved])
		}
	}
	if age := after["etalon_replica_staleness_seconds"]; age != 0 {
		t.Errorf("a replica that is level is stale for %v seconds", age)
	}
	docs := readDoc(t, "operating.md")
	for f := range after {
		if strings.HasPrefix(f, "etalon_") && !strings.Contains(docs, "| `"+f+"` |") {
			t.Errorf("docs/operating.md lacks %s", f)
		}
	}
	for line := range strings.Lines(docs) {
		if f, _, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "` |"); ok && strings.HasPrefix(f, "etalon_") {
			if _, there := after[f]; !there {
				t.Errorf("docs/operating.md has %s, which the server has not", f)
			}
		}
	}
}

// TestHealthAndReflection: what tools ask of any gRPC server.
func TestHealthAndReflection(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir())
	conn, ctx := s.dial().Conn(), within(t, 30*time.Second)
	h, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil || h.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("health is %v, %v", h, err)
	}
	stream, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	list := &reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}
	if err := errors.Join(stream.Send(list), stream.CloseSend()); err != nil {
		t.Fatal(err)
	}
	res, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, service := range res.GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
	}
	for _, want := range []string{"etalon.v1.ResolveService", "etalon.v1.PublishingService", "etalon.v1.ChangeService", "grpc.health.v1.Health"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not among %v", want, names)
		}
	}
}
