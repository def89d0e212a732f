package lockfile

import (
	"testing"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

func id(t testing.TB, s string) designation.ID {
	t.Helper()
	id, err := designation.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func ref(t testing.TB, s string) standard.Ref {
	t.Helper()
	r, err := standard.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(t testing.TB, s string) standard.Day {
	t.Helper()
	d, err := standard.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// cited is one citation and what is known of it.
type cited struct {
	text       string
	confidence citation.Confidence // 0: Certain
	facts      check.Facts
}

func report(t testing.TB, name string, revision standard.Revision, list ...cited) check.Report {
	t.Helper()
	rep := check.Report{Document: &document.Document{Name: name, Format: document.Markdown}, Revision: revision, AsOf: day(t, "2026-11-22")}
	for i, c := range list {
		if c.confidence == 0 {
			c.confidence = citation.Certain
		}
		c.facts.ID = id(t, c.text)
		rep.Citations = append(rep.Citations, check.Citation{Citation: citation.Citation{Text: c.text, ID: c.facts.ID, Confidence: c.confidence}})
		rep.Facts = append(rep.Facts, c.facts)
		rep.FactsOf = append(rep.FactsOf, i)
	}
	return rep
}

func found(t testing.TB, r, name, since string, status standard.Status) check.Facts {
	t.Helper()
	return check.Facts{
		Outcome: check.OutcomeFound,
		Edition: &check.Edition{
			Ref: ref(t, r), Digest: standard.DigestOf([]byte(r)), Designation: name, Status: status, Since: day(t, since),
		},
	}
}

// tender and annex are two documents that cite a bit of everything.
func tender(t testing.TB) check.Report {
	old := found(t, "iso/iso-9001@2008", "ISO 9001:2008", "2015-09-15", standard.Superseded)
	old.Successors = []check.Edition{{Designation: "ISO 9001:2015", Ref: ref(t, "iso/iso-9001@2015")}}
	british := found(t, "bsi/bs-en-iso-19650-2@2018", "BS EN ISO 19650-2:2018", "2019-01-31", standard.Published)
	british.Steps = []check.Step{
		{Status: standard.Withdrawn, Effective: day(t, "2028-01-01")},
		{Status: standard.Superseded, Effective: day(t, "2027-03-01"), Successor: "BS EN ISO 19650-2:2027"},
	}
	undated := found(t, "iso/iso-iec-27001@2022", "ISO/IEC 27001:2022", "2022-10-25", standard.Published)
	undated.Undated = true
	return report(t, "docs/tender.md", 1234,
		cited{text: "ISO 9001:2008", facts: old},
		cited{text: "BS EN ISO 19650-2:2018", facts: british},
		cited{text: "ISO/IEC 27001", facts: undated},
		cited{text: "WCAG 2.2 AA", facts: found(t, "w3c/wcag@2.2", "WCAG 2.2", "2023-10-05", standard.Published)},
		cited{text: "ISO 9000 series", facts: check.Facts{Outcome: check.Family}},
		cited{text: "ISO 99999:2020", facts: check.Facts{Outcome: check.UnknownStandard, Message: "Nobody registered ISO 99999."}},
		cited{text: "ISO 4", confidence: citation.Weak, facts: check.Facts{Outcome: check.UnknownStandard}},
	)
}

func annex(t testing.TB) check.Report {
	deprecated := found(t, "ocp/ocds@1.0.3", "OCDS 1.0.3", "2024-01-01", standard.Deprecated)
	deprecated.Removal, deprecated.Alternative = day(t, "2027-01-01"), "ocp/ocds@1.1.5"
	through := found(t, "iso/iso-8601-1@2019", "ISO 8601-1:2019", "2019-02", standard.Published)
	through.Through = "ISO 8601-1:2019"
	return report(t, "docs/annex “A”.docx", 1234,
		cited{text: "etalon:ocp/ocds@^1.0", facts: deprecated},
		cited{text: "BS ISO 8601-1:2019", facts: through},
		cited{text: "WCAG 2.2", facts: found(t, "w3c/wcag@2.2", "WCAG 2.2", "2023-10-05", standard.Published)},
	)
}
