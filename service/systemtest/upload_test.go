package systemtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// TestBrokenUpload: a client that dies in an upload, or a server that does,
// leaves nothing that stays, and the upload can be made again.
func TestBrokenUpload(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir())
	// The sweeper works only where the test wants it to, so that it can't take
	// what another step of the test looks at.
	quiet, sweeping := s.args, append(s.args[:len(s.args):len(s.args)], "--sweep-every", "1s", "--sweep-grace", "1s")
	ctx := within(t, time.Minute)
	b := content(7, 24<<20)
	digest := standard.DigestOf(b)

	dying := s.dial()
	s.beginUpload(ctx, dying, digest, b)
	if err := dying.Close(); err != nil {
		t.Fatal(err)
	}
	s.eventually(20*time.Second, "the call ended", func() error {
		if n := s.figures()["etalon_requests_in_flight"]; n > 0 {
			return fmt.Errorf("%v calls are under way", n)
		}
		return nil
	})
	checkMissing(ctx, t, s.dial(), digest)

	s.beginUpload(ctx, s.dial(), digest, b)
	s.kill()
	s.again(sweeping)
	checkMissing(ctx, t, s.dial(), digest)
	s.eventually(30*time.Second, "swept", func() error {
		if s.figures()["etalon_swept_blobs_total"] < 1 {
			return errors.New("nothing was swept")
		}
		return nil
	})

	s.stop()
	s.again(quiet)
	c := s.dial()
	if err := c.Upload(ctx, digest, int64(len(b)), bytes.NewReader(b)); err != nil {
		t.Errorf("the whole upload: %v", err)
	}
	var got bytes.Buffer
	if err := c.Download(ctx, digest, &got); err != nil || !bytes.Equal(got.Bytes(), b) {
		t.Errorf("%d bytes came back, %v", got.Len(), err)
	}
	// Nothing refers to it, so it goes too, once it is old enough.
	s.stop()
	s.again(sweeping)
	s.eventually(30*time.Second, "swept as an orphan", func() error {
		missing, err := c.Missing(ctx, []standard.Digest{digest})
		if err == nil && len(missing) == 0 {
			err = errors.New("it is still there")
		}
		return err
	})
}

// again starts the server with other arguments.
func (s *server) again(args []string) {
	s.t.Helper()
	s.args = args
	s.start()
	s.waitReady()
}

// beginUpload sends part of a blob: as much as it takes for the store to hold
// more than it did. (It may let go of older things at the same time, so that
// one part is not sure to show.)
func (s *server) beginUpload(ctx context.Context, c *client.Client, d standard.Digest, b []byte) {
	s.t.Helper()
	stream, err := c.Blobs.UploadBlob(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	send := func(r *etalonv1.UploadBlobRequest) {
		if err := stream.Send(r); err != nil {
			s.t.Fatal(err)
		}
	}
	send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Header{Header: &etalonv1.UploadBlobHeader{Digest: d.String(), SizeBytes: int64(len(b))}}})
	least, rest := s.figures()["etalon_store_bytes_in_use"], b
	s.eventually(30*time.Second, "part of the upload stored", func() error {
		if len(rest) > 512<<10 { // never the whole blob
			send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: rest[:256<<10]}})
			rest = rest[256<<10:]
		}
		now := s.figures()["etalon_store_bytes_in_use"]
		least = min(least, now)
		if now < least+1<<19 {
			return fmt.Errorf("the store has %v bytes, had %v", now, least)
		}
		return nil
	})
}

func checkMissing(ctx context.Context, t *testing.T, c *client.Client, d standard.Digest) {
	t.Helper()
	missing, err := c.Missing(ctx, []standard.Digest{d})
	if err != nil || len(missing) != 1 {
		t.Errorf("missing %v, %v; want the broken upload", missing, err)
	}
}
