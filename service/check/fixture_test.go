package check

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// now is the present of the tests.
var now = at("2026-06-01")

var imported = at("2026-01-01")

func at(day string) time.Time { return must(standard.ParseDay(day)).Start() }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// entry is a version of the fixture: "bsi/bs-1192@2007 2007-12 BS 1192:2007",
// that is reference, release and designation, and what is done with it.
type entry struct {
	line      string
	relations []standard.Relation
	steps     []standard.Step
	draft     bool
}

func adopting(target string) standard.Relation {
	return standard.Relation{Type: standard.Adopts, Degree: standard.Identical, Target: target}
}

func replacing(target string) standard.Relation {
	return standard.Relation{Type: standard.Replaces, Target: target}
}

func rels(rs ...standard.Relation) []standard.Relation { return rs }

func withdrawnOn(day string) []standard.Step {
	return []standard.Step{{Kind: standard.StepWithdraw, Effective: at(day)}}
}

func supersededOn(day, by string) []standard.Step {
	return []standard.Step{{Kind: standard.StepSupersede, Effective: at(day), Successor: by}}
}

// works are the standards of the fixture, with their undated designations.
var works = map[string][]string{
	"iso/iso-9001":            {"ISO 9001"},
	"bsi/bs-en-iso-9001":      {"BS EN ISO 9001"},
	"iso/iso-iec-27001":       {"ISO/IEC 27001"},
	"bsi/bs-en-iso-iec-27001": {"BS EN ISO/IEC 27001"},
	"bsi/bs-7799-2":           {"BS 7799-2"},
	"iso/iso-iec-27701":       {"ISO/IEC 27701"},
	"iso/iso-19650-1":         {"ISO 19650-1"},
	"iso/iso-19650-2":         {"ISO 19650-2"},
	"bsi/bs-en-iso-19650-1":   {"BS EN ISO 19650-1"},
	"bsi/bs-en-iso-19650-2":   {"BS EN ISO 19650-2"},
	"bsi/pas-1192-2":          {"PAS 1192-2"},
	"bsi/bs-1192":             {"BS 1192"},
	"bsi/bs-1192-4":           {"BS 1192-4"},
	"bsi/bs-5839-1":           {"BS 5839-1"},
	"bsi/bs-10012":            {"BS 10012"},
	"bsi/bs-bad":              {"BS 99999"},
	"iso/iso-55000":           {"ISO 55000"},
	"bsi/bs-iso-55000":        {"BS ISO 55000"},
	"ietf/rfc7231":            nil,
	"ietf/rfc9110":            nil,
	"ietf/rfc9114":            nil,
	"w3c/wcag":                {"WCAG"},
	"w3c/wcag3":               nil,
	"ocp/ocds":                {"OCDS"},
	"oai/openapi":             {"OpenAPI"},
	"bsi/bs-50001":            {"BS 50001"},
	"etsi/en-301-549":         {"ETSI EN 301 549"},
	"iso/iso-empty":           {"ISO 77777"},
	"din/din-en-iso-14001":    {"DIN EN ISO 14001"},
	"ietf/rfc5246":            nil, "ietf/rfc8446": nil, "ietf/rfc9846": nil, "aicpa/ssae-16": {"SSAE 16"}, "csa/ccm": {"CSA CCM"},
	"iso/iso-8601": {"ISO 8601"}, "iso/iso-8601-1": {"ISO 8601-1"}, "iso/iso-8601-2": {"ISO 8601-2"},
	"iso/iso-19115": {"ISO 19115"}, "iso/iso-19115-1": {"ISO 19115-1"}, "iso/iso-639": {"ISO 639"}, "iso/iso-639-1": {"ISO 639-1"},
	"bsi/bs-7858": {"BS 7858"}, "bsi/bs-7671": {"BS 7671"}, "ietf/bcp47": {"BCP 47"},
	"x/one": nil,
	"x/two": nil,
}

var schemes = map[string]standard.Scheme{"ietf/bcp47": standard.Date, "csa/ccm": standard.Numeric, "oai/openapi": standard.Numeric, "aicpa/ssae-16": standard.Date, "w3c/wcag": standard.Numeric, "w3c/wcag3": standard.Numeric, "ocp/ocds": standard.Semver, "etsi/en-301-549": standard.Numeric}

var entries = []entry{
	{line: "iso/iso-9001@2008 2008-11 ISO 9001:2008", steps: supersededOn("2015-09-15", "ISO 9001:2015")},
	{line: "iso/iso-9001@2015 2015-09 ISO 9001:2015"},
	{line: "iso/iso-9001@2026 2026-09 ISO 9001:2026"},
	{line: "bsi/bs-en-iso-9001@2015 2015-09 BS EN ISO 9001:2015", relations: rels(adopting("EN ISO 9001:2015"))},
	{line: "iso/iso-iec-27001@2013 2013-10 ISO/IEC 27001:2013", steps: supersededOn("2022-10-25", "ISO/IEC 27001:2022")},
	{line: "iso/iso-iec-27001@2022 2022-10 ISO/IEC 27001:2022"},
	{line: "bsi/bs-en-iso-iec-27001@2017 2017-03 BS EN ISO/IEC 27001:2017", relations: rels(adopting("ISO/IEC 27001:2013")),
		steps: supersededOn("2023-08-31", "BS EN ISO/IEC 27001:2023")},
	{line: "bsi/bs-en-iso-iec-27001@2023 2023-08 BS EN ISO/IEC 27001:2023", relations: rels(adopting("ISO/IEC 27001:2022"))},
	{line: "bsi/bs-7799-2@2002 2002-09 BS 7799-2:2002", steps: supersededOn("2005-10-15", "ISO/IEC 27001:2013")},
	{line: "iso/iso-iec-27701@2019 2019-08 ISO/IEC 27701:2019"},
	{line: "iso/iso-19650-1@2018 2018-12 ISO 19650-1:2018"},
	{line: "iso/iso-19650-2@2018 2018-12 ISO 19650-2:2018"},
	{line: "bsi/bs-en-iso-19650-1@2018 2019-01 BS EN ISO 19650-1:2018", relations: rels(adopting("EN ISO 19650-1:2018"), replacing("BS 1192:2007+A2:2016"))},
	{line: "bsi/bs-en-iso-19650-2@2018 2019-01 BS EN ISO 19650-2:2018",
		relations: rels(adopting("EN ISO 19650-2:2018"), replacing("PAS 1192-2:2013"), replacing("BS 1192:2007+A2:2016"))},
	{line: "bsi/pas-1192-2@2013 2013-02 PAS 1192-2:2013", steps: withdrawnOn("2019-01-18")},
	{line: "bsi/bs-1192@2007 2007-12 BS 1192:2007", steps: withdrawnOn("2016-04-30")},
	{line: "bsi/bs-1192@2007+A2-2016 2016-04 BS 1192:2007+A2:2016", relations: rels(replacing("BS 1192:2007")), steps: withdrawnOn("2019-01-18")},
	{line: "bsi/bs-1192-4@2014 2014-09 BS 1192-4:2014"},
	{line: "bsi/bs-5839-1@2017 2017-09 BS 5839-1:2017"},
	{line: "bsi/bs-10012@2017 2017-03 BS 10012:2017", relations: rels(standard.Relation{Type: standard.CloseMatch, Target: "ISO/IEC 27701"})},
	{line: "bsi/bs-bad@2020 2020-01 BS 99999:2020", steps: []standard.Step{{Kind: standard.StepInvalidate, Effective: at("2021-03-01")}}},
	{line: "iso/iso-55000@2014 2014-01 ISO 55000:2014", steps: supersededOn("2024-07-01", "ISO 55000:2024")},
	{line: "iso/iso-55000@2024 2024-07 ISO 55000:2024"},
	{line: "bsi/bs-iso-55000@2014 2014-02 BS ISO 55000:2014", relations: rels(adopting("ISO 55000:2014"))},
	{line: "ietf/rfc7231@2014 2014-06 RFC 7231"},
	{line: "ietf/rfc9110@2022 2022-06 RFC 9110", relations: rels(replacing("RFC 7231"))},
	{line: "ietf/rfc9114@2022 2022-06 RFC 9114", relations: rels(replacing("draft-ietf-quic-http"))},
	{line: "w3c/wcag@2.1 2018-06-05 WCAG 2.1", steps: supersededOn("2023-10-05", "WCAG 2.2")},
	{line: "w3c/wcag@2.2 2023-10-05 WCAG 2.2"},
	{line: "w3c/wcag3@3.0 2024-01-01 WCAG 3.0", draft: true},
	{line: "ocp/ocds@1.1.4 2019-05-10 OCDS 1.1.4", steps: []standard.Step{{Kind: standard.StepDeprecate, Effective: at("2021-01-01"),
		RemovalDate: must(standard.ParseDay("2027-01-01")), Alternative: "ocp/ocds@1.1.5"}}},
	{line: "ocp/ocds@1.1.5 2020-08-20 OCDS 1.1.5", steps: withdrawnOn("2030-01-01")},
	{line: "etsi/en-301-549@2.1.2 2018-08 ETSI EN 301 549 V2.1.2 (2018-08)", steps: supersededOn("2021-03-01", "etsi/en-301-549@3.2.1")},
	{line: "etsi/en-301-549@3.2.1 2021-03 ETSI EN 301 549 V3.2.1 (2021-03)"},
	{line: "din/din-en-iso-14001@2015 2015-11 DIN EN ISO 14001:2015", relations: rels(adopting("EN ISO 14001:2015"))},
	{line: "ietf/rfc5246@2008 2008-08 RFC 5246", steps: supersededOn("2018-08-01", "RFC 8446")},
	{line: "ietf/rfc8446@2018 2018-08 RFC 8446", steps: supersededOn("2025-12-01", "RFC 9846")},
	{line: "ietf/rfc9846@2025 2025-12 RFC 9846"},
	{line: "aicpa/ssae-16@2010-04 2010-04", steps: supersededOn("2017-05-01", "RFC 9846")},
	{line: "oai/openapi@3.0.4 2024-10 OpenAPI 3.0.4"},
	{line: "bsi/bs-50001@2018+A1-2024 2024-02 BS 50001:2018+A1:2024"},
	{line: "csa/ccm@3.0.1 2014-07 CSA CCM 3.0.1"},
	{line: "csa/ccm@4.0 2021-01 CSA CCM 4.0"},
	{line: "iso/iso-8601@2004 2004-12 ISO 8601:2004", steps: withdrawnOn("2019-02-25")},
	{line: "iso/iso-8601-1@2019 2019-02 ISO 8601-1:2019", relations: rels(replacing("ISO 8601:2004"))},
	{line: "iso/iso-8601-2@2019 2019-02 ISO 8601-2:2019", relations: rels(replacing("ISO 8601:2004"))},
	{line: "iso/iso-19115@2003 2003-05 ISO 19115:2003", steps: supersededOn("2014-03-19", "ISO 19115-1:2014")},
	{line: "iso/iso-19115-1@2014 2014-04 ISO 19115-1:2014"},
	{line: "iso/iso-639-1@2002 2002-07 ISO 639-1:2002", steps: withdrawnOn("2023-11-08")},
	{line: "iso/iso-639@2023 2023-11 ISO 639:2023", relations: rels(replacing("ISO 639-1:2002"))},
	{line: "bsi/bs-7858@2006 2006-08 BS 7858:2006", steps: withdrawnOn("2012-10-31")},
	{line: "bsi/bs-7858@2012 2012-10 BS 7858:2012", relations: rels(replacing("BS 7858:2006")), steps: withdrawnOn("2020-03-31")},
	{line: "bsi/bs-7858@2019 2019-09 BS 7858:2019", relations: rels(replacing("BS 7858:2012"))},
	{line: "bsi/bs-7671@2008 2008-01 BS 7671:2008", steps: withdrawnOn("2018-07-02")},
	{line: "bsi/bs-7671@2018 2018-07 BS 7671:2018"},
	{line: "ietf/bcp47@2005-10 2005-10"},
	{line: "ietf/bcp47@2009-09 2009-09"},
	{line: "x/one@2020 2020-01 PD 8888:2020"},
	{line: "x/two@2020 2020-01 PD 8888:2020"},
}

// catalogue is the fixture as a view.
func catalogue() *resolvetest.View {
	c := resolvetest.New()
	for name, ds := range works {
		scheme := schemes[name]
		if scheme == standard.SchemeUnspecified {
			scheme = standard.Edition
		}
		c.AddStandard(standard.Standard{
			Name: must(standard.ParseName(name)), Scheme: scheme, Designations: ds, Created: at("1970-01-01"),
			Titles: []standard.Text{{Language: "cy", Value: "Teitl " + name}, {Language: "en", Value: "Title of " + name}},
		})
	}
	for _, e := range entries {
		f := strings.SplitN(e.line, " ", 3)
		name, id, _ := strings.Cut(f[0], "@")
		v := standard.Version{
			Name: must(standard.ParseName(name)), ID: standard.VersionID(id), Released: must(standard.ParseDay(f[1])), Recorded: imported,
			Designations: f[2:], Relations: e.relations, Prerelease: e.draft, Digest: standard.DigestOf([]byte(f[0])),
		}
		for i := range v.Relations {
			v.Relations[i].Effective = v.VisibleFrom()
		}
		c.AddVersion(v)
		for _, s := range e.steps {
			s.Name, s.Version, s.Recorded = v.Name, v.ID, imported
			c.AddStep(s)
		}
	}
	return c.View()
}

// marked is a document whose citations stand between "[[" and "]]", with
// their traits behind a bar: "[[ISO27001|unspaced]]". What follows "=" is what
// is cited where that is not what stands there.
func marked(t *testing.T, name, text string) (*document.Document, []citation.Citation) {
	t.Helper()
	var out strings.Builder
	var cites []citation.Citation
	for {
		before, rest, ok := strings.Cut(text, "[[")
		out.WriteString(before)
		if !ok {
			return &document.Document{Name: name, Format: document.Markdown, Text: out.String()}, cites
		}
		inside, after, ok := strings.Cut(rest, "]]")
		if !ok {
			t.Fatalf("no end of %q", rest)
		}
		text = after
		shown, traits, _ := strings.Cut(inside, "|")
		shown, means, ok := strings.Cut(shown, "=")
		if !ok {
			means = strings.Join(strings.Fields(shown), " ")
		}
		c := citation.Citation{Start: out.Len(), Text: shown, Confidence: citation.Certain}
		out.WriteString(shown)
		c.End = out.Len()
		var err error
		if c.ID, err = designation.Parse(means); err != nil {
			t.Fatalf("%q: %v", means, err)
		}
		for _, trait := range strings.Fields(traits) {
			if year, ok := strings.CutPrefix(trait, "year:"); ok {
				c.Year = year
				continue
			}
			switch trait {
			case "weak":
				c.Confidence = citation.Weak
			case "markup":
				c.Markup = true
			case "unspaced":
				c.Traits |= citation.Unspaced
			case "lower":
				c.Traits |= citation.LowerCase
			case "variant":
				c.Traits |= citation.Variant
			case "range":
				c.Traits |= citation.InRange
			case "elided":
				c.Traits |= citation.Elided
			default:
				t.Fatalf("no trait %q", trait)
			}
		}
		cites = append(cites, c)
	}
}

// run checks a marked text against the fixture.
func run(t *testing.T, text string, opts Options) Report {
	t.Helper()
	doc, cites := marked(t, "doc.md", text)
	if opts.Now.IsZero() {
		opts.Now = now
	}
	r, err := Run(context.Background(), doc, cites, finder(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var view = catalogue()

func finder() Finder { return ViewFinder{View: view, Now: now, IRIBase: "https://etalon.example"} }

// line is a finding in one line.
func line(f Finding) string {
	var b strings.Builder
	b.WriteString(f.Severity.String() + " " + string(f.Rule) + " " + f.Text + ": " + f.Message)
	if f.Replacement != "" {
		b.WriteString(" => " + f.Replacement)
		if f.Safe {
			b.WriteString(" (safe)")
		}
	}
	if f.Waived != "" {
		b.WriteString(" [waived: " + f.Waived + "]")
	}
	return b.String()
}

// only are the findings of some rules, one a line.
func only(r Report, ids ...RuleID) string {
	var out []string
	for _, f := range r.Findings {
		for _, id := range ids {
			if f.Rule == id {
				out = append(out, line(f))
			}
		}
	}
	return strings.Join(out, "\n")
}
