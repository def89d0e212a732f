package etcdnode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"
	"go.uber.org/zap"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// TestDamagedDirectoryIsAnError: etcd panics with its files open.
		goleak.IgnoreAnyFunction("go.etcd.io/etcd/server/v3/storage/backend.(*backend).run"),
		goleak.IgnoreAnyFunction("go.etcd.io/etcd/server/v3/storage/wal.(*filePipeline).run"),
	)
}

func start(t *testing.T, cfg Config) *Node {
	t.Helper()
	n, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	return n
}

func stop(t *testing.T, n *Node) {
	t.Helper()
	if err := n.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestKeepsDataOverRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	for i := range 3 {
		n := start(t, Config{Dir: dir})
		key := fmt.Sprint("k", i)
		if _, err := n.Client().Put(t.Context(), key, "v"); err != nil {
			t.Fatalf("Put: %v", err)
		}
		resp, err := n.Client().Get(t.Context(), "k", clientv3.WithPrefix())
		if err != nil || len(resp.Kvs) != i+1 {
			t.Errorf("start %d: got %v, %v; want %d keys", i, resp, err, i+1)
		}
		stop(t, n)
	}
}

func TestHeldDirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	n := start(t, Config{Dir: dir})
	began := time.Now()
	_, err := Start(t.Context(), Config{Dir: dir})
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("Start: got %v, want ErrLocked", err)
	}
	for _, want := range []string{dir, fmt.Sprint("process ", os.Getpid())} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q: %v", want, err)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v to refuse", took)
	}
	if _, err := n.Client().Put(t.Context(), "k", "v"); err != nil {
		t.Errorf("Put into the first: %v", err)
	}
	stop(t, n)
	stop(t, start(t, Config{Dir: dir}))
}

func TestDamagedDirectoryIsAnError(t *testing.T) {
	dir := t.TempDir()
	stop(t, start(t, Config{Dir: dir}))
	wals, err := filepath.Glob(filepath.Join(dir, "etcd", "member", "wal", "*.wal"))
	if err != nil || len(wals) == 0 {
		t.Fatalf("no log of etcd: %v", err)
	}
	if err := os.WriteFile(wals[0], bytes.Repeat([]byte("damage"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := Start(t.Context(), Config{Dir: dir})
	if err == nil {
		stop(t, n)
		t.Fatal("a damaged directory is served")
	}
	if errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v, want an error that names %s", err, dir)
	}
	// What etcd left open would make another start hang.
	if _, err := Start(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrLocked) {
		t.Errorf("second attempt: got %v, want ErrLocked", err)
	}
}

func TestStartRefuses(t *testing.T) {
	if _, err := Start(t.Context(), Config{}); err == nil {
		t.Error("no directory is fine")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Config{Dir: file}); err == nil {
		t.Error("a file is fine for a directory")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if n, err := Start(ctx, Config{Dir: dir}); err == nil {
		stop(t, n) // it was faster than the context
	} else if !errors.Is(err, context.Canceled) {
		t.Errorf("Start with a cancelled context: %v", err)
	}
	// What was begun is ended in the background, and lets the directory go.
	n := eventually(t, Config{Dir: dir})
	if _, err := n.Client().Put(t.Context(), "k", "v"); err != nil {
		t.Errorf("Put: %v", err)
	}
	stop(t, n)
}

// eventually starts a node as soon as its directory is let go.
func eventually(t *testing.T, cfg Config) *Node {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		n, err := Start(t.Context(), cfg)
		if err == nil {
			return n
		}
		if !errors.Is(err, ErrLocked) || time.Now().After(deadline) {
			t.Fatalf("Start: %v", err)
		}
	}
}

// TestFirstStartBrokenOff stops the first start of a directory at all sorts of
// moments; the next start must serve.
func TestFirstStartBrokenOff(t *testing.T) {
	for i := range 12 {
		dir := t.TempDir()
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*5*time.Millisecond)
		n, err := Start(ctx, Config{Dir: dir})
		cancel()
		if err == nil {
			stop(t, n)
		}
		n = eventually(t, Config{Dir: dir})
		if _, err := n.Client().Put(t.Context(), "k", "v"); err != nil {
			t.Errorf("Put: %v", err)
		}
		stop(t, n)
		n = start(t, Config{Dir: dir})
		if resp, err := n.Client().Get(t.Context(), "k"); err != nil || len(resp.Kvs) != 1 {
			t.Errorf("Get after a restart: %v, %v", resp, err)
		}
		stop(t, n)
	}
}

func TestSocket(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "etcd.sock")
	n := start(t, Config{Dir: dir, Socket: socket})
	defer stop(t, n)
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: %v, %v; want mode 0600", info, err)
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{"unix://" + socket}, DialTimeout: 10 * time.Second, Logger: zap.NewNop()})
	if err != nil {
		t.Fatalf("dial the socket: %v", err)
	}
	defer func() { _ = client.Close() }()
	if _, err := client.Put(t.Context(), "k", "by socket"); err != nil {
		t.Fatalf("Put: %v", err)
	}
	resp, err := n.Client().Get(t.Context(), "k")
	if err != nil || len(resp.Kvs) != 1 || string(resp.Kvs[0].Value) != "by socket" {
		t.Errorf("Get = %v, %v", resp, err)
	}
}

// TestReclaim: removed values leave the file after compaction and
// defragmentation.
func TestReclaim(t *testing.T) {
	dir := t.TempDir()
	n := start(t, Config{Dir: dir})
	defer stop(t, n)
	db := filepath.Join(dir, "etcd", "member", "snap", "db")
	for i := range 40 {
		if _, err := n.Client().Put(t.Context(), fmt.Sprint("k", i), strings.Repeat("x", 500_000)); err != nil {
			t.Fatalf("Put: %v", err)
		}
	}
	resp, err := n.Client().Delete(t.Context(), "k", clientv3.WithPrefix())
	if err != nil || resp.Deleted != 40 {
		t.Fatalf("Delete: %v, %v", resp, err)
	}
	if _, err := n.Client().Compact(t.Context(), resp.Header.Revision, clientv3.WithCompactPhysical()); err != nil {
		t.Fatalf("Compact: %v", err)
	}
	before := size(t, db)
	if err := n.Defragment(t.Context()); err != nil {
		t.Fatalf("Defragment: %v", err)
	}
	if after := size(t, db); after > before/4 {
		t.Errorf("the file went from %d to %d bytes", before, after)
	}
	if _, err := n.Client().Put(t.Context(), "k", "v"); err != nil {
		t.Errorf("Put after: %v", err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestLogIsBridged(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo}))
	z := bridge(log)
	z.Info("too quiet", zap.String("k", "v"))
	z.With(zap.Int("n", 7)).Warn("slow", zap.Duration("took", time.Second))
	z.Error("broken", zap.Error(errors.New("why")))
	got := out.String()
	for _, want := range []string{`level=INFO msg="etcd: slow" n=7 took=1s`, `level=ERROR msg="etcd: broken" error=why`} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
	if strings.Contains(got, "too quiet") {
		t.Errorf("got %q, want no information of etcd", got)
	}
	defer func() {
		if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "last words") {
			t.Errorf("Fatal gives %v, want a panic", p)
		}
	}()
	z.Fatal("last words")
}
