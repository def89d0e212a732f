package replica

import (
	"cmp"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// edge is one relation or supersession, filed under its target. It points
// into records, which are never changed.
type edge struct {
	target   string // resolve.TargetKey
	name     *standard.Name
	version  standard.VersionID // empty: a relation of the undated standard
	step     int32              // number of the step that brought it; 0: the record itself
	nth      int32              // place in the record; -1: the successor of the step
	relation *standard.Relation // nil: superseded
	by       *standard.Step     // nil: the record itself
}

func (e edge) less(f edge) bool {
	if e.target != f.target {
		return e.target < f.target
	}
	if c := cmp.Or(
		cmp.Compare(e.name.Authority, f.name.Authority),
		cmp.Compare(e.name.Standard, f.name.Standard),
		strings.Compare(string(e.version), string(f.version)),
		cmp.Compare(e.step, f.step),
	); c != 0 {
		return c < 0
	}
	return e.nth < f.nth
}

// standardEdges calls yield with the edges of the undated standard.
func standardEdges(r *standard.Standard, yield func(edge)) {
	for i := range r.Relations {
		if t := resolve.TargetKey(r.Relations[i].Target); t != "" {
			yield(edge{target: t, name: &r.Name, nth: int32(i), relation: &r.Relations[i]})
		}
	}
}

func versionEdges(v *standard.Version, yield func(edge)) {
	for i := range v.Relations {
		if t := resolve.TargetKey(v.Relations[i].Target); t != "" {
			yield(edge{target: t, name: &v.Name, version: v.ID, nth: int32(i), relation: &v.Relations[i]})
		}
	}
}

func stepEdges(s *standard.Step, yield func(edge)) {
	e := edge{name: &s.Name, version: s.Version, step: int32(s.Number), nth: -1, by: s}
	if s.Kind == standard.StepSupersede && s.Successor != "" {
		if e.target = resolve.TargetKey(s.Successor); e.target != "" {
			yield(e)
		}
	}
	if s.Amendment == nil || s.Kind != standard.StepCorrect {
		return
	}
	for i := range s.Amendment.AddRelations {
		r := &s.Amendment.AddRelations[i]
		if e.target = resolve.TargetKey(r.Target); e.target != "" {
			e.nth, e.relation = int32(i), r
			yield(e)
		}
	}
}

// referrer is the edge as resolution sees it: a relation of a version as the
// version's steps have left it, with the times of its removal if there was one.
func (e edge) referrer(s *Snapshot) resolve.Referrer {
	out := resolve.Referrer{Name: *e.name, Version: e.version, Step: e.by}
	if e.relation == nil {
		out.Relation = standard.Relation{Target: e.by.Successor, Effective: e.by.Effective, Recorded: e.by.Recorded}
		return out
	}
	out.Relation = *e.relation
	if e.version == "" {
		return out
	}
	if st := s.Standard(*e.name); st != nil {
		if v := st.Find(e.version); v != nil {
			out.Relation = e.amended(v)
		}
	}
	return out
}

// amended is the relation after all steps of its version. standard.Amended
// keeps relations at their place and appends what steps add.
func (e edge) amended(v *resolve.Version) standard.Relation {
	steps := make([]standard.Step, 0, len(v.Steps))
	at := int(e.nth)
	if e.by != nil {
		at += len(v.Record.Relations)
	}
	for _, s := range v.Steps {
		if s.Kind != standard.StepCorrect || s.Amendment == nil {
			continue
		}
		steps = append(steps, *s)
		if s.Number < int(e.step) {
			at += len(s.Amendment.AddRelations)
		}
	}
	if len(steps) == 0 {
		return *e.relation
	}
	if all := standard.Amended(v.Record, steps, time.Time{}).Relations; at < len(all) {
		return all[at]
	}
	return *e.relation
}
