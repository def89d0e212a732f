package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// readiness knows why the server is not ready by itself; the store is asked
// besides.
type readiness struct {
	mu     sync.Mutex
	reason string // empty: none
	final  bool   // draining does not end
}

func (r *readiness) set(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.final {
		r.reason = reason
	}
	if reason == reasonDraining {
		r.final = true
	}
}

func (r *readiness) clear() { r.set("") }

const reasonDraining = "the server is draining"

// reasons says why the server is not ready; empty: it is.
func (r *readiness) reasons(s *Server) []string {
	r.mu.Lock()
	reason := r.reason
	r.mu.Unlock()
	if reason != "" {
		return []string{reason}
	}
	if age := s.replica.Staleness(); age > 0 {
		return []string{"the store has been away for " + age.Round(time.Second).String() + "; reads go on, writes fail"}
	}
	return nil
}

// readyz answers 200, or 503 with the reasons.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	answer := struct {
		Ready   bool     `json:"ready"`
		Reasons []string `json:"reasons,omitempty"`
	}{Reasons: s.ready.reasons(s)}
	answer.Ready = len(answer.Reasons) == 0
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // the caller is gone if it fails
}

// healthz answers while the process lives.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("{\"alive\":true}\n")) // the caller is gone if it fails
}

// watchReadiness keeps gRPC health level with /readyz.
func (s *Server) watchReadiness() {
	stop := make(chan struct{})
	s.push("readiness", func(context.Context) error { close(stop); return nil })
	set := func() {
		status := healthpb.HealthCheckResponse_NOT_SERVING
		if ready, _ := s.Ready(); ready {
			status = healthpb.HealthCheckResponse_SERVING
		}
		s.health.SetServingStatus("", status)
	}
	set()
	s.serving.Go(func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				set()
			case <-stop:
				s.health.Shutdown()
				return
			}
		}
	})
}
