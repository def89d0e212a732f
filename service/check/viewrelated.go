package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// edition shows a version.
func (l *lookup) edition(s *resolve.Standard, v *resolve.Version) Edition {
	state := l.state(v, l.at)
	e := Edition{
		Ref: standard.Ref{
			Name:     s.Record.Name,
			Selector: standard.Selector{Kind: standard.SelectText, Text: string(v.Record.ID)},
		},
		Digest: v.Record.Digest, Title: title(s), Label: v.Record.Label,
		Status: state.Status, Since: standard.DayOf(state.Since), Released: v.Record.Released,
		Prerelease:  v.Record.Prerelease || v.Order.Prerelease(),
		Designation: l.written(s, v),
	}
	if l.base != "" {
		e.IRI = standard.IRI(l.base, s.Record.Name, v.Record.ID, "")
	}
	return e
}

// written is the designation of a version: that which is cited if it bears
// it, else the owner's first. Where the standard has one text alone, its own
// designation is as good.
func (l *lookup) written(s *resolve.Standard, v *resolve.Version) string {
	own := v.Record.Designations
	if len(own) == 0 {
		for _, d := range s.Record.Designations {
			if id, err := designation.Parse(d); err == nil && id.Fixed() {
				return d
			}
		}
		if len(s.Versions) == 1 && len(s.Record.Designations) > 0 {
			return s.Record.Designations[0]
		}
		return ""
	}
	if len(own) > 1 {
		key := l.id.Key()
		for _, d := range own {
			if designation.Key(d) == key {
				return d
			}
		}
	}
	return own[0]
}

// hopEdition is what a hop leads to, nil where it was not there yet. What is
// not registered has a designation alone.
func (l *lookup) hopEdition(h resolve.Hop) (*Edition, *resolve.Standard, *resolve.Version) {
	if h.Name.IsZero() {
		return &Edition{Designation: h.Target}, nil, nil
	}
	s := l.view.Standard(h.Name)
	if s == nil {
		return nil, nil, nil
	}
	v := s.Find(h.Version)
	if h.Version == "" {
		if v = resolve.Latest(l.view, s, l.at); v == nil {
			return nil, nil, nil
		}
	}
	if v == nil || !standard.VisibleAt(v.Record, l.at, time.Time{}) {
		return nil, nil, nil
	}
	e := l.edition(s, v)
	return &e, s, v
}

// followers are the hops to what follows a version, also where it follows the
// standard as a whole.
func (l *lookup) followers(s *resolve.Standard, v *resolve.Version) []resolve.Hop {
	hops := resolve.Successors(l.view, s, v, l.at, time.Time{})
	return inHopOrder(append(hops, resolve.Successors(l.view, s, nil, l.at, time.Time{})...))
}

// inHopOrder sorts hops, nearest first, so that the same question gives the
// same answer: a view promises no order.
func inHopOrder(hops []resolve.Hop) []resolve.Hop {
	slices.SortStableFunc(hops, func(a, b resolve.Hop) int {
		return cmp.Or(
			cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Name.String(), b.Name.String()),
			cmp.Compare(a.Version, b.Version), cmp.Compare(a.Target, b.Target),
		)
	})
	return hops
}

func (l *lookup) successors() []Edition {
	var out []Edition
	for _, h := range l.next {
		e, _, hv := l.hopEdition(h)
		if e == nil || hv == l.ver || contains(out, e) {
			continue
		}
		out = append(out, *e)
	}
	return out
}

func contains(es []Edition, e *Edition) bool {
	return slices.ContainsFunc(es, func(o Edition) bool {
		return o.Ref == e.Ref && (!e.Ref.Name.IsZero() || o.Designation == e.Designation)
	})
}

// adoptions is what a version adopts: as the relations say, and on from there
// by the form of the designation as far as that is registered.
func (l *lookup) adoptions(s *resolve.Standard, v *resolve.Version) []Adoption {
	var out []Adoption
	from := l.written(s, v)
	for _, h := range inHopOrder(resolve.Adopted(l.view, s, v, l.at, time.Time{})) {
		a := Adoption{Target: h.Target, Degree: h.Relation.Degree}
		if e, hs, _ := l.hopEdition(h); hs != nil {
			a.Edition, a.Current = e, l.current(hs)
			from = ""
		} else {
			from = h.Target
		}
		out = append(out, a)
	}
	id, err := designation.Parse(from)
	if err != nil {
		return out
	}
	for down, ok := id.Adopts(); ok; down, ok = down.Adopts() {
		for _, w := range []designation.ID{down, joint(down)} {
			if l.view.Designation(w.Key()) == nil {
				continue
			}
			a, err := resolve.Resolve(l.view, resolve.Query{Text: w.String(), At: l.at})
			if err == nil && a.Standard != s {
				e := l.edition(a.Standard, a.Version)
				out = append(out, Adoption{Target: w.String(), Edition: &e, Current: l.current(a.Standard)})
				break
			}
		}
	}
	return out
}

func joint(id designation.ID) designation.ID {
	id, _ = id.JointForm()
	return id
}

// current is the edition of a standard in force.
func (l *lookup) current(s *resolve.Standard) *Edition {
	v := resolve.Latest(l.view, s, l.at)
	if v == nil {
		return nil
	}
	e := l.edition(s, v)
	return &e
}

// equivalents are the internationally recognised standards on record for the
// same matter: named so, or adopted by what succeeded it, or that itself.
func (l *lookup) equivalents(s *resolve.Standard, v *resolve.Version) []Edition {
	if !ukStandard(l.id) || adopts(&l.facts) {
		return nil
	}
	var out []Edition
	add := func(e *Edition) bool {
		if e == nil || !e.Ref.Name.IsZero() && !inForce(e.Status) {
			return false
		}
		id := parsed(e.Designation)
		if ukStandard(id) || !international(id) {
			return false
		}
		if !contains(out, e) {
			out = append(out, *e)
		}
		return true
	}
	l.matches(s, v, func(target string) { add(l.targetEdition(target)) })
	for _, h := range l.next {
		e, hs, hv := l.hopEdition(h)
		add(e)
		if hs == nil || hv == nil {
			continue
		}
		registered := false
		adoptions := l.adoptions(hs, hv)
		for _, a := range adoptions {
			registered = add(a.Edition) || registered
		}
		if len(adoptions) > 0 && !registered {
			add(&Edition{Designation: adoptions[len(adoptions)-1].Target})
		}
	}
	return out
}

// matches calls yield with what a version or its standard, as a whole, is
// recorded to be an exact or close match of, in either direction.
func (l *lookup) matches(s *resolve.Standard, v *resolve.Version, yield func(target string)) {
	match := func(r *standard.Relation) bool {
		return (r.Type == standard.ExactMatch || r.Type == standard.CloseMatch) && r.Member == "" && r.HoldsAt(l.at, time.Time{})
	}
	for _, rs := range [][]standard.Relation{v.Record.Relations, s.Record.Relations} {
		for i := range rs {
			if match(&rs[i]) {
				yield(rs[i].Target)
			}
		}
	}
	var refs []string
	for _, key := range append(resolve.Keys(s, v), resolve.Keys(s, nil)...) {
		l.view.Referrers(key, func(r resolve.Referrer) bool {
			if match(&r.Relation) {
				ref := standard.RefPrefix + r.Name.String()
				if r.Version != "" {
					ref += "@" + string(r.Version)
				}
				refs = append(refs, ref)
			}
			return true
		})
	}
	slices.Sort(refs)
	for _, ref := range refs {
		yield(ref)
	}
}

// targetEdition is what a reference or designation means; where nobody
// registered it, it has a designation alone.
func (l *lookup) targetEdition(target string) *Edition {
	a, err := resolve.Resolve(l.view, resolve.Query{Text: target, At: l.at})
	if err == nil && a.Method != resolve.Adoption {
		e := l.edition(a.Standard, a.Version)
		return &e
	}
	if _, err := designation.Parse(target); err != nil {
		return nil
	}
	return &Edition{Designation: target}
}

// adoptedByAny says whether anything is on record as adopting a designation.
func (l *lookup) adoptedByAny(key string) bool {
	any := false
	l.view.Referrers(key, func(r resolve.Referrer) bool {
		any = r.Relation.Type == standard.Adopts
		return !any
	})
	return any
}

// title is the title of a standard, in English where there is one.
func title(s *resolve.Standard) string {
	for _, t := range s.Record.Titles {
		if t.Language == "en" || len(t.Language) > 2 && t.Language[:3] == "en-" {
			return t.Value
		}
	}
	if len(s.Record.Titles) > 0 {
		return s.Record.Titles[0].Value
	}
	return ""
}

// inForce says whether a status lets an edition be cited without more ado.
func inForce(s standard.Status) bool { return s == standard.Published || s == standard.Deprecated }

func parsed(d string) designation.ID {
	id, _ := designation.Parse(d)
	return id
}

func firstOf(list []string, other string) string {
	if len(list) > 0 {
		return list[0]
	}
	return other
}
