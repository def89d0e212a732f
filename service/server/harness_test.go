package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/rpc"
	"github.com/etalon-registry/etalon/service/standard"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// Zap's and the etcd server's own, which end after their owner has closed.
		goleak.IgnoreTopFunction("go.etcd.io/etcd/server/v3/storage/mvcc.(*watchableStore).syncVictimsLoop"),
	)
}

const testToken = "a-token-for-the-tests"

// running is a server of a test, and clients to it.
type running struct {
	t    testing.TB
	dir  string
	s    *Server
	stop func() // ends it as a signal would, and waits
	conn *grpc.ClientConn

	authorities etalonv1.AuthorityServiceClient
	standards   etalonv1.StandardServiceClient
	versions    etalonv1.VersionServiceClient
	publishing  etalonv1.PublishingServiceClient
	blobs       etalonv1.BlobServiceClient
	resolves    etalonv1.ResolveServiceClient
	changes     etalonv1.ChangeServiceClient
	registries  etalonv1.RegistryServiceClient
}

// start runs a server over an embedded store in dir (empty: a new one) until
// the test ends.
func start(t testing.TB, dir string, o ...func(*Options)) *running {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	cfg := config.Defaults()
	cfg.DataDir = filepath.Join(dir, "data")
	cfg.GRPCListen, cfg.HTTPListen = "127.0.0.1:0", "127.0.0.1:0"
	cfg.AdminToken = testToken
	cfg.LogLevel = slog.LevelWarn
	cfg.DrainTimeout = 5 * time.Second
	options := Options{Config: &cfg, Log: testWriter{t}}
	for _, f := range o {
		f(&options)
	}
	s, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	r := &running{t: t, dir: dir, s: s}
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	t.Cleanup(r.stop)
	eventually(t, "ready", func() bool { ok, _ := s.Ready(); return ok })
	r.dial(grpc.WithTransportCredentials(insecure.NewCredentials()))
	return r
}

func (r *running) dial(o ...grpc.DialOption) {
	r.t.Helper()
	conn, err := grpc.NewClient(r.s.GRPCAddr(), append(o, grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))...)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	r.conn = conn
	r.authorities = etalonv1.NewAuthorityServiceClient(conn)
	r.standards = etalonv1.NewStandardServiceClient(conn)
	r.versions = etalonv1.NewVersionServiceClient(conn)
	r.publishing = etalonv1.NewPublishingServiceClient(conn)
	r.blobs = etalonv1.NewBlobServiceClient(conn)
	r.resolves = etalonv1.NewResolveServiceClient(conn)
	r.changes = etalonv1.NewChangeServiceClient(conn)
	r.registries = etalonv1.NewRegistryServiceClient(conn)
}

// admin is a context with the token, and a deadline that only a test that
// hangs reaches.
func (r *running) admin() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	r.t.Cleanup(cancel)
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+testToken)
}

func (r *running) authority(id string, prefixes ...string) *etalonv1.Authority {
	r.t.Helper()
	a, err := r.authorities.CreateAuthority(r.admin(), &etalonv1.CreateAuthorityRequest{
		AuthorityId: id, Authority: &etalonv1.Authority{Titles: texts("Authority " + id), DesignationPrefixes: prefixes},
	})
	return must(r.t, a, err)
}

// upload stores bytes and gives their digest.
func (r *running) upload(data string) string {
	r.t.Helper()
	d := standard.DigestOf([]byte(data)).String()
	stream, err := r.blobs.UploadBlob(r.admin())
	must(r.t, stream, err)
	send := func(m *etalonv1.UploadBlobRequest) {
		if err := stream.Send(m); err != nil && !errors.Is(err, io.EOF) {
			r.t.Fatal(err)
		}
	}
	send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Header{Header: &etalonv1.UploadBlobHeader{Digest: d, SizeBytes: int64(len(data))}}})
	for len(data) > 0 {
		n := min(len(data), 100<<10)
		send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: []byte(data[:n])}})
		data = data[n:]
	}
	got, err := stream.CloseAndRecv()
	if must(r.t, got, err).GetDigest() != d {
		r.t.Fatalf("uploaded %s, the server has %s", d, got.GetDigest())
	}
	return d
}

// release is a version with one file.
func (r *running) release(parent, id, content string) *etalonv1.PublishVersionRequest {
	r.t.Helper()
	return &etalonv1.PublishVersionRequest{
		Parent: parent, VersionId: id,
		Version:  &etalonv1.Version{Label: "Version " + id, ReleaseDate: "2024-01-15"},
		Files:    []*etalonv1.File{{Path: "schema.json", MediaType: "application/schema+json", Role: etalonv1.FileRole_FILE_ROLE_SCHEMA, SizeBytes: int64(len(content)), Digest: r.upload(content)}},
		Standard: &etalonv1.Standard{Titles: texts("Standard " + parent), Kind: etalonv1.Kind_KIND_FORMAT, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_SEMVER, Sectors: []string{"procurement"}},
	}
}

func (r *running) publish(parent, id string) *etalonv1.PublishVersionResponse {
	r.t.Helper()
	p, err := r.publishing.PublishVersion(r.admin(), r.release(parent, id, `{"version":"`+id+`"}`))
	return must(r.t, p, err)
}

func texts(s string) []*etalonv1.Text { return []*etalonv1.Text{{Language: "en", Value: s}} }

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not %s within 30 s", what)
		}
	}
}

// testWriter puts the server's log into the test's.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// watchConfig sets the bounds of watch streams.
func watchConfig(c rpc.WatchConfig) func(*Options) { return func(o *Options) { o.Watch = c } }
