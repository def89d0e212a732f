package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// later is a handler that is set once the server has started.
type later struct {
	handler atomic.Pointer[http.Handler]
}

// ServeHTTP answers 503 until there is a handler.
func (l *later) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := l.handler.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	w.Header().Set("Retry-After", "1")
	http.Error(w, "the server is starting; /readyz says when it is ready", http.StatusServiceUnavailable)
}

// front parts what the server answers itself from what the gateway does. It is
// no http.ServeMux, which costs every request more, and redirects paths with
// ".." or "//" before the gateway can say that nothing is there.
type front struct {
	healthz, readyz http.HandlerFunc
	metrics         http.Handler
	rest            http.Handler
}

// ServeHTTP compares whole paths, and leaves other methods to the gateway.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		switch r.URL.Path {
		case "/healthz":
			f.healthz(w, r)
			return
		case "/readyz":
			f.readyz(w, r)
			return
		case "/metrics":
			f.metrics.ServeHTTP(w, r)
			return
		}
	}
	f.rest.ServeHTTP(w, r)
}

// startHTTP serves health and metrics; the gateway joins when it is built.
func (s *Server) startHTTP() error {
	s.http = &http.Server{
		Handler: &front{
			healthz: s.healthz, readyz: s.readyz,
			metrics: promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{Registry: s.metrics.registry}),
			rest:    &s.gateway,
		},
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	c, err := listenerTLS(s.cfg.TLS, "h2", "http/1.1")
	if err != nil {
		return err
	}
	l := s.httpListener
	if c != nil {
		l = tls.NewListener(l, c)
	}
	s.serving.Go(func() { s.fail("HTTP", s.http.Serve(l)) })
	s.push("HTTP", s.stopHTTP)
	return nil
}

// stopHTTP waits for requests under way until ctx is done, then ends them. A
// second call does nothing.
func (s *Server) stopHTTP(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(err, s.http.Close())
	}
	return nil
}
