package standard

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestVisibleAt(t *testing.T) {
	v := published() // recorded on day 0, 2024-01-01
	released := published()
	released.Released = day(t, "2019-02-25")
	later := published()
	later.Released = day(t, "2024-02")
	for _, c := range []struct {
		name      string
		v         *Version
		at, known time.Time
		want      bool
	}{
		{"recorded now", v, on(0), time.Time{}, true},
		{"not recorded yet", v, on(-1), time.Time{}, false},
		{"released long before", released, EndOfDay(day(t, "2019-02-25")), time.Time{}, true},
		{"the day before", released, EndOfDay(day(t, "2019-02-24")), time.Time{}, false},
		{"in effect, but not known", released, on(-10), on(-1), false},
		{"known at once", released, on(-10), on(0), true},
		{"released in a month to come", later, on(30), time.Time{}, false},
		{"in that month", later, on(31), time.Time{}, true},
	} {
		if got := VisibleAt(c.v, c.at, c.known); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestTagAt(t *testing.T) {
	set := func(tag string, v VersionID, effective, recorded int) TagChange {
		return TagChange{tag, v, on(effective), on(recorded)}
	}
	tags := []TagChange{
		set("recommended", "1.0", 1, 1),
		set("recommended", "1.1", 20, 10), // scheduled
		set("recommended", "", 40, 30),
		set("uk", "1.0", 5, 5),
		set("uk", "0.9", 3, 6), // in effect before the one that is on record
		set("uk", "1.1", 5, 7), // the same moment, recorded later
	}
	for _, c := range []struct {
		tag       string
		at, known int // known 0: everything
		want      VersionID
	}{
		{"recommended", 0, 0, ""}, {"recommended", 1, 0, "1.0"}, {"recommended", 19, 0, "1.0"}, {"recommended", 20, 0, "1.1"},
		{"recommended", 20, 9, "1.0"}, {"recommended", 40, 0, ""}, {"recommended", 40, 29, "1.1"},
		{"uk", 6, 6, "1.0"}, {"uk", 4, 6, "0.9"}, {"uk", 6, 0, "1.1"}, {"uk", 4, 5, ""}, {"other", 50, 0, ""},
	} {
		known := time.Time{}
		if c.known != 0 {
			known = on(c.known)
		}
		if got, ok := TagAt(tags, c.tag, on(c.at), known); got != c.want || ok != (c.want != "") {
			t.Errorf("%s on day %d, known on %d: %q, %v; want %q", c.tag, c.at, c.known, got, ok, c.want)
		}
	}
	if diff := cmp.Diff(map[string]VersionID{"recommended": "1.1", "uk": "1.1"}, TagsAt(tags, on(25), time.Time{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]VersionID{"uk": "1.1"}, TagsAt(tags, on(45), time.Time{})); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		tag           string
		at, known, in int // in 0: none
	}{{"recommended", 2, 0, 20}, {"recommended", 2, 9, 0}, {"recommended", 20, 0, 40}, {"recommended", 40, 0, 0}, {"", 2, 0, 3}, {"uk", 5, 0, 0}} {
		known, want := time.Time{}, time.Time{}
		if c.known != 0 {
			known = on(c.known)
		}
		if c.in != 0 {
			want = on(c.in)
		}
		if got := NextTagChange(tags, c.tag, on(c.at), known); !got.Equal(want) {
			t.Errorf("next change of %q after day %d: %v, want %v", c.tag, c.at, got, want)
		}
	}
}

func TestHoldsAt(t *testing.T) {
	open := Claim{Effective: on(10), Recorded: on(20)}
	ended := Claim{Effective: on(10), Recorded: on(20), Until: on(50), Retracted: on(40)}
	mistake := Claim{Effective: on(10), Recorded: on(20), Until: on(10), Retracted: on(40)}
	bounded := Claim{Effective: on(10), Recorded: on(20), Until: on(50)}
	dropped := Claim{Recorded: on(20), Retracted: on(40)}
	for _, c := range []struct {
		name      string
		c         Claim
		at, known int // known 0: everything
		want      bool
	}{
		{"open", open, 10, 0, true}, {"too early", open, 9, 0, false}, {"not recorded", open, 15, 19, false}, {"recorded", open, 15, 20, true},
		{"ended, before the end", ended, 49, 0, true}, {"ended", ended, 50, 0, false}, {"end not known yet", ended, 50, 39, true}, {"end known", ended, 50, 40, false},
		{"mistake", mistake, 15, 0, false}, {"mistake not seen yet", mistake, 15, 30, true},
		{"bounded", bounded, 49, 0, true}, {"bounded from the start", bounded, 50, 21, false},
		{"dropped, no dates", dropped, 30, 0, true}, {"dropped, after", dropped, 40, 0, false}, {"dropped, before it was there", dropped, 19, 0, false}, {"dropped later", dropped, 41, 30, true},
	} {
		known := time.Time{}
		if c.known != 0 {
			known = on(c.known)
		}
		if got := c.c.HoldsAt(on(c.at), known); got != c.want {
			t.Errorf("claim, %s: %v", c.name, got)
		}
		r := Relation{Effective: c.c.Effective, Until: c.c.Until, Recorded: c.c.Recorded, Retracted: c.c.Retracted}
		if got := r.HoldsAt(on(c.at), known); got != c.want {
			t.Errorf("relation, %s: %v", c.name, got)
		}
	}
}

func TestAmended(t *testing.T) {
	v := published()
	v.Label, v.Notes = "old", []Text{{"en", "old"}}
	v.Relations = []Relation{{Type: Replaces, Target: "ocp/ocds@1.1.4", Recorded: on(0)}, {Type: Adopts, Target: "ISO 1", Recorded: on(0)}}
	before := *v
	before.Relations = append([]Relation(nil), v.Relations...)

	label, labelAgain, when := "new", "newer", day(t, "2024-02")
	first := step(1, StepCorrect, 10, 5)
	first.Amendment = &Amendment{Label: &label, Released: &when, Effective: &when, Notes: []Text{{"en", "new"}},
		AddRelations: []Relation{{Type: Amends, Target: "ISO 2"}}}
	second := step(2, StepCorrect, 20, 20)
	second.Amendment = &Amendment{Label: &labelAgain, RemoveRelations: []Relation{{Type: Adopts, Target: "ISO 1"}, {Type: Amends, Target: "ISO 3"}}}
	steps := []Step{second, first, step(3, StepDeprecate, 30, 30)} // the order of the list does not matter

	want := before
	if diff := cmp.Diff(want, Amended(v, steps, on(9))); diff != "" {
		t.Errorf("before any: %s", diff)
	}
	want.Label, want.Released, want.Effective, want.Notes = "new", when, when, []Text{{"en", "new"}}
	want.Relations = append(append([]Relation(nil), before.Relations...), Relation{Type: Amends, Target: "ISO 2", Effective: on(5), Recorded: on(10)})
	if diff := cmp.Diff(want, Amended(v, steps, on(10))); diff != "" {
		t.Errorf("after the first: %s", diff)
	}
	want.Label = "newer"
	want.Relations[1].Until, want.Relations[1].Retracted = on(20), on(20)
	got := Amended(v, steps, time.Time{})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after both: %s", diff)
	}
	if diff := cmp.Diff(&before, v); diff != "" {
		t.Errorf("the version itself was changed: %s", diff)
	}
	if r := got.Relations[1]; !r.HoldsAt(on(19), time.Time{}) || r.HoldsAt(on(20), time.Time{}) {
		t.Error("the removed relation does not end when it was removed")
	}
}

func TestClip(t *testing.T) {
	long := ""
	for range 50 {
		long += "\u00e9"
	}
	for _, s := range []string{long, "x" + long, "\xff" + long} {
		if got := clip(s); len(got) > 84 {
			t.Errorf("%q is too long", got)
		}
	}
}
