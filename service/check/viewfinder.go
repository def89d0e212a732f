package check

import (
	"context"
	"errors"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// ViewFinder looks designations up in a catalogue at hand. It does no I/O and
// is safe for concurrent use.
type ViewFinder struct {
	View resolve.View
	// Now is the present, in effect where no day is asked for.
	Now time.Time
	// IRIBase is the base of persistent identifiers; empty: editions have none.
	IRIBase string
}

var _ Finder = ViewFinder{}

// Find looks each designation up. The error is that of ctx.
func (f ViewFinder) Find(ctx context.Context, ids []designation.ID, asOf standard.Day) (Found, error) {
	found := Found{Facts: make([]Facts, len(ids)), Revision: f.View.Revision(), AsOf: asOf}
	at := standard.EndOfDay(asOf)
	if asOf.IsZero() {
		at, found.AsOf = f.Now, standard.DayOf(f.Now)
	}
	for i, id := range ids {
		if i%64 == 0 && ctx.Err() != nil {
			return Found{}, ctx.Err()
		}
		found.Facts[i] = Lookup(f.View, id, at, f.IRIBase)
	}
	return found, nil
}

// Lookup gives the facts of a designation at a moment in effect. iriBase is
// the base of persistent identifiers; empty: editions have none.
//
// A designation means what its holder says. One that nobody holds is tried
// with the IEC that it may have lost (ID.JointForm), then as what it adopts by
// its form, with the same year; then by what is on record as adopting it. The
// facts say through which designation it was found. What stays unknown is an
// unknown edition where the undated designation is held, a family where parts
// are registered, and an unknown standard else.
func Lookup(v resolve.View, id designation.ID, at time.Time, iriBase string) Facts {
	l := lookup{view: v, id: id, at: at, base: iriBase, facts: Facts{ID: id}}
	if id.Flavour == designation.Etalon {
		l.reference()
	} else {
		l.designation()
	}
	l.replace()
	return l.facts
}

// lookup is the look-up of one designation.
type lookup struct {
	view  resolve.View
	id    designation.ID
	at    time.Time
	base  string
	facts Facts

	// std and ver are those of facts.Edition, as far as there is one.
	std *resolve.Standard
	ver *resolve.Version
	// next are the hops to what follows them.
	next []resolve.Hop
	// down says that it was found through what it adopts by its form.
	down bool
}

// reference looks a reference of the registry's own up.
func (l *lookup) reference() {
	text := l.id.String()
	a, f := l.resolve(text)
	if f == nil {
		l.found(a)
		ref, err := standard.ParseRef(text)
		l.facts.Undated = err == nil && ref.Selector.Kind == standard.SelectDefault
		return
	}
	if l.settled(f) {
		return
	}
	l.facts.Outcome, l.facts.Message, l.facts.Candidates = UnknownStandard, sentence(f.Message), f.Candidates
	if ref, err := standard.ParseRef(text); err == nil && f.Reason != resolve.StandardNotFound {
		l.facts.Outcome = UnknownEdition
		l.standard(l.view.Standard(ref.Name))
		l.nearest()
	}
}

// designation looks the designation up in the ways that Lookup tells of.
func (l *lookup) designation() {
	if l.view.Designation(l.id.Key()) != nil && l.try(way{id: l.id}) {
		return
	}
	ways := waysOf(l.id)
	for _, w := range ways[1:] {
		if l.view.Designation(w.id.Key()) != nil && l.try(w) {
			return
		}
	}
	for _, w := range ways {
		if l.adoptedByAny(w.id.Key()) && l.try(w) {
			return
		}
	}
	l.unknown(ways)
}

// way is a designation that may mean the same.
type way struct {
	id   designation.ID
	down bool // what it adopts by its form
}

// waysOf are the designations that may mean the same as id, likeliest first.
func waysOf(id designation.ID) []way {
	ways := make([]way, 0, 8)
	add := func(id designation.ID, down bool) {
		ways = append(ways, way{id, down})
		if joint, ok := id.JointForm(); ok {
			ways = append(ways, way{joint, down})
		}
	}
	add(id, false)
	if id.Form != "" {
		plain := id
		plain.Form = ""
		add(plain, false)
	}
	for down, ok := id.Adopts(); ok; down, ok = down.Adopts() {
		add(down, true)
	}
	return ways
}

// try resolves one way; false: it says nothing.
func (l *lookup) try(w way) bool {
	text := w.id.String()
	a, f := l.resolve(text)
	if f != nil {
		if !l.settled(f) {
			return false
		}
		_ = l.split(w.id)
		return true
	}
	if w.down && l.otherEdition(a) {
		return true
	}
	l.found(a)
	if l.split(w.id) {
		return true
	}
	l.down = w.down
	if w.id.Key() != l.id.Key() {
		l.facts.Through = text
	}
	if w.down || a.Method == resolve.Adoption {
		l.facts.Method = resolve.Adoption
		if a.Method == resolve.Adoption {
			l.facts.Through = firstOf(a.Version.Record.Designations, a.Ref())
		}
	}
	return true
}

func (l *lookup) resolve(text string) (*resolve.Answer, *resolve.Failure) {
	q := resolve.Query{Text: text, At: l.at}
	a, f := ask(l.view, q)
	if f != nil && f.Reason == resolve.OnlyPrereleases {
		q.IncludePrereleases = true
		a, f = ask(l.view, q)
	}
	if at := l.recordedOnly(f); !at.IsZero() {
		q.At = at
		if late, g := ask(l.view, q); g == nil {
			a, f = late, nil
		}
	}
	if f != nil {
		l.changes(f.NextChange)
	} else {
		l.changes(a.NextChange)
	}
	return a, f
}

// recordedOnly is when what a failure means was recorded, if that is all that
// is known of its age: nobody said when it was published, so it can't be said
// that it was not yet. Zero: it is something else.
func (l *lookup) recordedOnly(f *resolve.Failure) time.Time {
	if f == nil || f.Reason != resolve.NotYet || len(f.Candidates) == 0 {
		return time.Time{}
	}
	s := l.view.Standard(f.Candidates[0].Name)
	if s == nil {
		return time.Time{}
	}
	if v := s.Find(f.Candidates[0].Version); v != nil && v.Record.Released.IsZero() && v.Record.Effective.IsZero() {
		return v.Record.Recorded
	}
	return time.Time{}
}

// ask resolves; the failure is nil where there is an answer.
func ask(v resolve.View, q resolve.Query) (*resolve.Answer, *resolve.Failure) {
	a, err := resolve.Resolve(v, q)
	var f *resolve.Failure
	errors.As(err, &f)
	return &a, f
}

func (l *lookup) changes(next time.Time) {
	if !next.IsZero() && (l.facts.NextChange.IsZero() || next.Before(l.facts.NextChange)) {
		l.facts.NextChange = next
	}
}

// settled takes the failures that say what a designation means; false: it
// means nothing.
func (l *lookup) settled(f *resolve.Failure) bool {
	switch f.Reason {
	case resolve.NotYet:
		l.facts.Outcome = NotYetPublished
	case resolve.NoCurrent:
		l.facts.Outcome = NoCurrentEdition
	case resolve.Ambiguous:
		l.facts.Outcome = Ambiguous
	default:
		return false
	}
	l.facts.Message, l.facts.Candidates = sentence(f.Message), f.Candidates
	if l.facts.Outcome == Ambiguous || len(f.Candidates) == 0 {
		return true
	}
	c := f.Candidates[0]
	if s := l.view.Standard(c.Name); s != nil {
		l.standard(s)
		if v := s.Find(c.Version); v != nil {
			l.meant(s, v)
		}
	}
	l.facts.Undated = !l.id.Fixed()
	return true
}

// found takes the answer as what is meant.
func (l *lookup) found(a *resolve.Answer) {
	l.facts.Outcome, l.facts.Method = OutcomeFound, a.Method
	for _, w := range a.Warnings {
		if w.Code == resolve.WarnUndated {
			l.facts.Undated = true
		}
	}
	l.standard(a.Standard)
	l.meant(a.Standard, a.Version)
	// A tag names a version whatever became of it; an undated citation means
	// one in force as long as there is one.
	if f := &l.facts; f.Undated && !inForce(f.Edition.Status) && f.Current != nil {
		l.meant(a.Standard, a.Standard.Find(standard.VersionID(f.Current.Ref.Selector.Text)))
	}
}

// standard names the standard that is cited.
func (l *lookup) standard(s *resolve.Standard) {
	if s == nil {
		return
	}
	l.facts.Standard, l.facts.Title = s.Record.Name, title(s)
	if v := resolve.Latest(l.view, s, l.at); v != nil {
		if e := l.edition(s, v); inForce(e.Status) {
			l.facts.Current = &e
		}
	}
}

// meant fills in the version that is cited, and all that is around it.
func (l *lookup) meant(s *resolve.Standard, v *resolve.Version) {
	l.std, l.ver, l.next = s, v, l.followers(s, v)
	e := l.edition(s, v)
	l.facts.Edition = &e
	l.facts.Steps, l.facts.Removal, l.facts.Alternative = nil, standard.Day{}, ""
	l.life(v)
	l.facts.Successors = l.successors()
	l.facts.Adoptions = l.adoptions(s, v)
	l.facts.Equivalents = l.equivalents(s, v)
}

// life fills in the steps of v to come, and what a deprecation says.
func (l *lookup) life(v *resolve.Version) {
	if len(v.Steps) == 0 {
		return
	}
	state := l.state(v, l.at)
	if state.Status == standard.Deprecated && state.Step != nil {
		l.facts.Removal, l.facts.Alternative = state.Step.RemovalDate, state.Step.Alternative
	}
	for !state.Next.IsZero() {
		l.changes(state.Next)
		state = l.state(v, state.Next)
		step := Step{Status: state.Status, Effective: standard.DayOf(state.Since)}
		if state.Step != nil {
			step.Successor = state.Step.Successor
		}
		l.facts.Steps = append(l.facts.Steps, step)
	}
}

func (l *lookup) state(v *resolve.Version, at time.Time) standard.State {
	steps := make([]standard.Step, len(v.Steps))
	for i, s := range v.Steps {
		steps[i] = *s
	}
	rec := standard.Amended(v.Record, steps, time.Time{})
	return standard.StateAt(&rec, steps, at, time.Time{})
}
