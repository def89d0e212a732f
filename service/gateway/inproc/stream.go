package inproc

import (
	"context"
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// pipe is a stream: a message is handed over when both sides are ready, so
// nothing queues up.
type pipe struct {
	desc      *grpc.StreamDesc
	clientCtx context.Context // the caller's; a stream is one call
	serverCtx context.Context // of the handler; ends with it

	up, down chan any
	half     chan struct{} // closed: the client sends no more
	halfOnce sync.Once

	mu         sync.Mutex
	header     metadata.MD
	headerSent chan struct{}
	sent       bool
	trailer    metadata.MD

	done chan struct{} // closed: the handler has ended
	err  error         // its status, once done
}

func newPipe(ctx context.Context, desc *grpc.StreamDesc) *pipe {
	return &pipe{
		desc: desc, clientCtx: ctx, up: make(chan any), down: make(chan any),
		half: make(chan struct{}), headerSent: make(chan struct{}), done: make(chan struct{}),
	}
}

func (p *pipe) finish(err error) {
	if err != nil {
		p.err = status.Convert(err).Err()
	}
	close(p.done)
}

func (p *pipe) setHeader(md metadata.MD) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent {
		return status.Error(codes.Internal, "the header is sent")
	}
	p.header = joined(p.header, md)
	return nil
}

func (p *pipe) sendHeader(md metadata.MD) error {
	if err := p.setHeader(md); err != nil {
		return err
	}
	p.flushHeader()
	return nil
}

func (p *pipe) flushHeader() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.sent {
		p.sent = true
		close(p.headerSent)
	}
}

func (p *pipe) setTrailer(md metadata.MD) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trailer = joined(p.trailer, md)
}

// clientEnd is what the caller holds.
type clientEnd pipe

var _ grpc.ClientStream = (*clientEnd)(nil)

// Header waits for the header; nil where the handler ended without one.
func (c *clientEnd) Header() (metadata.MD, error) {
	select {
	case <-c.headerSent:
	case <-c.done:
	case <-c.clientCtx.Done():
		return nil, status.FromContextError(c.clientCtx.Err()).Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.sent {
		return nil, nil
	}
	return c.header, nil
}

// Trailer is known once RecvMsg gave an error.
func (c *clientEnd) Trailer() metadata.MD {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trailer
}

// CloseSend says that no more is sent.
func (c *clientEnd) CloseSend() error {
	c.halfOnce.Do(func() { close(c.half) })
	return nil
}

// Context is the caller's.
func (c *clientEnd) Context() context.Context { return c.clientCtx }

// SendMsg hands m over; io.EOF says that the handler has ended, and RecvMsg
// why. Where there is one request only, RecvMsg alone tells, as generated code
// expects.
func (c *clientEnd) SendMsg(m any) error {
	ended := io.EOF
	if !c.desc.ClientStreams {
		ended = nil
	}
	select {
	case <-c.done:
		return ended
	case <-c.half:
		return status.Error(codes.Internal, "SendMsg after CloseSend")
	default:
	}
	select {
	case c.up <- m:
		return nil
	case <-c.done:
		return ended
	case <-c.clientCtx.Done():
		return status.FromContextError(c.clientCtx.Err()).Err()
	}
}

// RecvMsg waits for a message; io.EOF ends a stream that went well.
func (c *clientEnd) RecvMsg(m any) error {
	select {
	case got := <-c.down:
		if err := pass(m, got); err != nil {
			return err
		}
		if c.desc.ServerStreams {
			return nil
		}
		return c.end(nil) // there is one answer only, so its status counts
	case <-c.done:
		return c.end(io.EOF)
	case <-c.clientCtx.Done():
		return status.FromContextError(c.clientCtx.Err()).Err()
	}
}

func (c *clientEnd) end(well error) error {
	select {
	case <-c.done:
	case <-c.clientCtx.Done():
		return status.FromContextError(c.clientCtx.Err()).Err()
	}
	if c.err != nil {
		return c.err
	}
	if !c.desc.ServerStreams && errors.Is(well, io.EOF) {
		return status.Error(codes.Internal, "the handler ended without an answer")
	}
	return well
}

// serverEnd is what the handler holds.
type serverEnd pipe

var _ grpc.ServerStream = (*serverEnd)(nil)

// SetHeader adds to the header.
func (s *serverEnd) SetHeader(md metadata.MD) error { return (*pipe)(s).setHeader(md) }

// SendHeader sends the header.
func (s *serverEnd) SendHeader(md metadata.MD) error { return (*pipe)(s).sendHeader(md) }

// SetTrailer adds to the trailer.
func (s *serverEnd) SetTrailer(md metadata.MD) { (*pipe)(s).setTrailer(md) }

// Context is the caller's, with the metadata that came in; it ends with the
// handler.
func (s *serverEnd) Context() context.Context { return s.serverCtx }

// SendMsg hands m over.
func (s *serverEnd) SendMsg(m any) error {
	if err := s.serverCtx.Err(); err != nil {
		return status.FromContextError(err).Err()
	}
	(*pipe)(s).flushHeader()
	select {
	case s.down <- m:
		return nil
	case <-s.serverCtx.Done():
		return status.FromContextError(s.serverCtx.Err()).Err()
	}
}

// RecvMsg waits for a message; io.EOF says that there are no more.
func (s *serverEnd) RecvMsg(m any) error {
	select {
	case got := <-s.up:
		return pass(m, got)
	case <-s.half:
	case <-s.serverCtx.Done():
		return status.FromContextError(s.serverCtx.Err()).Err()
	}
	return io.EOF // a send is over before CloseSend is called
}

// streamTransport lets grpc.SetHeader and its like work in a handler.
type streamTransport struct {
	method string
	pipe   *pipe
}

// Method is the full name of the method.
func (t *streamTransport) Method() string { return t.method }

// SetHeader adds to the header.
func (t *streamTransport) SetHeader(md metadata.MD) error { return t.pipe.setHeader(md) }

// SendHeader sends the header.
func (t *streamTransport) SendHeader(md metadata.MD) error { return t.pipe.sendHeader(md) }

// SetTrailer adds to the trailer.
func (t *streamTransport) SetTrailer(md metadata.MD) error {
	t.pipe.setTrailer(md)
	return nil
}
