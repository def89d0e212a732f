package server

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/etalon-registry/etalon/service/rpc"
)

const (
	// maxMessage bounds one message from a client: the publication of a
	// version with 4,000 files and long paths fits.
	maxMessage = 8 << 20
	// maxStreams bounds the calls at a time on one connection.
	maxStreams = 10_000
	// streamWorkers is how many goroutines wait for calls. A call beyond them
	// gets a new one, whose stack has to grow on the way down to the handler,
	// which costs as much as a resolve.
	streamWorkers = 256
)

// buildGRPC makes the services, what all calls pass, and the server for the
// network.
func (s *Server) buildGRPC(context.Context) error {
	var err error
	s.service, err = rpc.New(rpc.Config{
		Registry: s.registry, Replica: s.replica, Metrics: s.metrics.rpc,
		Version: s.version, Logger: s.log, Watch: s.watch,
	})
	if err != nil {
		return err
	}
	s.health = health.NewServer()
	s.health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
	s.interceptors = rpc.NewInterceptors(rpc.InterceptorConfig{
		AdminToken: s.token.value, Metrics: s.metrics.rpc, Access: s.access, Logger: s.log, Now: s.now,
	})
	options, err := s.networkOptions()
	if err != nil {
		return err
	}
	s.grpc = grpc.NewServer(append(options,
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.UnaryInterceptor(s.interceptors.Unary),
		grpc.StreamInterceptor(s.interceptors.Stream),
	)...)
	s.service.Register(s.grpc)
	healthpb.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	return s.interceptors.Bind(s.grpc.GetServiceInfo())
}

func (s *Server) networkOptions() ([]grpc.ServerOption, error) {
	options := []grpc.ServerOption{
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.NumStreamWorkers(streamWorkers),
		// Watchers are quiet for long: they may ping every 10 s, and one that
		// is gone is noticed within 80 s.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
	}
	c, err := listenerTLS(s.cfg.TLS, "h2")
	if err != nil {
		return nil, err
	}
	if c != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(c)))
	}
	return append(options, s.tracing.serverOptions()...), nil
}

// serveGRPC serves the network. Taking it down ends the watch streams first,
// since a graceful stop waits for every stream.
func (s *Server) serveGRPC(context.Context) error {
	s.serving.Go(func() { s.fail("gRPC", s.grpc.Serve(s.grpcListener)) })
	s.push("gRPC", func(ctx context.Context) error { return stopGRPC(ctx, s.grpc) })
	s.push("watchers", func(context.Context) error { s.service.Drain(); return nil })
	return nil
}

// stopGRPC waits for calls under way until ctx is done, then ends them.
func stopGRPC(ctx context.Context, g *grpc.Server) error {
	done := make(chan struct{})
	go func() { defer close(done); g.GracefulStop() }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		g.Stop()
		<-done
		return fmt.Errorf("calls were cut off: %w", context.Cause(ctx))
	}
}
