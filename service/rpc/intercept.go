package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/service/standard"
)

// unaryDeadline is what a unary call gets that brings none.
const unaryDeadline = 30 * time.Second

// Interceptors is what every call shares: an id, who calls, a deadline,
// recovery, the log and the figures. One pass does all of it, for at the rate
// of calls that a snapshot answers, a chain of interceptors costs as much as
// the answer.
type Interceptors struct {
	methods     map[string]*method // set by Bind
	credentials *credentials
	metrics     *Metrics
	access      *AccessLog
	log         *slog.Logger
	now         func() time.Time
	lastHeader  atomic.Pointer[revisionHeader]
}

// InterceptorConfig is what Interceptors need.
type InterceptorConfig struct {
	// AdminToken guards writes and drafts; empty: nobody may.
	AdminToken string
	Metrics    *Metrics         // required
	Access     *AccessLog       // nil: calls are not logged
	Logger     *slog.Logger     // gets the causes of internal errors; nil: none
	Now        func() time.Time // nil: time.Now
}

// NewInterceptors makes the interceptors of a server. Bind has to follow once
// the services are registered.
func NewInterceptors(cfg InterceptorConfig) *Interceptors {
	i := &Interceptors{
		credentials: newCredentials(cfg.AdminToken), metrics: cfg.Metrics,
		access: cfg.Access, log: cfg.Logger, now: cfg.Now,
	}
	if i.log == nil {
		i.log = slog.New(slog.DiscardHandler)
	}
	if i.now == nil {
		i.now = time.Now
	}
	return i
}

// Bind prepares the methods of the services that are registered. It fails for
// a method that nobody decided who may call.
func (i *Interceptors) Bind(services map[string]grpc.ServiceInfo) (err error) {
	i.methods, err = bind(services, i.metrics)
	return err
}

// Unary is the interceptor of unary calls.
func (i *Interceptors) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
	c, err := i.begin(ctx, info.FullMethod)
	defer i.metrics.inflight.Dec()
	if err == nil {
		resp, err = i.handle(c, req, handler)
	}
	// Both fail only where the handler has sent headers, which none does. An
	// error's go with its status, in one frame. An answer's are sent at once,
	// since setting them for later copies them.
	if err != nil {
		resp, err = nil, i.status(c, err)
		_ = grpc.SetHeader(c, i.header(c))
	} else {
		_ = grpc.SendHeader(c, i.header(c))
	}
	i.end(c, err)
	return resp, err
}

// handle runs the handler with a deadline, and turns a panic into an error.
func (i *Interceptors) handle(c *call, req any, handler grpc.UnaryHandler) (resp any, err error) {
	defer recovered(&err)
	if c.method.guard == open {
		return handler(c, req) // it reads memory; where it has to wait, it sets a deadline
	}
	ctx, cancel := withDeadline(c)
	defer cancel()
	return handler(ctx, req)
}

// withDeadline gives ctx a deadline where it has none.
func withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, unaryDeadline)
}

// Stream is the interceptor of streams.
func (i *Interceptors) Stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	c, err := i.begin(stream.Context(), info.FullMethod)
	defer i.metrics.inflight.Dec()
	if err == nil {
		err = handleStream(srv, &callStream{stream, c}, handler)
	}
	if err != nil {
		err = i.status(c, err)
		stream.SetTrailer(c.header())
	}
	i.end(c, err)
	return err
}

func handleStream(srv any, stream grpc.ServerStream, handler grpc.StreamHandler) (err error) {
	defer recovered(&err)
	return handler(srv, stream)
}

// callStream is a stream whose context is the call.
type callStream struct {
	grpc.ServerStream
	call *call
}

// Context is the call.
func (s *callStream) Context() context.Context { return s.call }

// begin makes the call and says whether it may go on.
func (i *Interceptors) begin(ctx context.Context, name string) (*call, error) {
	i.metrics.inflight.Inc()
	c := &call{Context: ctx, method: i.methods[name], start: i.now()}
	c.id, c.echo = requestID(ctx)
	if c.method == nil {
		c.method = &method{name: name}
		return c, fmt.Errorf("rpc: %s is not bound", name)
	}
	if c.method.guard == open {
		return c, nil
	}
	var err error
	c.actor, err = i.credentials.check(ctx)
	return c, err
}

// status turns an error into a status and logs its cause, once, where the
// caller is not told.
func (i *Interceptors) status(c *call, err error) error {
	c.echo = true
	st, cause := toStatus(err, c.id)
	if cause {
		i.log.LogAttrs(c, slog.LevelError, "call failed",
			slog.String("method", c.method.name), slog.String("request_id", c.id),
			slog.String("code", st.Code().String()), slog.Any("cause", err))
	}
	return st.Err()
}

// header is the metadata of a unary answer. As a rule it has nothing but the
// revision, and then it is made once for each revision.
func (i *Interceptors) header(c *call) metadata.MD {
	if c.echo || c.staleness > 0 {
		return c.header()
	}
	last := i.lastHeader.Load()
	if last == nil || last.revision != c.revision {
		last = &revisionHeader{c.revision, c.header()}
		i.lastHeader.Store(last)
	}
	return last.header
}

// revisionHeader is the metadata of answers of one revision. It is not changed.
type revisionHeader struct {
	revision standard.Revision
	header   metadata.MD
}

// end counts and logs the call. err is nil or a status.
func (i *Interceptors) end(c *call, err error) {
	took, code := i.now().Sub(c.start), codes.OK
	if err != nil {
		code = status.Code(err)
	}
	if c.method.metrics.latency != nil {
		c.method.metrics.observe(code, took, c.method.stream)
	}
	i.access.add(accessLine{at: c.start, method: c.method.name, id: c.id, actor: c.actor, took: took, code: code})
}

// panicError is a panic of a handler.
type panicError struct {
	value any
	stack []byte
}

// Error has the value and the stack; it goes to the log, never to a caller.
func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

func recovered(err *error) {
	if v := recover(); v != nil {
		*err = &panicError{v, debug.Stack()}
	}
}
