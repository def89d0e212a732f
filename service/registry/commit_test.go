package registry_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// faulty is a store whose commits go wrong as told.
type faulty struct {
	store.Store
	mu sync.Mutex
	// commit, where set, stands between the committer and the store.
	commit func(do func() (store.Head, error)) (store.Head, error)
}

func (f *faulty) Commit(ctx context.Context, on store.Head, b store.Batch) (store.Head, error) {
	do := func() (store.Head, error) { return f.Store.Commit(ctx, on, b) }
	f.mu.Lock()
	hook := f.commit
	f.mu.Unlock()
	if hook == nil {
		return do()
	}
	return hook(do)
}

func (f *faulty) set(hook func(do func() (store.Head, error)) (store.Head, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commit = hook
}

// once runs hook on the next commit only.
func (f *faulty) once(hook func(do func() (store.Head, error)) (store.Head, error)) {
	f.set(func(do func() (store.Head, error)) (store.Head, error) {
		f.set(nil)
		return hook(do)
	})
}

func TestLostAnswers(t *testing.T) {
	type hook = func(do func() (store.Head, error)) (store.Head, error)
	lost := fmt.Errorf("commit: %w", store.ErrUnknownOutcome)
	for name, fault := range map[string]func(f *faulty) hook{
		"it went in": func(*faulty) hook {
			return func(do func() (store.Head, error)) (store.Head, error) {
				if _, err := do(); err != nil {
					return store.Head{}, err
				}
				return store.Head{}, lost
			}
		},
		"it did not": func(*faulty) hook {
			return func(func() (store.Head, error)) (store.Head, error) { return store.Head{}, lost }
		},
		"it goes in when the next attempt is made": func(f *faulty) hook {
			return func(late func() (store.Head, error)) (store.Head, error) {
				f.once(func(do func() (store.Head, error)) (store.Head, error) {
					if _, err := late(); err != nil {
						return store.Head{}, err
					}
					return do()
				})
				return store.Head{}, lost
			}
		},
		"another replica was faster": func(f *faulty) hook {
			return func(func() (store.Head, error)) (store.Head, error) {
				return store.Head{}, errors.Join(lost, otherWrites(f.Store))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &faulty{Store: openStore(t)}
			h := start(t, f)
			h.authority("ocp")
			p := h.release(ocds, "1.0.0", "hello")
			f.once(fault(f))
			c := me
			c.RequestID = "r1"
			got, err := h.Publish(t.Context(), c, p)
			if err != nil {
				t.Fatal(err)
			}
			if got.Version == nil || got.Already || !got.StandardCreated {
				t.Errorf("published %+v", got)
			}
			n := 0
			for _, e := range h.log() {
				if e.Type == standard.ChangeVersionPublished {
					n++
					if e.Index != got.Version.Record.Revision || got.Receipt.Revision != e.Index {
						t.Errorf("published at %d; the version says %d, the receipt %d", e.Index, got.Version.Record.Revision, got.Receipt.Revision)
					}
				}
			}
			if n != 1 {
				t.Errorf("published %d times", n)
			}
			again, err := h.Publish(t.Context(), c, p)
			if err != nil || again.Receipt.Revision != got.Receipt.Revision || again.Already || !again.StandardCreated {
				t.Errorf("the same request again: %+v, %v", again, err)
			}
		})
	}
}

// otherWrites commits an authority past the registry.
func otherWrites(s store.Store) error {
	ctx := context.Background()
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	rev := head.Index + 1
	a := &standard.Authority{ID: "other", Created: time.Unix(1, 0).UTC(), Updated: time.Unix(1, 0).UTC(), Revision: rev}
	_, err = s.Commit(ctx, head, store.Batch{Records: []store.Record{a}, Entries: []*standard.Entry{{
		Index: rev, Time: time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC), Type: standard.ChangeAuthorityCreated, Authority: "other", Salt: [16]byte{1},
	}}})
	return err
}

func TestStoreErrorsReachTheCaller(t *testing.T) {
	for _, want := range []error{store.ErrNoSpace, store.ErrUnavailable} {
		f := &faulty{Store: openStore(t)}
		h := start(t, f)
		f.once(func(func() (store.Head, error)) (store.Head, error) {
			return store.Head{}, fmt.Errorf("commit: %w", want)
		})
		_, _, err := h.CreateAuthority(t.Context(), me, &standard.Authority{ID: "ocp"})
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		h.authority("ocp")
	}
}

func TestConflictIsEvaluatedAnew(t *testing.T) {
	f := &faulty{Store: openStore(t)}
	h := start(t, f)
	h.authority("ocp")
	f.once(func(do func() (store.Head, error)) (store.Head, error) {
		if err := otherWrites(f.Store); err != nil {
			return store.Head{}, err
		}
		return do()
	})
	_, _, err := h.CreateAuthority(t.Context(), me, &standard.Authority{ID: "other"})
	if e := as[*registry.ExistsError](t, err); e.Resource != "authorities/other" {
		t.Errorf("refused with %v, want that the other replica's is there", e)
	}
}

// A refusal rests on the newest state, even where this replica is behind.
func TestRefusalsAreNotStale(t *testing.T) {
	s := openStore(t)
	a := start(t, s)
	b := start(t, s)
	for i := range 50 {
		id := standard.AuthorityID(fmt.Sprintf("a%d", i))
		a.authority(id)
		n := standard.Name{Authority: id, Standard: "s"}
		if _, _, err := b.CreateStandard(t.Context(), me, &standard.Standard{Name: n, Kind: standard.API, Scheme: standard.Semver}); err != nil {
			t.Fatalf("the other replica does not know %s yet: %v", id, err)
		}
		if _, _, err := a.CreateStandard(t.Context(), me, &standard.Standard{Name: n, Kind: standard.API, Scheme: standard.Semver}); err == nil {
			t.Fatalf("%s was created twice", n)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	s := openStore(t)
	a, b := start(t, s), start(t, s)
	c := me
	c.RequestID, c.Method, c.Hash = "r1", "Create", standard.DigestOf([]byte("one"))
	_, first, err := a.CreateAuthority(t.Context(), c, &standard.Authority{ID: "ocp"})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []*harness{a, b} {
		got, again, err := h.CreateAuthority(t.Context(), c, &standard.Authority{ID: "ocp"})
		if err != nil || again != first || got == nil || got.ID != "ocp" {
			t.Errorf("again: %v, %+v, %v; want %+v", got, again, err, first)
		}
		other := c
		other.Hash = standard.DigestOf([]byte("two"))
		_, _, err = h.CreateAuthority(t.Context(), other, &standard.Authority{ID: "ocp2"})
		if e := as[*registry.InvalidError](t, err); e.Violations[0].Field != "request_id" {
			t.Errorf("refused with %v", e)
		}
	}
	bad := me
	bad.RequestID = "a b"
	_, _, err = a.CreateAuthority(t.Context(), bad, &standard.Authority{ID: "x"})
	as[*registry.InvalidError](t, err)
	if n := len(a.log()); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
}

// The same request on both replicas at once is done once.
func TestRequestIDRaces(t *testing.T) {
	s := openStore(t)
	hs := []*harness{start(t, s), start(t, s)}
	for i := range 20 {
		id := standard.AuthorityID(fmt.Sprintf("a%d", i))
		c := me
		c.RequestID, c.Method = string(id), "Create"
		receipts := make([]registry.Receipt, 6)
		var wg sync.WaitGroup
		for j := range receipts {
			wg.Go(func() {
				var err error
				if _, receipts[j], err = hs[j%2].CreateAuthority(t.Context(), c, &standard.Authority{ID: id}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, r := range receipts {
			if r != receipts[0] {
				t.Errorf("receipts differ: %+v", receipts)
			}
		}
	}
	if n := len(hs[0].log()); n != 21 {
		t.Errorf("%d entries, want 21", n)
	}
}

// Many writers on two replicas: each verdict is right, the log has each change
// once, and a refused one fails no neighbour.
func TestConcurrentWriters(t *testing.T) {
	const writers, each = 16, 12
	s := openStore(t)
	hs := []*harness{start(t, s), start(t, s)}
	hs[0].authority("ocp")
	var mu sync.Mutex
	wins := map[standard.VersionID]int{}
	var wg sync.WaitGroup
	for w := range writers {
		h := hs[w%2]
		wg.Go(func() {
			for i := range each {
				// Every version is published by two writers with different
				// content, so one of them is refused.
				id := standard.VersionID(fmt.Sprintf("1.%d.%d", w/2, i))
				p := h.release(ocds, id, fmt.Sprintf("by %d", w))
				got, err := h.Publish(t.Context(), me, p)
				var exists *registry.ExistsError
				switch {
				case err == nil:
					mu.Lock()
					wins[id]++
					mu.Unlock()
					if h.replica.Snapshot().Revision() < got.Receipt.Revision {
						t.Error("a writer does not read its own write")
					}
				case errors.As(err, &exists):
				default:
					t.Errorf("publish %s: %v", id, err)
				}
			}
		})
	}
	wg.Wait()
	if len(wins) != writers/2*each {
		t.Errorf("%d versions won, want %d", len(wins), writers/2*each)
	}
	logged := map[standard.VersionID]int{}
	created := 0
	for _, e := range hs[0].log() {
		switch e.Type {
		case standard.ChangeVersionPublished:
			logged[e.Version]++
		case standard.ChangeStandardCreated:
			created++
		}
	}
	for id, n := range wins {
		if n != 1 || logged[id] != 1 {
			t.Errorf("%s was acknowledged %d times and logged %d times", id, n, logged[id])
		}
	}
	if created != 1 || len(logged) != len(wins) {
		t.Errorf("the standard was created %d times; %d versions logged", created, len(logged))
	}
}

func TestGivenUpWritesAreNotMade(t *testing.T) {
	f := &faulty{Store: openStore(t)}
	h := start(t, f)
	h.authority("ocp")
	entered, release := make(chan struct{}), make(chan struct{})
	f.once(func(do func() (store.Head, error)) (store.Head, error) {
		close(entered)
		<-release
		return do()
	})
	var wg sync.WaitGroup
	wg.Go(func() { h.authority("slow") })
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	wg.Go(func() {
		_, _, err := h.CreateAuthority(ctx, me, &standard.Authority{ID: "gone"})
		failed <- err
	})
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnknownOutcome) {
		t.Errorf("given up in the queue: %v", err)
	}
	close(release)
	wg.Wait()
	h.authority("last")
	if h.replica.Snapshot().Authority("gone") != nil {
		t.Error("a write was made whose caller had been told that it was not")
	}
}

func TestStopEndsWaiting(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	h.Stop()
	_, _, err := h.CreateAuthority(t.Context(), me, &standard.Authority{ID: "x"})
	if !errors.Is(err, registry.ErrClosed) {
		t.Errorf("write after the end: %v", err)
	}
}
