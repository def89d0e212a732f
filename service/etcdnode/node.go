// Package etcdnode owns the etcd server that runs inside the registry's own
// process: its data directory, start, stop and upkeep. It knows nothing of
// what is stored. It alone imports the etcd server; everything else gets a
// *clientv3.Client.
package etcdnode

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
	"go.uber.org/zap"
)

// DefaultQuotaBytes is how large the store may grow where Config says nothing.
const DefaultQuotaBytes = 8 << 30

// Defaults of upkeep. A snapshot is taken, and the log in memory cut, after
// few entries, because one entry may hold a chunk of a blob.
const (
	defaultCompaction      = time.Hour
	snapshotEvery          = 256 // entries
	snapshotCatchUp        = 32  // entries
	tickMillis             = 10
	electionMillis         = 100
	startTimeout           = 2 * time.Minute
	stopTimeout            = 30 * time.Second
	maxRequestBytes   uint = 1.5 * 1024 * 1024
)

// Config says where and how to run the node.
type Config struct {
	// Dir is the data directory. It is created, mode 0700.
	Dir string
	// QuotaBytes bounds the size of the database; 0: DefaultQuotaBytes. When
	// it is reached, writes are refused and reads go on.
	QuotaBytes int64
	// Compaction is how much history is kept; 0: one hour. Removed values
	// leave the disk after that, and after Defragment the file.
	Compaction time.Duration
	// Socket is the path of a unix socket that etcdctl can use, mode 0600;
	// empty: the node listens nowhere.
	Socket string
	// Logger gets what etcd says: its warnings as information, its errors as
	// such, the rest as debug. nil: nothing.
	Logger *slog.Logger
}

// Node is a running etcd server.
type Node struct {
	etcd   *embed.Etcd
	client *clientv3.Client
	lock   *dirLock
	log    *slog.Logger
}

// Start starts the node and waits until it serves: two minutes at most, or as
// ctx says. A store that had reached its quota is made writable first, which
// takes longer. A directory that another process holds gives ErrLocked at once. ctx
// is not kept.
func Start(ctx context.Context, cfg Config) (_ *Node, err error) {
	if cfg.Dir == "" {
		return nil, errors.New("etcdnode: no data directory given")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	n := &Node{lock: lock, log: cfg.Logger}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	ec, err := n.settings(cfg)
	if err != nil {
		return nil, err
	}
	if err := setAside(ec.Dir, n.log); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := n.launch(ctx, ec); err != nil {
		return nil, fmt.Errorf("etcdnode: start in %s: %w", cfg.Dir, err)
	}
	if err := n.ready(ctx); err != nil {
		return nil, fmt.Errorf("etcdnode: start in %s: %w", cfg.Dir, err)
	}
	if err := markReady(ec.Dir); err != nil {
		return nil, err
	}
	if cfg.Socket != "" {
		if err := os.Chmod(cfg.Socket, 0o600); err != nil {
			return nil, fmt.Errorf("etcdnode: socket: %w", err)
		}
	}
	n.client = v3client.New(n.etcd.Server)
	// Not bounded by ctx: that is for a store of usual shape.
	upkeep, done := context.WithTimeout(context.WithoutCancel(ctx), reclaimTimeout)
	defer done()
	if err := n.reclaim(upkeep); err != nil {
		return nil, err
	}
	return n, nil
}

// Client is an in-process client; it goes with the node. Its Defragment
// method must not be used: see Node.Defragment.
func (n *Node) Client() *clientv3.Client { return n.client }

// Defragment gives the space of removed values back to the file system. The
// node answers nothing meanwhile: seconds for gigabytes.
func (n *Node) Defragment(ctx context.Context) error {
	// The client's own Defragment panics in process, and the server's takes
	// no context.
	done := make(chan error, 1)
	go func() { done <- n.etcd.Server.Defragment() }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("etcdnode: defragment: %w", err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("etcdnode: defragment goes on: %w", ctx.Err())
	}
}

// Close stops the node, in the reverse order of Start, and lets the directory
// go. It is bounded in time and may be called once.
func (n *Node) Close() error {
	var errs []error
	if n.client != nil {
		if err := n.client.Close(); err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, fmt.Errorf("etcdnode: close client: %w", err))
		}
	}
	if n.etcd != nil {
		done := make(chan struct{})
		go func() { defer close(done); n.etcd.Close() }()
		timer := time.NewTimer(stopTimeout)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
			// The lock stays: something may still write.
			return errors.Join(append(errs, errors.New("etcdnode: etcd did not stop in time"))...)
		}
	}
	if n.lock != nil {
		if err := n.lock.release(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (n *Node) settings(cfg Config) (*embed.Config, error) {
	ec := embed.NewConfig()
	ec.Name = "etalon"
	ec.Dir = filepath.Join(cfg.Dir, "etcd")
	ec.ListenPeerUrls, ec.ListenClientUrls = nil, nil
	ec.InitialCluster = ec.InitialClusterFromName(ec.Name)
	if cfg.Socket != "" {
		abs, err := filepath.Abs(cfg.Socket)
		if err != nil {
			return nil, fmt.Errorf("etcdnode: socket: %w", err)
		}
		ec.ListenClientUrls = []url.URL{{Scheme: "unix", Path: abs}}
		ec.AdvertiseClientUrls = ec.ListenClientUrls
	}
	ec.EnableGRPCGateway = false
	ec.TickMs, ec.ElectionMs = tickMillis, electionMillis
	ec.SnapshotCount, ec.SnapshotCatchUpEntries = snapshotEvery, snapshotCatchUp
	ec.MaxRequestBytes = maxRequestBytes
	ec.QuotaBackendBytes = cfg.QuotaBytes
	if ec.QuotaBackendBytes == 0 {
		ec.QuotaBackendBytes = DefaultQuotaBytes
	}
	keep := cfg.Compaction
	if keep == 0 {
		keep = defaultCompaction
	}
	ec.AutoCompactionMode = embed.CompactorModePeriodic
	ec.AutoCompactionRetention = strconv.FormatInt(int64(keep/time.Second), 10) + "s"
	ec.ZapLoggerBuilder = embed.NewZapLoggerBuilder(bridge(n.log))
	return ec, nil
}

// launch starts etcd, bounded by ctx. Where etcd gives up on a damaged
// directory, or is given up, it may still hold files in there; then the
// directory stays locked by this process, for another start in it would hang.
func (n *Node) launch(ctx context.Context, ec *embed.Config) error {
	type result struct {
		etcd   *embed.Etcd
		err    error
		gaveUp bool
	}
	started := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("etcd gave up: %v", p), gaveUp: true}
			}
			started <- r
		}()
		r.etcd, r.err = embed.StartEtcd(ec)
	}()
	select {
	case r := <-started:
		n.etcd = r.etcd
		if r.gaveUp {
			n.lock = nil
		}
		return r.err
	case <-ctx.Done():
		lock := n.lock
		n.lock = nil
		go func() {
			if r := <-started; !r.gaveUp {
				if r.etcd != nil {
					r.etcd.Close()
				}
				_ = lock.release() // nobody is left to be told
			}
		}()
		return fmt.Errorf("etcd does not start: %w", ctx.Err())
	}
}

func (n *Node) ready(ctx context.Context) error {
	select {
	case <-n.etcd.Server.ReadyNotify():
		return nil
	case <-n.etcd.Server.StopNotify():
		return errors.New("etcd stopped while starting")
	case err := <-n.etcd.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func bridge(l *slog.Logger) *zap.Logger {
	return zap.New(&slogCore{log: l}, zap.WithFatalHook(panicOnFatal{}))
}
