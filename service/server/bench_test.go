package server

import (
	"context"
	"fmt"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// headerStream takes the metadata of an answer, as the transport does.
type headerStream struct{ header metadata.MD }

func (s *headerStream) Method() string { return "" }
func (s *headerStream) SetHeader(md metadata.MD) error {
	s.header = metadata.Join(s.header, md)
	return nil
}
func (s *headerStream) SendHeader(md metadata.MD) error { return s.SetHeader(md) }
func (s *headerStream) SetTrailer(metadata.MD) error    { return nil }

// BenchmarkResolve is an exact resolve without the transport: what the
// interceptors, the handler and the encoding of the answer cost.
func BenchmarkResolve(b *testing.B) {
	r := start(b, "")
	r.authority("ocp")
	for i := range 20 {
		r.publish(ocds, fmt.Sprintf("1.%d.0", i))
	}
	incoming := metadata.NewIncomingContext(context.Background(), metadata.Pairs(":authority", "x", "content-type", "application/grpc", "user-agent", "x"))
	info := &grpc.UnaryServerInfo{FullMethod: etalonv1.ResolveService_Resolve_FullMethodName}
	handler := func(ctx context.Context, req any) (any, error) {
		return r.s.service.Resolve(ctx, req.(*etalonv1.ResolveRequest))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		req := &etalonv1.ResolveRequest{Ref: refs[i%len(refs)]}
		ctx := grpc.NewContextWithServerTransportStream(incoming, &headerStream{})
		resp, err := r.s.interceptors.Unary(ctx, req, info, handler)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := proto.Marshal(resp.(proto.Message)); err != nil {
			b.Fatal(err)
		}
	}
}

var refs = func() (out []string) {
	for i := range 20 {
		out = append(out, fmt.Sprintf("ocp/ocds@1.%d.0", i))
	}
	return out
}()
