package standard

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// on is n days after the epoch.
func on(n int) time.Time { return epoch.AddDate(0, 0, n) }

func published() *Version {
	return &Version{Name: ocds, ID: "1.1.5", Recorded: on(0)}
}

// step is a step recorded on one day, in effect from another.
func step(n int, k StepKind, recorded, effective int) Step {
	s := Step{Name: ocds, Version: "1.1.5", Number: n, Kind: k, Recorded: on(recorded), Effective: on(effective)}
	if k == StepSupersede {
		s.Successor = "ocp/ocds@2.0.0"
	}
	return s
}

func cancel(n, what, recorded int) Step {
	s := step(n, StepCorrect, recorded, recorded)
	s.Cancels = what
	return s
}

func TestStateAt(t *testing.T) {
	steps := []Step{
		step(1, StepDeprecate, 10, 20),
		step(2, StepWithdraw, 30, 60),
		cancel(3, 2, 40),
		step(4, StepSupersede, 50, 55),
		step(5, StepInvalidate, 70, 65), // recorded after the fact
	}
	for _, c := range []struct {
		name      string
		at, known int // known 0: everything
		status    Status
		since     int
		step      int
		next      int // 0: none
	}{
		{"before anything", 1, 5, Published, 0, 0, 0},
		{"a scheduled step is announced", 12, 15, Published, 0, 0, 20},
		{"at the very moment", 20, 15, Deprecated, 20, 1, 0},
		{"the withdrawal was still planned", 35, 35, Deprecated, 20, 1, 60},
		{"as was thought before the correction", 61, 35, Withdrawn, 60, 2, 0},
		{"cancelled", 61, 45, Deprecated, 20, 1, 0},
		{"superseded", 56, 60, Superseded, 55, 4, 0},
		{"invalid with hindsight", 66, 0, Invalid, 65, 5, 0},
		{"not known yet", 66, 69, Superseded, 55, 4, 0},
		{"next with hindsight", 57, 0, Superseded, 55, 4, 65},
		{"long before", -100, 0, Published, 0, 0, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			known := time.Time{}
			if c.known != 0 {
				known = on(c.known)
			}
			got := StateAt(published(), steps, on(c.at), known)
			want := State{Status: c.status, Since: on(c.since)}
			if c.step != 0 {
				want.Step = &steps[c.step-1]
			}
			if c.next != 0 {
				want.Next = on(c.next)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStateWithoutEffective(t *testing.T) {
	s := step(1, StepDeprecate, 10, 0)
	s.Effective = time.Time{}
	for day, want := range map[int]Status{9: Published, 10: Deprecated} {
		if got := StateAt(published(), []Step{s}, on(day), time.Time{}).Status; got != want {
			t.Errorf("day %d: %v, want %v", day, got, want)
		}
	}
}

func TestCheckStep(t *testing.T) {
	amend := step(0, StepCorrect, 9, 9)
	label := "v1"
	amend.Amendment = &Amendment{Label: &label}
	nothing := amend
	nothing.Amendment = &Amendment{}
	self := step(0, StepSupersede, 9, 9)
	self.Successor = "ocp/ocds@1.1.5"
	lone := step(0, StepSupersede, 9, 9)
	lone.Successor = " "
	odd := step(0, StepDeprecate, 9, 9)
	odd.Successor = "ocp/ocds@2"
	both := step(0, StepDeprecate, 9, 9)
	both.Cancels = 1

	deprecated := []Step{step(1, StepDeprecate, 1, 1)}
	superseded := append(slices.Clone(deprecated), step(2, StepSupersede, 2, 2))
	withdrawn := append(slices.Clone(superseded), step(3, StepWithdraw, 3, 3))
	invalid := []Step{step(1, StepInvalidate, 1, 1)}
	scheduled := []Step{step(1, StepWithdraw, 1, 100)}
	cancelled := append(slices.Clone(scheduled), cancel(2, 1, 5))

	for _, c := range []struct {
		name  string
		steps []Step
		next  Step
		says  string // empty: allowed
	}{
		{"deprecate", nil, step(0, StepDeprecate, 9, 9), ""},
		{"supersede at once", nil, step(0, StepSupersede, 9, 9), ""},
		{"withdraw at once", nil, step(0, StepWithdraw, 9, 9), ""},
		{"invalidate at once", nil, step(0, StepInvalidate, 9, 9), ""},
		{"deprecate twice", deprecated, step(0, StepDeprecate, 9, 9), "allowed: SUPERSEDE, WITHDRAW, INVALIDATE, CORRECT"},
		{"supersede after", deprecated, step(0, StepSupersede, 9, 9), ""},
		{"backwards", superseded, step(0, StepDeprecate, 9, 9), "SUPERSEDED since 2024-01-03T00:00:00Z and cannot become DEPRECATED; allowed: WITHDRAW"},
		{"withdraw last", superseded, step(0, StepWithdraw, 9, 9), ""},
		{"withdraw twice", withdrawn, step(0, StepWithdraw, 9, 9), "allowed: INVALIDATE, CORRECT"},
		{"invalidate what is withdrawn", withdrawn, step(0, StepInvalidate, 9, 9), ""},
		{"after invalid", invalid, step(0, StepWithdraw, 9, 9), "allowed: CORRECT"},
		{"before a scheduled step", scheduled, step(0, StepDeprecate, 9, 50), ""},
		{"after a scheduled step", scheduled, step(0, StepDeprecate, 9, 150), "WITHDRAWN since"},
		{"at the moment of a scheduled step", scheduled, step(0, StepDeprecate, 9, 100), "WITHDRAWN since"},
		{"over a scheduled step", scheduled, step(0, StepInvalidate, 9, 9), "cancel that one first"},
		{"twice, the first one scheduled", scheduled, step(0, StepWithdraw, 9, 9), "(step 1)"},
		{"the scheduled one is cancelled", cancelled, step(0, StepWithdraw, 9, 9), ""},
		{"in the past, between", []Step{step(1, StepWithdraw, 9, 9)}, step(0, StepDeprecate, 20, 5), ""},
		{"no successor", nil, lone, "wants the successor"},
		{"its own successor", nil, self, "own successor"},
		{"successor of a deprecation", nil, odd, "takes no successor"},
		{"cancels without being a correction", deprecated, both, "use CORRECT"},
		{"no kind", nil, step(0, StepUnspecified, 9, 9), "use DEPRECATE, SUPERSEDE"},
		{"cancel", deprecated, cancel(0, 1, 9), ""},
		{"amend", withdrawn, amend, ""},
		{"amend nothing", nil, nothing, "amends something"},
		{"correct nothing", nil, step(0, StepCorrect, 9, 9), "amends something"},
		{"cancel what is not there", deprecated, cancel(0, 7, 9), "no step 7 to cancel; steps that can be cancelled: 1 (DEPRECATE)"},
		{"cancel a correction", cancelled, cancel(0, 2, 9), "is a correction"},
		{"cancel twice", cancelled, cancel(0, 1, 9), "already, by step 2; no step can be cancelled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := CheckStep(published(), c.steps, c.next)
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrLifecycle) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "ocp/ocds@1.1.5") {
				t.Errorf("%v; want ErrLifecycle with %q", err, c.says)
			}
		})
	}
}

// rank is the model's own idea of the order of life.
var rank = map[StepKind]Status{StepDeprecate: Deprecated, StepSupersede: Superseded, StepWithdraw: Withdrawn, StepInvalidate: Invalid}

// lifeModel keeps what is in force by the moment at which it takes effect.
type lifeModel struct {
	live  map[time.Time][]Step // by effective time
	steps []Step
}

// allows walks the life day by day with next put in at its place.
func (m *lifeModel) allows(next Step) bool {
	status := Published
	for day := 0; day <= 40; day++ {
		today := slices.Clone(m.live[on(day)])
		if next.Effective.Equal(on(day)) {
			today = append(today, next)
		}
		for _, s := range today {
			if rank[s.Kind] <= status {
				return false
			}
			status = rank[s.Kind]
		}
	}
	return true
}

func (m *lifeModel) statusOn(day int) Status {
	status := Published
	for d := 0; d <= day; d++ {
		for _, s := range m.live[on(d)] {
			status = rank[s.Kind]
		}
	}
	return status
}

// Any sequence of accepted steps gives the statuses of a plain day-by-day
// walk, goes only forward, and what was known earlier never changes.
func TestLifeModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := published()
		m := lifeModel{live: map[time.Time][]Step{}}
		remembered := map[int][]State{} // by the day on which it was known
		for today := 1; today <= 12; today++ {
			n := len(m.steps) + 1
			var next Step
			if len(m.steps) > 0 && rapid.IntRange(0, 2).Draw(t, "cancel") == 0 {
				next = cancel(n, rapid.IntRange(1, n).Draw(t, "which"), today)
				m.tryCancel(t, v, next)
			} else {
				kind := rapid.SampledFrom(slices.Sorted(maps.Keys(rank))).Draw(t, "kind")
				next = step(n, kind, today, rapid.IntRange(0, 40).Draw(t, "effective"))
				m.tryStep(t, v, next)
			}
			remembered[today] = walk(v, m.steps, on(today))
			for day, s := range remembered[today] {
				if want := m.statusOn(day); s.Status != want {
					t.Fatalf("on day %d, known on day %d: %v, want %v", day, today, s.Status, want)
				}
			}
			checkNext(t, remembered[today])
		}
		for today, then := range remembered {
			if diff := cmp.Diff(then, walk(v, m.steps, on(today))); diff != "" {
				t.Fatalf("what was known on day %d has changed: %s", today, diff)
			}
		}
	})
}

func (m *lifeModel) tryStep(t *rapid.T, v *Version, next Step) {
	want := m.allows(next)
	if err := CheckStep(v, m.steps, next); (err == nil) != want {
		t.Fatalf("%v from %v: %v, want allowed %v", next.Kind, next.Effective, err, want)
	}
	if want {
		m.steps = append(m.steps, next)
		m.live[next.Effective] = append(m.live[next.Effective], next)
	}
}

func (m *lifeModel) tryCancel(t *rapid.T, v *Version, next Step) {
	want := false
	for at, list := range m.live {
		i := slices.IndexFunc(list, func(s Step) bool { return s.Number == next.Cancels })
		if i >= 0 {
			want = true
			m.live[at] = slices.Delete(slices.Clone(list), i, i+1)
		}
	}
	if err := CheckStep(v, m.steps, next); (err == nil) != want {
		t.Fatalf("cancel %d: %v, want allowed %v", next.Cancels, err, want)
	}
	if want {
		m.steps = append(m.steps, next)
	}
}

// walk is the state on each day, without pointers.
func walk(v *Version, steps []Step, known time.Time) []State {
	out := make([]State, 42)
	for day := range out {
		out[day] = StateAt(v, steps, on(day), known)
		if s := out[day].Step; s != nil {
			c := *s
			out[day].Step = &c
		}
	}
	return out
}

// checkNext: the status stays as it is until Next, and changes then.
func checkNext(t *rapid.T, days []State) {
	for day := 1; day < len(days); day++ {
		was, is := days[day-1], days[day]
		if is.Status < was.Status {
			t.Fatalf("from %v back to %v on day %d", was.Status, is.Status, day)
		}
		if changed := is.Status != was.Status; changed != was.Next.Equal(on(day)) {
			t.Fatalf("day %d: changed %v, but announced for %v", day, changed, was.Next)
		}
	}
}
