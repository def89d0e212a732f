package server

import (
	"context"

	"github.com/etalon-registry/etalon/service/gateway"
	"github.com/etalon-registry/etalon/service/gateway/inproc"
)

// buildGateway connects JSON over HTTP to the services, behind the same
// interceptors as the network, and lets the HTTP server answer with it.
func (s *Server) buildGateway(context.Context) error {
	s.inside = inproc.New(inproc.Config{Unary: s.interceptors.Unary, Stream: s.interceptors.Stream})
	s.service.Register(s.inside)
	s.push("gateway", func(context.Context) error { return s.inside.Close() })
	h, err := gateway.New(gateway.Config{
		Conn: s.inside, BaseIRI: s.cfg.BaseIRI, GRPCAddress: s.GRPCAddr(), CORSOrigins: s.cfg.CORSOrigins,
		Logger: s.log, Metrics: s.metrics.registry, Now: s.now,
		Revision:  func() uint64 { return uint64(s.replica.Snapshot().Revision()) },
		Staleness: s.replica.Staleness,
	})
	if err != nil {
		return err
	}
	h = s.tracing.handler(h)
	s.gateway.handler.Store(&h)
	// Requests end before what answers them goes.
	s.push("HTTP requests", s.stopHTTP)
	return nil
}
