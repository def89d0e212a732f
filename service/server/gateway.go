package server

import (
	"context"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// inside is a gRPC server that only this process reaches: the same services
// behind the same interceptors, without TLS and without a socket.
type inside struct {
	server *grpc.Server
	conn   *grpc.ClientConn
}

// insideBuffer is what a stream of the inner connection may hold; a message
// of a stream fits.
const insideBuffer = 1 << 20

// buildGateway makes the inner server and, over it, JSON over HTTP.
func (s *Server) buildGateway(context.Context) error {
	g, err := s.newGRPC(grpc.MaxConcurrentStreams(maxStreams))
	if err != nil {
		return err
	}
	l := bufconn.Listen(insideBuffer)
	conn, err := grpc.NewClient("passthrough:///inside",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)),
	)
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	s.inside = &inside{server: g, conn: conn}
	s.serving.Go(func() { s.fail("gateway", g.Serve(l)) })
	s.push("gateway's server", func(ctx context.Context) error { return stopGRPC(ctx, g) })
	s.push("gateway's connection", func(context.Context) error { return conn.Close() })
	return nil
}
