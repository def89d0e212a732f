package resolve

import (
	"sort"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// pick is what a search for the highest eligible version came to.
type pick struct {
	found *Version
	seen  int // versions on record in the interval
	// Of those that were passed over, by why: the highest, and of those still
	// to come the one that is released first.
	prerelease, ended, future, supplement *Version
	// reasonChanges is when the reason for finding nothing may change; with a
	// version found it does not matter.
	reasonChanges time.Time
}

// noteLater notes a moment: of a version that is barred it can change the
// reason for finding nothing, of any other also what is found.
func (p *pick) noteLater(r *run, barred bool, t time.Time) {
	switch {
	case !barred:
		r.soonerOf(t)
	case t.After(r.at) && (p.reasonChanges.IsZero() || t.Before(p.reasonChanges)):
		p.reasonChanges = t
	}
}

// highest is the highest eligible version in the range, nil for all: published
// by the moment asked for, neither withdrawn nor invalid at it, no standalone
// amendment, and no pre-release unless asked for. It notes when one of those
// passed over may become eligible.
func (r *run) highest(s *Standard, rng *standard.Range) pick {
	var p pick
	lo, hi := interval(s.Versions, rng)
	for i := hi - 1; i >= lo; i-- {
		v := s.Versions[i]
		if !r.recorded(v) {
			continue
		}
		p.seen++
		if r.standalone(s, v) {
			first(&p.supplement, v)
			continue
		}
		barred := !r.pre && isPrerelease(v)
		switch {
		case !r.visible(v):
			from := r.amended(v).VisibleFrom()
			p.noteLater(r, barred, from)
			if p.future == nil || from.Before(r.amended(p.future).VisibleFrom()) {
				p.future = v
			}
			continue
		case r.ended(v):
			first(&p.ended, v)
			continue
		case barred:
			p.noteLater(r, true, r.state(v).Next)
			first(&p.prerelease, v)
			continue
		}
		p.found = v
		break
	}
	return p
}

func first(slot **Version, v *Version) {
	if *slot == nil {
		*slot = v
	}
}

// interval is the half-open interval of indices in the range.
func interval(vs []*Version, rng *standard.Range) (lo, hi int) {
	if rng == nil {
		return 0, len(vs)
	}
	lo = sort.Search(len(vs), func(i int) bool { return rng.Position(vs[i].Order) >= 0 })
	n := sort.Search(len(vs)-lo, func(i int) bool { return rng.Position(vs[lo+i].Order) > 0 })
	return lo, lo + n
}

// sameOrder is the version on record that another spelling names, such as 1.1
// for 1.1.0 under NUMERIC; of several the one recorded last.
func (r *run) sameOrder(s *Standard, o standard.Order) *Version {
	n := sort.Search(len(s.Versions), func(i int) bool { return s.Versions[i].Order.Compare(o) > 0 })
	for i := n - 1; i >= 0 && s.Versions[i].Order.Compare(o) == 0; i-- {
		if r.recorded(s.Versions[i]) {
			return s.Versions[i]
		}
	}
	return nil
}

func isPrerelease(v *Version) bool { return v.Record.Prerelease || v.Order.Prerelease() }

// standard is the standard of that name if it was on record.
func (r *run) standard(n standard.Name) *Standard {
	s := r.view.Standard(n)
	if s == nil || !r.by(s.Record.Created) {
		return nil
	}
	return s
}

// by says whether something recorded then is to be seen.
func (r *run) by(recorded time.Time) bool {
	return r.known.IsZero() || !recorded.After(r.known)
}

func (r *run) recorded(v *Version) bool { return r.by(v.Record.Recorded) }

// visible says whether v was released, and on record, at the moment asked for.
func (r *run) visible(v *Version) bool {
	return standard.VisibleAt(r.amended(v), r.at, r.known)
}

// ended says whether v is withdrawn or invalid at the moment asked for. It is
// state(v).Status >= Withdrawn, without the cost: no status goes back, so one
// step that took effect is enough.
func (r *run) ended(v *Version) bool {
	for _, s := range v.Steps {
		if s.Kind != standard.StepWithdraw && s.Kind != standard.StepInvalidate {
			continue
		}
		if r.by(s.Recorded) && !effective(s).After(r.at) && !r.cancelled(v, s.Number) {
			return true
		}
	}
	return false
}

// amended is the record of v as corrected by then.
func (r *run) amended(v *Version) *standard.Version {
	for _, s := range v.Steps {
		if s.Amendment != nil && r.by(s.Recorded) {
			rec := standard.Amended(v.Record, values(v.Steps), r.known)
			return &rec
		}
	}
	return v.Record
}

// state is the state of v at the moment asked for. Its Step is one of v.
func (r *run) state(v *Version) standard.State {
	if len(v.Steps) == 0 {
		return standard.State{Status: standard.Published, Since: v.Record.VisibleFrom()}
	}
	st := standard.StateAt(r.amended(v), values(v.Steps), r.at, r.known)
	if st.Step != nil {
		st.Step = stepNumber(v, st.Step.Number)
	}
	return st
}

func values(steps []*standard.Step) []standard.Step {
	out := make([]standard.Step, len(steps))
	for i, s := range steps {
		out[i] = *s
	}
	return out
}

func stepNumber(v *Version, n int) *standard.Step {
	for _, s := range v.Steps {
		if s.Number == n {
			return s
		}
	}
	return nil
}
