package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/gateway/inproc"
)

// Config is what the gateway needs. Zero values stand for the defaults, but
// for Conn, which is required.
type Config struct {
	// Conn leads to the services, through the interceptors that every call
	// passes: an inproc.Conn, or a connection to the server.
	Conn grpc.ClientConnInterface
	// BaseIRI is the base of all persistent identifiers, for the page at "/".
	BaseIRI string
	// GRPCAddress is what the page at "/" gives as the address for gRPC;
	// empty: it tells the default port.
	GRPCAddress string
	// CORSOrigins may read from a browser; "*" is everybody, none is nobody.
	CORSOrigins []string
	Logger      *slog.Logger          // default: none
	Metrics     prometheus.Registerer // default: none
	// Revision is the replica's, which answers without delay. Without it no
	// answer is kept in memory.
	Revision func() uint64
	// Staleness is for how long the replica has not known itself level with
	// the store; 0: level. Default: always level.
	Staleness func() time.Duration
	// CacheBytes bounds the answers kept in memory; default 64 MiB.
	CacheBytes int64
	// MaxBodyBytes bounds the body of a JSON request; default 16 MiB.
	MaxBodyBytes int64
	// StallTimeout is how long one read from a client may take, or one write
	// of what does not fit into a buffer; default 30 s.
	StallTimeout time.Duration
	Now          func() time.Time // default: time.Now
}

// gateway is the handler.
type gateway struct {
	cfg     Config
	log     *slog.Logger
	now     func() time.Time
	routes  *routeTable
	mux     *runtime.ServeMux
	cors    cors
	cache   *answerCache // nil: none
	metrics *metrics
	files   *fileTables
	openapi *page
	landing *landing
	direct  *inproc.Conn // Conn, where it is of this process; else nil

	authorities etalonv1.AuthorityServiceClient
	standards   etalonv1.StandardServiceClient
	versions    etalonv1.VersionServiceClient
	blobs       etalonv1.BlobServiceClient
	changes     etalonv1.ChangeServiceClient
	registry    etalonv1.RegistryServiceClient
	checks      etalonv1.CheckServiceClient
}

// New makes the handler of everything below "/", health and metrics aside. It
// starts nothing and needs no closing.
func New(cfg Config) (http.Handler, error) {
	if cfg.Conn == nil {
		return nil, errors.New("gateway: Conn is required")
	}
	withDefaults(&cfg)
	g := &gateway{
		cfg: cfg, log: cfg.Logger, now: cfg.Now, cors: newCORS(cfg.CORSOrigins),
		metrics: newMetrics(cfg.Metrics), files: newFileTables(fileTableBytes),
		authorities: etalonv1.NewAuthorityServiceClient(cfg.Conn),
		standards:   etalonv1.NewStandardServiceClient(cfg.Conn),
		versions:    etalonv1.NewVersionServiceClient(cfg.Conn),
		blobs:       etalonv1.NewBlobServiceClient(cfg.Conn),
		changes:     etalonv1.NewChangeServiceClient(cfg.Conn),
		registry:    etalonv1.NewRegistryServiceClient(cfg.Conn),
		checks:      etalonv1.NewCheckServiceClient(cfg.Conn),
	}
	g.direct, _ = cfg.Conn.(*inproc.Conn)
	if cfg.Revision != nil && cfg.CacheBytes > 0 {
		g.cache = newAnswerCache(cfg.CacheBytes)
	}
	var err error
	if g.routes, err = newRouteTable(g.handMade()); err != nil {
		return nil, err
	}
	if g.openapi, err = openAPIPage(); err != nil {
		return nil, err
	}
	if g.landing, err = newLanding(); err != nil {
		return nil, err
	}
	if g.mux, err = g.newMux(); err != nil {
		return nil, err
	}
	return g, nil
}

func withDefaults(cfg *Config) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Staleness == nil {
		cfg.Staleness = func() time.Duration { return 0 }
	}
	if cfg.CacheBytes == 0 {
		cfg.CacheBytes = 64 << 20
	}
	if cfg.MaxBodyBytes == 0 {
		cfg.MaxBodyBytes = 16 << 20
	}
	if cfg.StallTimeout == 0 {
		cfg.StallTimeout = 30 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.BaseIRI = strings.TrimRight(cfg.BaseIRI, "/")
}

// newMux makes the transcoder of the annotated routes. What is registered last
// is tried first, so what is asked most is registered last.
func (g *gateway) newMux() (*runtime.ServeMux, error) {
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, marshaler{}),
		runtime.WithUnescapingMode(runtime.UnescapingModeAllExceptSlash),
		runtime.WithDisablePathLengthFallback(),
		runtime.WithDisableHTTPMethodOverride(),
		runtime.WithIncomingHeaderMatcher(incomingHeader),
		runtime.WithOutgoingHeaderMatcher(outgoingHeader),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithMetadata(callMetadata),
		runtime.WithForwardResponseOption(keepMessage),
		runtime.WithErrorHandler(g.rpcError),
		runtime.WithRoutingErrorHandler(g.routingError),
	)
	ctx := context.Background()
	return mux, errors.Join(
		etalonv1.RegisterPublishingServiceHandlerClient(ctx, mux, etalonv1.NewPublishingServiceClient(g.cfg.Conn)),
		etalonv1.RegisterBlobServiceHandlerClient(ctx, mux, g.blobs),
		etalonv1.RegisterRegistryServiceHandlerClient(ctx, mux, g.registry),
		etalonv1.RegisterCheckServiceHandlerClient(ctx, mux, g.checks),
		etalonv1.RegisterChangeServiceHandlerClient(ctx, mux, g.changes),
		etalonv1.RegisterAuthorityServiceHandlerClient(ctx, mux, g.authorities),
		etalonv1.RegisterStandardServiceHandlerClient(ctx, mux, g.standards),
		etalonv1.RegisterVersionServiceHandlerClient(ctx, mux, g.versions),
		etalonv1.RegisterResolveServiceHandlerClient(ctx, mux, etalonv1.NewResolveServiceClient(g.cfg.Conn)),
	)
}

// ServeHTTP answers from memory where it can, else by the route.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := requestID(r.Header)
	h := w.Header()
	h[headerRequestID] = []string{id}
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	if read {
		g.cors.allow(h, r)
		if g.cache != nil && g.serveCached(w, r) {
			return
		}
	}
	x := &exchange{w: w, r: r, id: id, head: r.Method == http.MethodHead}
	if r.Method == http.MethodOptions {
		g.options(x)
		return
	}
	method := r.Method
	if x.head {
		method = http.MethodGet
	}
	rt, params, found := g.routes.match(method, r.URL)
	if !found {
		g.noRoute(x)
		return
	}
	x.route, x.params = rt, params
	var err error
	if x.query, err = checkQuery(rt, r.URL.RawQuery); err != nil {
		g.fail(x, err)
		return
	}
	rt.serve(g, x)
}

// exchange is a request under way.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	id     string // of the request
	head   bool   // the client wants no body
	route  *route
	params []string // what the wild cards of the route took in, unescaped
	query  url.Values
	body   []byte // of a request that has one, read whole
}

// noRoute says that nothing is here, or which methods are.
func (g *gateway) noRoute(x *exchange) {
	allowed := g.routes.methods(x.r.URL)
	if len(allowed) == 0 {
		g.fail(x, &problem{http: http.StatusNotFound, reason: "ROUTE_NOT_FOUND",
			message: "nothing is served at " + quoted(x.r.URL.Path) + "; /openapi.json lists what is"})
		return
	}
	x.w.Header().Set("Allow", strings.Join(allowed, ", "))
	g.fail(x, &problem{http: http.StatusMethodNotAllowed, reason: "METHOD_NOT_ALLOWED",
		message: x.r.Method + " is not possible here, but " + strings.Join(allowed, ", ")})
}

// routingError is for what our own table and the transcoder's disagree on,
// which a test rules out.
func (g *gateway) routingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
	w.(*capture).problem = &problem{http: code, reason: "ROUTE_NOT_FOUND", message: "nothing is served at " + quoted(r.URL.Path)}
}
