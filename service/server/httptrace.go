package server

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// handler traces the requests of h; without tracing it is h.
func (t *tracing) handler(h http.Handler) http.Handler {
	if t == nil {
		return h
	}
	tracer := t.provider.Tracer("etalond")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		// The path goes into an attribute: names have to be few.
		ctx, span := tracer.Start(ctx, "HTTP "+r.Method, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.request.method", r.Method), attribute.String("url.path", r.URL.Path),
		))
		defer span.End()
		if !span.IsRecording() {
			h.ServeHTTP(w, r.WithContext(ctx))
			return
		}
		s := &statusWriter{ResponseWriter: w, code: http.StatusOK}
		h.ServeHTTP(s, r.WithContext(ctx))
		span.SetAttributes(attribute.Int("http.response.status_code", s.code))
		if id := w.Header()["Etalon-Request-Id"]; len(id) == 1 { // as in the log
			span.SetAttributes(attribute.String("etalon.request_id", id[0]))
		}
		if s.code >= 500 {
			span.SetStatus(codes.Error, http.StatusText(s.code))
		}
	})
}

// statusWriter remembers the status code.
type statusWriter struct {
	http.ResponseWriter
	code int
}

// WriteHeader passes the code on.
func (s *statusWriter) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController, which event streams flush by.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
