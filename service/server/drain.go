package server

import (
	"log/slog"
	"time"
)

// leave says that the server is not ready, serves on for the drain delay, so
// that a load balancer can notice, and then drains.
func (s *Server) leave() {
	s.ready.set(reasonDraining)
	s.log.Info("draining", slog.Duration("delay", s.cfg.DrainDelay), slog.Duration("at_most", s.cfg.DrainTimeout))
	if s.cfg.DrainDelay <= 0 {
		return
	}
	timer := time.NewTimer(s.cfg.DrainDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case err := <-s.failed: // nothing is left to serve
		s.log.Error("draining at once", slog.Any("cause", err))
	}
}
