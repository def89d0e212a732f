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

// startHTTP serves health and metrics; the gateway joins when it is built.
func (s *Server) startHTTP() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{Registry: s.metrics.registry}))
	mux.Handle("/", &s.gateway)
	s.http = &http.Server{
		Handler:           mux,
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
