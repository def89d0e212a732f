package replica

import (
	"cmp"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// place says where a relation or supersession stands, filed under its target.
type place struct {
	target  string // resolve.TargetKey
	name    *standard.Name
	version standard.VersionID // empty: a relation of the undated standard
	step    int32              // number of the step that brought it; 0: the record itself
	nth     int32              // place in the record; -1: the successor of the step
}

// edge is what stands there. It points into records, which are never changed.
type edge struct {
	relation *standard.Relation // nil: superseded
	by       *standard.Step     // nil: the record itself
}

func (p place) compare(q place) int {
	if c := strings.Compare(p.target, q.target); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(p.name.Authority, q.name.Authority),
		cmp.Compare(p.name.Standard, q.name.Standard),
		cmp.Compare(p.version, q.version),
		cmp.Compare(p.step, q.step),
		cmp.Compare(p.nth, q.nth),
	)
}

// keyFunc is resolve.TargetKey, or one that remembers what it gave.
type keyFunc func(target string) string

// standardEdges calls yield with the edges of the undated standard.
func standardEdges(r *standard.Standard, key keyFunc, yield func(place, edge)) {
	relationEdges(r.Relations, place{name: &r.Name}, nil, key, yield)
}

func versionEdges(v *standard.Version, key keyFunc, yield func(place, edge)) {
	relationEdges(v.Relations, place{name: &v.Name, version: v.ID}, nil, key, yield)
}

func stepEdges(s *standard.Step, key keyFunc, yield func(place, edge)) {
	at := place{name: &s.Name, version: s.Version, step: int32(s.Number), nth: -1}
	if s.Kind == standard.StepSupersede && s.Successor != "" {
		if at.target = key(s.Successor); at.target != "" {
			yield(at, edge{by: s})
		}
	}
	if s.Amendment != nil && s.Kind == standard.StepCorrect {
		relationEdges(s.Amendment.AddRelations, at, s, key, yield)
	}
}

func relationEdges(rs []standard.Relation, at place, by *standard.Step, key keyFunc, yield func(place, edge)) {
	for i := range rs {
		at.nth = int32(i)
		if at.target = key(rs[i].Target); at.target != "" {
			yield(at, edge{relation: &rs[i], by: by})
		}
	}
}

// referrer is the edge as resolution sees it: a relation of a version as the
// version's steps have left it, with the times of its removal if there was one.
func (e edge) referrer(at place, s *Snapshot) resolve.Referrer {
	out := resolve.Referrer{Name: *at.name, Version: at.version, Step: e.by}
	if e.relation == nil {
		out.Relation = standard.Relation{Target: e.by.Successor, Effective: e.by.Effective, Recorded: e.by.Recorded}
		return out
	}
	out.Relation = *e.relation
	if at.version == "" {
		return out
	}
	if st := s.Standard(*at.name); st != nil {
		if v := st.Find(at.version); v != nil {
			out.Relation = e.amended(at, v)
		}
	}
	return out
}

// amended is the relation after all steps of its version. standard.Amended
// keeps relations at their place and appends what steps add.
func (e edge) amended(at place, v *resolve.Version) standard.Relation {
	steps := make([]standard.Step, 0, len(v.Steps))
	i := int(at.nth)
	if e.by != nil {
		i += len(v.Record.Relations)
	}
	for _, s := range v.Steps {
		if s.Kind != standard.StepCorrect || s.Amendment == nil {
			continue
		}
		steps = append(steps, *s)
		if s.Number < int(at.step) {
			i += len(s.Amendment.AddRelations)
		}
	}
	if len(steps) == 0 {
		return *e.relation
	}
	if all := standard.Amended(v.Record, steps, time.Time{}).Relations; i < len(all) {
		return all[i]
	}
	return *e.relation
}
