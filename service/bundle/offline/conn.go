package offline

import (
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/gateway/inproc"
	"github.com/etalon-registry/etalon/service/rpc"
)

// Conn is a connection to the services over a bundle. Calls that only a
// registry can answer are bundle.ErrReadOnly. Of what is not found it says
// that the bundle has not got it.
type Conn struct {
	inner    *inproc.Conn
	part     string
	services map[string]grpc.ServiceInfo
}

var (
	_ grpc.ClientConnInterface = (*Conn)(nil)
	_ grpc.ServiceRegistrar    = (*Conn)(nil)
)

// feed is the log of changes, which a bundle does not carry.
var feed = map[string]bool{
	"/etalon.v1.ChangeService/ListChanges": true,
	"/etalon.v1.ChangeService/Watch":       true,
}

// Answers says whether a method, by its full name, has an answer in a bundle.
func Answers(method string) bool { return !rpc.Guarded(method) && !feed[method] }

// Invoke makes a unary call. The reply is the caller's own, as over a network.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if !Answers(method) {
		return refusal(method)
	}
	to, ok := reply.(proto.Message)
	if !ok {
		return status.Errorf(codes.Internal, "%T is no message", reply)
	}
	shared := to.ProtoReflect().New().Interface()
	if err := c.inner.Invoke(ctx, method, args, shared, opts...); err != nil {
		return c.explain(err)
	}
	proto.Merge(to, shared)
	return nil
}

// NewStream opens a stream.
func (c *Conn) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if !Answers(method) {
		return nil, refusal(method)
	}
	s, err := c.inner.NewStream(ctx, desc, method, opts...)
	if err != nil {
		return nil, err
	}
	return stream{s, c}, nil
}

func refusal(method string) error { return fmt.Errorf("%s: %w", method, bundle.ErrReadOnly) }

// stream explains errors.
type stream struct {
	grpc.ClientStream
	conn *Conn
}

// RecvMsg receives a message.
func (s stream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	if _, is := status.FromError(err); err != nil && is {
		return s.conn.explain(err)
	}
	return err
}

// explain says of something that was not found where it was looked for.
func (c *Conn) explain(err error) error {
	st := status.Convert(err)
	if st.Code() != codes.NotFound {
		return err
	}
	for _, d := range st.Details() {
		if d, ok := d.(*errdetails.ErrorInfo); ok && d.GetReason() == "NOT_FOUND" {
			p := st.Proto()
			p.Message += " in " + c.part + "; the registry may have it"
			return status.FromProto(p).Err()
		}
	}
	return err
}

// RegisterService adds the methods of a service.
func (c *Conn) RegisterService(desc *grpc.ServiceDesc, impl any) {
	c.inner.RegisterService(desc, impl)
	var info grpc.ServiceInfo
	for _, m := range desc.Methods {
		info.Methods = append(info.Methods, grpc.MethodInfo{Name: m.MethodName})
	}
	for _, s := range desc.Streams {
		info.Methods = append(info.Methods, grpc.MethodInfo{Name: s.StreamName, IsClientStream: s.ClientStreams, IsServerStream: s.ServerStreams})
	}
	c.services[desc.ServiceName] = info
}
