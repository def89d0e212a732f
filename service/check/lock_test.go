package check

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// lockOf is a lock of entries by the key of what is cited.
func lockOf(entries ...LockEntry) Locked {
	m := map[string]LockEntry{}
	for _, e := range entries {
		m[e.ID.Key()] = e
	}
	return func(id designation.ID) (LockEntry, bool) {
		e, ok := m[id.Key()]
		return e, ok
	}
}

func lockEntry(cited, ref string) LockEntry {
	return LockEntry{ID: parsed(cited), Ref: must(standard.ParseRef(ref)), Digest: standard.DigestOf([]byte(ref)), Status: standard.Published}
}

func TestLockDrift(t *testing.T) {
	other := lockEntry("ISO 9001:2015", "iso/iso-9001@2015")
	other.Digest = standard.DigestOf([]byte("another"))
	step := lockEntry("OCDS 1.1.5", "ocp/ocds@1.1.5")
	step.Steps = []Step{{Status: standard.Deprecated, Effective: must(standard.ParseDay("2026-03-01"))}, {Status: standard.Withdrawn, Effective: must(standard.ParseDay("2030-01-01"))}}
	unresolved := LockEntry{ID: parsed("BS 424242:2020"), Outcome: UnknownStandard}
	wasNothing := LockEntry{ID: parsed("ISO 9001:2015"), Outcome: UnknownStandard}
	const drift = "error lock-drift "
	for _, tt := range []struct {
		name, text      string
		lock            Locked
		online, offline string
	}{
		{"level", "[[ISO 9001]] [[ISO 9001]]", lockOf(lockEntry("ISO 9001", "iso/iso-9001@2015")), "", ""},
		{"not locked", "[[ISO 9001]] [[ISO 9001]]", lockOf(), drift + "ISO 9001: ISO 9001 is cited and not locked.", drift + "ISO 9001: ISO 9001 is cited and not locked."},
		{"unknown and not locked", "[[BS 424242:2020]]", lockOf(), "", drift + "BS 424242:2020: BS 424242:2020 is cited and not locked."},
		{"weak", "[[ISO 9001|weak]]", lockOf(), "", ""},
		{"other version", "[[ISO 9001]]", lockOf(lockEntry("ISO 9001", "iso/iso-9001@2008")),
			drift + "ISO 9001: ISO 9001 was locked to iso/iso-9001@2008, and now means iso/iso-9001@2015.", ""},
		{"other digest", "[[ISO 9001:2015]]", lockOf(other), drift + "ISO 9001:2015: ISO 9001:2015 is locked with digest " + other.Digest.String() +
			", and iso/iso-9001@2015 now has " + standard.DigestOf([]byte("iso/iso-9001@2015")).String() + ".", ""},
		{"gone", "[[ISO 9001:2014]]", lockOf(lockEntry("ISO 9001:2014", "iso/iso-9001@2014")),
			drift + "ISO 9001:2014: ISO 9001:2014 was locked to iso/iso-9001@2014, and now means no version. ISO 9001:2014 is no edition of ISO 9001 that is on record; nearest are ISO 9001:2015, ISO 9001:2008.", ""},
		{"step taken effect", "[[OCDS 1.1.5]]", lockOf(step), drift + "OCDS 1.1.5: OCDS 1.1.5 became deprecated on 2026-03-01, after it was locked.",
			drift + "OCDS 1.1.5: OCDS 1.1.5 became deprecated on 2026-03-01, after it was locked."},
		{"still unknown", "[[BS 424242:2020]]", lockOf(unresolved), "", ""},
		{"now known", "[[ISO 9001:2015]]", lockOf(wasNothing), drift + "ISO 9001:2015: ISO 9001:2015 meant nothing when it was locked, and now means iso/iso-9001@2015.", ""},
		{"no lock", "[[ISO 9001]]", nil, "", ""},
	} {
		doc, cites := marked(t, "doc.md", tt.text)
		for _, f := range []struct {
			what   string
			finder Finder
			want   string
		}{{"online", finder(), tt.online}, {"offline", nil, tt.offline}} {
			r, err := Run(context.Background(), doc, cites, f.finder, Options{Now: now, Locked: tt.lock})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(f.want, only(r, RuleLockDrift)); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", tt.name, f.what, diff)
			}
		}
	}
}

// TestUnknownEditionByALock: a lock does not know what is near, so that an
// edition that it lacks is no more than a warning.
func TestUnknownEditionByALock(t *testing.T) {
	doc, cites := marked(t, "doc.md", "[[ISO 8601-1:2018]]")
	r, err := Run(context.Background(), doc, cites, nil, Options{Now: now, Locked: lockOf(LockEntry{ID: parsed("ISO 8601-1:2018"), Outcome: UnknownEdition})})
	if err != nil {
		t.Fatal(err)
	}
	want := "warning unknown-edition ISO 8601-1:2018: ISO 8601-1:2018 is no edition that is on record."
	if diff := cmp.Diff(want, only(r, RuleUnknownEdition)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFactsOfALock: without a finder the rules go by what the lock knows, as
// of the day asked for.
func TestFactsOfALock(t *testing.T) {
	e := lockEntry("ISO 9001:2008", "iso/iso-9001@2008")
	e.Steps = []Step{
		{Status: standard.Deprecated, Effective: must(standard.ParseDay("2014-01-01"))},
		{Status: standard.Superseded, Effective: must(standard.ParseDay("2015-09-15")), Successor: "ISO 9001:2015"},
	}
	e.Removal, e.Alternative = must(standard.ParseDay("2018-09-15")), "ISO 9001:2015"
	old := lockEntry("PAS 1192-2:2013", "bsi/pas-1192-2@2013")
	old.Status, old.Since, old.Successor = standard.Withdrawn, must(standard.ParseDay("2019-01-18")), "BS EN ISO 19650-2:2018"
	for _, tt := range []struct{ day, want string }{
		{"2013-01-01", ""},
		{"2014-06-01", "warning deprecated ISO 9001:2008: ISO 9001:2008 is deprecated since 2014-01-01 and is to be removed on 2018-09-15; use ISO 9001:2015."},
		{"2016-01-01", "error superseded ISO 9001:2008: ISO 9001:2008 was superseded on 2015-09-15 by ISO 9001:2015. => ISO 9001:2015"},
	} {
		doc, cites := marked(t, "doc.md", "[[ISO 9001:2008]]")
		r, err := Run(context.Background(), doc, cites, nil, Options{AsOf: must(standard.ParseDay(tt.day)), Locked: lockOf(e)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, only(r, RuleSuperseded, RuleDeprecated, RuleWithdrawn)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.day, diff)
		}
	}
	doc, cites := marked(t, "doc.md", "[[PAS 1192-2:2013]]")
	r, err := Run(context.Background(), doc, cites, nil, Options{Now: now, Locked: lockOf(old)})
	if err != nil {
		t.Fatal(err)
	}
	want := "error withdrawn PAS 1192-2:2013: PAS 1192-2:2013 was withdrawn on 2019-01-18; BS EN ISO 19650-2:2018 is in force now. => BS EN ISO 19650-2:2018"
	if diff := cmp.Diff(want, only(r, RuleWithdrawn)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	doc, cites = marked(t, "doc.md", "[[BS 5839-1:2017]]")
	r, err = Run(context.Background(), doc, cites, nil, Options{Now: now, Locked: lockOf(lockEntry("BS 5839-1:2017", "bsi/bs-5839-1@2017"))})
	if err != nil || only(r, RuleEquivalenceUnknown, RuleLockDrift) != "" {
		t.Errorf("a lock does not know of equivalents: %v, %v", r.Findings, err)
	}
	f := e.FactsAt(must(standard.ParseDay("2014-06-01")))
	if len(f.Steps) != 1 || !f.NextChange.Equal(at("2015-09-15")) {
		t.Errorf("steps to come %v, next change %v", f.Steps, f.NextChange)
	}
}
