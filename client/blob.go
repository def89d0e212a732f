package client

import (
	"context"
	"errors"
	"fmt"
	"io"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// uploadChunk is what one message of an upload carries, in bytes.
const uploadChunk = 256 << 10

// Upload stores size bytes from r, which must have the digest.
func (c *Client) Upload(ctx context.Context, d standard.Digest, size int64, r io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a stream that is not closed in order ends here
	stream, err := c.Blobs.UploadBlob(ctx)
	if err != nil {
		return fmt.Errorf("upload %s: %w", d, err)
	}
	err = stream.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Header{
		Header: &etalonv1.UploadBlobHeader{Digest: d.String(), SizeBytes: size},
	}})
	buf := make([]byte, uploadChunk)
	for err == nil {
		var n int
		n, err = io.ReadFull(r, buf)
		if n > 0 {
			if serr := stream.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: buf[:n]}}); serr != nil {
				err = serr
			}
		}
	}
	// io.EOF from Send means that the server has answered already.
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("upload %s: %w", d, err)
	}
	if _, err := stream.CloseAndRecv(); err != nil {
		return fmt.Errorf("upload %s: %w", d, err)
	}
	return nil
}

// Missing says which of the blobs the registry doesn't have, in the order
// asked. It asks in batches, so there may be any number.
func (c *Client) Missing(ctx context.Context, ds []standard.Digest) ([]standard.Digest, error) {
	const batch = 1000
	var missing []standard.Digest
	for len(ds) > 0 {
		n := min(batch, len(ds))
		req := &etalonv1.CheckBlobsRequest{Digests: make([]string, n)}
		for i, d := range ds[:n] {
			req.Digests[i] = d.String()
		}
		ds = ds[n:]
		res, err := c.Blobs.CheckBlobs(ctx, req)
		if err != nil {
			return nil, fmt.Errorf("check blobs: %w", err)
		}
		for _, s := range res.GetMissing() {
			d, err := standard.ParseDigest(s)
			if err != nil {
				return nil, fmt.Errorf("check blobs: %w", err)
			}
			missing = append(missing, d)
		}
	}
	return missing, nil
}

// Download copies a blob to w and checks its digest: an error means that w
// holds something else.
func (c *Client) Download(ctx context.Context, d standard.Digest, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.Blobs.DownloadBlob(ctx, &etalonv1.DownloadBlobRequest{Digest: d.String()})
	if err != nil {
		return fmt.Errorf("download %s: %w", d, err)
	}
	sum := newSum(w)
	for {
		msg, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("download %s: %w", d, err)
		}
		if _, err := sum.Write(msg.GetData()); err != nil {
			return fmt.Errorf("download %s: %w", d, err)
		}
	}
	if got := sum.digest(); got != d {
		return fmt.Errorf("download %s: what came has digest %s; don't use it", d, got)
	}
	return nil
}
