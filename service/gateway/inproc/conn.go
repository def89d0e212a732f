// Package inproc connects a client to services of the same process. A call
// goes through the registered handler and the server's interceptors, and
// through nothing else: no framing, no encoding, no socket.
//
// It owns what a connection has to pass on: metadata both ways, deadlines,
// cancellation, statuses, and the order of a stream. It refuses to know any
// service, and limits on sizes, which are the business of whoever reads
// foreign bytes.
package inproc

import (
	"context"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Config is what the calls share.
type Config struct {
	Unary  grpc.UnaryServerInterceptor  // nil: none
	Stream grpc.StreamServerInterceptor // nil: none
}

// Conn is both ends: services are registered on it, clients call through it.
// Register everything before the first call.
//
// A message that was sent must not be changed afterwards, as with any gRPC
// connection: the other side gets its lists and bytes, not copies of them.
type Conn struct {
	cfg     Config
	methods map[string]*method

	closed  atomic.Bool
	mu      sync.Mutex
	open    map[*pipe]context.CancelFunc // streams under way
	streams sync.WaitGroup
}

var (
	_ grpc.ClientConnInterface = (*Conn)(nil)
	_ grpc.ServiceRegistrar    = (*Conn)(nil)
)

// method is a registered one; one of the two handlers is set.
type method struct {
	name   string
	impl   any
	unary  grpc.MethodHandler
	stream *grpc.StreamDesc
}

// New makes a connection without services.
func New(cfg Config) *Conn {
	return &Conn{cfg: cfg, methods: map[string]*method{}, open: map[*pipe]context.CancelFunc{}}
}

// RegisterService adds the methods of a service.
func (c *Conn) RegisterService(desc *grpc.ServiceDesc, impl any) {
	for _, m := range desc.Methods {
		name := "/" + desc.ServiceName + "/" + m.MethodName
		c.methods[name] = &method{name: name, impl: impl, unary: m.Handler}
	}
	for i := range desc.Streams {
		s := &desc.Streams[i]
		name := "/" + desc.ServiceName + "/" + s.StreamName
		c.methods[name] = &method{name: name, impl: impl, stream: s}
	}
}

// Close ends the streams that are open and waits for their handlers. Calls
// after it are UNAVAILABLE.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed.Store(true)
	for _, cancel := range c.open {
		cancel()
	}
	c.mu.Unlock()
	c.streams.Wait()
	return nil
}

// Invoke makes a unary call. Of the options, grpc.Header and grpc.Trailer
// count.
func (c *Conn) Invoke(ctx context.Context, name string, args, reply any, opts ...grpc.CallOption) error {
	t := &transport{method: name}
	resp, err := c.call(c.serverContext(ctx, t), t, func(in any) error { return pass(in, args) })
	for _, o := range opts {
		switch o := o.(type) {
		case grpc.HeaderCallOption:
			*o.HeaderAddr = t.header
		case grpc.TrailerCallOption:
			*o.TrailerAddr = t.trailer
		}
	}
	if err != nil {
		return err
	}
	return pass(reply, resp)
}

// Call makes a unary call with less copying than Invoke. fill sets the request,
// which is empty; its error ends the call, as a status. The handler gets md,
// whose keys are in lower case, itself; ctx has no outgoing metadata. The
// answer is the handler's own, which may be shared and must not be changed. The
// header is that of an error too.
func (c *Conn) Call(ctx context.Context, name string, md metadata.MD, fill func(proto.Message) error) (reply proto.Message, header metadata.MD, err error) {
	t := &transport{method: name}
	ctx = grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(ctx, md), t)
	resp, err := c.call(ctx, t, func(in any) error {
		m, ok := in.(proto.Message)
		if !ok {
			return status.Errorf(codes.Internal, "%T is no message", in)
		}
		return fill(m)
	})
	if err != nil {
		return nil, t.header, err
	}
	reply, ok := resp.(proto.Message)
	if !ok {
		return nil, t.header, status.Errorf(codes.Internal, "%T is no message", resp)
	}
	return reply, t.header, nil
}

// call has the handler answer, in its own context. Errors are statuses.
func (c *Conn) call(ctx context.Context, t *transport, decode func(any) error) (any, error) {
	m := c.methods[t.method]
	if m == nil || m.unary == nil {
		return nil, status.Errorf(codes.Unimplemented, "no unary method %s", t.method)
	}
	if c.closed.Load() {
		return nil, errClosed()
	}
	if err := ctx.Err(); err != nil {
		return nil, status.FromContextError(err).Err()
	}
	resp, err := m.unary(m.impl, ctx, decode, c.cfg.Unary)
	if err != nil {
		return nil, status.Convert(err).Err()
	}
	return resp, nil
}

// serverContext is the context that the handler gets: the client's deadline
// and cancellation, with the outgoing metadata come in.
func (c *Conn) serverContext(ctx context.Context, t grpc.ServerTransportStream) context.Context {
	md, ok := metadata.FromOutgoingContext(ctx)
	if ok { // the handler's own calls must not pass it on
		ctx = metadata.NewOutgoingContext(ctx, nil)
	}
	ctx = metadata.NewIncomingContext(ctx, md)
	return grpc.NewContextWithServerTransportStream(ctx, t)
}

func errClosed() error { return status.Error(codes.Unavailable, "the connection is closed") }

// pass gives to what from holds. Lists, maps and bytes are shared, for a
// message that was sent does not change any more.
func pass(to, from any) error {
	dst, ok := to.(proto.Message)
	src, ok2 := from.(proto.Message)
	if !ok || !ok2 {
		return status.Errorf(codes.Internal, "%T and %T are not both messages", to, from)
	}
	d, s := dst.ProtoReflect(), src.ProtoReflect()
	if d.Descriptor() != s.Descriptor() {
		return status.Errorf(codes.Internal, "got %s, want %s", s.Descriptor().FullName(), d.Descriptor().FullName())
	}
	if !s.IsValid() {
		return status.Errorf(codes.Internal, "nil %s", s.Descriptor().FullName())
	}
	s.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		d.Set(f, v)
		return true
	})
	return nil
}

// transport collects the metadata of a unary answer.
type transport struct {
	method  string
	mu      sync.Mutex
	header  metadata.MD
	trailer metadata.MD
}

// Method is the full name of the method.
func (t *transport) Method() string { return t.method }

// SetHeader adds to the header.
func (t *transport) SetHeader(md metadata.MD) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.header = joined(t.header, md)
	return nil
}

// SendHeader adds to the header; it reaches the client with the answer.
func (t *transport) SendHeader(md metadata.MD) error { return t.SetHeader(md) }

// SetTrailer adds to the trailer.
func (t *transport) SetTrailer(md metadata.MD) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trailer = joined(t.trailer, md)
	return nil
}

func joined(a, b metadata.MD) metadata.MD {
	if len(a) == 0 {
		return b
	}
	return metadata.Join(a, b)
}

// admit counts a stream in, unless the connection is closed.
func (c *Conn) admit(p *pipe, cancel context.CancelFunc) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed.Load() {
		return errClosed()
	}
	c.open[p] = cancel
	c.streams.Add(1)
	return nil
}

// leave counts a stream out.
func (c *Conn) leave(p *pipe) {
	c.mu.Lock()
	delete(c.open, p)
	c.mu.Unlock()
	c.streams.Done()
}

// NewStream opens a stream. As with any gRPC connection, the caller cancels
// ctx or reads to the end; else the handler waits for ever.
func (c *Conn) NewStream(ctx context.Context, _ *grpc.StreamDesc, name string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	m := c.methods[name]
	if m == nil || m.stream == nil {
		return nil, status.Errorf(codes.Unimplemented, "no stream %s", name)
	}
	if err := ctx.Err(); err != nil {
		return nil, status.FromContextError(err).Err()
	}
	s := newPipe(ctx, m.stream)
	handlerCtx, cancel := context.WithCancel(c.serverContext(ctx, &streamTransport{m.name, s}))
	s.serverCtx = handlerCtx
	if err := c.admit(s, cancel); err != nil {
		cancel()
		return nil, err
	}
	go func() {
		defer c.leave(s)
		defer cancel()
		s.finish(c.handle(m, s))
	}()
	return (*clientEnd)(s), nil
}

func (c *Conn) handle(m *method, s *pipe) error {
	if c.cfg.Stream == nil {
		return m.stream.Handler(m.impl, (*serverEnd)(s))
	}
	info := &grpc.StreamServerInfo{
		FullMethod: m.name, IsClientStream: m.stream.ClientStreams, IsServerStream: m.stream.ServerStreams,
	}
	return c.cfg.Stream(m.impl, (*serverEnd)(s), info, m.stream.Handler)
}
