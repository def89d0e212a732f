package bench_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/rpc"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// The calls of the bare server. The empty one is health's, since anybody may
// make it behind the interceptors too.
const (
	emptyCall = "/grpc.health.v1.Health/Check"
	listCall  = "/etalon.v1.StandardService/ListStandards"
	rawCall   = "/bench.Raw/Txn"
	rawStream = "/bench.Raw/Watch"
)

// bare is the baseline: the same grpc-go and net/http, and nothing behind.
type bare struct {
	healthpb.UnimplementedHealthServer
	empty *healthpb.HealthCheckResponse
	list  *etalonv1.ListStandardsResponse
	reply *wrapperspb.BytesValue
	raw   *rawStore

	mu       sync.Mutex
	watchers []*bareWatcher
}

type bareWatcher struct {
	next chan proto.Message
	done <-chan struct{}
}

func runBare(ctx context.Context, r role) (answer, map[string]command, error) {
	s := &bare{empty: padded(r.Reply), reply: wrapperspb.Bytes(make([]byte, r.Reply))}
	if file := r.Messages["list"]; file != "" {
		s.list = &etalonv1.ListStandardsResponse{}
		b, err := os.ReadFile(file)
		if err == nil {
			err = proto.Unmarshal(b, s.list)
		}
		if err != nil {
			return answer{}, nil, err
		}
	}
	if r.Keys != nil {
		var err error
		if s.raw, err = openRaw(ctx, r); err != nil {
			return answer{}, nil, err
		}
	}
	g, err := s.newGRPC(r.Intercepted)
	if err != nil {
		return answer{}, nil, err
	}
	gl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return answer{}, nil, err
	}
	hl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return answer{}, nil, err
	}
	handler, err := bareHandler(r.Messages)
	if err != nil {
		return answer{}, nil, err
	}
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stopping.Go(func() { _ = g.Serve(gl) })
	stopping.Go(func() { _ = web.Serve(hl) })
	stopping.Go(func() {
		<-ctx.Done()
		g.Stop()
		_ = web.Close()
		if s.raw != nil {
			s.raw.close()
		}
	})
	return answer{GRPC: gl.Addr().String(), HTTP: hl.Addr().String()}, map[string]command{"send": s.send}, nil
}

// padded is a health answer of n bytes: a field that nobody knows fills it.
func padded(n int) *healthpb.HealthCheckResponse {
	m := &healthpb.HealthCheckResponse{}
	for size := n; size > 0; size-- {
		b := protowire.AppendBytes(protowire.AppendTag(nil, 15, protowire.BytesType), make([]byte, size))
		if len(b) <= n {
			m.ProtoReflect().SetUnknown(b)
			break
		}
	}
	return m
}

// newGRPC has the options of etalond's server for the network.
func (s *bare) newGRPC(intercepted bool) (*grpc.Server, error) {
	options := []grpc.ServerOption{
		grpc.MaxConcurrentStreams(10_000),
		grpc.NumStreamWorkers(256),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.MaxRecvMsgSize(8 << 20),
	}
	if !intercepted {
		g := grpc.NewServer(options...)
		healthpb.RegisterHealthServer(g, s)
		g.RegisterService(s.typed(), s)
		g.RegisterService(s.rawService(), s)
		return g, nil
	}
	m := rpc.NewMetrics(prometheus.NewRegistry())
	i := rpc.NewInterceptors(rpc.InterceptorConfig{Metrics: m, Access: rpc.NewAccessLog(os.Stderr, "text", m.Dropped())})
	g := grpc.NewServer(append(options, grpc.UnaryInterceptor(i.Unary), grpc.StreamInterceptor(i.Stream))...)
	healthpb.RegisterHealthServer(g, s)
	return g, i.Bind(g.GetServiceInfo())
}

// Check is the empty call.
func (s *bare) Check(context.Context, *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	return s.empty, nil
}

// typed serves a list that is ready in memory: what is left of a list is to
// encode and to send it.
func (s *bare) typed() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{ServiceName: "etalon.v1.StandardService", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{
		MethodName: "ListStandards",
		Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			return s.list, decode(&etalonv1.ListStandardsRequest{})
		},
	}}}
}

func (s *bare) rawService() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "bench.Raw", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Txn", Handler: s.txn}},
		Streams: []grpc.StreamDesc{{StreamName: "Watch", Handler: s.watch, ServerStreams: true}},
	}
}

func (s *bare) txn(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	if err := decode(&wrapperspb.BytesValue{}); err != nil {
		return nil, err
	}
	return s.reply, s.raw.write(ctx)
}

// watch sends what the control connection says, from a goroutine that waits
// as a watcher does.
func (s *bare) watch(_ any, stream grpc.ServerStream) error {
	if err := stream.RecvMsg(&wrapperspb.BytesValue{}); err != nil {
		return err
	}
	w := &bareWatcher{next: make(chan proto.Message, 1), done: stream.Context().Done()}
	s.mu.Lock()
	s.watchers = append(s.watchers, w)
	s.mu.Unlock()
	if err := stream.SendMsg(s.reply); err != nil {
		return err
	}
	for {
		select {
		case m := <-w.next:
			if err := stream.SendMsg(m); err != nil {
				return err
			}
		case <-w.done:
			return nil
		}
	}
}

// send gives every watcher a message of so many bytes.
func (s *bare) send(args []string) (answer, error) {
	n, err := number(args, 0)
	if err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := wrapperspb.Bytes(make([]byte, n))
	for _, w := range s.watchers {
		select {
		case w.next <- m:
		case <-w.done:
		}
	}
	return answer{}, nil
}

// bareHandler serves pages that are ready in memory, and 304.
func bareHandler(messages map[string]string) (http.Handler, error) {
	mux := http.NewServeMux()
	if file := messages["page"]; file != "" {
		page, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		length := strconv.Itoa(len(page))
		mux.HandleFunc("GET /page/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", length)
			_, _ = w.Write(page) // the caller is gone if it fails
		})
	}
	mux.HandleFunc("GET /same/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.WriteHeader(http.StatusNotModified)
	})
	return mux, nil
}

// keySize is how large a key and its value are.
type keySize struct{ Key, Value int }

// rawStore writes transactions of given sizes straight into etcd: one compare
// on a head, which every transaction moves, and as many keys as a publication
// has.
type rawStore struct {
	client *clientv3.Client
	close  func()
	keys   []keySize

	mu   sync.Mutex
	head int64
	n    int
}

func openRaw(ctx context.Context, r role) (*rawStore, error) {
	s := &rawStore{keys: r.Keys}
	if len(r.Endpoints) > 0 {
		c, err := etcdstore.Dial(ctx, etcdstore.DialConfig{Endpoints: r.Endpoints})
		s.client, s.close = c, func() { _ = c.Close() }
		return s, err
	}
	node, err := etcdnode.Start(ctx, etcdnode.Config{Dir: r.Dir})
	if err != nil {
		return nil, err
	}
	s.client, s.close = node.Client(), func() { _ = node.Close() }
	return s, nil
}

const rawHead = "/raw/head"

func (s *rawStore) write(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	ops := []clientv3.Op{clientv3.OpPut(rawHead, strconv.Itoa(s.n))}
	for i, k := range s.keys {
		key := fmt.Sprintf("/raw/%d/%0*d", i, max(1, k.Key-len("/raw/0/")), s.n)
		ops = append(ops, clientv3.OpPut(key, string(make([]byte, k.Value))))
	}
	resp, err := s.client.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(rawHead), "=", s.head)).Then(ops...).Commit()
	if err != nil {
		return err
	}
	if !resp.Succeeded {
		return errors.New("somebody else wrote " + path.Base(rawHead))
	}
	s.head = resp.Header.Revision
	return nil
}
