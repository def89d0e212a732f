package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// startTimeout bounds the start of the embedded store.
const startTimeout = 60 * time.Second

// openStore starts the embedded store, or dials the cluster, which is waited
// for as long as it takes.
func (s *Server) openStore(ctx context.Context) error {
	s.ready.set("the store has not answered yet")
	client, err := s.etcd(ctx)
	if err != nil {
		return err
	}
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		s.store, err = etcdstore.Open(ctx, client, etcdstore.Options{KeyVersion: designation.KeyVersion, Now: s.now, Logger: s.log})
		if err == nil {
			break
		}
		if !errors.Is(err, store.ErrUnavailable) {
			return fmt.Errorf("store: %w", err)
		}
		s.ready.set("the store can't be reached")
		s.log.Warn("store can't be reached, trying again", slog.Any("error", err), slog.Duration("in", wait))
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
	s.push("store", func(context.Context) error { return s.store.Close() })
	return nil
}

func (s *Server) etcd(ctx context.Context) (*clientv3.Client, error) {
	if !s.cfg.Embedded() {
		return s.dialEtcd(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	node, err := etcdnode.Start(ctx, etcdnode.Config{Dir: s.cfg.DataDir, QuotaBytes: s.cfg.QuotaBytes, Logger: slog.New(quiet{s.log.Handler()}).With("part", "etcd")})
	if errors.Is(err, etcdnode.ErrLocked) {
		return nil, fmt.Errorf("data-dir: %w; stop that server or choose another --data-dir", err)
	}
	if err != nil {
		return nil, fmt.Errorf("data-dir: %w", err)
	}
	s.node = node
	s.metrics.watchNode(node)
	s.push("embedded store", func(context.Context) error { return node.Close() })
	return node.Client(), nil
}

func (s *Server) dialEtcd(ctx context.Context) (*clientv3.Client, error) {
	e := &s.cfg.Etcd
	password := e.Password
	if e.PasswordFile != "" {
		b, err := os.ReadFile(e.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("etcd-password-file: %w", err)
		}
		password = strings.TrimSpace(string(b))
	}
	tlsConfig, err := etcdTLS(e)
	if err != nil {
		return nil, err
	}
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		client, err := etcdstore.Dial(ctx, etcdstore.DialConfig{Endpoints: e.Endpoints, TLS: tlsConfig, User: e.User, Password: password})
		if err == nil {
			s.push("etcd client", func(context.Context) error { return client.Close() })
			return client, nil
		}
		if !errors.Is(err, store.ErrUnavailable) {
			return nil, fmt.Errorf("etcd-endpoints: %w", err)
		}
		s.ready.set("the store can't be reached")
		s.log.Warn("etcd can't be reached, trying again", slog.Any("error", err), slog.Duration("in", wait))
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Server) startReplica(ctx context.Context) error {
	s.ready.set("the catalogue is being loaded")
	s.replica = replica.New(replica.Config{Store: s.store, Logger: s.log, Now: s.now})
	s.push("replica", func(context.Context) error { s.replica.Stop(); return nil })
	if err := s.replica.Start(ctx); err != nil {
		return err
	}
	s.metrics.watchReplica(s.replica)
	return nil
}

func (s *Server) startRegistry(ctx context.Context) error {
	l := registry.DefaultLimits()
	c := &s.cfg.Limits
	l.BlobBytes, l.ReleaseBytes, l.ManifestBytes = c.BlobBytes, c.ReleaseBytes, c.ManifestBytes
	l.FilesPerVersion, l.PathBytes = int64(c.FilesPerVersion), int64(c.PathBytes)
	l.NameBytes = int64(c.NameBytes)
	l.DesignationsPerVersion, l.MembersPerVersion = int64(c.DesignationsPerVersion), int64(c.MembersPerVersion)
	l.RelationsPerVersion, l.LinksPerVersion = int64(c.RelationsPerVersion), int64(c.LinksPerVersion)
	l.TextBytes, l.ListItems, l.RecordBytes = c.TextBytes, int64(c.ListItems), c.RecordBytes
	l.BatchRefs, l.PageSize, l.DocumentBytes = int64(c.BatchRefs), int64(c.PageSize), c.DocumentBytes
	var err error
	s.registry, err = registry.New(registry.Config{
		Store: s.store, Replica: s.replica, Limits: l, BaseIRI: s.cfg.BaseIRI,
		Now: s.now, Logger: s.log, Metrics: s.metrics,
		SweepEvery: s.cfg.SweepEvery, SweepGrace: s.cfg.SweepGrace,
	})
	if err != nil {
		return err
	}
	s.push("registry", func(context.Context) error { s.registry.Stop(); return nil })
	return s.registry.Start(ctx)
}
