package rpc

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// ListRelations finds what a reference or designation relates to, and what
// relates to it. An undated one stands for the standard and all its versions;
// one that the registry does not know is still found where others name it.
func (s *Service) ListRelations(ctx context.Context, req *etalonv1.ListRelationsRequest) (*etalonv1.ListRelationsResponse, error) {
	var f fields
	q := relationQuery{at: asOfIn(&f, req.GetAsOf()), direction: req.GetDirection()}
	if _, ok := etalonv1.ListRelationsRequest_Direction_name[int32(req.GetDirection())]; !ok {
		f.add("direction", "%d is no value of it", req.GetDirection())
	}
	for i, t := range req.GetTypes() {
		q.types |= 1 << enumWanted[standard.RelationType](&f, indexed("types", i), t, etalonv1.RelationType_name)
	}
	hash := requestHash("ListRelations", req.GetRef(), req.GetAsOf(), fmt.Sprint(req.GetDirection(), req.GetTypes()))
	tokens := s.tokens()
	from := tokens.decode(&f, hash, req.GetPageToken())
	size, err := s.pageSize(&f, req.GetPageSize(), 100)
	if err = cmp.Or(f.err(), err); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, max(req.GetMinRevision(), uint64(from.revision)), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	q.view, q.now = view.Snapshot, view.Now
	if q.at.IsZero() {
		q.at = q.now
	}
	edges, err := s.relations(&q, req.GetRef())
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearchFunc(edges, from.last, func(e keyed[*etalonv1.ListRelationsResponse_Edge], key string) int {
		return cmp.Compare(e.key, key)
	})
	if found {
		i++
	}
	edges = edges[i:]
	out := &etalonv1.ListRelationsResponse{Revision: uint64(view.Revision())}
	for _, e := range edges[:min(len(edges), size)] {
		out.Edges = append(out.Edges, e.item)
	}
	if len(edges) > size {
		out.NextPageToken = tokens.encode(hash, page{view.Revision(), edges[size-1].key})
	}
	return out, nil
}

// relationQuery is what is asked of the relations.
type relationQuery struct {
	view      *replica.Snapshot
	at, now   time.Time
	direction etalonv1.ListRelationsRequest_Direction
	types     uint64 // bits by type; 0: all
	edges     []keyed[*etalonv1.ListRelationsResponse_Edge]
}

// subject is one thing whose relations are asked for: a version, or the
// undated standard where version is nil.
type subject struct {
	standard *resolve.Standard
	version  *resolve.Version
}

// relations gives the edges by direction, type and names.
func (s *Service) relations(q *relationQuery, ref string) ([]keyed[*etalonv1.ListRelationsResponse_Edge], error) {
	subjects, failed := s.subjects(q, ref)
	keys := []string{resolve.TargetKey(ref)}
	for _, x := range subjects {
		if q.direction != etalonv1.ListRelationsRequest_DIRECTION_INCOMING {
			q.outgoing(x)
		}
		keys = append(keys, resolve.Keys(x.standard, x.version)...)
	}
	if q.direction != etalonv1.ListRelationsRequest_DIRECTION_OUTGOING {
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			if key != "" {
				q.view.Referrers(key, func(r resolve.Referrer) bool { q.incoming(r); return true })
			}
		}
	}
	if len(subjects) == 0 && len(q.edges) == 0 {
		return nil, failed
	}
	byKey := func(a, b keyed[*etalonv1.ListRelationsResponse_Edge]) int { return cmp.Compare(a.key, b.key) }
	slices.SortFunc(q.edges, byKey)
	return slices.CompactFunc(q.edges, func(a, b keyed[*etalonv1.ListRelationsResponse_Edge]) bool { return a.key == b.key }), nil
}

// subjects is what a text stands for: the standard with all its versions where
// it is undated, else the one version that it resolves to.
func (s *Service) subjects(q *relationQuery, text string) ([]subject, error) {
	c, err := s.refs.get(text)
	if err != nil {
		return nil, err
	}
	if ref, ok := c.Ref(); ok && ref.Selector.Kind == standard.SelectDefault {
		if st := q.view.Standard(ref.Name); st != nil {
			return whole(st), nil
		}
	}
	if name, version, ok := holder(q.view, resolve.TargetKey(text), q.at); ok && version == "" {
		if st := q.view.Standard(name); st != nil {
			return whole(st), nil
		}
	}
	a, err := resolve.ResolveCompiled(q.view, c.Compiled, resolve.Query{At: q.at, Now: q.now, IncludePrereleases: true})
	if err != nil {
		return nil, err
	}
	return []subject{{a.Standard, a.Version}}, nil
}

func whole(st *resolve.Standard) []subject {
	out := []subject{{st, nil}}
	for _, v := range st.Versions {
		out = append(out, subject{st, v})
	}
	return out
}

// holder is what a designation names at a moment: the owner's claim before
// aliases, and an alias only while there is but one.
func holder(view resolve.View, key string, at time.Time) (standard.Name, standard.VersionID, bool) {
	d := view.Designation(key)
	if d == nil {
		return standard.Name{}, "", false
	}
	var alias *standard.Claim
	aliases := 0
	for i := range d.Claims {
		c := &d.Claims[i]
		if !c.HoldsAt(at, time.Time{}) {
			continue
		}
		if c.Owner {
			return c.Name, c.Version, true
		}
		alias, aliases = c, aliases+1
	}
	if aliases != 1 {
		return standard.Name{}, "", false
	}
	return alias.Name, alias.Version, true
}

func (q *relationQuery) outgoing(x subject) {
	name := x.standard.Record.Name
	if x.version == nil {
		for i := range x.standard.Record.Relations {
			q.add(name, "", &x.standard.Record.Relations[i], false, nil)
		}
		return
	}
	r := standard.Amended(x.version.Record, stepValues(x.version.Steps), time.Time{})
	for i := range r.Relations {
		q.add(name, r.ID, &r.Relations[i], false, nil)
	}
	for _, step := range x.version.Steps {
		if step.Kind == standard.StepSupersede && step.Successor != "" {
			q.add(name, r.ID, supersession(step), false, step)
		}
	}
}

func (q *relationQuery) incoming(r resolve.Referrer) {
	if r.Step != nil && r.Step.Kind == standard.StepSupersede {
		q.add(r.Name, r.Version, supersession(r.Step), true, r.Step)
		return
	}
	q.add(r.Name, r.Version, &r.Relation, true, nil)
}

// supersession is the relation that a SUPERSEDE step stands for. It has no
// type: "replaces" would be the successor's to say.
func supersession(step *standard.Step) *standard.Relation {
	return &standard.Relation{Target: step.Successor, Effective: step.Effective, Recorded: step.Recorded}
}

// add takes an edge that holds at the moment asked for and has a type asked
// for. A supersession goes with "replaces", whose other side it is.
func (q *relationQuery) add(name standard.Name, v standard.VersionID, r *standard.Relation, incoming bool, step *standard.Step) {
	kind := r.Type
	if step != nil {
		kind = standard.Replaces
		if st := q.view.Standard(name); st != nil {
			if ver := st.Find(v); ver != nil && cancelled(ver.Steps, step.Number) {
				return
			}
		}
	}
	if q.types != 0 && q.types&(1<<kind) == 0 || !r.HoldsAt(q.at, time.Time{}) {
		return
	}
	source := name.Resource()
	if v != "" {
		source = standard.VersionResource(name, v)
	}
	side := "0"
	if incoming {
		side = "1"
	}
	key := strings.Join([]string{side, string('a' + rune(kind)), source, r.Target, r.Member, fmt.Sprint(step != nil)}, "\x00")
	q.edges = append(q.edges, keyed[*etalonv1.ListRelationsResponse_Edge]{key, &etalonv1.ListRelationsResponse_Edge{
		Source: source, Relation: relationOut(r), Target: targetResource(q.view, r.Target, q.at),
		Incoming: incoming, FromStep: step != nil,
	}})
}

// targetResource is the resource name of a target that the registry knows,
// else empty.
func targetResource(view resolve.View, target string, at time.Time) string {
	if ref, err := standard.ParseRef(target); err == nil {
		st := view.Standard(ref.Name)
		switch {
		case st == nil:
			return ""
		case ref.Selector.Kind == standard.SelectText:
			if v := st.Find(standard.VersionID(ref.Selector.Text)); v != nil {
				return standard.VersionResource(ref.Name, v.Record.ID)
			}
			return ""
		case ref.Selector.Kind == standard.SelectDefault:
			return ref.Name.Resource()
		}
	}
	name, version, ok := holder(view, resolve.TargetKey(target), at)
	switch {
	case !ok:
		return ""
	case version == "":
		return name.Resource()
	}
	return standard.VersionResource(name, version)
}
