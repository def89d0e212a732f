package systemtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/client"
	"github.com/etalon-registry/etalon/service/standard"
)

// TestStoreFull fills an embedded store to its quota: writes are refused with
// what to do, reads go on, and the steps of docs/operating.md make it writable
// again: a start that drops history, and a higher quota.
func TestStoreFull(t *testing.T) {
	const mib = 1 << 20
	dir := t.TempDir()
	s := startServer(t, "--data-dir", dir, "--quota-bytes", "64MiB")
	ctx, name := within(t, 2*time.Minute), standard.Name{Authority: "full", Standard: "made-up"}
	c := s.dial()
	if err := createAuthority(ctx, c, "full"); err != nil {
		t.Fatal(err)
	}
	published, err := fillStore(ctx, c, name, 12*mib)
	if code := status.Code(rootStatus(err)); code != codes.ResourceExhausted || reason(err) != "STORE_FULL" {
		t.Fatalf("after %d versions: %v; want RESOURCE_EXHAUSTED, STORE_FULL", len(published), err)
	}
	for _, want := range []string{"full", "--quota-bytes", "defragment", "Reads go on"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	_, errs, code := s.try("tag", name.String(), "mine", published[0])
	if code != 3 || !strings.Contains(errs, "--quota-bytes") || strings.Count(errs, "\n") != 1 {
		t.Errorf("etalon tag: code %d, said %q; want code 3 and one line that says what to do", code, errs)
	}
	checkReads(ctx, t, c, name, published...)
	if err := getOK("http://" + s.http + "/readyz"); err != nil {
		t.Errorf("a full store still serves reads: %v", err)
	}
	figures := s.figures()
	if used, quota := figures["etalon_store_bytes"], figures["etalon_store_quota_bytes"]; quota != 64*mib || used < quota*3/4 || used > quota*5/4 {
		t.Errorf("the store has %v bytes of %v in the figures", used, quota)
	}

	s.stop()
	s.args = append(s.args, "--quota-bytes", "128MiB") // the last one counts
	s.start()
	s.waitReady()
	c = s.dial()
	if id, err := publishMade(ctx, c, name, "9.1", 5*mib); err != nil {
		t.Errorf("after the quota was raised: %v %s", err, id)
	}
	checkReads(ctx, t, c, name, append(published, "9.1")...)
}

// fillStore publishes until it fails, and gives what went in.
func fillStore(ctx context.Context, c *client.Client, name standard.Name, size int) (ids []string, err error) {
	for i := range 20 {
		id := fmt.Sprintf("1.%d", i)
		if _, err := publishMade(ctx, c, name, id, size); err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	return ids, errors.New("the store is never full")
}
