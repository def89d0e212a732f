// Package offline answers from a bundle as the registry itself would: it puts
// the server's replica, registry and services over the bundle's store and
// connects a client to them within the process.
//
// It owns that composition, and what a bundle refuses: whatever writes, drafts,
// and the change feed. It has no rules of its own on how a question is
// answered, and refuses to know any database.
package offline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/etalon-registry/etalon/service/buildinfo"
	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/gateway/inproc"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/rpc"
)

// Registry is a registry over a bundle, and the connection to it. Close it.
type Registry struct {
	*Conn
	file     *os.File // nil: not ours
	bundle   *bundle.Bundle
	replica  *replica.Replica
	registry *registry.Registry
}

// Open opens the bundle in a file. Errors: those of the file system; bundle.ErrBad
// and store.ErrSchema where it is no bundle that this program reads. ctx bounds
// the opening alone.
func Open(ctx context.Context, path string) (*Registry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	r, err := openFile(ctx, f)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.file = f
	return r, nil
}

func openFile(ctx context.Context, f *os.File) (*Registry, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is no regular file", fs.ErrInvalid)
	}
	b, err := bundle.Read(f, info.Size())
	if err != nil {
		return nil, err
	}
	return Serve(ctx, b, nil)
}

// Serve puts a registry over a bundle that was read. now is the clock; nil:
// time.Now.
func Serve(ctx context.Context, b *bundle.Bundle, now func() time.Time) (*Registry, error) {
	if now == nil {
		now = time.Now
	}
	store := b.Store()
	if meta, err := store.Meta(ctx); err != nil {
		return nil, err
	} else if meta.KeyVersion != designation.KeyVersion {
		return nil, fmt.Errorf("%w: its designations are filed by version %d of their normal form, this program looks them up by version %d; make the bundle anew",
			bundle.ErrBad, meta.KeyVersion, designation.KeyVersion)
	}
	r := &Registry{bundle: b}
	// The log has but the one entry of the bundle's revision.
	r.replica = replica.New(replica.Config{Store: store, Now: now, TailEntries: 1, PrimeEntries: 1, Part: b.Info().Part()})
	if err := r.start(ctx, now); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Registry) start(ctx context.Context, now func() time.Time) (err error) {
	if err := r.replica.Start(ctx); err != nil {
		return err
	}
	// Searches, and what is near to a question, would differ until then.
	if err := r.replica.WaitSearch(ctx); err != nil {
		return err
	}
	r.registry, err = registry.New(registry.Config{
		Store: r.bundle.Store(), Replica: r.replica, BaseIRI: r.bundle.Info().BaseIRI, Now: now, SweepEvery: -1,
	})
	if err != nil {
		return err
	}
	if err := r.registry.Start(ctx); err != nil {
		return err
	}
	metrics := rpc.NewMetrics(prometheus.NewRegistry())
	service, err := rpc.New(rpc.Config{Registry: r.registry, Replica: r.replica, Metrics: metrics, Version: buildinfo.Version()})
	if err != nil {
		return err
	}
	interceptors := rpc.NewInterceptors(rpc.InterceptorConfig{Metrics: metrics, Now: now})
	r.Conn = &Conn{
		inner: inproc.New(inproc.Config{Unary: interceptors.Unary, Stream: interceptors.Stream}),
		part:  r.bundle.Info().Part(), services: map[string]grpc.ServiceInfo{},
	}
	service.Register(r.Conn)
	return interceptors.Bind(r.services)
}

// Info says what the bundle is of.
func (r *Registry) Info() bundle.Info { return r.bundle.Info() }

// Close ends what is under way and closes the file.
func (r *Registry) Close() error {
	var err error
	if r.Conn != nil {
		err = r.inner.Close()
	}
	if r.registry != nil {
		r.registry.Stop()
	}
	r.replica.Stop()
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	return err
}

var _ grpc.ClientConnInterface = (*Registry)(nil)
