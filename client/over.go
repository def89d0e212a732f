package client

import (
	"context"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// Conn is a connection that is closed with its client.
type Conn interface {
	grpc.ClientConnInterface
	Close() error
}

// Over makes a client of a connection that is there already, such as that to a
// bundle. Closing the client closes it.
func Over(conn Conn) *Client {
	seen := new(seen)
	c := stubs(noting{conn, seen})
	c.conn, c.seen = conn, seen
	return c
}

// stubs makes a client that has its stubs alone.
func stubs(conn grpc.ClientConnInterface) *Client {
	return &Client{
		Authorities: etalonv1.NewAuthorityServiceClient(conn),
		Standards:   etalonv1.NewStandardServiceClient(conn),
		Versions:    etalonv1.NewVersionServiceClient(conn),
		Publishing:  etalonv1.NewPublishingServiceClient(conn),
		Resolution:  etalonv1.NewResolveServiceClient(conn),
		Blobs:       etalonv1.NewBlobServiceClient(conn),
		Changes:     etalonv1.NewChangeServiceClient(conn),
		Registry:    etalonv1.NewRegistryServiceClient(conn),
		Checks:      etalonv1.NewCheckServiceClient(conn),
	}
}

// noting does for any connection what a dialled one does in interceptors: it
// notes the revisions that come with answers.
type noting struct {
	grpc.ClientConnInterface
	seen *seen
}

// Invoke makes a unary call.
func (n noting) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	return n.seen.unary(ctx, method, args, reply, nil, func(ctx context.Context, method string, args, reply any, _ *grpc.ClientConn, opts ...grpc.CallOption) error {
		return n.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
	}, opts...)
}

// NewStream opens a stream.
func (n noting) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return n.ClientConnInterface.NewStream(n.seen.ask(ctx), desc, method, opts...)
}
