package resolve

import (
	"fmt"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// warn adds the warnings of an answer, the gravest first.
func (r *run) warn(a *Answer) {
	if len(a.Version.Steps) > 0 {
		r.warnState(a)
	}
	if isPrerelease(a.Version) {
		a.add(WarnPrerelease, "", standard.Day{}, "%s is a pre-release and may still change", a.Ref())
	}
	if a.Method == Partial {
		a.add(WarnNotExact, a.exactRef(), standard.Day{}, "%s names a line of versions, which will grow; cite %s", r.c.text, a.exactRef())
	}
	if len(a.Standard.supplements) > 0 {
		r.warnSupplements(a)
	}
}

func (r *run) warnState(a *Answer) {
	steps := r.liveSteps(a.Version)
	switch a.State.Status {
	case standard.Invalid:
		a.add(WarnInvalid, "", day(a.State), "%s was declared invalid%s and must not be used%s", a.exactRef(), since(a.State), because(a.State.Step))
	case standard.Withdrawn:
		a.add(WarnWithdrawn, "", day(a.State), "%s was withdrawn%s%s", a.exactRef(), since(a.State), because(a.State.Step))
	}
	for _, s := range steps {
		if s.Kind == standard.StepSupersede && !effective(s).After(r.at) {
			a.add(WarnSuperseded, s.Successor, standard.DayOf(effective(s)), "%s is superseded by %s since %s", a.exactRef(), s.Successor, standard.DayOf(effective(s)))
		}
	}
	if a.State.Status == standard.Deprecated {
		a.warnDeprecated()
	}
	if a.State.Status < standard.Withdrawn {
		r.warnRemoval(a, steps)
	}
}

func (a *Answer) warnDeprecated() {
	s := a.State.Step
	if s == nil {
		return
	}
	text := fmt.Sprintf("%s is deprecated since %s%s", a.exactRef(), day(a.State), because(s))
	if s.Alternative != "" {
		text += "; use " + s.Alternative
	}
	if s.Documentation != "" {
		text += "; see " + s.Documentation
	}
	a.add(WarnDeprecated, s.Alternative, day(a.State), "%s", text)
}

// warnRemoval tells of a removal or withdrawal that is scheduled.
func (r *run) warnRemoval(a *Answer, steps []*standard.Step) {
	for _, s := range steps {
		later := effective(s).After(r.at)
		switch {
		case s.Kind == standard.StepDeprecate && !later && !s.RemovalDate.IsZero():
			a.add(WarnRemovalPlanned, s.Alternative, s.RemovalDate, "%s is to be removed on %s", a.exactRef(), s.RemovalDate)
		case s.Kind == standard.StepWithdraw && later:
			d := standard.DayOf(effective(s))
			a.add(WarnRemovalPlanned, "", d, "%s is to be withdrawn on %s", a.exactRef(), d)
		}
	}
}

// liveSteps are the steps on record that change the status and were not
// cancelled. It notes when they take effect.
func (r *run) liveSteps(v *Version) []*standard.Step {
	var live []*standard.Step
	for _, s := range v.Steps {
		if s.Kind == standard.StepCorrect || !r.by(s.Recorded) || r.cancelled(v, s.Number) {
			continue
		}
		live = append(live, s)
		r.soonerOf(effective(s))
	}
	return live
}

func (r *run) cancelled(v *Version, number int) bool {
	for _, s := range v.Steps {
		if s.Kind == standard.StepCorrect && s.Cancels == number && r.by(s.Recorded) {
			return true
		}
	}
	return false
}

// warnSupplements names the standalone amendments of the answer.
func (r *run) warnSupplements(a *Answer) {
	r.supplementsAt(a.Standard, func(v *Version, base standard.VersionID) {
		if v == a.Version || base == "" || a.Standard.Find(base) != a.Version || !r.recorded(v) {
			return
		}
		if !r.visible(v) {
			r.soonerOf(r.amended(v).VisibleFrom())
			return
		}
		if r.ended(v) {
			return
		}
		r.soonerOf(r.state(v).Next)
		name := r.amended(v).Label
		if name == "" {
			name = string(v.Record.ID)
		}
		ref := a.Standard.Record.Name.String() + "@" + string(v.Record.ID)
		for _, w := range a.Warnings {
			if w.Code == WarnAmendmentsExist && w.Ref == ref {
				return
			}
		}
		a.add(WarnAmendmentsExist, ref, r.amended(v).Released, "%s is amended or corrected by %s (%s), which is a document of its own", a.exactRef(), name, ref)
	})
}

func (a *Answer) add(code WarningCode, ref string, date standard.Day, format string, args ...any) {
	a.Warnings = append(a.Warnings, Warning{Code: code, Text: fmt.Sprintf(format, args...), Ref: ref, Date: date})
}

// exactRef is the reference of the answer's version, without a member.
func (a *Answer) exactRef() string {
	return a.Standard.Record.Name.String() + "@" + string(a.Version.Record.ID)
}

func day(s standard.State) standard.Day { return standard.DayOf(s.Since) }

func since(s standard.State) string {
	if s.Since.IsZero() {
		return ""
	}
	return " on " + standard.DayOf(s.Since).String()
}

func because(s *standard.Step) string {
	if s == nil || s.Note == "" {
		return ""
	}
	return " (" + strings.TrimRight(strings.TrimSpace(s.Note), ".") + ")"
}

func quote(s string) string { return `"` + clip(s) + `"` }

// clip bounds what is quoted from a question.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// effective is when a step takes effect.
func effective(s *standard.Step) time.Time {
	if s.Effective.IsZero() {
		return s.Recorded
	}
	return s.Effective
}
