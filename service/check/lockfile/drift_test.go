package lockfile

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

// catalogue answers with what it has of a designation.
type catalogue map[string]check.Facts

func (c catalogue) Find(_ context.Context, ids []designation.ID, asOf standard.Day) (check.Found, error) {
	found := check.Found{Revision: 77, AsOf: asOf}
	for _, id := range ids {
		f, ok := c[id.String()]
		if !ok {
			f.Outcome = check.UnknownStandard
		}
		f.ID = id
		found.Facts = append(found.Facts, f)
	}
	return found, nil
}

// checked checks a text, against a catalogue or a lock or both.
func checked(t *testing.T, text string, finder check.Finder, lock *File, on string) check.Report {
	t.Helper()
	doc, err := document.Read(t.Context(), "docs/tender.md", []byte(text), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	opts := check.Options{AsOf: day(t, on), Now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	if lock != nil {
		opts.Locked = lock.Locked()
	}
	rep, err := check.Run(t.Context(), doc, citation.Scan(doc.Text), finder, opts)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func said(rep check.Report, rules ...check.RuleID) []string {
	var out []string
	for _, f := range rep.Findings {
		for _, r := range rules {
			if f.Rule == r {
				out = append(out, string(f.Rule)+": "+f.Message)
			}
		}
	}
	return out
}

// TestLockedDocumentsAreCheckedWithNoServer goes the whole way: a document is
// checked and locked, the lock is written and read, and the document is checked
// by the lock alone, as it was, on a later day, and after it was changed.
func TestLockedDocumentsAreCheckedWithNoServer(t *testing.T) {
	const text = "Suppliers hold ISO/IEC 27001 and follow BS EN ISO 19650-2:2018 and WCAG 2.2 AA.\n"
	known := catalogue{}
	for _, rep := range []check.Report{tender(t), annex(t)} {
		for i, f := range rep.Facts {
			known[rep.Citations[i].ID.String()] = f
		}
	}
	online := checked(t, text, known, nil, "2026-11-22")
	f, open := Make([]check.Report{online}, registry)
	if len(open) != 0 || len(f.Entries) != 3 || f.Revision != 77 {
		t.Fatalf("locked %d at revision %d, left open %v", len(f.Entries), f.Revision, open)
	}
	lock, err := Parse(f.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	all := []check.RuleID{check.RuleLockDrift, check.RuleSuperseded, check.RuleWithdrawn, check.RuleUnknownDesignation}
	tests := map[string]struct {
		text   string
		finder check.Finder
		on     string
		want   []string
	}{
		"as it was":           {text, nil, "2026-11-22", nil},
		"as it was, online":   {text, known, "2026-11-22", nil},
		"another level":       {"WCAG 2.2 A, WCAG 2.2 and ISO/IEC 27001.\n", nil, "2026-11-22", nil},
		"one more":            {text + "Also RFC 3339.\n", nil, "2026-11-22", []string{"lock-drift: RFC 3339 is cited and not locked."}},
		"another edition":     {"ISO/IEC 27001:2013\n", nil, "2026-11-22", []string{"lock-drift: ISO/IEC 27001:2013 is cited and not locked."}},
		"after the next step": {"BS EN ISO 19650-2:2018\n", nil, "2027-06-01", []string{"lock-drift: BS EN ISO 19650-2:2018 became superseded on 2027-03-01, after it was locked."}},
	}
	for name, test := range tests {
		rep := checked(t, test.text, test.finder, lock, test.on)
		got := said(rep, all...)
		if name == "after the next step" {
			// The life of what is locked goes on.
			if len(said(rep, check.RuleSuperseded)) != 1 {
				t.Errorf("%s: %v", name, got)
			}
			got = said(rep, check.RuleLockDrift)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	again, _ := Make([]check.Report{checked(t, text, known, nil, "2026-11-22")}, registry)
	again.Revision = 99
	if diff := cmp.Diff(string(f.Bytes()), string(Update(lock, again).Bytes())); diff != "" {
		t.Errorf("locking again differs:\n%s", diff)
	}
}
