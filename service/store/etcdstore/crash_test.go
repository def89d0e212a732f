package etcdstore_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// writerVariable makes the test binary a process that writes until it is
// killed; its value is the data directory.
const writerVariable = "ETALON_CRASH_WRITER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerVariable); dir != "" {
		fmt.Fprintln(os.Stderr, "writer:", write(dir))
		os.Exit(1)
	}
	code := etcdtest.Main(m)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

var crashName = standard.Name{Authority: "ocp", Standard: "ocds"}

const perCommit = 5

// write commits and puts blobs, and says so after each acknowledgement.
func write(dir string) error {
	ctx := context.Background()
	node, err := etcdnode.Start(ctx, etcdnode.Config{Dir: dir})
	if err != nil {
		return err
	}
	s, err := etcdstore.Open(ctx, node.Client(), etcdstore.Options{})
	if err != nil {
		return err
	}
	on, err := s.Head(ctx)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		index := on.Index + 1
		wg.Wait()
		wg.Go(func() {
			b := crashBlob(index)
			if err := s.Put(ctx, standard.DigestOf(b), int64(len(b)), bytes.NewReader(b), time.Now()); err == nil {
				fmt.Println("blob", index)
			}
		})
		if on, err = s.Commit(ctx, on, crashBatch(index)); err != nil {
			return err
		}
		fmt.Println("commit", on.Index)
	}
}

func crashBatch(i standard.Revision) store.Batch {
	b := store.Batch{Entries: []*standard.Entry{{Index: i, Type: standard.ChangeVersionPublished}}}
	for j := range perCommit {
		b.Records = append(b.Records, &standard.Version{Name: crashName, ID: crashID(i, j), Revision: i})
	}
	return b
}

func crashID(i standard.Revision, j int) standard.VersionID {
	return standard.VersionID(fmt.Sprintf("%d.%d.0", i, j))
}

// crashBlob is of no chunk, of one, and of several.
func crashBlob(i standard.Revision) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "blob %d;", i), int(i%4)*etcdstore.ChunkSize/8)
}

// TestKilled kills a writing process, again and again on one directory: what
// it acknowledged is there, and nothing is there by half.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := range 6 {
		commits, blobs := killedWriter(t, dir, 1+rand.IntN(25))
		node, err := etcdnode.Start(t.Context(), etcdnode.Config{Dir: dir})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		checkCrashed(t, open(t, node.Client(), etcdstore.Options{}), commits, blobs)
		if err := node.Close(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

// killedWriter runs a writer, kills it some time after it has acknowledged so
// many writes, and returns what it acknowledged.
func killedWriter(t *testing.T, dir string, writes int) (commits standard.Revision, blobs []standard.Revision) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), writerVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hang := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer hang.Stop()
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		var what string
		var i standard.Revision
		if _, err := fmt.Sscanf(lines.Text(), "%s %d", &what, &i); err != nil {
			continue // cut off in the middle of a line
		}
		if what == "commit" {
			commits = i
		} else {
			blobs = append(blobs, i)
		}
		if n == writes {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the writer ended by itself")
	}
	if commits == 0 {
		t.Fatal("the writer acknowledged nothing")
	}
	return commits, blobs
}

func checkCrashed(t *testing.T, s *etcdstore.Store, commits standard.Revision, blobs []standard.Revision) {
	t.Helper()
	ctx := t.Context()
	seen := map[standard.VersionID]bool{}
	head, err := s.Load(ctx, func(r store.Record) error {
		seen[r.(*standard.Version).ID] = true
		return nil
	})
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if head.Index < commits {
		t.Errorf("the head is at %d, %d were acknowledged", head.Index, commits)
	}
	if len(seen) != int(head.Index)*perCommit {
		t.Errorf("%d versions at %d, want %d", len(seen), head.Index, int(head.Index)*perCommit)
	}
	es, err := s.Entries(ctx, 0, int(head.Index)+10)
	if err != nil || len(es) != int(head.Index) {
		t.Errorf("%d entries at %d, %v", len(es), head.Index, err)
	}
	for i := standard.Revision(1); i <= head.Index+1; i++ {
		checkBlob(t, s, i)
	}
	for _, i := range blobs {
		b := crashBlob(i)
		info, err := s.Stat(ctx, []standard.Digest{standard.DigestOf(b)})
		if err != nil || info[0].Size != int64(len(b)) {
			t.Errorf("acknowledged blob %d: %+v, %v", i, info, err)
		}
	}
}

// checkBlob: a blob is whole or absent.
func checkBlob(t *testing.T, s *etcdstore.Store, i standard.Revision) {
	t.Helper()
	want := crashBlob(i)
	r, _, err := s.Open(t.Context(), standard.DigestOf(want), 0)
	if errors.Is(err, store.ErrNotFound) {
		return
	}
	if err != nil {
		t.Errorf("blob %d: %v", i, err)
		return
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("blob %d: %d bytes, %v; want %d", i, len(got), err, len(want))
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
