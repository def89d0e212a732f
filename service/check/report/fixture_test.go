package report

import (
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// hostile is what a document might hold to harm whoever looks at a report.
const hostile = "ISO 9001|`x` <script>alert(1)</script> ]]> \x1b[2J\x07 @admin #1 [a](http://evil.example) \u202eoob\u202c {0} line\nnext \u00adsoft\x00"

func parsed[T any](t testing.TB, parse func(string) (T, error), s string) T {
	t.Helper()
	v, err := parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func edition(t testing.TB, ref, name string, status standard.Status, since string) *check.Edition {
	t.Helper()
	return &check.Edition{
		Ref: parsed(t, standard.ParseRef, ref), Digest: standard.DigestOf([]byte(ref)), Designation: name,
		Title: "Title of " + name, Label: "edition", Status: status,
		Since: parsed(t, standard.ParseDay, since), Released: parsed(t, standard.ParseDay, since), Prerelease: strings.Contains(ref, "draft"),
		IRI: "https://registry.example/" + strings.ReplaceAll(ref, "@", "/"),
	}
}

// cite adds a citation of text, where it stands in the document.
func cite(t testing.TB, rep *check.Report, text, id string, place document.Place, facts check.Facts) int {
	t.Helper()
	start := strings.Index(rep.Document.Text, text)
	if start < 0 {
		t.Fatalf("%q is not in the document", text)
	}
	if place == (document.Place{}) {
		place = rep.Document.Place(start)
	}
	facts.ID = parsed(t, designation.Parse, id)
	c := citation.Citation{Start: start, End: start + len(text), Text: text, ID: facts.ID, Confidence: citation.Certain}
	if strings.Contains(text, "\n") {
		c.Traits, c.Confidence, c.Clause = citation.Wrapped|citation.Variant, citation.Likely, "clause 5.2"
	}
	rep.Citations = append(rep.Citations, check.Citation{Citation: c, Place: place})
	rep.FactsOf = append(rep.FactsOf, len(rep.Facts))
	rep.Facts = append(rep.Facts, facts)
	return len(rep.Citations) - 1
}

// find adds a finding about a citation.
func find(rep *check.Report, at int, f check.Finding) {
	f.Citation = at
	if at >= 0 {
		c := rep.Citations[at]
		f.Place, f.Start, f.End, f.Text = c.Place, c.Start, c.End, c.Text
	}
	rep.Findings = append(rep.Findings, f)
}

// fixture is three documents: one with lines, one with cells and headings, one
// with pages.
func fixture(t testing.TB) []check.Report {
	return []check.Report{markdownReport(t), wordReport(t), pdfReport(t)}
}

func markdownReport(t testing.TB) check.Report {
	t.Helper()
	src := "# Security\n\nSuppliers hold ISO 9001:2008, ISO 9001:2008 and BS EN\nISO 19650-2:2018.\n\nDrafts: iso/iec dis 27001. Écoles: RFC 3339.\n" +
		"Dates: BS ISO 8601.\n<!-- etalon-check: allow deprecated -- the old system needs it -->\n"
	doc, err := document.Read(t.Context(), "docs/tender (final).md", []byte(src), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rep := check.Report{Document: doc, AsOf: parsed(t, standard.ParseDay, "2026-11-22"), Revision: 1234}
	next := edition(t, "iso/iso-9001@2015", "ISO 9001:2015", standard.Published, "2015-09-15")
	old := edition(t, "iso/iso-9001@2008", "ISO 9001:2008", standard.Superseded, "2015-09-15")
	quality := cite(t, &rep, "ISO 9001:2008", "ISO 9001:2008", document.Place{}, check.Facts{
		Outcome: check.OutcomeFound, Edition: old, Current: next, Successors: []check.Edition{*next, *edition(t, "iso/iso-9001@2026-draft", "ISO/DIS 9001", standard.Published, "2025-08")},
		Method: resolve.Designation, Standard: old.Ref.Name, Title: "Quality management systems",
		Replacement: next,
	})
	// The same, cited again.
	rep.Citations = append(rep.Citations, rep.Citations[0])
	again := &rep.Citations[1]
	shift := len("ISO 9001:2008, ")
	again.Start, again.End = again.Start+shift, again.End+shift
	again.Place = doc.Place(again.Start)
	rep.FactsOf = append(rep.FactsOf, 0)

	british := edition(t, "bsi/bs-en-iso-19650-2@2018", "BS EN ISO 19650-2:2018", standard.Published, "2019-01-31")
	adopted := edition(t, "iso/iso-19650-2@2018", "ISO 19650-2:2018", standard.Published, "2018-12")
	building := cite(t, &rep, "BS EN\nISO 19650-2:2018", "BS EN ISO 19650-2:2018", document.Place{}, check.Facts{
		Outcome: check.OutcomeFound, Edition: british, Current: british, Method: resolve.Designation, Standard: british.Ref.Name,
		Adoptions: []check.Adoption{
			{Target: "EN ISO 19650-2:2018", Degree: standard.Identical},
			{Target: "ISO 19650-2:2018", Degree: standard.Identical, Edition: adopted, Current: adopted},
		},
		Steps:      []check.Step{{Status: standard.Superseded, Effective: parsed(t, standard.ParseDay, "2027-03-01"), Successor: "BS EN ISO 19650-2:2027"}},
		NextChange: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC),
	})
	draft := cite(t, &rep, "iso/iec dis 27001", "ISO/IEC DIS 27001", document.Place{}, check.Facts{
		Outcome: check.UnknownStandard, Message: "Nobody registered ISO/IEC DIS 27001.",
		Candidates: []resolve.Candidate{{Name: standard.Name{Authority: "iso", Standard: "iso-iec-27001"}, Score: 0.8, Why: "similar number"}},
	})
	cite(t, &rep, "RFC 3339", "RFC 3339", document.Place{}, check.Facts{Outcome: check.OutcomeFound, Edition: edition(t, "ietf/rfc3339@2002", "RFC 3339", standard.Published, "2002-07")})
	dates := cite(t, &rep, "BS ISO 8601", "BS ISO 8601", document.Place{}, check.Facts{
		Outcome: check.OutcomeFound, Undated: true, Through: "ISO 8601",
		Edition: edition(t, "iso/iso-8601@2004", "ISO 8601:2004", standard.Deprecated, "2019-02"),
		Removal: parsed(t, standard.ParseDay, "2027-01-01"), Alternative: "ISO 8601-1:2019",
	})

	superseded := check.Finding{
		Rule: check.RuleSuperseded, Severity: check.Error, Message: "ISO 9001:2008 was superseded by ISO 9001:2015 on 2015-09-15.",
		Replacement: "ISO 9001:2015", Safe: true, Ref: "iso/iso-9001@2008", Link: "https://registry.example/iso/iso-9001/2008",
	}
	find(&rep, quality, superseded)
	find(&rep, 1, superseded)
	find(&rep, building, check.Finding{Rule: check.RuleSpelling, Severity: check.Info, Message: "Written over two lines.", Replacement: "BS EN ISO 19650-2:2018", Safe: true})
	find(&rep, draft, check.Finding{Rule: check.RuleUnknownDesignation, Severity: check.Warning, Message: "Nobody registered ISO/IEC DIS 27001.", Replacement: "ISO/IEC 27001:2022"})
	find(&rep, dates, check.Finding{Rule: check.RuleDeprecated, Severity: check.Warning, Message: "ISO 8601:2004 is deprecated and to be removed on 2027-01-01.", Waived: "the old system needs it", Ref: "iso/iso-8601@2004"})
	return rep
}

// wordReport has what is hostile, in every field that can hold text.
func wordReport(t testing.TB) check.Report {
	t.Helper()
	doc := &document.Document{
		Name: "docs/<b>annex|`A`\x1b[31m.docx", Format: document.DOCX, Text: "See ISO 9001:2008. " + hostile,
		Notes: []string{"comment 2 could not be read: " + hostile},
	}
	rep := check.Report{Document: doc, AsOf: parsed(t, standard.ParseDay, "2026-11-22"), Revision: 1234}
	place := document.Place{Heading: "Security & " + hostile, Cell: "table 2, row 3, column 1", Part: "footnote 4"}
	at := cite(t, &rep, "ISO 9001:2008", "ISO 9001:2008", place, check.Facts{Outcome: check.UnknownEdition, Message: hostile})
	find(&rep, at, check.Finding{Rule: check.RuleUnknownEdition, Severity: check.Error, Message: "No such edition: " + hostile, Replacement: hostile, Link: "javascript:alert(1)"})
	find(&rep, -1, check.Finding{Rule: check.RuleWaiverWithoutFinding, Severity: check.Info, Text: hostile, Start: 19, End: 19 + len(hostile), Message: "A waiver covers nothing.", Waived: hostile})
	find(&rep, -1, check.Finding{Rule: check.RuleUnreadable, Severity: check.Warning, Message: "A part could not be read."})
	return rep
}

func pdfReport(t testing.TB) check.Report {
	t.Helper()
	doc := &document.Document{Name: "/srv/contracts/schedule 7.pdf", Format: document.PDF, Text: "ETSI EN 301 549 V2.1.2", Notes: []string{"page 3 has no text (a scan?)"}}
	rep := check.Report{Document: doc, AsOf: parsed(t, standard.ParseDay, "2026-11-22"), Revision: 1234}
	old := edition(t, "etsi/en-301-549@2.1.2", "ETSI EN 301 549 V2.1.2 (2018-08)", standard.Withdrawn, "2021-03")
	at := cite(t, &rep, "ETSI EN 301 549 V2.1.2", "ETSI EN 301 549 V2.1.2", document.Place{Page: 12}, check.Facts{Outcome: check.OutcomeFound, Edition: old})
	find(&rep, at, check.Finding{
		Rule: check.RuleWithdrawn, Severity: check.Error, Message: "ETSI EN 301 549 V2.1.2 (2018-08) was withdrawn in 2021-03.",
		Replacement: "ETSI EN 301 549 V3.2.1 (2021-03)", Ref: "etsi/en-301-549@2.1.2", Link: old.IRI,
	})
	return rep
}
