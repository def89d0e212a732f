package etcdstore

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"github.com/etalon-registry/etalon/service/store"
)

// How a dialled client notices that a member is gone.
const (
	dialTimeout      = 5 * time.Second
	keepAliveTime    = 5 * time.Second
	keepAliveTimeout = 3 * time.Second
)

// DialConfig says how to reach an etcd cluster.
type DialConfig struct {
	// Endpoints are its members: "host:port", "http://host:port",
	// "https://host:port" or "unix:///path". All that are known.
	Endpoints []string
	// TLS secures the connections; nil: none. It is used as given, so it may
	// reload its certificates.
	TLS *tls.Config
	// User and Password authenticate; an empty User: no authentication.
	User, Password string
}

// Dial makes a client for a cluster. Without a user it does not wait for a
// connection: a cluster that is away is found by Open, as ErrUnavailable. With
// a user it asks the cluster for a token, bounded by ctx. The caller closes
// the client.
func Dial(ctx context.Context, c DialConfig) (*clientv3.Client, error) {
	cfg := clientv3.Config{
		Endpoints:            c.Endpoints,
		TLS:                  c.TLS,
		Username:             c.User,
		Password:             c.Password,
		DialTimeout:          dialTimeout,
		DialKeepAliveTime:    keepAliveTime,
		DialKeepAliveTimeout: keepAliveTimeout,
		PermitWithoutStream:  true,
		// What it has to say comes back as errors.
		Logger: zap.NewNop(),
	}
	if deadline, ok := ctx.Deadline(); ok {
		cfg.DialTimeout = min(cfg.DialTimeout, max(time.Until(deadline), time.Millisecond))
	}
	client, err := clientv3.New(cfg)
	if err != nil {
		if lost(err) {
			return nil, fmt.Errorf("dial etcd: %w: %v", store.ErrUnavailable, err)
		}
		return nil, fmt.Errorf("dial etcd: %w", err)
	}
	return client, nil
}
