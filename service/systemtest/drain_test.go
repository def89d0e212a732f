package systemtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/standard"
)

// TestDrain stops a server with watchers, an event stream and an upload under
// way: readiness turns first while calls are still answered, the upload ends
// in order, watchers are told where to go on, and the process ends with 0.
func TestDrain(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir(), "--drain-delay", "2s", "--drain-timeout", "20s")
	c, ctx := s.dial(), within(t, time.Minute)
	if err := createAuthority(ctx, c, "drain"); err != nil {
		t.Fatal(err)
	}
	watch, err := c.Changes.Watch(ctx, &etalonv1.WatchRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Recv(); err != nil {
		t.Fatal(err)
	}
	events := s.openEvents(ctx)
	defer events.Close()
	b := content(1, 1<<20)
	digest := standard.DigestOf(b)
	upload, err := c.Blobs.UploadBlob(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := upload.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Header{Header: &etalonv1.UploadBlobHeader{Digest: digest.String(), SizeBytes: int64(len(b))}}}); err != nil {
		t.Fatal(err)
	}

	begin := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	health := grpc_health_v1.NewHealthClient(c.Conn())
	s.eventually(10*time.Second, "not ready", func() error {
		res, err := health.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		if err != nil {
			t.Fatalf("health while draining: %v", err)
		}
		if res.GetStatus() != grpc_health_v1.HealthCheckResponse_NOT_SERVING || getOK("http://"+s.http+"/readyz") == nil {
			return errors.New("it says that it is ready")
		}
		return nil
	})
	if _, err := c.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{}); err != nil {
		t.Errorf("a call in the drain delay: %v", err)
	}
	for part := b; len(part) > 0; part = part[256<<10:] {
		if err := upload.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: part[:256<<10]}}); err != nil {
			t.Fatal(err)
		}
	}
	if res, err := upload.CloseAndRecv(); err != nil || res.GetDigest() != digest.String() {
		t.Errorf("the upload that was under way: %v, %v", res, err)
	}
	for err == nil {
		_, err = watch.Recv()
	}
	if status.Code(err) != codes.Unavailable || reason(err) != "DRAINING" {
		t.Errorf("the watch ended with %v, want UNAVAILABLE, DRAINING", err)
	}
	if rest, err := io.ReadAll(events); err != nil {
		t.Errorf("the event stream broke off: %v after %q", err, rest)
	}
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not end")
	}
	took := time.Since(begin)
	if code := s.cmd.ProcessState.ExitCode(); code != 0 || took < 2*time.Second || took > 15*time.Second {
		t.Errorf("it ended with code %d after %s; want 0 after the delay of 2 s, well before the timeout", code, took)
	}
}

// openEvents opens the stream of server-sent events and waits for its
// beginning.
func (s *server) openEvents(ctx context.Context) io.ReadCloser {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.http+"/v1/changes:watch", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	first := make([]byte, 16)
	if _, err := io.ReadFull(res.Body, first); err != nil || res.StatusCode != http.StatusOK || bytes.ContainsRune(first, '{') && first[0] == '{' {
		s.t.Fatal(fmt.Errorf("event stream: %s, %q, %w", res.Status, first, err))
	}
	return res.Body
}

// TestStopWhileWaiting: a server that waits for its store says so, and ends
// when it is told to.
func TestStopWhileWaiting(t *testing.T) {
	s := newServer(t, "--etcd-endpoints", etcdtest.FreeAddresses(t, 1)[0])
	s.start()
	s.eventually(20*time.Second, "waiting for the store", func() error {
		res, err := http.Get("http://" + s.http + "/readyz") //nolint:noctx // a test's own server
		if err != nil {
			return err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		if res.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(b, []byte("the store ")) {
			return fmt.Errorf("%s: %s", res.Status, b)
		}
		return nil
	})
	if err := getOK("http://" + s.http + "/healthz"); err != nil {
		t.Errorf("a server that waits lives: %v", err)
	}
	res, body := s.get(t, "/v1/registry")
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("a call before it is ready: %s: %s", res.Status, body)
	}
	begin := time.Now()
	s.stop()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %s to end", took)
	}
}
