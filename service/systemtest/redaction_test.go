package systemtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// TestRedaction follows docs/operating.md: the bytes go, on every way to read
// them, the reason is there for everybody, and they can't come back.
func TestRedaction(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir())
	c, ctx := s.dial(), within(t, time.Minute)
	if err := createAuthority(ctx, c, "legal"); err != nil {
		t.Fatal(err)
	}
	name := standard.Name{Authority: "legal", Standard: "s"}
	if _, err := publishMade(ctx, c, name, "1", 1000); err != nil {
		t.Fatal(err)
	}
	files, err := c.Versions.ListFiles(ctx, &etalonv1.ListFilesRequest{Parent: standard.VersionResource(name, "1")})
	if err != nil || len(files.GetFiles()) != 1 {
		t.Fatal(files, err)
	}
	f := files.GetFiles()[0]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.http+"/v1/blobs/"+f.GetDigest()+":redact", strings.NewReader(`{"reason":"Order 123"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	done, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer done.Body.Close()
	if done.StatusCode != http.StatusOK {
		t.Fatal(done.Status)
	}
	for _, path := range []string{"/v1/blobs/" + f.GetDigest(), "/v1/authorities/legal/standards/s/versions/1/files/file%200.txt"} {
		if res, body := s.get(t, path); res.StatusCode != http.StatusUnavailableForLegalReasons || !strings.Contains(string(body), "Order 123") {
			t.Errorf("GET %s: %s: %s", path, res.Status, body)
		}
	}
	if _, errs, code := s.try("get", "legal/s@1", "--path", f.GetPath()); code != 1 || !strings.Contains(errs, "Order 123") {
		t.Errorf("etalon get: code %d, said %q", code, errs)
	}
	if _, err := publishMade(ctx, c, name, "1", 1000); reason(err) != "REDACTED" {
		t.Errorf("uploaded again: %v, want REDACTED", err)
	}
	if got, err := c.Resolve(ctx, "legal/s@1"); err != nil {
		t.Errorf("the version itself: %v, %v", got, err)
	}
}
