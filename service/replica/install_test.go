package replica

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/replica/replicatest"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func TestInstall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(replicatest.Store)
		commit(t, st, ocdsStandard("x"))
		r := start(t, st, Config{})
		base := r.Snapshot()
		b := store.Batch{Records: []store.Record{&standard.Version{Name: ocds, ID: "1.0.0"}}, Entries: entriesFrom(1, 1)}
		next, err := base.Apply(store.Commit{Records: b.Records, Entries: b.Entries})
		if err != nil {
			t.Fatal(err)
		}
		head := store.Head{Index: 2, Token: 2}
		c := store.Commit{Head: head, Records: b.Records, Entries: b.Entries}
		for what, bad := range map[string]store.Commit{
			"no entries":      {Head: head, Records: b.Records},
			"another head":    {Head: store.Head{Index: 3, Token: 2}, Entries: b.Entries},
			"entries too new": {Head: head, Entries: entriesFrom(2, 1)},
			"a sweep came by": {Head: store.Head{Index: 2, Token: 3, Sweeps: 1}, Entries: b.Entries},
		} {
			if r.Install(bad, next) {
				t.Errorf("%s: was taken", what)
			}
		}
		if !r.Install(c, next) {
			t.Fatal("was not taken")
		}
		if r.Install(c, next) {
			t.Error("was taken twice")
		}
		if got := r.Snapshot(); got.Head() != head || got.Standard(ocds).Find("1.0.0") == nil {
			t.Errorf("installed: head %+v, want %+v", got.Head(), head)
		}
		if next.Head() == head {
			t.Error("the writer's snapshot was changed")
		}
		// The store's own copy comes later and is skipped.
		if _, err := st.Commit(t.Context(), base.Head(), b); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := r.Stats(); n.Applied != 0 || n.Installed != 1 {
			t.Errorf("applied %d, installed %d; want 0 and 1", n.Applied, n.Installed)
		}
	})
}

// Writers install what they committed while the store brings it too, the
// store is cut off and compacted, and readers look on: revisions never go
// back, nothing is lost, and the end is what the store holds.
func TestInstallRaces(t *testing.T) {
	st := new(replicatest.Store)
	commit(t, st, ocdsStandard("x"))
	r := start(t, st, Config{Backoff: time.Microsecond, MaxBackoff: time.Microsecond, TailEntries: 64, PrimeEntries: 16})
	const writers, each = 4, 60
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		reading.Go(func() { readOn(t, r, done) })
	}
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				writeOne(t, r, st, standard.VersionID(fmt.Sprintf("%d.%d.0", w, i)))
				if w == 0 && i%10 == 0 {
					st.Compact()
				}
			}
		})
	}
	writing.Wait()
	s := waitFor(t, r, 1+writers*each)
	close(done)
	reading.Wait()
	if got := s.Counts().Versions; got != writers*each {
		t.Errorf("%d versions, want %d", got, writers*each)
	}
	again := start(t, st, Config{})
	if diff := cmp.Diff(look(t, again.Snapshot()), look(t, s), sameRecords); diff != "" {
		t.Errorf("loaded (-) and followed (+) differ:\n%s", diff)
	}
	checkFeed(t, r, st, s.Revision())
}

func readOn(t *testing.T, r *Replica, done chan struct{}) {
	last := standard.Revision(0)
	for {
		s := r.Snapshot()
		if s.Revision() < last {
			t.Errorf("went back from %d to %d", last, s.Revision())
			return
		}
		n := 0
		for st := range s.Standards("") {
			n += len(st.Versions)
		}
		if want := int(s.Revision()) - 1; n != want || s.Counts().Versions != want {
			t.Errorf("revision %d shows %d versions, want %d", s.Revision(), n, want)
			return
		}
		last = s.Revision()
		select {
		case <-done:
			return
		case <-r.Changed(last):
		}
	}
}

func writeOne(t *testing.T, r *Replica, st *replicatest.Store, id standard.VersionID) {
	for {
		base := r.Snapshot()
		b := store.Batch{Records: []store.Record{&standard.Version{Name: ocds, ID: id}}, Entries: entriesFrom(base.Revision(), 1)}
		next, err := base.Apply(store.Commit{Records: b.Records, Entries: b.Entries})
		if err != nil {
			t.Error(err)
			return
		}
		head, err := st.Commit(t.Context(), base.Head(), b)
		if errors.Is(err, store.ErrConflict) {
			at, _ := st.Head(t.Context())
			if _, err := r.WaitFor(t.Context(), at.Index); err != nil {
				t.Error(err)
				return
			}
			continue
		}
		if err != nil {
			t.Error(err)
			return
		}
		r.Install(store.Commit{Head: head, Records: b.Records, Entries: b.Entries}, next)
		if s := waitFor(t, r, head.Index); s.Standard(ocds).Find(id) == nil {
			t.Errorf("%s is not in revision %d", id, s.Revision())
		}
		return
	}
}
