package replica

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// builder makes a snapshot of a whole catalogue. It sorts once, at the end,
// where Apply inserts. The records become its own: it replaces equal strings
// by one of them, and empty slices by nil.
type builder struct {
	texts        map[string]string // every text to itself
	keys         map[string]string // targets of relations to their keys
	authorities  []*standard.Authority
	standards    map[standard.Name]*resolve.Standard
	orphans      map[standard.Name][]*standard.Version // seen before their standard
	steps        []*standard.Step
	drafts       []*standard.DraftVersion
	designations []*standard.Designation
}

func newBuilder() *builder {
	return &builder{
		texts:     make(map[string]string),
		keys:      make(map[string]string),
		standards: make(map[standard.Name]*resolve.Standard),
		orphans:   make(map[standard.Name][]*standard.Version),
	}
}

func (b *builder) add(r store.Record) error {
	switch r := r.(type) {
	case *standard.Authority:
		b.authorities = append(b.authorities, r)
	case *standard.Standard:
		b.internStandard(r)
		b.standards[r.Name] = &resolve.Standard{Record: r}
	case *standard.Version:
		b.internVersion(r)
		b.orphans[r.Name] = append(b.orphans[r.Name], r)
	case *standard.Step:
		b.internStep(r)
		b.steps = append(b.steps, r)
	case *standard.DraftVersion:
		b.drafts = append(b.drafts, r)
	case *standard.Designation:
		b.internDesignation(r)
		b.designations = append(b.designations, r)
	case *standard.Outcome, store.DeletedDraft, *store.DeletedDraft:
	default:
		return fmt.Errorf("load: %w: record of type %T", store.ErrCorrupt, r)
	}
	return nil
}

// build gives the snapshot. Records that belong to nothing are left out and
// logged: one bad record must not keep the rest from being read.
func (b *builder) build(ctx context.Context, head store.Head, tailEntries int, log *slog.Logger) *Snapshot {
	s := Empty(tailEntries)
	s.head = head
	s.tail.after = head.Index
	var edges []placedEdge
	add := func(at place, e edge) { edges = append(edges, placedEdge{at, e}) }
	var rest sync.WaitGroup
	designations := s.designations
	rest.Go(func() { designations = b.buildDesignations(designations) })
	b.attach(ctx, log)
	b.attachSteps(ctx, log, add)
	b.buildStandards(s, add)
	b.buildRest(s)
	slices.SortFunc(edges, func(x, y placedEdge) int { return x.at.compare(y.at) })
	s.edges = loaded(s.edges, edges, func(p placedEdge) (place, edge) { return p.at, p.edge })
	rest.Wait()
	s.designations = designations
	return s
}

// targetKey is resolve.TargetKey, which parses, once for each target.
func (b *builder) targetKey(target string) string {
	k, ok := b.keys[target]
	if !ok {
		k = resolve.TargetKey(target)
		intern(b, &k)
		b.keys[target] = k
	}
	return k
}

type placedEdge struct {
	at   place
	edge edge
}

// loaded makes a tree like t of items in order.
func loaded[K, V, T any](t tree[K, V], items []T, pair func(T) (K, V)) tree[K, V] {
	keys, vals := make([]K, len(items)), make([]V, len(items))
	for i, item := range items {
		keys[i], vals[i] = pair(item)
	}
	return loadTree(t.compare, keys, vals)
}

// attach gives each standard its versions, in order.
func (b *builder) attach(ctx context.Context, log *slog.Logger) {
	for n, records := range b.orphans {
		st := b.standards[n]
		if st == nil {
			log.LogAttrs(ctx, slog.LevelError, "versions without their standard left out",
				slog.String("standard", n.String()), slog.Int("versions", len(records)))
			continue
		}
		b.standards[n] = resolve.NewStandard(st.Record, versionsOf(ctx, st.Record, records, log))
	}
	b.orphans = nil
}

func versionsOf(ctx context.Context, r *standard.Standard, records []*standard.Version, log *slog.Logger) []*resolve.Version {
	all := make([]resolve.Version, len(records)) // one allocation for the lot
	out := make([]*resolve.Version, len(records))
	for i, rec := range records {
		all[i] = resolve.Version{Record: rec, Order: orderOf(r.Scheme, rec)}
		out[i] = &all[i]
		if all[i].Order.IsZero() {
			log.LogAttrs(ctx, slog.LevelWarn, "version does not fit the scheme of its standard; it sorts lowest",
				slog.String("standard", r.Name.String()), slog.String("version", string(rec.ID)))
		}
	}
	slices.SortFunc(out, compareVersions)
	return out
}

func (b *builder) attachSteps(ctx context.Context, log *slog.Logger, add func(place, edge)) {
	slices.SortStableFunc(b.steps, func(x, y *standard.Step) int { return x.Number - y.Number })
	amended := make(map[standard.Name]bool)
	for _, step := range b.steps {
		var v *resolve.Version
		if st := b.standards[step.Name]; st != nil {
			v = st.Find(step.Version)
		}
		if v == nil {
			log.LogAttrs(ctx, slog.LevelError, "step without its version left out", slog.String("standard", step.Name.String()),
				slog.String("version", string(step.Version)), slog.Int("step", step.Number))
			continue
		}
		v.Steps = append(v.Steps, step)
		stepEdges(step, b.targetKey, add)
		if a := step.Amendment; a != nil && len(a.AddRelations) > 0 {
			amended[step.Name] = true
		}
	}
	// What a standard derives from its versions may depend on their steps.
	for n := range amended {
		b.standards[n] = resolve.NewStandard(b.standards[n].Record, b.standards[n].Versions)
	}
}

func (b *builder) buildStandards(s *Snapshot, add func(place, edge)) {
	names := slices.SortedFunc(maps.Keys(b.standards), func(x, y standard.Name) int {
		return cmp.Or(cmp.Compare(x.Authority, y.Authority), cmp.Compare(x.Standard, y.Standard))
	})
	for _, n := range names {
		st := b.standards[n]
		standardEdges(st.Record, b.targetKey, add)
		for _, v := range st.Versions {
			versionEdges(v.Record, b.targetKey, add)
			s.counts.Steps += len(v.Steps)
		}
		s.counts.Versions += len(st.Versions)
	}
	s.counts.Standards = len(names)
	for len(names) > 0 {
		a := names[0].Authority
		n := slices.IndexFunc(names, func(n standard.Name) bool { return n.Authority != a })
		if n < 0 {
			n = len(names)
		}
		sp := newTree[string, *resolve.Standard](strings.Compare)
		sp = loaded(sp, names[:n], func(n standard.Name) (string, *resolve.Standard) { return n.Standard, b.standards[n] })
		s.spaces = s.spaces.set(a, sp)
		names = names[n:]
	}
}

func (b *builder) buildRest(s *Snapshot) {
	e := edit{*s}
	for _, a := range b.authorities {
		e.putAuthority(a)
	}
	for _, d := range b.drafts {
		e.drafts = e.drafts.set(draftKey(d.Version.Name, d.Version.ID), d)
	}
	*s = e.Snapshot
}

func (b *builder) buildDesignations(t tree[string, *standard.Designation]) tree[string, *standard.Designation] {
	slices.SortFunc(b.designations, func(x, y *standard.Designation) int { return strings.Compare(x.Key, y.Key) })
	return loaded(t, b.designations, func(d *standard.Designation) (string, *standard.Designation) { return d.Key, d })
}
