package standard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Two times run through everything here. "at" is the time in effect that is
// asked about; "known" hides what was recorded later, and zero hides nothing.
// A zero Effective means: when recorded.

// State is where a published version stands at a moment.
type State struct {
	Status Status
	Since  time.Time // when Status took effect
	Step   *Step     // that decided; nil: PUBLISHED
	// Next is the first moment after the one asked about at which a recorded
	// step changes the status; zero: none is known.
	Next time.Time
}

// StateAt is the state of v at the time at, as was recorded by known. Steps
// take effect in the order of (Effective, Number); a cancelled one never did,
// and none takes the status backwards. Whether v was released by then is for
// VisibleAt to say. The Step of the result points into steps.
func StateAt(v *Version, steps []Step, at, known time.Time) State {
	s := State{Status: Published, Since: v.VisibleFrom()}
	for _, step := range timeline(steps, known) {
		to := step.Kind.status()
		if to <= s.Status {
			continue
		}
		if step.effective().After(at) {
			s.Next = step.effective()
			break
		}
		s.Status, s.Since, s.Step = to, step.effective(), step
	}
	return s
}

// VisibleFrom is the moment from which v is there: the start of the day of its
// release, or when it was recorded where that is unknown.
func (v *Version) VisibleFrom() time.Time {
	if v.Released.IsZero() {
		return v.Recorded
	}
	return v.Released.Start()
}

// VisibleAt says whether v was released by at and recorded by known.
func VisibleAt(v *Version, at, known time.Time) bool {
	return recordedBy(v.Recorded, known) && !v.VisibleFrom().After(at)
}

// CheckStep says whether next may be appended to steps, all of v. It looks at
// the whole timeline of effective times, so a step that is scheduled counts,
// and next may have to fit in before it. Errors wrap ErrLifecycle and say what
// is allowed.
//
//	PUBLISHED -> DEPRECATED -> SUPERSEDED -> WITHDRAWN -> INVALID
//
// goes forward, and any of them may be left out; each status is reached once.
// next.Recorded is set; next.Number is not looked at.
// A step that was wrong is cancelled by a StepCorrect first.
func CheckStep(v *Version, steps []Step, next Step) error {
	if next.Kind == StepCorrect {
		return checkCorrection(v, steps, &next)
	}
	to := next.Kind.status()
	if to == StatusUnspecified {
		return stepError(v, "kind of step %v is none that changes the status; use %s", next.Kind, strings.Join(stepNames[1:], ", "))
	}
	if next.Cancels != 0 || next.Amendment != nil {
		return stepError(v, "%v neither cancels nor amends; use CORRECT", next.Kind)
	}
	if next.Kind == StepSupersede {
		if err := checkSuccessor(v, next.Successor); err != nil {
			return err
		}
	} else if next.Successor != "" {
		return stepError(v, "%v takes no successor; use SUPERSEDE", next.Kind)
	}
	from, since := Published, v.VisibleFrom()
	for _, step := range timeline(steps, time.Time{}) {
		if step.effective().After(next.effective()) {
			if step.Kind.status() <= to {
				return stepError(v, "%v from %s on does not go before %v from %s on (step %d); cancel that one first with CORRECT",
					to, stamp(next.effective()), step.Kind.status(), stamp(step.effective()), step.Number)
			}
			break
		}
		if s := step.Kind.status(); s > from {
			from, since = s, step.effective()
		}
	}
	if to <= from {
		return stepError(v, "it is %v since %s and cannot become %v; allowed: %s", from, stamp(since), to, allowedFrom(from))
	}
	return nil
}

// Amended is v with the corrections of its descriptive metadata that were
// recorded by known, in their order. v and its lists are not changed.
func Amended(v *Version, steps []Step, known time.Time) Version {
	out := *v
	copied := false
	for _, step := range byNumber(steps) {
		a := step.Amendment
		if step.Kind != StepCorrect || a == nil || !recordedBy(step.Recorded, known) {
			continue
		}
		set(&out.Label, a.Label)
		set(&out.Released, a.Released)
		set(&out.Effective, a.Effective)
		if a.Notes != nil {
			out.Notes = a.Notes
		}
		if len(a.AddRelations)+len(a.RemoveRelations) == 0 {
			continue
		}
		if !copied {
			out.Relations, copied = slices.Clone(v.Relations), true
		}
		amendRelations(&out, step)
	}
	return out
}

// HoldsAt says whether the claim holds at the time at, as was recorded by
// known. A removal that was not yet recorded by then does not count.
func (c *Claim) HoldsAt(at, known time.Time) bool {
	return holdsAt(span{c.Effective, c.Until, c.Recorded, c.Retracted}, at, known)
}

// HoldsAt says whether the relation holds; see Claim.HoldsAt.
func (r *Relation) HoldsAt(at, known time.Time) bool {
	return holdsAt(span{r.Effective, r.Until, r.Recorded, r.Retracted}, at, known)
}

// span is both times of a fact: in effect from and until, recorded and
// retracted. The end is known from when it was retracted, and it ends then
// where no other moment is given; a fact that was never retracted but has an
// end was recorded with it.
type span struct{ effective, until, recorded, retracted time.Time }

func holdsAt(s span, at, known time.Time) bool {
	if !recordedBy(s.recorded, known) {
		return false
	}
	if from := orElse(s.effective, s.recorded); from.After(at) {
		return false
	}
	end := orElse(s.until, s.retracted)
	if end.IsZero() || !s.retracted.IsZero() && !recordedBy(s.retracted, known) {
		return true
	}
	return at.Before(end)
}

// status is the status that a step leads to; 0 for corrections.
func (k StepKind) status() Status {
	switch k {
	case StepDeprecate:
		return Deprecated
	case StepSupersede:
		return Superseded
	case StepWithdraw:
		return Withdrawn
	case StepInvalidate:
		return Invalid
	}
	return StatusUnspecified
}

func (s *Step) effective() time.Time { return orElse(s.Effective, s.Recorded) }

// timeline is the steps that change the status, recorded by known and not
// cancelled by then, in the order in which they take effect.
func timeline(steps []Step, known time.Time) []*Step {
	if len(steps) == 0 {
		return nil
	}
	out := make([]*Step, 0, len(steps))
	for i := range steps {
		s := &steps[i]
		if s.Kind.status() != 0 && recordedBy(s.Recorded, known) && canceller(steps, s.Number, known) == nil {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b *Step) int {
		return cmp.Or(a.effective().Compare(b.effective()), cmp.Compare(a.Number, b.Number))
	})
	return out
}

// canceller is the correction that cancels step number n, or nil.
func canceller(steps []Step, n int, known time.Time) *Step {
	for i := range steps {
		c := &steps[i]
		if c.Kind == StepCorrect && c.Cancels == n && n != 0 && recordedBy(c.Recorded, known) {
			return c
		}
	}
	return nil
}

func checkCorrection(v *Version, steps []Step, next *Step) error {
	if next.Cancels == 0 && next.Amendment.empty() {
		return stepError(v, "a CORRECT step names a step that it cancels or amends something")
	}
	if next.Successor != "" {
		return stepError(v, "CORRECT takes no successor; cancel the step and use SUPERSEDE")
	}
	if next.Cancels == 0 {
		return nil
	}
	i := slices.IndexFunc(steps, func(s Step) bool { return s.Number == next.Cancels })
	switch {
	case i < 0:
		return stepError(v, "there is no step %d to cancel; %s", next.Cancels, cancellable(steps))
	case steps[i].Kind == StepCorrect:
		return stepError(v, "step %d is a correction, which cannot be cancelled; %s", next.Cancels, cancellable(steps))
	}
	if c := canceller(steps, next.Cancels, time.Time{}); c != nil {
		return stepError(v, "step %d is cancelled already, by step %d; %s", next.Cancels, c.Number, cancellable(steps))
	}
	return nil
}

func cancellable(steps []Step) string {
	var b strings.Builder
	for _, s := range timeline(steps, time.Time{}) {
		fmt.Fprintf(&b, " %d (%v)", s.Number, s.Kind)
	}
	if b.Len() == 0 {
		return "no step can be cancelled"
	}
	return "steps that can be cancelled:" + b.String()
}

func checkSuccessor(v *Version, successor string) error {
	if strings.TrimSpace(successor) == "" {
		return stepError(v, "SUPERSEDE wants the successor, a reference or a designation")
	}
	if r, err := ParseRef(successor); err == nil && r.Name == v.Name && r.Selector.Kind == SelectText &&
		strings.EqualFold(r.Selector.Text, string(v.ID)) {
		return stepError(v, "a version cannot be its own successor")
	}
	return nil
}

func allowedFrom(from Status) string {
	switch from {
	case Published:
		return "DEPRECATE, SUPERSEDE, WITHDRAW, INVALIDATE, CORRECT"
	case Deprecated:
		return "SUPERSEDE, WITHDRAW, INVALIDATE, CORRECT"
	case Superseded:
		return "WITHDRAW, INVALIDATE, CORRECT"
	case Withdrawn:
		return "INVALIDATE, CORRECT"
	}
	return "CORRECT"
}

func stepError(v *Version, format string, args ...any) error {
	return fmt.Errorf("%w: %v@%s: "+format, append([]any{ErrLifecycle, v.Name, v.ID}, args...)...)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (a *Amendment) empty() bool {
	return a == nil || a.Label == nil && a.Released == nil && a.Effective == nil && a.Notes == nil &&
		len(a.AddRelations) == 0 && len(a.RemoveRelations) == 0
}

// amendRelations ends and adds relations. Those that end stay on record.
func amendRelations(out *Version, step *Step) {
	for _, gone := range step.Amendment.RemoveRelations {
		for i := range out.Relations {
			r := &out.Relations[i]
			if r.Retracted.IsZero() && r.Type == gone.Type && r.Member == gone.Member && r.Target == gone.Target {
				r.Until, r.Retracted = step.effective(), step.Recorded
			}
		}
	}
	for _, r := range step.Amendment.AddRelations {
		r.Effective = orElse(r.Effective, step.effective())
		r.Recorded, r.Retracted = step.Recorded, time.Time{}
		out.Relations = append(out.Relations, r)
	}
}

func byNumber(steps []Step) []*Step {
	out := make([]*Step, len(steps))
	for i := range steps {
		out[i] = &steps[i]
	}
	slices.SortStableFunc(out, func(a, b *Step) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func recordedBy(recorded, known time.Time) bool {
	return known.IsZero() || !recorded.After(known)
}

func orElse(t, other time.Time) time.Time {
	if t.IsZero() {
		return other
	}
	return t
}
