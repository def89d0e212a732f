package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// A request is a span of its caller's trace, which its context hands on, and
// has the id that the log has.
func TestRequestsAreTraced(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	tr := &tracing{provider: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))}
	var inner trace.SpanContext
	h := tr.handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner = trace.SpanContextFromContext(r.Context())
		w.Header().Set("Etalon-Request-Id", "req-1")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	r := httptest.NewRequest(http.MethodGet, "/v1/registry", nil)
	r.Header.Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	h.ServeHTTP(httptest.NewRecorder(), r)
	ended := spans.Ended()
	if len(ended) != 1 {
		t.Fatalf("%d spans", len(ended))
	}
	s := ended[0]
	if got := s.Parent().SpanID().String(); got != "00f067aa0ba902b7" || s.SpanContext().TraceID() != s.Parent().TraceID() {
		t.Errorf("the parent is %s of %s, the span of %s", got, s.Parent().TraceID(), s.SpanContext().TraceID())
	}
	if !inner.Equal(s.SpanContext()) {
		t.Errorf("the handler's context has %v, want %v", inner, s.SpanContext())
	}
	got := map[string]string{}
	for _, a := range s.Attributes() {
		got[string(a.Key)] = a.Value.String()
	}
	for k, want := range map[string]string{"etalon.request_id": "req-1", "http.response.status_code": "503", "url.path": "/v1/registry", "http.request.method": "GET"} {
		if got[k] != want {
			t.Errorf("%s is %q, want %q", k, got[k], want)
		}
	}
	if s.Status().Code != codes.Error {
		t.Errorf("status %v", s.Status())
	}
}

// Without a collector there is nothing between a request and its handler.
func TestNoTracingCostsNothing(t *testing.T) {
	h := &front{}
	if got := (*tracing)(nil).handler(h); got != http.Handler(h) {
		t.Errorf("the handler is wrapped: %T", got)
	}
}
