package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	readMethod  = "/etalon.v1.ResolveService/Resolve"
	writeMethod = "/etalon.v1.AuthorityService/CreateAuthority"
	token       = "the-token-of-the-test"
)

// intercepted is a pair of interceptors whose log can be read.
type intercepted struct {
	*Interceptors
	metrics *Metrics
	log     bytes.Buffer
}

func newIntercepted(t *testing.T, access *AccessLog) *intercepted {
	t.Helper()
	x := &intercepted{metrics: NewMetrics(prometheus.NewRegistry())}
	x.Interceptors = NewInterceptors(InterceptorConfig{
		AdminToken: token, Metrics: x.metrics, Access: access, Logger: slog.New(slog.NewTextHandler(&x.log, nil)),
	})
	err := x.Bind(map[string]grpc.ServiceInfo{
		"etalon.v1.ResolveService":   {Methods: []grpc.MethodInfo{{Name: "Resolve"}}},
		"etalon.v1.AuthorityService": {Methods: []grpc.MethodInfo{{Name: "CreateAuthority"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *intercepted) call(method string, md metadata.MD, handler grpc.UnaryHandler) (any, error) {
	ctx := metadata.NewIncomingContext(context.Background(), md)
	return x.Unary(ctx, nil, &grpc.UnaryServerInfo{FullMethod: method}, handler)
}

func TestPanicsBecomeInternalErrors(t *testing.T) {
	x := newIntercepted(t, nil)
	resp, err := x.call(readMethod, metadata.Pairs(HeaderRequestID, "id-9"), func(context.Context, any) (any, error) { panic("secret of the house") })
	if resp != nil || status.Code(err) != codes.Internal || strings.Contains(err.Error(), "secret") {
		t.Errorf("answer %v, %v", resp, err)
	}
	for _, want := range []string{"secret of the house", "request_id=id-9", readMethod, "intercept_test.go"} {
		if !strings.Contains(x.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, x.log.String())
		}
	}
	if n := testutil.ToFloat64(x.metrics.handled.WithLabelValues("ResolveService", "Resolve", "Internal")); n != 1 {
		t.Errorf("counted %v internal errors, want 1", n)
	}
	if n := testutil.ToFloat64(x.metrics.inflight); n != 0 {
		t.Errorf("%v calls are under way, want 0", n)
	}
}

func TestWritesHaveAnActorAndADeadline(t *testing.T) {
	x := newIntercepted(t, nil)
	called := false
	_, err := x.call(writeMethod, metadata.Pairs("authorization", "bearer "+token), func(ctx context.Context, _ any) (any, error) {
		called = true
		if d, ok := ctx.Deadline(); !ok || time.Until(d) > unaryDeadline {
			t.Errorf("deadline %v, %v", d, ok)
		}
		c := callOf(ctx)
		if !strings.HasPrefix(c.actor, "token:") || len(c.actor) != len("token:")+8 || strings.Contains(c.actor, token) {
			t.Errorf("actor %q", c.actor)
		}
		if len(RequestID(ctx)) != 16 {
			t.Errorf("request id %q", RequestID(ctx))
		}
		return "fine", nil
	})
	if err != nil || !called {
		t.Errorf("called %v, error %v", called, err)
	}
	for _, md := range []metadata.MD{nil, metadata.Pairs("authorization", "Bearer x"), metadata.Pairs("authorization", "Bearer "+token, "authorization", "Bearer "+token)} {
		_, err := x.call(writeMethod, md, func(context.Context, any) (any, error) {
			t.Error("the handler was called")
			return nil, nil
		})
		if status.Code(err) != codes.Unauthenticated {
			t.Errorf("%v: %v", md, err)
		}
	}
}

func TestUnboundMethodsFail(t *testing.T) {
	x := newIntercepted(t, nil)
	_, err := x.call("/etalon.v1.NewService/Do", nil, func(context.Context, any) (any, error) { return "x", nil })
	if status.Code(err) != codes.Internal {
		t.Errorf("error %v", err)
	}
}

func TestRequestIDsOfClients(t *testing.T) {
	for id, want := range map[string]bool{"a-B_9.": true, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false, "a b": false, "a\n": false, "é": false} {
		ctx := metadata.NewIncomingContext(context.Background(), metadata.Pairs(HeaderRequestID, id))
		if got, chosen := requestID(ctx); chosen != want || (got == id) != want || got == "" {
			t.Errorf("id %q gives %q, %v", id, got, chosen)
		}
	}
}

// locked is a buffer that the log's goroutine may write while a test waits.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func TestAccessLog(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		out := &locked{}
		access := NewAccessLog(out, format, nil)
		x := newIntercepted(t, access)
		for range 1000 {
			if _, err := x.call(readMethod, metadata.Pairs(HeaderRequestID, "id-1"), func(context.Context, any) (any, error) { return "x", nil }); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = x.call(writeMethod, nil, nil) // refused
		access.Close()
		access.add(accessLine{}) // after the end: dropped
		lines := strings.Split(strings.TrimSpace(out.buf.String()), "\n")
		if len(lines) != 1001 {
			t.Fatalf("%s: %d lines, want 1001", format, len(lines))
		}
		if format == "text" {
			if !strings.Contains(lines[0], "method="+readMethod+" code=OK ms=") || !strings.Contains(lines[0], "request_id=id-1") || !strings.Contains(lines[1000], "code=Unauthenticated") {
				t.Errorf("lines %q and %q", lines[0], lines[1000])
			}
			continue
		}
		var line struct {
			Time             time.Time
			Level, Msg, Code string
		}
		if err := json.Unmarshal([]byte(lines[0]), &line); err != nil || line.Msg != "call" || line.Code != "OK" || line.Level != "INFO" || line.Time.IsZero() {
			t.Errorf("line %s: %v, %v", lines[0], line, err)
		}
	}
}

func TestAccessLogDropsRatherThanWaits(t *testing.T) {
	dropped := prometheus.NewCounter(prometheus.CounterOpts{Name: "dropped"})
	free := make(chan struct{})
	l := NewAccessLog(writerFunc(func(p []byte) (int, error) { <-free; return len(p), nil }), "text", dropped)
	for testutil.ToFloat64(dropped) == 0 { // the writer is stuck, so this ends
		l.add(accessLine{method: "m"})
	}
	close(free)
	l.Close()
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestReferenceCache(t *testing.T) {
	c := newReferenceCache(NewMetrics(prometheus.NewRegistry()))
	a, err := c.get("ocp/ocds@1.1.5")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := c.get("ocp/ocds@1.1.5"); a != b {
		t.Error("a reference was parsed twice")
	}
	if _, err := c.get(""); err == nil {
		t.Error("nothing was parsed")
	}
	for i := range 3 * refShards * refShardSize {
		if _, err := c.get("a/b@1." + strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	held := 0
	for i := range c.shards {
		held += len(c.shards[i].young) + len(c.shards[i].old)
	}
	if held > 2*refShards*refShardSize {
		t.Errorf("the cache holds %d references, at most %d are allowed", held, 2*refShards*refShardSize)
	}
}
