package registry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// One embedded etcd serves all tests; each has prefixes of its own.
var node struct {
	sync.Once
	*etcdnode.Node
	dir string
	err error
}

var prefixes atomic.Int64

func TestMain(m *testing.M) {
	code := m.Run()
	if node.Node != nil {
		if err := node.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if node.dir != "" {
		_ = os.RemoveAll(node.dir)
	}
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func openStore(t testing.TB) *etcdstore.Store {
	t.Helper()
	node.Do(func() {
		if node.dir, node.err = os.MkdirTemp("", "etalon-registry-"); node.err == nil {
			node.Node, node.err = etcdnode.Start(context.Background(), etcdnode.Config{Dir: node.dir})
		}
	})
	if node.err != nil {
		t.Fatal(node.err)
	}
	return openAt(t, prefixes.Add(1))
}

func openAt(t testing.TB, n int64) *etcdstore.Store {
	t.Helper()
	s, err := etcdstore.Open(t.Context(), node.Client(), etcdstore.Options{
		CataloguePrefix: fmt.Sprintf("/t%d/catalogue/", n), BlobPrefix: fmt.Sprintf("/t%d/blob/", n),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// clock is a settable one.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.ns.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

// now moves on by a microsecond with each call, so that times tell apart.
func (c *clock) now() time.Time          { return time.Unix(0, c.ns.Add(1000)).UTC() }
func (c *clock) advance(d time.Duration) { c.ns.Add(int64(d)) }

type harness struct {
	*registry.Registry
	t       testing.TB
	store   store.Store
	replica *replica.Replica
	clock   *clock
}

// start runs a registry with a replica of its own over a store. Both end with
// the test.
func start(t testing.TB, s store.Store, change ...func(*registry.Config)) *harness {
	t.Helper()
	h := &harness{t: t, store: s, clock: newClock()}
	h.replica = replica.New(replica.Config{Store: s})
	if err := h.replica.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	cfg := registry.Config{Store: s, Replica: h.replica, Now: h.clock.now, SweepEvery: -1}
	for _, f := range change {
		f(&cfg)
	}
	r, err := registry.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.Registry = r
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Stop()
		h.replica.Stop()
	})
	return h
}

var (
	me   = registry.Caller{Actor: "u1"}
	ocds = standard.Name{Authority: "ocp", Standard: "ocds"}
)

func (h *harness) authority(id standard.AuthorityID, prefixes ...string) {
	h.t.Helper()
	a := &standard.Authority{ID: id, Titles: []standard.Text{{Value: "Authority " + string(id)}}, Prefixes: prefixes}
	if _, _, err := h.CreateAuthority(h.t.Context(), me, a); err != nil {
		h.t.Fatal(err)
	}
}

// file uploads bytes and describes them as a file.
func (h *harness) file(path, content string) standard.File {
	h.t.Helper()
	b := []byte(content)
	d := standard.DigestOf(b)
	if err := h.PutBlob(h.t.Context(), d, int64(len(b)), bytes.NewReader(b)); err != nil {
		h.t.Fatal(err)
	}
	return standard.File{Path: path, MediaType: "text/plain", Role: standard.RoleSpec, Size: int64(len(b)), Digest: d}
}

// release is a publication of one file.
func (h *harness) release(n standard.Name, id standard.VersionID, content string) registry.Publication {
	h.t.Helper()
	return registry.Publication{
		Name:     n,
		Version:  standard.Version{ID: id},
		Files:    []standard.File{h.file("spec.txt", content)},
		Standard: &standard.Standard{Kind: standard.Format, Scheme: standard.Semver, Titles: []standard.Text{{Language: "en", Value: n.Standard}}},
	}
}

func (h *harness) publish(p registry.Publication) registry.Published {
	h.t.Helper()
	got, err := h.Publish(h.t.Context(), me, p)
	if err != nil {
		h.t.Fatal(err)
	}
	return got
}

// log is the whole change log, checked for gaps.
func (h *harness) log() []*standard.Entry {
	h.t.Helper()
	var all []*standard.Entry
	for {
		es, err := h.store.Entries(h.t.Context(), standard.Revision(len(all)), 1000)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(es) == 0 {
			return all
		}
		for _, e := range es {
			all = append(all, e)
			if e.Index != standard.Revision(len(all)) {
				h.t.Fatalf("entry %d where %d comes next", e.Index, len(all))
			}
			if len(all) > 1 && e.Time.Before(all[len(all)-2].Time) {
				h.t.Fatalf("entry %d was recorded before the one before it", e.Index)
			}
			if e.Salt == ([16]byte{}) {
				h.t.Fatalf("entry %d has no salt", e.Index)
			}
		}
	}
}

func types(es []*standard.Entry) []standard.ChangeType {
	var ts []standard.ChangeType
	for _, e := range es {
		ts = append(ts, e.Type)
	}
	return ts
}

// as is errors.As with a failure that shows what came.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("got error %v (%T), want a %T", err, err, e)
	}
	return e
}
