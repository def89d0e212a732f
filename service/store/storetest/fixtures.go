package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// equal compares records by value; Day is comparable.
var equal = gocmp.Options{
	gocmp.Comparer(func(a, b standard.Day) bool { return a == b }),
	cmpopts.EquateEmpty(),
}

// noToken compares heads without the store's own mark.
var noToken = cmpopts.IgnoreFields(store.Head{}, "Token")

// epoch is the time of the fixtures: to the nanosecond, for stores keep all of
// it.
var epoch = time.Date(2024, 2, 29, 12, 30, 15, 123456789, time.UTC)

// Fill sets every field that p points to to something that is not its zero
// value and differs by seed, so that a field forgotten by a codec shows.
func Fill[T any](p *T, seed int) *T {
	f := filler{n: seed * 1000}
	f.fill(reflect.ValueOf(p).Elem())
	return p
}

type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(epoch.Add(time.Duration(f.n) * time.Minute)))
		return
	case standard.Day:
		days := []string{"2019", "2020-02", "2021-03-04"}
		d, err := standard.ParseDay(days[f.n%len(days)])
		if err != nil {
			panic(err)
		}
		v.Set(reflect.ValueOf(d))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.String:
		v.SetString(fmt.Sprintf("x%d-é", f.n))
		if v.Type() != reflect.TypeFor[string]() {
			v.SetString(fmt.Sprintf("X%d", f.n)) // names and ids: plain, case kept
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(f.n%200 + 1))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n%1000 + 1))
	default:
		panic("storetest: no filling for " + v.Type().String())
	}
}

// everyKind is one record of every kind that Load delivers, all fields set.
func everyKind(seed int) []store.Record {
	return []store.Record{
		Fill(new(standard.Authority), seed),
		Fill(new(standard.Standard), seed+1),
		Fill(new(standard.Version), seed+2),
		Fill(new(standard.Step), seed+3),
		Fill(new(standard.DraftVersion), seed+4),
		Fill(new(standard.Designation), seed+5),
	}
}

func name(s string) standard.Name { return standard.Name{Authority: "ocp", Standard: s} }

func version(s, id string) *standard.Version {
	return &standard.Version{
		Name: name(s), ID: standard.VersionID(id), Label: "version " + id,
		Digest: standard.DigestOf([]byte(s + id)), Recorded: epoch, FileCount: 3,
	}
}

// entries are n entries to follow a head. The salt tells them from all others.
func entries(on store.Head, n int, salt string) []*standard.Entry {
	out := make([]*standard.Entry, n)
	for i := range out {
		out[i] = &standard.Entry{
			Index: on.Index + standard.Revision(i) + 1, Time: epoch, Actor: "tester",
			Type: standard.ChangeVersionPublished, Detail: salt,
		}
		d := standard.DigestOf(fmt.Append(nil, salt, out[i].Index))
		copy(out[i].Salt[:], d[:])
	}
	return out
}

// batch is records with one entry.
func batch(on store.Head, salt string, records ...store.Record) store.Batch {
	return store.Batch{Records: records, Entries: entries(on, 1, salt)}
}

func headOf(t testing.TB, s store.Store) store.Head {
	t.Helper()
	h, err := s.Head(testContext(t))
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	return h
}

// commit commits on the present head and must succeed.
func commit(t testing.TB, s store.Store, salt string, records ...store.Record) store.Head {
	t.Helper()
	on := headOf(t, s)
	h, err := s.Commit(testContext(t), on, batch(on, salt, records...))
	if err != nil {
		t.Fatalf("Commit on %d: %v", on.Index, err)
	}
	return h
}

// contend commits on whatever the head is until it succeeds, as a group
// committer does. make gives the batch for a head.
func contend(ctx context.Context, s store.Store, on store.Head, make func(store.Head) store.Batch) (store.Head, error) {
	for {
		h, err := s.Commit(ctx, on, make(on))
		var conflict *store.ConflictError
		if !errors.As(err, &conflict) {
			return h, err
		}
		on = conflict.Head
	}
}

// load reads every record into a map by what it is.
func load(t testing.TB, s store.Store) (map[string]store.Record, store.Head) {
	t.Helper()
	got := map[string]store.Record{}
	h, err := s.Load(testContext(t), func(r store.Record) error {
		id := identity(r)
		if _, ok := got[id]; ok {
			t.Errorf("Load yields %s twice", id)
		}
		got[id] = r
		return nil
	})
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return got, h
}

// identity names a record, whatever its content.
func identity(r store.Record) string {
	switch r := r.(type) {
	case *standard.Authority:
		return "authority " + string(r.ID)
	case *standard.Standard:
		return "standard " + r.Name.String()
	case *standard.Version:
		return "version " + r.Name.String() + "@" + r.ID.Fold()
	case *standard.Step:
		return fmt.Sprintf("step %s@%s %d", r.Name, r.Version.Fold(), r.Number)
	case *standard.DraftVersion:
		return "draft " + r.Version.Name.String() + "@" + r.Version.ID.Fold()
	case store.DeletedDraft:
		return "draft " + r.Name.String() + "@" + r.Version.Fold()
	case *standard.Designation:
		return "designation " + r.Key
	}
	return fmt.Sprintf("%T", r)
}

// apply does to a map what a commit did to the store.
func apply(state map[string]store.Record, records []store.Record) {
	for _, r := range records {
		if _, gone := r.(store.DeletedDraft); gone {
			delete(state, identity(r))
			continue
		}
		state[identity(r)] = r
	}
}

func asMap(records []store.Record) map[string]store.Record {
	m := map[string]store.Record{}
	apply(m, records)
	return m
}

func sorted(records []store.Record) []store.Record {
	out := slices.Clone(records)
	slices.SortFunc(out, func(a, b store.Record) int { return cmp.Compare(identity(a), identity(b)) })
	return out
}

// unchanged fails the test if the store is not at a head with these records.
func unchanged(t testing.TB, s store.Store, at store.Head, records map[string]store.Record) {
	t.Helper()
	got, head := load(t, s)
	if diff := gocmp.Diff(at, head); diff != "" {
		t.Errorf("the head moved (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff(records, got, equal); diff != "" {
		t.Errorf("records changed (-want +got):\n%s", diff)
	}
	es, err := s.Entries(testContext(t), at.Index, 1)
	if err != nil || len(es) != 0 {
		t.Errorf("Entries after the head = %d entries, %v; want none", len(es), err)
	}
}

func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: got error %v, want %v", what, err, want)
	}
}
