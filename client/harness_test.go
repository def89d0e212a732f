package client

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/server"
	"github.com/etalon-registry/etalon/service/standard"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The etcd server's own, which ends after its owner has closed.
		goleak.IgnoreTopFunction("go.etcd.io/etcd/server/v3/storage/mvcc.(*watchableStore).syncVictimsLoop"),
	)
}

const testToken = "a-token-for-the-tests"

// serve runs a server on the data directory until stop is called or the test
// ends. An empty address takes a free port.
func serve(t testing.TB, dir, address string) (addr string, stop func()) {
	t.Helper()
	cfg := config.Defaults()
	cfg.DataDir = filepath.Join(dir, "data")
	cfg.GRPCListen, cfg.HTTPListen = "127.0.0.1:0", "127.0.0.1:0"
	if address != "" {
		cfg.GRPCListen = address
	}
	cfg.AdminToken = testToken
	cfg.LogLevel = slog.LevelError
	cfg.DrainTimeout = 5 * time.Second
	s, err := server.New(server.Options{Config: &cfg, Log: testWriter{t}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	t.Cleanup(stop)
	eventually(t, "ready", func() bool { ok, _ := s.Ready(); return ok })
	return s.GRPCAddr(), stop
}

// connect dials a server with the token.
func connect(t testing.TB, addr string, o ...func(*Options)) *Client {
	t.Helper()
	options := Options{Address: addr, Token: testToken}
	for _, f := range o {
		f(&options)
	}
	c, err := Dial(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// eventually asks until the answer is yes. It polls, since what it waits for
// happens in other goroutines; nothing is right because of the pauses.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	limit := time.After(30 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("not %s within 30 s", what)
		}
	}
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

func text(s string) []*etalonv1.Text { return []*etalonv1.Text{{Language: "en", Value: s}} }

// authority makes a namespace.
func (c *Client) authority(t testing.TB, id string) {
	t.Helper()
	_, err := c.Authorities.CreateAuthority(t.Context(), &etalonv1.CreateAuthorityRequest{AuthorityId: id, Authority: &etalonv1.Authority{Titles: text(id)}})
	if err != nil {
		t.Fatal(err)
	}
}

// publish publishes a version without files and gives the revision.
func (c *Client) publish(ctx context.Context, ref string, designations ...string) (uint64, error) {
	r, err := standard.ParseRef(ref)
	if err != nil {
		return 0, err
	}
	res, err := c.Publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
		Parent: r.Name.Resource(), VersionId: r.Selector.Text,
		Version: &etalonv1.Version{ReleaseDate: "2020-01-01", Designations: designations, Notes: text(ref),
			Links: []*etalonv1.Link{{Url: "https://example.org/" + r.Selector.Text}}},
		Standard: &etalonv1.Standard{Titles: text("Standard " + r.Name.String()), Kind: etalonv1.Kind_KIND_FORMAT, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_SEMVER},
	})
	if err != nil {
		return 0, fmt.Errorf("publish %s: %w", ref, err)
	}
	return res.GetRevision(), nil
}

func mustPublish(t testing.TB, c *Client, ref string, designations ...string) uint64 {
	t.Helper()
	rev, err := c.publish(t.Context(), ref, designations...)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}
