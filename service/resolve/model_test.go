package resolve_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// The model is one standard whose history spans ten days, so that random
// moments meet.
var modelName = named("m/s")

func drawMoment(t *rapid.T, label string) time.Time {
	return at("2025-01-01").AddDate(0, 0, rapid.IntRange(0, 9).Draw(t, label))
}

func drawKnown(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "all known") {
		return time.Time{}
	}
	return drawMoment(t, "known")
}

type model struct {
	catalogue *resolvetest.Catalogue
	record    standard.Standard
	versions  []standard.Version
	steps     map[standard.VersionID][]standard.Step
	tags      []standard.TagChange
}

func drawModel(t *rapid.T) *model {
	m := &model{catalogue: resolvetest.New(), steps: map[standard.VersionID][]standard.Step{}}
	m.record = standard.Standard{Name: modelName, Scheme: standard.Semver, Created: at("2025-01-01")}
	m.catalogue.AddStandard(m.record)
	ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[0-2]\.[0-2]\.[0-1](-rc\.[12])?`), 0, 30, rapid.ID[string]).Draw(t, "ids")
	for _, id := range ids {
		m.addVersion(t, standard.VersionID(id))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "tags") {
		if len(ids) == 0 {
			break
		}
		change := standard.TagChange{
			Tag:       rapid.SampledFrom([]string{"recommended", "stable"}).Draw(t, fmt.Sprint("tag ", i)),
			Version:   standard.VersionID(rapid.SampledFrom(append(ids, "")).Draw(t, "tagged")),
			Effective: drawMoment(t, "tag effective"), Recorded: drawMoment(t, "tag recorded"),
		}
		m.tags = append(m.tags, change)
		m.catalogue.Tag(modelName, change)
	}
	return m
}

func (m *model) addVersion(t *rapid.T, id standard.VersionID) {
	v := standard.Version{Name: modelName, ID: id, Recorded: drawMoment(t, "recorded"), Prerelease: rapid.IntRange(0, 9).Draw(t, "pre") == 0}
	if rapid.Bool().Draw(t, "released known") {
		v.Released = standard.DayOf(drawMoment(t, "released"))
	}
	if len(m.versions) > 0 && rapid.IntRange(0, 4).Draw(t, "supplement") == 0 {
		base := rapid.SampledFrom(m.versions).Draw(t, "base")
		v.Relations = []standard.Relation{{Type: standard.Amends, Target: "m/s@" + string(base.ID), Effective: drawMoment(t, "amends from")}}
	}
	m.versions = append(m.versions, v)
	m.catalogue.AddVersion(v)
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		s := standard.Step{
			Name: modelName, Version: id, Number: len(m.steps[id]) + 1,
			Kind:      standard.StepKind(rapid.IntRange(1, 5).Draw(t, "kind")),
			Effective: drawMoment(t, "effective"), Recorded: drawMoment(t, "step recorded"),
		}
		switch s.Kind {
		case standard.StepSupersede:
			s.Successor = "m/s@9.9.9"
		case standard.StepCorrect:
			if s.Number > 1 {
				s.Cancels = rapid.IntRange(1, s.Number-1).Draw(t, "cancels")
			} else {
				day := standard.DayOf(drawMoment(t, "corrected release"))
				s.Amendment = &standard.Amendment{Released: &day}
			}
		}
		m.steps[id] = append(m.steps[id], s)
		m.catalogue.AddStep(s)
	}
}

// eligible is the rule of what may be picked, word for word and slow.
func (m *model) eligible(v standard.Version, at, known time.Time, pre bool) bool {
	rec := standard.Amended(&v, m.steps[v.ID], known)
	if !standard.VisibleAt(&rec, at, known) {
		return false
	}
	for _, rel := range rec.Relations {
		if rel.Type == standard.Amends && rel.HoldsAt(at, known) {
			return false
		}
	}
	if st := standard.StateAt(&rec, m.steps[v.ID], at, known).Status; st == standard.Withdrawn || st == standard.Invalid {
		return false
	}
	return pre || !v.Prerelease && !m.order(v.ID).Prerelease()
}

func (m *model) order(id standard.VersionID) standard.Order {
	return must(standard.Semver.Parse(id, 0))
}

// highest is the id of the highest eligible version that in accepts.
func (m *model) highest(at, known time.Time, pre bool, in func(standard.Order) bool) standard.VersionID {
	var best standard.VersionID
	for _, v := range m.versions {
		if in(m.order(v.ID)) && m.eligible(v, at, known, pre) && (best == "" || m.order(best).Compare(m.order(v.ID)) < 0) {
			best = v.ID
		}
	}
	return best
}

// want is the id that a selector means, empty for none.
func (m *model) want(selector string, at, known time.Time, pre bool) standard.VersionID {
	all := func(standard.Order) bool { return true }
	visible := func(id standard.VersionID) standard.VersionID {
		for _, v := range m.versions {
			rec := standard.Amended(&v, m.steps[v.ID], known)
			if v.ID == id && standard.VisibleAt(&rec, at, known) {
				return id
			}
		}
		return ""
	}
	sel := must(standard.ParseSelector(selector))
	if sel.Kind == standard.SelectRange {
		rng := must(standard.Semver.ParseRange(selector))
		return m.highest(at, known, pre, rng.Contains)
	}
	switch id, tagged := standard.TagAt(m.tags, selector, at, known); {
	case selector == "latest":
		return m.highest(at, known, pre, all)
	case tagged:
		return visible(id)
	}
	if rng, ok := standard.Semver.Partial(selector); ok {
		return m.highest(at, known, pre, rng.Contains)
	}
	return visible(standard.VersionID(selector))
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		view := m.catalogue.View()
		for range 8 {
			selector := rapid.OneOf(
				rapid.SampledFrom([]string{"latest", "recommended", "stable", "^1", "~1.1", "1.x", "*", ">=0.1,<2", "^0.1", "1", "1.1", "2"}),
				rapid.StringMatching(`[0-2]\.[0-2]\.[0-1](-rc\.[12])?`),
			).Draw(t, "selector")
			q := resolve.Query{Text: "m/s@" + selector, Now: drawMoment(t, "at"), Known: drawKnown(t), IncludePrereleases: rapid.Bool().Draw(t, "include")}
			want := m.want(selector, q.Now, q.Known, q.IncludePrereleases)
			checkAnswer(t, m, view, q, want)
			checkStable(t, view, q)
		}
	})
}

func checkAnswer(t *rapid.T, m *model, view resolve.View, q resolve.Query, want standard.VersionID) {
	a, err := resolve.Resolve(view, q)
	if err != nil {
		if want != "" {
			t.Fatalf("%s at %v known %v: %v, want %s", q.Text, q.Now, q.Known, err, want)
		}
		return
	}
	if got := a.Version.Record.ID; got != want {
		t.Fatalf("%s at %v known %v: %s, want %s", q.Text, q.Now, q.Known, got, want)
	}
	rec := standard.Amended(a.Version.Record, m.steps[want], q.Known)
	st := standard.StateAt(&rec, m.steps[want], q.Now, q.Known)
	if a.State.Status != st.Status || !a.State.Since.Equal(st.Since) || !a.State.Next.Equal(st.Next) {
		t.Fatalf("%s: state %+v, want %+v", q.Text, a.State, st)
	}
}

// checkStable says that between the moment asked for and the next change
// nothing changes.
func checkStable(t *rapid.T, view resolve.View, q resolve.Query) {
	line, warnings, next := outcome(view, q)
	last := at("2025-01-12")
	if !next.IsZero() {
		last = next.Add(-time.Nanosecond)
	}
	for day := q.Now; !day.After(last); day = day.AddDate(0, 0, 1) {
		later := q
		later.Now = day
		if l, w, _ := outcome(view, later); l != line || w != warnings {
			t.Fatalf("%s at %v is %q (%s) until %v, but at %v it is %q (%s)", q.Text, q.Now, line, warnings, next, day, l, w)
		}
	}
}

func outcome(view resolve.View, q resolve.Query) (line, warnings string, next time.Time) {
	a, err := resolve.Resolve(view, q)
	line, warnings = summary(a, err)
	var f *resolve.Failure
	if errors.As(err, &f) {
		// What else may have been meant is no part of the answer.
		return "! " + f.Reason.String(), "", f.NextChange
	}
	return line, warnings, a.NextChange
}
