package rpc

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
)

// Config is what the services need. Zero values stand for the defaults, but
// for Registry, Replica and Metrics, which are required.
type Config struct {
	Registry *registry.Registry
	Replica  *replica.Replica // that the registry reads
	Metrics  *Metrics
	// Version of the server program.
	Version string
	Logger  *slog.Logger // default: none
	Watch   WatchConfig
}

// WatchConfig bounds watch streams.
type WatchConfig struct {
	// SendTimeout is how long one message may wait for a slow reader; default
	// 10 s. Then the stream is cut off.
	SendTimeout time.Duration
	// MaxBehind is by how many entries of the log a reader may fall behind
	// once it was level; default 100,000.
	MaxBehind int
}

// Service serves every RPC of the contract. A missing method does not
// compile, for nothing stands in for it.
type Service struct {
	etalonv1.UnsafeAuthorityServiceServer
	etalonv1.UnsafeStandardServiceServer
	etalonv1.UnsafeVersionServiceServer
	etalonv1.UnsafePublishingServiceServer
	etalonv1.UnsafeBlobServiceServer
	etalonv1.UnsafeResolveServiceServer
	etalonv1.UnsafeChangeServiceServer
	etalonv1.UnsafeRegistryServiceServer
	etalonv1.UnsafeCheckServiceServer

	registry  *registry.Registry
	replica   *replica.Replica
	metrics   *Metrics
	log       *slog.Logger
	baseIRI   string
	version   string
	filters   filters
	refs      *referenceCache
	watch     WatchConfig
	senders   *senders
	shown     shownChanges
	standards *shownStandards
	desk      *desk
	drain     chan struct{} // closed when the server begins to drain
}

// New makes the services.
func New(cfg Config) (*Service, error) {
	if cfg.Registry == nil || cfg.Replica == nil || cfg.Metrics == nil {
		return nil, errors.New("rpc: registry, replica and metrics are required")
	}
	s := &Service{
		registry: cfg.Registry, replica: cfg.Replica, metrics: cfg.Metrics,
		log: cfg.Logger, baseIRI: cfg.Registry.BaseIRI(), version: cfg.Version,
		filters: newFilters(), refs: newReferenceCache(cfg.Metrics), watch: cfg.Watch,
		standards: newShownStandards(), desk: newDesk(cfg.Registry.Limits().DocumentBytes), drain: make(chan struct{}),
	}
	s.senders = newSenders(s.drain)
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.watch.SendTimeout == 0 {
		s.watch.SendTimeout = 10 * time.Second
	}
	if s.watch.MaxBehind == 0 {
		s.watch.MaxBehind = 100_000
	}
	return s, nil
}

// Register adds the services to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	etalonv1.RegisterAuthorityServiceServer(r, s)
	etalonv1.RegisterStandardServiceServer(r, s)
	etalonv1.RegisterVersionServiceServer(r, s)
	etalonv1.RegisterPublishingServiceServer(r, s)
	etalonv1.RegisterBlobServiceServer(r, s)
	etalonv1.RegisterResolveServiceServer(r, s)
	etalonv1.RegisterChangeServiceServer(r, s)
	etalonv1.RegisterRegistryServiceServer(r, s)
	etalonv1.RegisterCheckServiceServer(r, s)
}

// Drain ends the watch streams, so that a graceful stop can end. It is called
// once.
func (s *Service) Drain() { close(s.drain) }

// read gives the catalogue as fresh as the request asks for, by its fields or
// by its metadata.
func (s *Service) read(ctx context.Context, minRevision uint64, consistency etalonv1.Consistency) (registry.Reading, error) {
	o, err := readOptions(ctx, minRevision, consistency)
	if err != nil {
		return registry.Reading{}, err
	}
	if o != (registry.ReadOptions{}) {
		var cancel context.CancelFunc
		ctx, cancel = withDeadline(ctx)
		defer cancel()
	}
	r, err := s.registry.Read(ctx, o)
	if err != nil {
		return r, err
	}
	c := callOf(ctx)
	c.revision, c.staleness = r.Revision(), r.Staleness
	return r, nil
}

func readOptions(ctx context.Context, minRevision uint64, consistency etalonv1.Consistency) (registry.ReadOptions, error) {
	var f fields
	o := registry.ReadOptions{MinRevision: standard.Revision(minRevision)}
	switch consistency {
	case etalonv1.Consistency_CONSISTENCY_UNSPECIFIED, etalonv1.Consistency_CONSISTENCY_SNAPSHOT:
	case etalonv1.Consistency_CONSISTENCY_LINEARIZABLE:
		o.Linearizable = true
	default:
		f.add("consistency", "%d is no value of it", consistency)
	}
	if v := metadata.ValueFromIncomingContext(ctx, HeaderMinRevision); len(v) > 0 {
		n, err := strconv.ParseUint(v[0], 10, 64)
		if err != nil {
			f.add(HeaderMinRevision, "%q is no revision", v[0])
		}
		o.MinRevision = max(o.MinRevision, standard.Revision(n))
	}
	if v := metadata.ValueFromIncomingContext(ctx, HeaderConsistency); len(v) > 0 {
		switch v[0] {
		case "snapshot", "SNAPSHOT":
		case "linearizable", "LINEARIZABLE":
			o.Linearizable = true
		default:
			f.add(HeaderConsistency, "%q is unknown; write snapshot or linearizable", v[0])
		}
	}
	return o, f.err()
}

// write is a request that changes something.
type write interface {
	proto.Message
	GetRequestId() string
}

// caller says who asks for a write and how.
func (s *Service) caller(ctx context.Context, req write, validateOnly bool) (registry.Caller, error) {
	c := callOf(ctx)
	out := registry.Caller{Actor: c.actor, ValidateOnly: validateOnly}
	if req.GetRequestId() == "" {
		return out, nil
	}
	m := req.ProtoReflect()
	bare := proto.Clone(req).ProtoReflect()
	bare.Clear(m.Descriptor().Fields().ByName("request_id"))
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(bare.Interface())
	if err != nil {
		return out, err
	}
	out.RequestID, out.Method, out.Hash = req.GetRequestId(), c.method.name, sha256.Sum256(b)
	return out, nil
}

// wrote notes the revision of a write for the answer's metadata.
func wrote(ctx context.Context, r registry.Receipt) { callOf(ctx).revision = r.Revision }

// tokens makes and reads the page tokens of this registry.
func (s *Service) tokens() *pageTokens { return newPageTokens(s.registry.Meta().RegistryID) }

// pageSize is the number of items asked for.
func (s *Service) pageSize(f *fields, asked int32, usual int) (int, error) {
	most := s.registry.Limits().PageSize
	switch {
	case asked < 0:
		f.add("page_size", "%d is below 0", asked)
	case asked == 0:
		return int(min(int64(usual), most)), nil
	case int64(asked) > most:
		return 0, &registry.LimitError{Limit: "page_size", Max: most, Value: int64(asked), Field: "page_size"}
	}
	return int(asked), nil
}
