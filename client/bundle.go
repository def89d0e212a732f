package client

import (
	"context"
	"errors"
	"fmt"
	"io"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// ExportBundle writes a bundle to w and returns its size in bytes. After an
// error w holds a part of one, which no reader takes for a bundle.
func (c *Client) ExportBundle(ctx context.Context, req *etalonv1.ExportBundleRequest, w io.Writer) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.Registry.ExportBundle(ctx, req)
	if err != nil {
		return 0, fmt.Errorf("export bundle: %w", err)
	}
	for size := int64(0); ; {
		msg, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err == nil {
			var n int
			n, err = w.Write(msg.GetData())
			size += int64(n)
		}
		if err != nil {
			return size, fmt.Errorf("export bundle: %w", err)
		}
	}
}
