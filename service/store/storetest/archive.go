package storetest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func archiveTests() []test {
	return []test{
		{"a dump restored and dumped again is the same", dumpRestoreDump},
		{"a restored store goes on where the other was", restoredGoesOn},
		{"only an empty store is restored into", restoreNotEmpty},
		{"a broken restore is not seen and can be repeated", restoreBroken},
		{"damaged archives are refused", restoreCorrupt},
	}
}

func dump(t testing.TB, s store.Store) []store.Raw {
	t.Helper()
	var out []store.Raw
	_, err := s.Dump(testContext(t), func(r store.Raw) error {
		out = append(out, store.Raw{Key: r.Key, Value: slices.Clone(r.Value)})
		return nil
	})
	if err != nil {
		t.Fatalf("Dump: %v", err)
	}
	return out
}

func replay(raws []store.Raw) func() (store.Raw, error) {
	i := 0
	return func() (store.Raw, error) {
		if i == len(raws) {
			return store.Raw{}, io.EOF
		}
		i++
		return raws[i-1], nil
	}
}

// populate gives a store a history with all kinds of records, a deleted draft,
// outcomes and a sweep.
func populate(t testing.TB, s store.Store) {
	for i := range 3 {
		commit(t, s, fmt.Sprint("all ", i), everyKind(100*(i+1))...)
	}
	var versions []store.Record
	for i := range 100 {
		versions = append(versions, version("ocds", fmt.Sprintf("1.%d.0", i)))
	}
	commit(t, s, "many", versions...)
	d := Fill(new(standard.DraftVersion), 999)
	commit(t, s, "draft", d, Fill(new(standard.Outcome), 5))
	commit(t, s, "no draft", store.DeletedDraft{Name: d.Version.Name, Version: d.Version.ID})
	put(t, s, content(1, 10))
	sweepAll(t, s)
}

func dumpRestoreDump(t *testing.T, e *Env) {
	populate(t, e.Store)
	first := dump(t, e.Store)
	if !slices.IsSortedFunc(first, func(a, b store.Raw) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("Dump is not in key order")
	}
	for _, r := range first {
		if strings.HasPrefix(r.Key, "request/") {
			t.Errorf("Dump has the outcome %s", r.Key)
		}
	}
	to := e.Empty(t)
	if err := to.Restore(testContext(t), replay(first)); err != nil {
		t.Fatalf("Restore: %v", err)
	}
	if diff := gocmp.Diff(first, dump(t, to)); diff != "" {
		t.Errorf("second dump (-first +second):\n%s", diff)
	}
	want, head := load(t, e.Store)
	got, restored := load(t, to)
	if diff := gocmp.Diff(want, got, equal); diff != "" {
		t.Errorf("Load (-original +restored):\n%s", diff)
	}
	if diff := gocmp.Diff(head, restored, noToken); diff != "" {
		t.Errorf("head (-original +restored):\n%s", diff)
	}
	wantMeta, err := e.Store.Meta(testContext(t))
	if err != nil {
		t.Fatalf("Meta: %v", err)
	}
	if meta, err := to.Meta(testContext(t)); err != nil || meta != wantMeta {
		t.Errorf("Meta = %+v, %v; want %+v", meta, err, wantMeta)
	}
}

func restoredGoesOn(t *testing.T, e *Env) {
	populate(t, e.Store)
	to := e.Empty(t)
	empty := headOf(t, to)
	if err := to.Restore(testContext(t), replay(dump(t, e.Store))); err != nil {
		t.Fatalf("Restore: %v", err)
	}
	err := to.Follow(testContext(t), empty, func(c store.Commit) error {
		return fmt.Errorf("got %+v out of a restore", c.Head)
	}, nil)
	wantError(t, "Follow over a restore", err, store.ErrCompacted)
	on := headOf(t, to)
	c := follow(t, to, on)
	next := commit(t, to, "next", version("ocds", "9.9.9"))
	if next.Index != on.Index+1 {
		t.Errorf("the first commit is at %d, want %d", next.Index, on.Index+1)
	}
	if got := c.next(t); got.Head != next {
		t.Errorf("Follow gives %+v, want %+v", got.Head, next)
	}
	_, err = to.Commit(testContext(t), next, batch(next, "again", version("ocds", "1.1.0")))
	wantError(t, "Commit of a restored version", err, store.ErrExists)
}

func restoreNotEmpty(t *testing.T, e *Env) {
	populate(t, e.Store)
	archive := dump(t, e.Store)
	to := e.Empty(t)
	head := commit(t, to, "first", version("bods", "1.0.0"))
	before, _ := load(t, to)
	err := to.Restore(testContext(t), replay(archive))
	wantError(t, "Restore", err, store.ErrNotEmpty)
	unchanged(t, to, head, before)
}

func restoreBroken(t *testing.T, e *Env) {
	populate(t, e.Store)
	archive := dump(t, e.Store)
	cut := errors.New("cut")
	to := e.Empty(t)
	inner := replay(archive[:len(archive)-3])
	err := to.Restore(testContext(t), func() (store.Raw, error) {
		r, err := inner()
		if errors.Is(err, io.EOF) {
			err = cut
		}
		return r, err
	})
	wantError(t, "Restore from a source that breaks", err, cut)
	unchanged(t, to, store.Head{}, map[string]store.Record{})
	if got := dump(t, to); len(got) != 0 {
		t.Errorf("Dump of an unfinished restore has %d pairs", len(got))
	}
	if _, err := to.Commit(testContext(t), store.Head{}, batch(store.Head{}, "x")); err == nil || errors.Is(err, store.ErrConflict) {
		t.Errorf("Commit on an unfinished restore: %v", err)
	}
	// Another archive, so that what the first left behind would show.
	other := e.Empty(t)
	commit(t, other, "one", version("bods", "1.0.0"))
	second := dump(t, other)
	if err := to.Restore(testContext(t), replay(second)); err != nil {
		t.Fatalf("Restore: %v", err)
	}
	if diff := gocmp.Diff(second, dump(t, to)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func restoreCorrupt(t *testing.T, e *Env) {
	populate(t, e.Store)
	archive := dump(t, e.Store)
	without := func(prefix string) []store.Raw {
		i := slices.IndexFunc(archive, func(r store.Raw) bool { return strings.HasPrefix(r.Key, prefix) })
		if i < 0 {
			t.Fatalf("the archive has no %s", prefix)
		}
		return slices.Delete(slices.Clone(archive), i, i+1)
	}
	with := func(r store.Raw) []store.Raw { return append(slices.Clone(archive), r) }
	for what, raws := range map[string][]store.Raw{
		"nothing":                {},
		"no head":                without("log/head"),
		"no meta":                without("meta"),
		"an entry missing":       without("log/0"),
		"two heads":              with(store.Raw{Key: "log/head"}),
		"a foreign key":          with(store.Raw{Key: "secrets/x"}),
		"a value of another key": with(store.Raw{Key: "version/a/b/1", Value: archive[0].Value}),
		"garbage":                with(store.Raw{Key: "standard/a/b", Value: []byte{0xff}}),
	} {
		err := e.Empty(t).Restore(testContext(t), replay(raws))
		if !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%s: got %v, want ErrCorrupt", what, err)
		}
	}
}

func identityTests() []test {
	return []test{
		{"handles agree on the registry", oneIdentity},
		{"size and digest are those of the stored bytes", sizeAndDigest},
	}
}

func oneIdentity(t *testing.T, e *Env) {
	handles := []store.Store{e.Store, e.Second}
	metas := make([]store.Meta, 8)
	var wg sync.WaitGroup
	for i := range metas {
		wg.Go(func() {
			m, err := handles[i%2].Meta(testContext(t))
			if err != nil {
				t.Errorf("Meta: %v", err)
			}
			metas[i] = m
		})
	}
	wg.Wait()
	for _, m := range metas {
		if m != metas[0] || m.RegistryID == "" || m.Created.IsZero() || m.Schema == 0 {
			t.Errorf("Meta = %+v, another handle got %+v", m, metas[0])
		}
	}
	other, err := e.Empty(t).Meta(testContext(t))
	if err != nil || other.RegistryID == metas[0].RegistryID {
		t.Errorf("another registry has the id %s, %v", other.RegistryID, err)
	}
}

func sizeAndDigest(t *testing.T, e *Env) {
	records := everyKind(3)
	commit(t, e.Store, "all", records...)
	raw := dump(t, e.Store)
	for _, r := range records {
		want, err := e.Second.RecordDigest(r)
		if err != nil {
			t.Fatalf("RecordDigest of %T: %v", r, err)
		}
		i := slices.IndexFunc(raw, func(p store.Raw) bool { return standard.DigestOf(p.Value) == want })
		if i < 0 {
			t.Errorf("no stored value has the digest of %T", r)
			continue
		}
		if got := e.Store.Size(r); got < len(raw[i].Key)+len(raw[i].Value) {
			t.Errorf("Size of %T = %d, it takes up %d and more", r, got, len(raw[i].Key)+len(raw[i].Value))
		}
	}
}

func timeTests() []test {
	return []test{{"times come back as they were given", timesStay}}
}

func timesStay(t *testing.T, e *Env) {
	for i, at := range []time.Time{
		{}, time.Unix(0, 0).UTC(), time.Date(1, 1, 2, 0, 0, 0, 1, time.UTC), epoch,
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		epoch.In(time.FixedZone("", 3600)),
	} {
		a := &standard.Authority{ID: "ocp", Created: at, Updated: at}
		commit(t, e.Store, fmt.Sprint(i), a)
		got, _ := load(t, e.Store)
		back := got["authority ocp"].(*standard.Authority)
		if !back.Created.Equal(at) || back.Created.IsZero() != at.IsZero() || back.Created.Location() != time.UTC {
			t.Errorf("%v came back as %v", at, back.Created)
		}
	}
}
