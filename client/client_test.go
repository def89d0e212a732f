package client

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func TestDialRefusesPlainToAnotherMachine(t *testing.T) {
	for target, plain := range map[string]bool{
		"": true, "127.0.0.1:7420": true, "localhost:1": true, "[::1]:7420": true, "127.8.9.1:2": true,
		"unix:/run/etalon.sock": true, "unix:///run/etalon.sock": true, "dns:///localhost:7420": true, "passthrough:///127.0.0.1:1": true,
		"registry.example.org:7420": false, "10.0.0.1:7420": false, "dns:///registry.example.org:7420": false,
		"localhost.example.org:1": false, "[2001:db8::1]:7420": false, "0.0.0.0:7420": false, "registry.example.org": false,
	} {
		c, err := Dial(Options{Address: target})
		if plain != (err == nil) || err != nil && !errors.Is(err, ErrPlain) {
			t.Errorf("dial %q: %v, want plain allowed: %v", target, err, plain)
		}
		if c != nil {
			_ = c.Close()
		}
	}
	c, err := Dial(Options{Address: "registry.example.org:7420", Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

// Each call asks for at least the newest revision that any answer came with,
// so that another replica waits for what was written through this client.
func TestEveryCallAsksForWhatWasSeen(t *testing.T) {
	s := &seen{}
	var asked []string
	call := func(ctx context.Context, revision string, err error) error {
		return s.unary(ctx, "/method", nil, nil, nil, func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, opts ...grpc.CallOption) error {
			md, _ := metadata.FromOutgoingContext(ctx)
			asked = append(asked, strings.Join(md.Get(minRevisionHeader), ","))
			for _, o := range opts {
				if h, ok := o.(grpc.HeaderCallOption); ok {
					*h.HeaderAddr = metadata.Pairs(revisionHeader, revision)
				}
			}
			return err
		})
	}
	for _, rev := range []string{"7", "5", "nonsense", "9"} {
		if err := call(t.Context(), rev, nil); err != nil {
			t.Fatal(err)
		}
	}
	_ = call(metadata.AppendToOutgoingContext(t.Context(), minRevisionHeader, "3"), "9", nil)
	if got, want := strings.Join(asked, " "), " 7 7 7 3"; got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
	// A registry that was restored to before what was seen is asked anew.
	asked = nil
	if err := call(t.Context(), "4", status.Error(codes.OutOfRange, "in the future")); status.Code(err) != codes.OutOfRange {
		t.Error(err)
	}
	if got, want := strings.Join(asked, " "), "9 "; got != want || s.rev.Load() != 4 {
		t.Errorf("asked for %q and then has seen %d, want %q and 4", got, s.rev.Load(), want)
	}
}

func TestBlobsAreChecked(t *testing.T) {
	addr, _ := serve(t, t.TempDir(), "")
	c := connect(t, addr)
	data := bytes.Repeat([]byte("0123456789abcdef"), 50_000)
	d := standard.DigestOf(data)

	// Bytes that are not those announced are refused, and not stored.
	for name, bad := range map[string][]byte{
		"other bytes": append([]byte("x"), data[1:]...), "too few": data[:len(data)-1], "too many": append(data[:len(data):len(data)], 'x'),
	} {
		if err := c.Upload(t.Context(), d, int64(len(data)), bytes.NewReader(bad)); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v, want INVALID_ARGUMENT", name, err)
		}
		if missing, err := c.Missing(t.Context(), []standard.Digest{d}); err != nil || len(missing) != 1 {
			t.Errorf("%s: missing %v, %v", name, missing, err)
		}
	}
	broken := errors.New("the disk is gone")
	if err := c.Upload(t.Context(), d, int64(len(data)), errReader{broken}); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
	if err := c.Upload(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := c.Download(t.Context(), d, &got); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Errorf("%d bytes came back of %d: %v", got.Len(), len(data), err)
	}
	if err := c.Download(t.Context(), standard.DigestOf([]byte("nobody's")), &got); status.Code(err) != codes.NotFound {
		t.Errorf("no such blob: %v", err)
	}

	// A byte that changes on the way is found out.
	liar := connect(t, addr, func(o *Options) { o.Dial = []grpc.DialOption{grpc.WithChainStreamInterceptor(corrupt)} })
	if err := liar.Download(t.Context(), d, &got); err == nil || !strings.Contains(err.Error(), "don't use it") {
		t.Errorf("a corrupted download: %v", err)
	}
	unknown := make([]standard.Digest, 2500)
	for i := range unknown {
		unknown[i] = standard.DigestOf([]byte{byte(i), byte(i >> 8)})
	}
	unknown[1234] = d
	missing, err := c.Missing(t.Context(), unknown)
	if err != nil || len(missing) != len(unknown)-1 {
		t.Errorf("%d of %d missing, want all but one: %v", len(missing), len(unknown), err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// corrupt changes a byte of what is downloaded.
func corrupt(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	s, err := open(ctx, desc, cc, method, opts...)
	return &corrupted{ClientStream: s}, err
}

type corrupted struct {
	grpc.ClientStream
	done bool
}

func (c *corrupted) RecvMsg(m any) error {
	err := c.ClientStream.RecvMsg(m)
	if d, ok := m.(*etalonv1.DownloadBlobResponse); ok && err == nil && !c.done && len(d.GetData()) > 0 {
		d.Data[len(d.Data)/2] ^= 1
		c.done = true
	}
	return err
}

// The feed goes on over a restart of the server: each revision once, in order.
func TestWatchGoesOnOverARestart(t *testing.T) {
	dir := t.TempDir()
	addr, stop := serve(t, dir, "")
	c := connect(t, addr)
	c.authority(t, "a")
	mustPublish(t, c, "a/s@1.0.0")
	from := uint64(0)
	heard := make(chan uint64, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- c.Watch(ctx, &etalonv1.WatchRequest{After: &from, HeartbeatSeconds: 1}, func(res *etalonv1.WatchResponse) error {
			for _, ch := range res.GetChanges() {
				heard <- ch.GetRevision()
			}
			return nil
		})
	}()
	next := uint64(1)
	hearTo := func(rev uint64) {
		t.Helper()
		for ; next <= rev; next++ {
			if got := <-heard; got != next {
				t.Fatalf("heard of revision %d, want %d", got, next)
			}
		}
	}
	hearTo(mustPublish(t, c, "a/s@1.1.0"))
	for i := range 2 {
		stop()
		_, stop = serve(t, dir, addr)
		w := connect(t, addr)
		hearTo(mustPublish(t, w, "a/s@2."+string(rune('0'+i))+".0"))
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the watch ended with %v", err)
	}
	if from != 0 {
		t.Errorf("the caller's request was changed to %d", from)
	}
	// What is refused for good ends it, and so does the caller.
	future := uint64(1 << 40)
	err := c.Watch(t.Context(), &etalonv1.WatchRequest{After: &future}, nil)
	if status.Code(err) != codes.OutOfRange {
		t.Errorf("from the future: %v", err)
	}
	enough := errors.New("enough")
	if err := c.Watch(t.Context(), &etalonv1.WatchRequest{}, func(*etalonv1.WatchResponse) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the caller had enough: %v", err)
	}
}
