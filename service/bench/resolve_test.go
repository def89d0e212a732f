package bench_test

import (
	"context"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

const (
	resolveCall = "/etalon.v1.ResolveService/Resolve"
	batchCall   = "/etalon.v1.ResolveService/BatchResolve"
)

// turn is how long one side is under load in one round.
const turn = 400 * time.Millisecond

// BenchmarkResolve: exact references spread over 100,000 versions, against an
// empty call that returns as many bytes: bare, and behind the interceptors.
func BenchmarkResolve(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			r := newResolveRig(b, large, false)
			s, base := r.compare(b, *rounds, turn)
			results.report(b, "server CPU a call", ratio(s, base, "cpu"), "cpu-ratio", "at most 1.11")
			results.report(b, "throughput", ratio(s, base, "rate"), "throughput-ratio", "at least 0.85")
			results.report(b, "server CPU of a resolve, us", each(s, "cpu"), "us-cpu/resolve", "")
			results.report(b, "server CPU of the empty call, us", each(base, "cpu"), "us-cpu/empty", "")
		}
	})
	b.Run("intercepted", func(b *testing.B) {
		for b.Loop() {
			r := newResolveRig(b, large, true)
			s, base := r.compare(b, *rounds, turn)
			results.report(b, "server CPU a call", ratio(s, base, "cpu"), "cpu-ratio", "at most 1.11")
			results.report(b, "throughput", ratio(s, base, "rate"), "throughput-ratio", "at least 0.85")
		}
	})
	b.Run("traced", func(b *testing.B) {
		for b.Loop() {
			r := newResolveRig(b, large, false, "--otlp-endpoint", collector(b), "--trace-sample", "0.01")
			s, base := r.compare(b, *rounds, turn)
			results.report(b, "server CPU a call", ratio(s, base, "cpu"), "cpu-ratio", "")
			results.report(b, "throughput", ratio(s, base, "rate"), "throughput-ratio", "at least 0.7")
		}
	})
}

type resolveRig struct {
	subject, base *child
	bodies        [][]byte // in an order that is no order
}

func newResolveRig(tb testing.TB, c catalogue, intercepted bool, args ...string) *resolveRig {
	tb.Helper()
	r := &resolveRig{subject: etalond(tb, c, args...)}
	n := c.total()
	r.bodies = make([][]byte, n)
	for i := range n {
		r.bodies[i] = framed(&etalonv1.ResolveRequest{Ref: c.ref(i * 7919 % n)})
	}
	client := etalonv1.NewResolveServiceClient(dial(tb, r.subject.GRPC))
	sum := 0
	for i := range 100 {
		want := c.ref(i * n / 100)
		m, err := client.Resolve(tb.Context(), &etalonv1.ResolveRequest{Ref: want})
		if err != nil || m.Ref != want {
			tb.Fatalf("resolve %s = %v, %v", want, m, err)
		}
		sum += proto.Size(m)
	}
	r.base = spawn(tb, role{Kind: "bare", Reply: sum / 100, Intercepted: intercepted}, serverCore)
	return r
}

func (r *resolveRig) compare(tb testing.TB, n int, d time.Duration) (s, base []sample) {
	tb.Helper()
	pinSelf(tb)
	at := 0
	side := func(c *child, call string) func() sample {
		return func() sample {
			at += 7
			start := at
			return measured(tb, c, load{addr: c.GRPC, path: call, conns: 4, streams: 16, duration: d, body: func(conn, i int) []byte {
				return r.bodies[(start*1009+conn*25_013+i)%len(r.bodies)]
			}})
		}
	}
	defer r.subject.profiled("resolve")()
	return paired(tb, n, side(r.subject, resolveCall), side(r.base, emptyCall))
}

// measured runs a load and gives the rate in calls a second and the server's
// CPU time of a call in microseconds, without what the server uses all the
// time: on a busy machine, where few calls share it, that would count for more.
func measured(tb testing.TB, c *child, l load) sample {
	tb.Helper()
	before := c.cpu()
	calls, took, err := l.run()
	if err != nil {
		tb.Fatal(err)
	}
	if calls == 0 {
		tb.Fatal("no call was answered")
	}
	return sample{"rate": float64(calls) / took.Seconds(), "cpu": (c.cpu() - before - c.idle*took.Seconds()) * 1e6 / float64(calls)}
}

// BenchmarkBatchResolve: 1,000 references, exact ones and ranges mixed,
// against the bare call with answers of that size.
func BenchmarkBatchResolve(b *testing.B) {
	for b.Loop() {
		r := newBatchRig(b, large)
		s, base := r.compare(b, *rounds, turn)
		results.report(b, "server CPU of a batch, ms", each(s, "cpu").scaled(1e-3), "ms-cpu/batch", "under 1.5")
		results.report(b, "server CPU of the bare call, ms", each(base, "cpu").scaled(1e-3), "ms-cpu/bare", "")
		results.report(b, "server CPU, batch over bare", ratio(s, base, "cpu"), "cpu-ratio", "")
	}
}

func (s spread) scaled(f float64) spread {
	return spread{s.median * f, s.low * f, s.high * f, s.n}
}

type batchRig struct {
	subject, base *child
	bodies        [][]byte
}

func newBatchRig(tb testing.TB, c catalogue) *batchRig {
	tb.Helper()
	r := &batchRig{subject: etalond(tb, c)}
	n := c.total()
	client := etalonv1.NewResolveServiceClient(dial(tb, r.subject.GRPC))
	size := 0
	const bodies = 20
	for k := range bodies {
		req := &etalonv1.BatchResolveRequest{}
		for i := range 1000 {
			at := (k*1000 + i) * 7919 % n
			if i%2 == 0 {
				req.Refs = append(req.Refs, c.ref(at))
			} else {
				req.Refs = append(req.Refs, c.name(at/c.Versions).String()+"@^1.0.0")
			}
		}
		m, err := client.BatchResolve(tb.Context(), req)
		if err != nil {
			tb.Fatal(err)
		}
		for i, res := range m.Results {
			if res.GetResolved() == nil {
				tb.Fatalf("%s: %v", req.Refs[i], res)
			}
		}
		size += proto.Size(m)
		r.bodies = append(r.bodies, framed(req))
	}
	r.base = spawn(tb, role{Kind: "bare", Reply: size / bodies}, serverCore)
	return r
}

func (r *batchRig) compare(tb testing.TB, n int, d time.Duration) (s, base []sample) {
	tb.Helper()
	pinSelf(tb)
	side := func(c *child, call string) func() sample {
		return func() sample {
			return measured(tb, c, load{addr: c.GRPC, path: call, conns: 2, streams: 2, duration: d, body: func(conn, i int) []byte {
				return r.bodies[(conn*7+i)%len(r.bodies)]
			}})
		}
	}
	defer r.subject.profiled("batch")()
	return paired(tb, n, side(r.subject, batchCall), side(r.base, emptyCall))
}

// etalond starts a server over a catalogue, and waits until it has nothing to
// do: the search index is built after it is ready.
func etalond(tb testing.TB, c catalogue, args ...string) *child {
	tb.Helper()
	s := spawn(tb, role{Kind: "etalond", Dir: c.dir(tb), Args: args}, serverCore)
	client := etalonv1.NewResolveServiceClient(dial(tb, s.GRPC))
	deadline := time.Now().Add(time.Minute)
	for {
		_, err := client.Search(tb.Context(), &etalonv1.SearchRequest{Q: "standard"})
		if err == nil {
			s.ask("collect")
			s.idle = idleOf(s)
			return s
		}
		if time.Now().After(deadline) {
			tb.Fatalf("search is not ready: %v\n%s", err, s.log)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// idleOf is how many cores a server uses when nobody calls: the clock of its
// store, mostly.
func idleOf(s *child) float64 {
	before, started := s.cpu(), time.Now()
	time.Sleep(time.Second)
	return (s.cpu() - before) / time.Since(started).Seconds()
}

func dial(tb testing.TB, addr string) *grpc.ClientConn {
	tb.Helper()
	c, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// collector takes traces and forgets them.
func collector(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	g := grpc.NewServer()
	g.RegisterService(&grpc.ServiceDesc{
		ServiceName: "opentelemetry.proto.collector.trace.v1.TraceService", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "Export",
			Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				return &emptypb.Empty{}, decode(&emptypb.Empty{})
			},
		}},
	}, nil)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(l) }()
	tb.Cleanup(func() { g.Stop(); <-done })
	return l.Addr().String()
}
