package offline

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// source is a registry in memory to make bundles of.
type source struct {
	store    *memory
	replica  *replica.Replica
	registry *registry.Registry
}

func newSource(ctx context.Context, m *memory) (*source, error) {
	s := &source{store: m, replica: replica.New(replica.Config{Store: m})}
	if err := s.replica.Start(ctx); err != nil {
		return nil, err
	}
	var err error
	s.registry, err = registry.New(registry.Config{Store: m, Replica: s.replica, BaseIRI: "https://standards.example/", SweepEvery: -1})
	return s, err
}

func (s *source) bundle(ctx context.Context, withFiles bool, refs ...string) ([]byte, error) {
	at, err := s.registry.Read(ctx, registry.ReadOptions{})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = s.registry.ExportBundle(ctx, &b, at, registry.BundleRequest{Refs: refs, WithFiles: withFiles})
	return b.Bytes(), err
}

func read(data []byte) (*bundle.Bundle, error) {
	return bundle.Read(bytes.NewReader(data), int64(len(data)))
}

// Whatever is asked, at any time, of a bundle: it answers as the registry does,
// or says that it has not got what was asked for. And a bundle of a part of it
// is the one that the registry would make.
func TestBundlesAnswerAsTheRegistry(t *testing.T) {
	texts := worldTexts()
	answered, smaller := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory()
		ctx := context.Background()
		if err := m.write(ctx, day(12), drawCatalogue(t, m)...); err != nil {
			t.Fatal(err)
		}
		whole, err := newSource(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		defer whole.replica.Stop()
		refs := drawRefs(t, whole.replica.Snapshot())
		if len(refs) == 0 {
			t.Skip("no standards")
		}
		data, err := whole.bundle(ctx, false, refs...)
		if err != nil {
			t.Fatal(err)
		}
		b, err := read(data)
		if err != nil {
			t.Fatal(err)
		}
		part := replica.New(replica.Config{Store: b.Store(), TailEntries: 1, PrimeEntries: 1, Part: b.Info().Part()})
		if err := part.Start(ctx); err != nil {
			t.Fatal(err)
		}
		defer part.Stop()
		if got, want := part.Snapshot().Revision(), whole.replica.Snapshot().Revision(); got != want {
			t.Fatalf("revision %d, want %d", got, want)
		}
		for _, text := range texts {
			for _, q := range drawQueries(t, text) {
				answered += compare(t, whole.replica.Snapshot(), part.Snapshot(), q)
			}
		}
		if part.Snapshot().Counts().Standards < whole.replica.Snapshot().Counts().Standards {
			smaller++
		}
		compareVerbatim(t, m, b)
		compareSub(t, ctx, whole, b, refs)
	})
	if answered == 0 || smaller == 0 {
		t.Errorf("%d questions had answers, %d bundles were smaller than the registry", answered, smaller)
	}
	t.Logf("%d questions had answers, %d bundles were smaller than the registry", answered, smaller)
}

func drawRefs(t *rapid.T, view *replica.Snapshot) []string {
	var all []string
	for st := range view.Standards("") {
		all = append(all, st.Record.Name.String())
		for _, v := range st.Versions {
			all = append(all, st.Record.Name.String()+"@"+string(v.Record.ID))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 2, rapid.ID).Draw(t, "refs")
}

// drawQueries asks about now, and about another time.
func drawQueries(t *rapid.T, text string) []resolve.Query {
	now := day(12)
	then := resolve.Query{Text: text, Now: now, At: drawDay(t, "at"), Known: drawDay(t, "known")}
	return []resolve.Query{{Text: text, Now: now}, then, {Text: text, Now: now, IncludePrereleases: true}}
}

// verdict is an answer or a failure in values that can be compared.
type verdict struct {
	Ref, Matched, Reason, Message string
	Digest                        standard.Digest
	Status                        standard.Status
	Since, Next                   time.Time
	Method                        resolve.Method
	Warnings                      []resolve.Warning
	Candidates                    []resolve.Candidate
	Successors, Adopters, Adopted []resolve.Hop
}

func ask(v resolve.View, q resolve.Query) (verdict, []standard.Name) {
	a, err := resolve.Resolve(v, q)
	if f, ok := errors.AsType[*resolve.Failure](err); ok {
		var about []standard.Name
		for _, c := range f.Candidates {
			about = append(about, c.Name)
		}
		return verdict{Reason: f.Reason.String(), Message: f.Message, Next: f.NextChange, Candidates: f.Candidates}, about
	}
	at := q.At
	if at.IsZero() {
		at = q.Now
	}
	return verdict{
		Ref: a.Ref(), Matched: a.Matched, Digest: a.Version.Record.Digest, Status: a.State.Status, Since: a.State.Since,
		Next: a.NextChange, Method: a.Method, Warnings: a.Warnings,
		Successors: resolve.Successors(v, a.Standard, a.Version, at, q.Known),
		Adopters:   resolve.Adopters(v, a.Standard, a.Version, at, q.Known),
		Adopted:    resolve.Adopted(v, a.Standard, a.Version, at, q.Known),
	}, []standard.Name{a.Standard.Record.Name}
}

// compare returns 1 if the bundle had an answer, else 0.
func compare(t *rapid.T, whole, part *replica.Snapshot, q resolve.Query) int {
	got, _ := ask(part, q)
	want, about := ask(whole, q)
	switch got.Reason {
	case resolve.StandardNotFound.String(), resolve.DesignationNotFound.String():
		if got.Reason == want.Reason {
			return 0 // what is near to it may differ, and so does the message
		}
		if slices.ContainsFunc(about, func(n standard.Name) bool { return part.Standard(n) != nil }) {
			t.Fatalf("%+v: the bundle has %q, and says %q; the registry says %+v", q, about, got.Message, want)
		}
		return 0
	}
	sortHops(got.Adopters, want.Adopters, got.Successors, want.Successors)
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b standard.Day) bool { return a == b })); diff != "" {
		t.Fatalf("%+v (-registry +bundle):\n%s", q, diff)
	}
	if got.Reason == "" {
		return 1
	}
	return 0
}

// sortHops: referrers come in no promised order.
func sortHops(lists ...[]resolve.Hop) {
	for _, list := range lists {
		slices.SortStableFunc(list, func(a, b resolve.Hop) int {
			return bytes.Compare([]byte(a.Name.String()+"@"+string(a.Version)+a.Target), []byte(b.Name.String()+"@"+string(b.Version)+b.Target))
		})
	}
}

// compareVerbatim holds the records of a bundle against those of the store.
func compareVerbatim(t *rapid.T, m *memory, b *bundle.Bundle) {
	have := map[string][]byte{}
	if _, err := m.Dump(context.Background(), func(p store.Raw) error { have[p.Key] = p.Value; return nil }); err != nil {
		t.Fatal(err)
	}
	_, err := b.Store().Dump(context.Background(), func(p store.Raw) error {
		if want, ok := have[p.Key]; p.Key != "meta" && (!ok || !bytes.Equal(want, p.Value)) {
			t.Errorf("%s is not the record of the store", p.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// compareSub makes the bundle anew from the bundle.
func compareSub(t *rapid.T, ctx context.Context, whole *source, b *bundle.Bundle, refs []string) {
	part, err := Serve(ctx, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	ref := rapid.SampledFrom(refs).Draw(t, "sub")
	want, err := whole.bundle(ctx, false, ref)
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&source{registry: part.registry}).bundle(ctx, false, ref)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the bundle of %s from the bundle of %q is another than from the registry", ref, refs)
	}
}
