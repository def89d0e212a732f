// Package client is the Go client of the registry: dial it, resolve
// references, read files, follow changes. Resolver keeps answers and stays
// fresh by the change feed and the clock, so that a tool can resolve a
// million references without a round trip each.
//
// It owns connections and what a tool needs around the generated stubs. It
// knows nothing of the server's inside.
package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// DefaultAddress is where a server listens unless told otherwise.
const DefaultAddress = "127.0.0.1:7420"

// Options say how to reach a registry. The zero value reads from a server on
// this machine.
type Options struct {
	// Address is host:port or any gRPC target; empty: DefaultAddress.
	Address string
	// Token is sent as a bearer token with every call; empty: none.
	Token string
	// TLS is used unless it is nil. With nil the connection is plain, which
	// is refused for anything but this machine unless Insecure is set.
	TLS *tls.Config
	// Insecure allows a plain connection to another machine, token and all.
	Insecure bool
	// UserAgent is put before gRPC's own.
	UserAgent string
	// Dial is added last, so it wins.
	Dial []grpc.DialOption
}

// Client is a connection to one registry. It remembers the newest revision
// that it has seen and asks for nothing older, so it reads its own writes on
// any replica. It is safe for concurrent use.
type Client struct {
	Authorities etalonv1.AuthorityServiceClient
	Standards   etalonv1.StandardServiceClient
	Versions    etalonv1.VersionServiceClient
	Publishing  etalonv1.PublishingServiceClient
	Resolution  etalonv1.ResolveServiceClient
	Blobs       etalonv1.BlobServiceClient
	Changes     etalonv1.ChangeServiceClient
	Registry    etalonv1.RegistryServiceClient
	Checks      etalonv1.CheckServiceClient

	conn Conn
	seen *seen
}

// ErrPlain is the answer to dialling another machine without TLS.
var ErrPlain = errors.New("refusing a plain connection to another machine: use TLS, or say that it may be insecure")

// Dial makes a client. It doesn't wait for the server: the first call does,
// and fails with UNAVAILABLE where there is none.
func Dial(o Options) (*Client, error) {
	if o.Address == "" {
		o.Address = DefaultAddress
	}
	if o.TLS == nil && !o.Insecure && !loopback(o.Address) {
		return nil, fmt.Errorf("dial %s: %w", o.Address, ErrPlain)
	}
	seen := new(seen)
	conn, err := grpc.NewClient(o.Address, dialOptions(o, seen)...)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", o.Address, err)
	}
	c := stubs(conn)
	c.conn, c.seen = conn, seen
	return c, nil
}

// Close ends the connection and every call on it.
func (c *Client) Close() error { return c.conn.Close() }

// Revision is the newest revision that the client has seen; 0: none yet.
func (c *Client) Revision() uint64 { return c.seen.rev.Load() }

// Conn is the connection, for services that this package doesn't wrap.
func (c *Client) Conn() grpc.ClientConnInterface { return c.conn }

func dialOptions(o Options, seen *seen) []grpc.DialOption {
	creds := insecure.NewCredentials()
	if o.TLS != nil {
		creds = credentials.NewTLS(o.TLS)
	}
	opts := []grpc.DialOption{
		grpc.WithTransportCredentials(creds),
		grpc.WithChainUnaryInterceptor(seen.unary),
		grpc.WithChainStreamInterceptor(seen.stream),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
			MinConnectTimeout: 5 * time.Second,
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
	}
	if o.UserAgent != "" {
		opts = append(opts, grpc.WithUserAgent(o.UserAgent))
	}
	if o.Token != "" {
		opts = append(opts, grpc.WithPerRPCCredentials(bearer{o.Token, o.TLS != nil}))
	}
	return append(opts, o.Dial...)
}

// maxMessage bounds one message, in bytes: a page of 1,000 with long titles
// is larger than gRPC's 4 MiB.
const maxMessage = 32 << 20

// bearer sends a token with each call.
type bearer struct {
	token  string
	secure bool
}

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + b.token}, nil
}

func (b bearer) RequireTransportSecurity() bool { return b.secure }

// loopback says whether a target is on this machine: a loopback address,
// "localhost", a unix socket or an in-process connection.
func loopback(target string) bool {
	switch scheme, rest, ok := cutScheme(target); {
	case ok && (scheme == "unix" || scheme == "unix-abstract" || scheme == "bufnet"):
		return true
	case ok:
		target = rest
	}
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		host = target
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
