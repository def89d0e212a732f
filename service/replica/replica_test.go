package replica

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/etalon-registry/etalon/service/replica/replicatest"
	"github.com/etalon-registry/etalon/service/replica/search"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ocds = standard.Name{Authority: "ocp", Standard: "ocds"}

func ocdsStandard(title string) *standard.Standard {
	return &standard.Standard{Name: ocds, Scheme: standard.Semver, Titles: []standard.Text{{Language: "en", Value: title}}}
}

// commit writes records, with an entry for each, on the store's present head.
func commit(t testing.TB, st *replicatest.Store, records ...store.Record) store.Head {
	t.Helper()
	on, err := st.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, err := st.Commit(t.Context(), on, store.Batch{Records: records, Entries: entriesFrom(on.Index, max(1, len(records)))})
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func start(t testing.TB, st store.Catalogue, cfg Config) *Replica {
	t.Helper()
	cfg.Store = st
	r := New(cfg)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

func waitFor(t testing.TB, r *Replica, rev standard.Revision) *Snapshot {
	t.Helper()
	s, err := r.WaitFor(t.Context(), rev)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pass lets time go by on the clock of a synctest bubble.
func pass(d time.Duration) { <-time.After(d) }

func indices(entries []*standard.Entry) []standard.Revision {
	var out []standard.Revision
	for _, e := range entries {
		out = append(out, e.Index)
	}
	return out
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(replicatest.Store)
		commit(t, st, ocdsStandard("Open Contracting"))
		r := start(t, st, Config{})
		if s := r.Snapshot(); s.Revision() != 1 || s.Standard(ocds) == nil {
			t.Fatalf("at start: revision %d, standard %v", s.Revision(), s.Standard(ocds))
		}
		changed := r.Changed(1)
		head := commit(t, st, &standard.Version{Name: ocds, ID: "1.1.5", Label: "maintenance"}, &standard.Version{Name: ocds, ID: "1.1.4"})
		<-changed
		s := waitFor(t, r, 3)
		if s.Head() != head || s.Standard(ocds).Find("1.1.5") == nil {
			t.Errorf("head %+v, want %+v with the version", s.Head(), head)
		}
		got, ok := s.Entries(0, 10)
		if diff := cmp.Diff([]standard.Revision{1, 2, 3}, indices(got)); !ok || diff != "" {
			t.Errorf("entries:\n%s", diff)
		}
		swept := st.Sweep()
		synctest.Wait()
		if got := r.Snapshot().Head(); got != swept {
			t.Errorf("after a sweep: head %+v, want %+v", got, swept)
		}
		select {
		case <-r.Changed(3):
			t.Error("a sweep is no change of the revision")
		default:
		}
		for text, version := range map[string]standard.VersionID{"contracting": "", "maintenance": "1.1.5"} {
			a, err := r.Search(t.Context(), search.Query{Text: text, Limit: 5})
			if err != nil || a.Total != 1 || a.Hits[0].Name != ocds || a.Hits[0].Version != version {
				t.Fatalf("search for %q: %+v, %v", text, a.Result, err)
			}
			field := map[standard.VersionID]search.Field{"": search.FieldTitle, "1.1.5": search.FieldLabel}[version]
			if m := a.Snapshot.Explain(a.Hits[0], search.NewMatcher(text), 80); m.Field != field || !strings.Contains(strings.ToLower(m.Snippet), text) {
				t.Errorf("%q is explained by %+v", text, m)
			}
		}
		if got := r.Snapshot().Similar("ocp/odcs", 3); !slices.Equal(got, []standard.Name{ocds}) {
			t.Errorf("similar: got %v", got)
		}
		if n := r.Stats(); n.Applied != 2 || n.Revision != 3 || n.Counts.Versions != 2 || n.Indexed != 3 {
			t.Errorf("stats: %+v", n)
		}
	})
}

func TestWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(replicatest.Store)
		r := start(t, st, Config{})
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.WaitFor(short, 5); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nothing came: got %v", err)
		}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				want := standard.Revision(i % 5)
				if s := waitFor(t, r, want); s.Revision() < want {
					t.Errorf("got %d, want %d at least", s.Revision(), want)
				}
			})
		}
		for range 4 {
			synctest.Wait()
			commit(t, st)
		}
		all.Wait()
		var stopped error
		all.Go(func() { _, stopped = r.WaitFor(t.Context(), 99) })
		synctest.Wait()
		r.Stop()
		all.Wait()
		if !errors.Is(stopped, store.ErrUnavailable) {
			t.Errorf("stopped: got %v, want ErrUnavailable", stopped)
		}
		<-r.Changed(99)
		if !r.Ready() || r.Snapshot().Revision() != 4 {
			t.Error("the last snapshot is not readable after Stop")
		}
	})
}

func TestStartWaitsForStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(replicatest.Store)
		commit(t, st, ocdsStandard("x"))
		st.Cut(store.ErrUnavailable)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := New(Config{Store: st})
		if err := r.Start(short); !errors.Is(err, store.ErrUnavailable) || r.Ready() {
			t.Errorf("got %v, ready %v; want ErrUnavailable", err, r.Ready())
		}
		if _, err := r.Search(t.Context(), search.Query{Text: "x"}); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("search: got %v, want ErrUnavailable", err)
		}
		r.Stop()
		later := time.AfterFunc(5*time.Second, func() { st.Cut(nil) })
		defer later.Stop()
		if r := start(t, st, Config{}); r.Snapshot().Revision() != 1 {
			t.Error("not loaded once the store came back")
		}
		st.Cut(store.ErrSchema)
		if err := New(Config{Store: st}).Start(t.Context()); !errors.Is(err, store.ErrSchema) {
			t.Errorf("got %v, want ErrSchema at once", err)
		}
	})
}

// The store goes away: reads go on and say how stale they are; it comes back,
// and nothing is missing.
func TestUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(replicatest.Store)
		commit(t, st, ocdsStandard("x"))
		r := start(t, st, Config{})
		pass(time.Hour)
		if got := r.Staleness(); got != 0 {
			t.Errorf("idle: stale by %v", got)
		}
		st.Cut(store.ErrUnavailable)
		pass(time.Minute)
		if got := r.Staleness(); got < time.Minute || got > time.Minute+2*time.Second {
			t.Errorf("cut off for a minute: stale by %v", got)
		}
		if !r.Ready() || r.Snapshot().Standard(ocds) == nil {
			t.Error("reads do not go on")
		}
		if n := r.Stats().Retries; n < 20 || n > 80 {
			t.Errorf("%d attempts in a minute", n)
		}
		st.Cut(nil)
		commit(t, st, &standard.Version{Name: ocds, ID: "1.0.0"})
		if s := waitFor(t, r, 2); s.Standard(ocds).Find("1.0.0") == nil || r.Staleness() != 0 {
			t.Errorf("back again: stale by %v", r.Staleness())
		}
		if n := r.Stats(); n.Reloads != 0 {
			t.Errorf("%d reloads, want none", n.Reloads)
		}
	})
}

// History is compacted while the replica is cut off: it loads anew, and a
// reader of the feed sees no gap.
func TestCompacted(t *testing.T) {
	for _, missed := range []int{0, 5, 300} {
		t.Run(fmt.Sprint(missed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st := new(replicatest.Store)
				commit(t, st, ocdsStandard("first"))
				r := start(t, st, Config{TailEntries: 200, PrimeEntries: 50})
				synctest.Wait()
				on, _ := st.Head(t.Context())
				st.Cut(store.ErrUnavailable)
				synctest.Wait()
				st.Cut(nil)
				for range missed {
					commit(t, st, ocdsStandard("second"))
				}
				st.Sweep()
				st.Compact()
				want := on.Index + standard.Revision(missed)
				waitFor(t, r, want)
				pass(10 * time.Second)
				s := r.Snapshot()
				if s.Revision() != want || r.Stats().Reloads != 1 {
					t.Fatalf("revision %d, want %d; %d reloads, want 1", s.Revision(), want, r.Stats().Reloads)
				}
				title := s.Standard(ocds).Record.Titles[0].Value
				if missed > 0 && title != "second" {
					t.Errorf("title is still %q", title)
				}
				a, err := r.Search(t.Context(), search.Query{Text: title})
				if err != nil || a.Total != 1 {
					t.Errorf("search after the reload: %+v, %v", a, err)
				}
				checkFeed(t, r, st, want)
				commit(t, st)
				checkFeed(t, r, st, waitFor(t, r, want+1).Revision())
			})
		})
	}
}

// checkFeed reads the whole feed as a watcher does.
func checkFeed(t *testing.T, r *Replica, st store.Catalogue, upTo standard.Revision) {
	t.Helper()
	var got []*standard.Entry
	for at := standard.Revision(0); at < upTo; at = got[len(got)-1].Index {
		page, ok := r.Snapshot().Entries(at, 7)
		if !ok {
			var err error
			if page, err = st.Entries(t.Context(), at, 7); err != nil {
				t.Fatal(err)
			}
		}
		if len(page) == 0 {
			t.Fatalf("the feed ends at %d, before %d", at, upTo)
		}
		got = append(got, page...)
	}
	for i, e := range got {
		if e.Index != standard.Revision(i)+1 {
			t.Fatalf("entry %d has index %d", i+1, e.Index)
		}
	}
}

// A commit that makes no sense is answered by what the store holds.
func TestUnfitCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(replicatest.Store)
		commit(t, st, ocdsStandard("x"))
		r := start(t, st, Config{})
		commit(t, st, &standard.Version{Name: standard.Name{Authority: "no", Standard: "where"}, ID: "1"}, &standard.Version{Name: ocds, ID: "1.0.0"})
		s := waitFor(t, r, 3)
		if s.Standard(ocds).Find("1.0.0") == nil || s.Counts().Versions != 1 {
			t.Errorf("versions: %+v", s.Counts())
		}
		commit(t, st, &standard.Version{Name: ocds, ID: "2.0.0"})
		if waitFor(t, r, 4).Standard(ocds).Find("2.0.0") == nil {
			t.Error("does not go on")
		}
		if n := r.Stats().Reloads; n != 1 {
			t.Errorf("%d reloads, want 1", n)
		}
	})
}

// changing is a store that another takes the place of.
type changing struct {
	store.Catalogue
	mu sync.Mutex
}

func (c *changing) now() store.Catalogue {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Catalogue
}

func (c *changing) Load(ctx context.Context, yield func(store.Record) error) (store.Head, error) {
	return c.now().Load(ctx, yield)
}

func (c *changing) Follow(ctx context.Context, after store.Head, yield func(store.Commit) error, idle func()) error {
	return c.now().Follow(ctx, after, yield, idle)
}

// A store that was set back to an older state is not followed.
func TestWentBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		older, newer := new(replicatest.Store), new(replicatest.Store)
		for range 3 {
			commit(t, newer, ocdsStandard("new"))
		}
		commit(t, older, ocdsStandard("old"))
		c := &changing{Catalogue: newer}
		r := start(t, c, Config{})
		synctest.Wait()
		c.mu.Lock()
		c.Catalogue = older
		c.mu.Unlock()
		newer.Cut(store.ErrCompacted)
		pass(time.Minute)
		if s := r.Snapshot(); s.Revision() != 3 || s.Standard(ocds).Record.Titles[0].Value != "new" {
			t.Errorf("went back to revision %d", s.Revision())
		}
	})
}
