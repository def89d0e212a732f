package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

var outcomes = []string{"-", "found", "unknown standard", "unknown edition", "not yet", "no current", "ambiguous", "family"}

// summary is facts in one line.
func summary(f Facts) string {
	var b strings.Builder
	b.WriteString(outcomes[f.Outcome])
	if f.Edition != nil {
		fmt.Fprintf(&b, " %s %s", f.Edition.Ref, f.Edition.Status)
	} else if !f.Standard.IsZero() {
		fmt.Fprintf(&b, " of %s", f.Standard)
	}
	if f.Undated {
		b.WriteString(" undated")
	}
	if f.Through != "" {
		fmt.Fprintf(&b, " through %s", f.Through)
	}
	if f.Replacement != nil {
		fmt.Fprintf(&b, " => %s", shown(f.Replacement))
	}
	if len(f.Equivalents) > 0 {
		b.WriteString(" ~")
		for _, e := range f.Equivalents {
			b.WriteString(" " + shown(&e) + ",")
		}
	}
	return b.String()
}

func TestLookup(t *testing.T) {
	tests := []struct{ text, at, want string }{
		{"ISO 9001:2015", "", "found iso/iso-9001@2015 PUBLISHED"},
		{"ISO 9001", "", "found iso/iso-9001@2015 PUBLISHED undated"},
		{"ISO 9001", "2010-01-01", "found iso/iso-9001@2008 PUBLISHED undated"},
		{"ISO 9001:2008", "2010-01-01", "found iso/iso-9001@2008 PUBLISHED"},
		{"ISO 9001:2008", "", "found iso/iso-9001@2008 SUPERSEDED => ISO 9001:2015"},
		{"ISO 9001:2026", "", "not yet iso/iso-9001@2026 PUBLISHED"},
		{"EN 301549:2021", "", "found etsi/en-301-549@3.2.1 PUBLISHED through EN 301 549 V3.2.1 (2021-03)"},
		{"EN 301549:2020", "", "unknown edition of etsi/en-301-549 => ETSI EN 301 549 V3.2.1 (2021-03)"},
		{"OpenAPI 3.0", "", "unknown edition of oai/openapi => OpenAPI 3.0.4"},
		{"ISO 9001:2014", "", "unknown edition of iso/iso-9001 => ISO 9001:2015"},
		{"ISO 9001:2015/Amd 1:2024", "", "unknown edition of iso/iso-9001 => ISO 9001:2015"},
		{"BS EN ISO 9001:2015+A1:2024", "", "unknown edition of bsi/bs-en-iso-9001 => BS EN ISO 9001:2015"},
		{"BS EN ISO 9001:2016", "", "unknown edition of bsi/bs-en-iso-9001 => BS EN ISO 9001:2015"},
		{"BS EN ISO 9001:2015 - TC", "", "found bsi/bs-en-iso-9001@2015 PUBLISHED through BS EN ISO 9001:2015"},
		// Adoptions, by the form of the designation and on record.
		{"EN ISO 9001:2015", "", "found iso/iso-9001@2015 PUBLISHED through ISO 9001:2015"},
		{"BS EN ISO 9001:2008", "", "found iso/iso-9001@2008 SUPERSEDED through ISO 9001:2008 => BS EN ISO 9001:2015"},
		{"DIN EN ISO 9001:2015", "", "found iso/iso-9001@2015 PUBLISHED through ISO 9001:2015"},
		{"DIN EN ISO 9001", "", "found iso/iso-9001@2015 PUBLISHED undated through ISO 9001"},
		{"DIN EN ISO 9001:2016", "", "unknown standard"},
		{"ISO 14001:2015", "", "unknown standard"},
		{"EN ISO 14001:2015", "", "found din/din-en-iso-14001@2015 PUBLISHED through DIN EN ISO 14001:2015"},
		{"BS EN ISO/IEC 27001:2013", "", "unknown edition of bsi/bs-en-iso-iec-27001 => BS EN ISO/IEC 27001:2023"},
		{"BS EN ISO/IEC 27001:2017", "", "found bsi/bs-en-iso-iec-27001@2017 SUPERSEDED => BS EN ISO/IEC 27001:2023"},
		// The IEC that was lost.
		{"ISO 27001", "", "found iso/iso-iec-27001@2022 PUBLISHED undated through ISO/IEC 27001"},
		{"ISO 27001:2013", "", "found iso/iso-iec-27001@2013 SUPERSEDED through ISO/IEC 27001:2013 => ISO/IEC 27001:2022"},
		{"ISO 27001:2014", "", "unknown edition of iso/iso-iec-27001 => ISO/IEC 27001:2022"},
		{"BS EN ISO 27001:2023", "", "found bsi/bs-en-iso-iec-27001@2023 PUBLISHED through BS EN ISO/IEC 27001:2023"},
		// Families.
		{"ISO 19650", "", "family"},
		{"ISO 19650 series", "", "family"},
		{"ISO 19650 (all parts)", "", "family"},
		{"BS EN ISO 19650 series", "", "family"},
		{"ISO 19650:2018 (all parts)", "", "family"},
		{"ISO 9001 series", "", "family of iso/iso-9001"},
		{"ISO 19650:2018", "", "ambiguous"},
		{"ISO 19650:2017", "", "unknown standard"},
		{"ISO 8601", "", "family of iso/iso-8601"},
		{"ISO 8601", "2018-01-01", "found iso/iso-8601@2004 PUBLISHED undated"},
		{"BS ISO 8601", "", "family of iso/iso-8601"},
		{"ISO 19115", "", "family of iso/iso-19115"},
		{"ISO 8601:2004", "", "found iso/iso-8601@2004 WITHDRAWN"},
		{"ISO 77777", "", "family of iso/iso-empty"},
		{"ISO 77777:2001", "", "unknown standard of iso/iso-empty"},
		// Ends.
		{"BS 1192", "", "no current bsi/bs-1192@2007+A2-2016 WITHDRAWN undated ~ ISO 19650-1:2018, ISO 19650-2:2018,"},
		{"BS 1192", "2018-01-01", "found bsi/bs-1192@2007+A2-2016 PUBLISHED undated"},
		{"PAS 1192-2:2013", "", "found bsi/pas-1192-2@2013 WITHDRAWN => BS EN ISO 19650-2:2018 ~ ISO 19650-2:2018,"},
		{"BS 7799-2:2002", "", "found bsi/bs-7799-2@2002 SUPERSEDED => ISO/IEC 27001:2022 ~ ISO/IEC 27001:2022,"},
		{"BS 10012:2017", "", "found bsi/bs-10012@2017 PUBLISHED ~ ISO/IEC 27701:2019,"},
		{"BS 99999", "", "no current bsi/bs-bad@2020 INVALID undated"},
		{"RFC 7231", "", "found ietf/rfc7231@2014 PUBLISHED => RFC 9110"},
		{"RFC 7231", "2020-01-01", "found ietf/rfc7231@2014 PUBLISHED"},
		{"OCDS 1.1.4", "", "found ocp/ocds@1.1.4 DEPRECATED => OCDS 1.1.5"},
		// Drafts.
		{"draft-ietf-quic-http-34", "", "unknown standard => RFC 9114"},
		{"ISO/DIS 9001:2014", "", "unknown standard => ISO 9001:2015"},
		{"ISO/DIS 9001:2025", "", "unknown standard"},
		{"WCAG 3.0", "", "found w3c/wcag3@3.0 PUBLISHED"},
		{"WCAG 2.1 AA", "", "found w3c/wcag@2.1 SUPERSEDED => WCAG 2.2"},
		{"EN 301 549", "", "found etsi/en-301-549@3.2.1 PUBLISHED undated"},
		{"EN 301 549 V2.1.2", "", "found etsi/en-301-549@2.1.2 SUPERSEDED => ETSI EN 301 549 V3.2.1 (2021-03)"},
		{"BS EN 301 549 V3.2.1", "", "found etsi/en-301-549@3.2.1 PUBLISHED through EN 301 549 V3.2.1"},
		// The registry's own references.
		{"etalon:ocp/ocds", "", "found ocp/ocds@1.1.5 PUBLISHED undated"},
		{"etalon:ocp/ocds@^1.1", "", "found ocp/ocds@1.1.5 PUBLISHED"},
		{"etalon:ocp/ocds@1.1.9", "", "unknown edition of ocp/ocds => OCDS 1.1.5"},
		{"etalon:ocp/ocdx", "", "unknown standard"},
		{"PD 8888:2020", "", "ambiguous"},
		{"BS 424242:2020", "", "unknown standard"},
	}
	for _, tt := range tests {
		moment := now
		if tt.at != "" {
			moment = standard.EndOfDay(must(standard.ParseDay(tt.at)))
		}
		id, err := designation.Parse(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		f := Lookup(view, id, moment, "")
		if got := summary(f); got != tt.want {
			t.Errorf("Lookup(%q) at %q\n got %s\nwant %s\n(%s; %v)", tt.text, tt.at, got, tt.want, f.Message, f.Candidates)
		}
		if f.Outcome == OutcomeFound && f.Edition == nil || f.Outcome != OutcomeFound && f.Message == "" {
			t.Errorf("Lookup(%q): outcome %s with edition %v and message %q", tt.text, outcomes[f.Outcome], f.Edition, f.Message)
		}
	}
}

func TestLookupTellsAll(t *testing.T) {
	f := Lookup(view, parsed("BS EN ISO 19650-2:2018"), now, "https://etalon.example")
	want := Edition{
		Ref: must(standard.ParseRef("bsi/bs-en-iso-19650-2@2018")), Digest: standard.DigestOf([]byte("bsi/bs-en-iso-19650-2@2018")),
		Designation: "BS EN ISO 19650-2:2018", Title: "Title of bsi/bs-en-iso-19650-2", Status: standard.Published,
		Since: must(standard.ParseDay("2019-01-01")), Released: must(standard.ParseDay("2019-01")),
		IRI: "https://etalon.example/bsi/bs-en-iso-19650-2/2018",
	}
	if diff := cmp.Diff(&want, f.Edition); diff != "" {
		t.Errorf("edition (-want +got):\n%s", diff)
	}
	var adoptions []string
	for _, a := range f.Adoptions {
		s := a.Target + " " + a.Degree.String()
		if a.Edition != nil {
			s += " " + a.Edition.Ref.String() + " now " + a.Current.Ref.String()
		}
		adoptions = append(adoptions, s)
	}
	if diff := cmp.Diff([]string{"EN ISO 19650-2:2018 IDT", "ISO 19650-2:2018 UNSPECIFIED iso/iso-19650-2@2018 now iso/iso-19650-2@2018"}, adoptions); diff != "" {
		t.Errorf("adoptions (-want +got):\n%s", diff)
	}

	f = Lookup(view, parsed("OCDS 1.1.5"), now, "")
	if diff := cmp.Diff([]Step{{Status: standard.Withdrawn, Effective: must(standard.ParseDay("2030-01-01"))}}, f.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if !f.NextChange.Equal(at("2030-01-01")) {
		t.Errorf("next change %v, want 2030-01-01", f.NextChange)
	}
	f = Lookup(view, parsed("OCDS 1.1.4"), now, "")
	if f.Removal.String() != "2027-01-01" || f.Alternative != "ocp/ocds@1.1.5" {
		t.Errorf("removal %v, alternative %q", f.Removal, f.Alternative)
	}
	f = Lookup(view, parsed("ISO 9001:2026"), now, "")
	if !f.NextChange.Equal(at("2026-09-01")) {
		t.Errorf("next change of what is to come %v, want 2026-09-01", f.NextChange)
	}
	f = Lookup(view, parsed("ISO 9001:2011"), now, "")
	var refs []string
	for _, c := range f.Candidates {
		refs = append(refs, c.Ref())
	}
	if got := strings.Join(refs[:2], " "); got != "iso/iso-9001@2008 iso/iso-9001@2015" {
		t.Errorf("candidates %v, want the nearest year first", refs)
	}
}

// TestUndatedMeansOneInForce: also where the recommended version has gone.
func TestUndatedMeansOneInForce(t *testing.T) {
	c := resolvetest.New()
	n := must(standard.ParseName("iso/iso-1"))
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Edition, Designations: []string{"ISO 1"}, Created: at("1970-01-01")})
	for _, year := range []string{"2002", "2016"} {
		c.AddVersion(standard.Version{Name: n, ID: standard.VersionID(year), Released: must(standard.ParseDay(year)), Recorded: imported, Designations: []string{"ISO 1:" + year}})
	}
	c.AddStep(standard.Step{Name: n, Version: "2002", Kind: standard.StepWithdraw, Effective: at("2016-08-01"), Recorded: imported})
	c.Tag(n, standard.TagChange{Tag: standard.TagRecommended, Version: "2002", Effective: at("2003-01-01"), Recorded: imported})
	for day, want := range map[string]string{
		"2016-07-31": "found iso/iso-1@2002 PUBLISHED undated",
		"2016-08-01": "found iso/iso-1@2016 PUBLISHED undated",
	} {
		if got := summary(Lookup(c.View(), parsed("ISO 1"), standard.EndOfDay(must(standard.ParseDay(day))), "")); got != want {
			t.Errorf("at %s: %s, want %s", day, got, want)
		}
	}
}

// TestUnknownAgeIsNoFault: of an edition whose day of publication nobody
// recorded it can't be said that it was not published yet.
func TestUnknownAgeIsNoFault(t *testing.T) {
	c := resolvetest.New()
	n := must(standard.ParseName("iso/iso-1"))
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Edition, Designations: []string{"ISO 1"}, Created: at("1970-01-01")})
	for _, year := range []string{"2002", "2016"} {
		c.AddVersion(standard.Version{Name: n, ID: standard.VersionID(year), Recorded: at("2026-11-22"), Designations: []string{"ISO 1:" + year}})
	}
	c.AddVersion(standard.Version{Name: n, ID: "2030", Released: must(standard.ParseDay("2030-01-01")), Recorded: at("2026-11-22"), Designations: []string{"ISO 1:2030"}})
	for text, want := range map[string]string{
		"ISO 1:2002": "found iso/iso-1@2002 PUBLISHED",
		"ISO 1":      "found iso/iso-1@2016 PUBLISHED undated",
		"ISO 1:2030": "not yet iso/iso-1@2030 PUBLISHED",
	} {
		if got := summary(Lookup(c.View(), parsed(text), standard.EndOfDay(must(standard.ParseDay("2026-01-01"))), "")); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestFinder(t *testing.T) {
	ids := []designation.ID{parsed("ISO 9001"), parsed("BS 424242")}
	got, err := finder().Find(context.Background(), ids, must(standard.ParseDay("2010-01")))
	if err != nil || len(got.Facts) != 2 || got.Revision != 1 || got.AsOf.String() != "2010-01" {
		t.Fatalf("Find: %+v, %v", got, err)
	}
	if got.Facts[0].Edition.Ref.String() != "iso/iso-9001@2008" || got.Facts[1].Outcome != UnknownStandard {
		t.Errorf("facts: %s, %s", summary(got.Facts[0]), summary(got.Facts[1]))
	}
	got, err = finder().Find(context.Background(), ids, standard.Day{})
	if err != nil || got.AsOf != standard.DayOf(now) || got.Facts[0].Edition.Ref.String() != "iso/iso-9001@2015" {
		t.Errorf("now: %+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := finder().Find(ctx, ids, standard.Day{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, text := range []string{"BS EN ISO 9001:2015", "ISO 27001", "BS EN ISO 19650 series", "PAS 1192-2:2013", "ISO 9001:2014"} {
		id := parsed(text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Lookup(view, id, now, "https://etalon.example")
			}
		})
	}
}

// counting is a view that counts what it is asked.
type counting struct {
	resolve.View
	claims, similar int
}

func (v *counting) Designation(key string) *standard.Designation {
	v.claims++
	return v.View.Designation(key)
}

func (v *counting) Similar(text string, limit int) []standard.Name {
	v.similar++
	return v.View.Similar(text, limit)
}

// TestLookupIsCheap holds what a look-up may cost, whatever it is for: it
// never goes through the catalogue, and asks for similar names once or twice.
func TestLookupIsCheap(t *testing.T) {
	var ids []designation.ID
	for _, e := range entries {
		f := strings.SplitN(e.line, " ", 3)
		if len(f) > 2 {
			ids = append(ids, parsed(f[2]), parsed(f[2]).Undated())
		}
	}
	for _, text := range []string{"BS EN ISO 27001:2099", "ISO 19650 series", "BS EN ISO 424242-1:2020+A1:2021", "etalon:ocp/ocdx", "draft-x-y-01"} {
		ids = append(ids, parsed(text))
	}
	for _, id := range ids {
		v := &counting{View: view}
		Lookup(v, id, now, "https://etalon.example")
		if v.claims > 200 || v.similar > 2 {
			t.Errorf("%s asked for %d claims, and %d times for what is similar", id, v.claims, v.similar)
		}
		if v.similar > 0 {
			continue // the fixture's view compares with everything
		}
		if n := testing.AllocsPerRun(5, func() { Lookup(view, id, now, "https://etalon.example") }); n > 1000 {
			t.Errorf("%s allocates %v times", id, n)
		}
	}
}
