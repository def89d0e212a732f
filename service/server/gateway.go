package server

import (
	"context"

	"github.com/etalon-registry/etalon/service/gateway/inproc"
)

// buildGateway connects JSON over HTTP to the services, behind the same
// interceptors as the network.
func (s *Server) buildGateway(context.Context) error {
	s.inside = inproc.New(inproc.Config{Unary: s.interceptors.Unary, Stream: s.interceptors.Stream})
	s.service.Register(s.inside)
	s.push("gateway", func(context.Context) error { return s.inside.Close() })
	return nil
}
