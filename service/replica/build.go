package replica

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// builder makes a snapshot of a whole catalogue. It sorts once, at the end,
// where Apply inserts. The records become its own: it replaces equal strings
// by one of them, and empty slices by nil.
type builder struct {
	texts        map[string]string
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
	b.texts = nil
	s := Empty(tailEntries)
	s.head = head
	s.tail.after = head.Index
	var edges []edge
	add := func(e edge) { edges = append(edges, e) }
	b.attach(ctx, log)
	b.attachSteps(ctx, log, add)
	b.buildStandards(s, add)
	b.buildRest(s)
	slices.SortFunc(edges, func(x, y edge) int {
		switch {
		case x.less(y):
			return -1
		case y.less(x):
			return 1
		}
		return 0
	})
	for _, x := range edges {
		s.edges.b.Load(x)
	}
	s.counts = Counts{
		Authorities: s.authorities.m.Len(), Standards: s.counts.Standards, Versions: s.counts.Versions,
		Steps: s.counts.Steps, Drafts: s.drafts.m.Len(), Designations: s.designations.m.Len(),
		Relations: s.edges.b.Len(),
	}
	return s
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

func (b *builder) attachSteps(ctx context.Context, log *slog.Logger, add func(edge)) {
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
		stepEdges(step, add)
		if a := step.Amendment; a != nil && len(a.AddRelations) > 0 {
			amended[step.Name] = true
		}
	}
	// What a standard derives from its versions may depend on their steps.
	for n := range amended {
		b.standards[n] = resolve.NewStandard(b.standards[n].Record, b.standards[n].Versions)
	}
}

func (b *builder) buildStandards(s *Snapshot, add func(edge)) {
	names := slices.SortedFunc(maps.Keys(b.standards), func(x, y standard.Name) int {
		return cmp.Or(cmp.Compare(x.Authority, y.Authority), cmp.Compare(x.Standard, y.Standard))
	})
	var sp *space
	for i, n := range names {
		if i == 0 || n.Authority != names[i-1].Authority {
			sp = new(space)
			s.spaces.m.Load(n.Authority, sp)
		}
		st := b.standards[n]
		sp.m.Load(n.Standard, st)
		standardEdges(st.Record, add)
		for _, v := range st.Versions {
			versionEdges(v.Record, add)
			s.counts.Steps += len(v.Steps)
		}
		s.counts.Versions += len(st.Versions)
	}
	s.counts.Standards = len(names)
}

func (b *builder) buildRest(s *Snapshot) {
	e := edit{Snapshot: *s, from: s}
	for _, a := range b.authorities {
		e.putAuthority(a)
	}
	s.authorities, s.prefixes = e.authorities, e.prefixes
	for _, d := range b.drafts {
		s.drafts.m.Set(draftKey(d.Version.Name, d.Version.ID), d)
	}
	slices.SortFunc(b.designations, func(x, y *standard.Designation) int { return cmp.Compare(x.Key, y.Key) })
	for _, d := range b.designations {
		s.designations.m.Load(d.Key, d)
	}
}
