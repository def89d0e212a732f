package server

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/etalon-registry/etalon/service/rpc"
)

// Every method of the contract that is guarded refuses who has no token, and
// says what to do; every other answers without one.
func TestUnauthenticatedCalls(t *testing.T) {
	r := start(t, "")
	guarded := 0
	protoregistry.GlobalFiles.RangeFilesByPackage("etalon.v1", func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				m := methods.Get(j)
				for _, token := range []string{"", "Bearer wrong", "Basic " + testToken, testToken} {
					err := r.invoke(m, token)
					if rpc.Guarded("/" + string(f.Services().Get(i).FullName()) + "/" + string(m.Name())) {
						guarded++
						wantError(t, err, codes.Unauthenticated, "UNAUTHENTICATED")
						if !strings.Contains(err.Error(), "Bearer TOKEN") {
							t.Errorf("%s does not say what to do: %v", m.FullName(), err)
						}
					} else if status.Code(err) == codes.Unauthenticated {
						t.Errorf("%s wants a token", m.FullName())
					}
				}
			}
		}
		return true
	})
	if guarded < 4*20 {
		t.Errorf("%d guarded calls were tried, want at least 80", guarded)
	}
	h, err := healthpb.NewHealthClient(r.conn).Check(context.Background(), &healthpb.HealthCheckRequest{})
	if must(t, h, err).GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("health is %v", h)
	}
}

// invoke calls a method with an empty request and waits for its first answer.
func (r *running) invoke(m protoreflect.MethodDescriptor, token string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", token)
	}
	name := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
	in, out := dynamicpb.NewMessage(m.Input()), dynamicpb.NewMessage(m.Output())
	if !m.IsStreamingClient() && !m.IsStreamingServer() {
		return r.conn.Invoke(ctx, name, in, out)
	}
	stream, err := r.conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: m.IsStreamingClient(), ServerStreams: m.IsStreamingServer()}, name)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(in); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return stream.RecvMsg(out)
}
