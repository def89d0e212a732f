package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"

	"github.com/etalon-registry/etalon/service/buildinfo"
	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/gateway/inproc"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/rpc"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// Options are what a server takes besides its configuration.
type Options struct {
	Config *config.Config // validated
	// Log gets the log and, at the start, a few lines for people.
	Log io.Writer
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Watch bounds watch streams; zero: the defaults.
	Watch rpc.WatchConfig
}

// Server is a whole registry server.
type Server struct {
	cfg     *config.Config
	out     io.Writer
	log     *slog.Logger
	now     func() time.Time
	watch   rpc.WatchConfig
	version string

	token   adminToken
	metrics *metrics
	access  *rpc.AccessLog
	tracing *tracing
	ready   readiness

	grpcListener, httpListener net.Listener

	node         *etcdnode.Node // nil: an etcd cluster is used
	store        *etcdstore.Store
	replica      *replica.Replica
	registry     *registry.Registry
	service      *rpc.Service
	grpc         *grpc.Server
	inside       *inproc.Conn // for the gateway
	interceptors *rpc.Interceptors
	health       *health.Server
	http         *http.Server
	gateway      later

	down    []step         // what to take down, in the order of building
	serving sync.WaitGroup // goroutines of listeners and of the watch over readiness
	failed  chan error     // of a listener
	closing sync.Once
}

// step is one thing to take down.
type step struct {
	what string
	down func(context.Context) error
}

// New listens on both addresses, so that an address in use is told at once,
// and serves /healthz and /readyz. Run does the rest.
func New(o Options) (_ *Server, err error) {
	out := &lockedWriter{w: o.Log}
	s := &Server{cfg: o.Config, out: out, now: o.Now, watch: o.Watch, version: buildinfo.Version(), failed: make(chan error, 4)}
	if s.now == nil {
		s.now = time.Now
	}
	s.log = newLogger(out, o.Config)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	s.metrics = newMetrics()
	s.access = rpc.NewAccessLog(accessWriter(out, o.Config), o.Config.LogFormat, s.metrics.rpc.Dropped())
	s.push("access log", func(context.Context) error { s.access.Close(); return nil })
	if s.grpcListener, err = s.listen("grpc-listen", s.cfg.GRPCListen); err != nil {
		return nil, err
	}
	if s.httpListener, err = s.listen("http-listen", s.cfg.HTTPListen); err != nil {
		return nil, err
	}
	s.ready.set("the catalogue is being loaded")
	return s, s.startHTTP()
}

func (s *Server) listen(setting, addr string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s: can't listen on %s: %w; is another server running? Choose another address", setting, addr, err)
	}
	s.push(setting, func(context.Context) error {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return l, nil
}

// GRPCAddr and HTTPAddr are the addresses listened on, with the port chosen
// where the setting said 0.
func (s *Server) GRPCAddr() string { return s.grpcListener.Addr().String() }

// HTTPAddr is the address for JSON, health and metrics; see GRPCAddr.
func (s *Server) HTTPAddr() string { return s.httpListener.Addr().String() }

// Ready says whether the server answers, and if not, why.
func (s *Server) Ready() (bool, string) {
	reasons := s.ready.reasons(s)
	if len(reasons) == 0 {
		return true, ""
	}
	return false, reasons[0]
}

// Run starts what New has not, serves until ctx is done or a listener fails,
// drains, and takes everything down. It returns nil after a drain that was
// asked for. It is called once.
func (s *Server) Run(ctx context.Context) error {
	err := s.start(ctx)
	if err == nil {
		s.banner()
		select {
		case <-ctx.Done():
			s.leave()
		case err = <-s.failed:
		}
	} else if ctx.Err() != nil {
		err = nil // told to stop while starting
	}
	return errors.Join(err, s.Close())
}

// start builds the parts from the store up.
func (s *Server) start(ctx context.Context) error {
	for _, part := range []func(context.Context) error{
		s.openStore, s.findToken, s.startReplica, s.startRegistry, s.loadCatalogues,
		s.startTracing, s.buildGRPC, s.buildGateway, s.serveGRPC,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	s.ready.clear()
	s.watchReadiness()
	return nil
}

// Close drains and takes everything down, in the reverse order of building.
// The drain timeout bounds what waits for callers. A second call does nothing.
func (s *Server) Close() error {
	var errs []error
	s.closing.Do(func() {
		s.ready.set(reasonDraining)
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.DrainTimeout)
		defer cancel()
		for i := len(s.down) - 1; i >= 0; i-- {
			if err := s.down[i].down(ctx); err != nil {
				errs = append(errs, fmt.Errorf("stop %s: %w", s.down[i].what, err))
			}
		}
		s.serving.Wait()
	})
	return errors.Join(errs...)
}

func (s *Server) push(what string, down func(context.Context) error) {
	s.down = append(s.down, step{what, down})
}

// fail ends Run with the error of a listener.
func (s *Server) fail(what string, err error) {
	if err == nil || errors.Is(err, http.ErrServerClosed) || errors.Is(err, grpc.ErrServerStopped) {
		return
	}
	select {
	case s.failed <- fmt.Errorf("%s: %w", what, err):
	default:
	}
}
