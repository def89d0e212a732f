package resolve

import (
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// maxHops bounds a walk over relations.
const maxHops = 256

// Hop is one step of a walk over relations.
type Hop struct {
	Name     standard.Name      // zero: Target is not registered
	Version  standard.VersionID // empty: the undated standard, or not registered
	Target   string             // what the relation says, as written
	Relation standard.Relation  // Type is 0 where a step named the successor
	Depth    int                // 1: next to where the walk began
}

// Successors are what follows a version, nearest first and then what follows
// those: the successors that its steps name, and what replaces it. At and
// known are as in Query; steps that are scheduled are not followed.
func Successors(v View, s *Standard, ver *Version, at, known time.Time) []Hop {
	return walk(v, s, ver, at, known, func(w *walker, s *Standard, ver *Version, depth int) {
		r := &w.run
		if ver != nil {
			for _, st := range r.liveSteps(ver) {
				if st.Kind == standard.StepSupersede && !effective(st).After(at) {
					w.target(st.Successor, standard.Relation{Target: st.Successor, Effective: effective(st), Recorded: st.Recorded}, depth)
				}
			}
		}
		w.referrers(s, ver, standard.Replaces, depth)
	})
}

// Adopters are the versions that adopt a version, and those that adopt them.
func Adopters(v View, s *Standard, ver *Version, at, known time.Time) []Hop {
	return walk(v, s, ver, at, known, func(w *walker, s *Standard, ver *Version, depth int) {
		w.referrers(s, ver, standard.Adopts, depth)
	})
}

// Adopted is what a version adopts, and what that adopts. What is not
// registered is in the list without a name.
func Adopted(v View, s *Standard, ver *Version, at, known time.Time) []Hop {
	return walk(v, s, ver, at, known, func(w *walker, s *Standard, ver *Version, depth int) {
		relations := s.Record.Relations
		if ver != nil {
			relations = w.run.amended(ver).Relations
		}
		for _, rel := range relations {
			if rel.Type == standard.Adopts && rel.HoldsAt(at, known) {
				w.target(rel.Target, rel, depth)
			}
		}
	})
}

// walker walks breadth first and visits everything once, so that circles end.
type walker struct {
	view View
	run  run
	seen map[string]bool
	hops []Hop
	todo []place
}

type place struct {
	s     *Standard
	v     *Version // nil: the undated standard
	depth int
}

func walk(v View, s *Standard, ver *Version, at, known time.Time, expand func(*walker, *Standard, *Version, int)) []Hop {
	w := &walker{view: v, run: run{view: v, c: &Compiled{}, at: at, known: known}, seen: map[string]bool{}}
	w.seen[placeKey(s, ver)] = true
	w.todo = []place{{s, ver, 0}}
	for len(w.todo) > 0 && len(w.hops) < maxHops {
		p := w.todo[0]
		w.todo = w.todo[1:]
		expand(w, p.s, p.v, p.depth+1)
	}
	return w.hops
}

func placeKey(s *Standard, v *Version) string {
	if v == nil {
		return keyOf(s.Record.Name, "")
	}
	return keyOf(s.Record.Name, string(v.Record.ID))
}

// target visits what a text means. What is found by who adopts it alone is not
// registered itself.
func (w *walker) target(text string, rel standard.Relation, depth int) {
	a, err := Resolve(w.view, Query{Text: text, At: w.run.at, Known: w.run.known, IncludePrereleases: true})
	if err != nil || a.Method == Adoption {
		key := TargetKey(text)
		if !w.seen[key] {
			w.seen[key] = true
			w.hops = append(w.hops, Hop{Target: text, Relation: rel, Depth: depth})
		}
		return
	}
	w.visit(a.Standard, a.Version, Hop{Target: text, Relation: rel, Depth: depth})
}

// referrers visits what relates to a version with a type.
func (w *walker) referrers(s *Standard, v *Version, t standard.RelationType, depth int) {
	for _, key := range Keys(s, v) {
		w.view.Referrers(key, func(ref Referrer) bool {
			if ref.Relation.Type != t || ref.Relation.Member != "" {
				return true
			}
			from, ver := w.run.refers(&ref)
			if from == nil {
				return true
			}
			w.visit(from, ver, Hop{Target: ref.Relation.Target, Relation: ref.Relation, Depth: depth})
			return true
		})
	}
}

func (w *walker) visit(s *Standard, v *Version, h Hop) {
	key := placeKey(s, v)
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	h.Name = s.Record.Name
	if v != nil {
		h.Version = v.Record.ID
	}
	w.hops = append(w.hops, h)
	w.todo = append(w.todo, place{s, v, h.Depth})
}
