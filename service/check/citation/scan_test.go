package citation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTraits(t *testing.T) {
	for _, tc := range []struct {
		text   string
		traits Trait
		sure   Confidence
	}{
		{"ISO 9001:2015", 0, Certain},
		{"ISO9001", Unspaced, Certain},
		{"as iso 9001 says", LowerCase, Certain},
		{"as iso9001 says", LowerCase | Unspaced, Certain},
		{"ISO\n9001", Wrapped, Certain},
		{"ISO\u00a09001", Variant, Certain},
		{"ISO standard 9001", Variant, Certain},
		{"British Standard 7671", Variant, Certain},
		{"RFC 211910", Glued, Likely},
		{"X.509", Elided, Likely},
		{"802.1X", Elided, Likely},
		{"DCB0129", 0, Certain},
		{"ISO 2015", 0, Weak},
		{"TLS 1.2", 0, Certain},
		{"Held: ISO/IEC         Yes\n27001                 No\n", Wrapped | Split, Certain},
	} {
		list := Scan(tc.text)
		if len(list) != 1 {
			t.Errorf("%q has %d citations, want 1", tc.text, len(list))
			continue
		}
		if c := list[0]; c.Traits != tc.traits || c.Confidence != tc.sure {
			t.Errorf("%q: traits %b, confidence %d; want %b, %d", tc.text, c.Traits, c.Confidence, tc.traits, tc.sure)
		}
	}
}

func TestTraitsOfMembers(t *testing.T) {
	for _, tc := range []struct {
		text   string
		traits []Trait
	}{
		{"ISO 9001 and 14001", []Trait{0, Elided}},
		{"ISO 9001 and\n14001", []Trait{0, Elided}},
		{"RFC 7230\u20137232", []Trait{InRange, Elided | InRange, Elided | InRange}},
		{"ISO 19650-1 to\n-2", []Trait{InRange, Elided | InRange | Wrapped}},
	} {
		var got []Trait
		for _, c := range Scan(tc.text) {
			got = append(got, c.Traits)
		}
		if d := cmp.Diff(tc.traits, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", tc.text, d)
		}
	}
}

func TestClause(t *testing.T) {
	for _, tc := range []struct{ text, clause string }{
		{"ISO 9001:2015, clause 4.1", "clause 4.1"},
		{"ISO 9001:2015 clause 4.1 applies", "clause 4.1"},
		{"ISO 9001:2015 (Clause 4.1)", "Clause 4.1"},
		{"clause 5.2 of ISO 9001:2015", "clause 5.2"},
		{"see Clause 5.2(a) of the ISO 9001:2015", "Clause 5.2(a)"},
		{"as section 4 in RFC 2119 says", "section 4"},
		{"ICAO Doc 9303 §5", "§5"},
		{"§ 5 of RFC 2119", "§ 5"},
		{"RFC 7231, Section 6.5.4", "Section 6.5.4"},
		{"Annex A of ISO/IEC 27001", "Annex A"},
		{"ISO/IEC 27001 Annex A.5.1", "Annex A.5.1"},
		{"ISO/IEC 27001 Annex\nA", "Annex\nA"},
		{"ISO/IEC 27001, control A.8.2", "control A.8.2"},
		{"WCAG 2.1 success criterion 1.4.3", "success criterion 1.4.3"},
		{"ISO 9001, sections of it", ""},
		{"ISO 9001. Section 5 is next", ""},
		{"ISO 9001\n\nSection 5", ""},
		{"clauses of ISO 9001", ""},
		{"5 of ISO 9001", ""},
		{"ISO 9001 clause", ""},
	} {
		list := Scan(tc.text)
		if len(list) != 1 {
			t.Errorf("%q has %d citations, want 1", tc.text, len(list))
			continue
		}
		if got := list[0].Clause; got != tc.clause {
			t.Errorf("%q: clause %q, want %q", tc.text, got, tc.clause)
		}
	}
}

func TestYear(t *testing.T) {
	for _, tc := range []struct{ text, id, year string }{
		{"ISO 639-1 (2002)", "ISO 639-1", "2002"},
		{"ISO 639-1:2002 (2002)", "ISO 639-1:2002", ""},
		{"ISO 639-1 (two)", "ISO 639-1", ""},
		{"ISO 639-1\n(2002)", "ISO 639-1", "2002"},
		{"EN 301 549 V3.2.1 (2021-03)", "EN 301 549 V3.2.1 (2021-03)", ""},
		{"ITU-T X.509 (10/2019)", "ITU-T X.509 (10/2019)", ""},
	} {
		list := Scan(tc.text)
		if len(list) != 1 || list[0].ID.String() != tc.id || list[0].Year != tc.year {
			t.Errorf("%q: %+v, want %s and year %q", tc.text, list, tc.id, tc.year)
		}
	}
}

// TestLongTexts checks that what is far apart does not matter.
func TestLongTexts(t *testing.T) {
	far := strings.Repeat("word ", 100_000)
	for _, tc := range []struct {
		text string
		want int
	}{
		{far + "ISO 9001, " + far, 1},
		{"ISO" + strings.Repeat(" ", 10_000) + "9001", 0},
		{"ISO" + strings.Repeat("\n", 10_000) + "9001", 0},
		{strings.Repeat("ISO 9001, ", 1000), 1000},
		{"ISO 9001" + strings.Repeat(", 14001", 100), 101},
		{strings.Repeat("ISO 9001 ", MaxCitations+10), MaxCitations},
		{strings.Repeat("RFC 7230-7270, ", MaxCitations/40), MaxCitations},
		{strings.Repeat("x", 100_000) + "ISO 9001", 0},
		{"http://example.org/" + strings.Repeat("x/", 100_000) + "ISO 9001", 1},
	} {
		if got := len(Scan(tc.text)); got != tc.want {
			t.Errorf("%.30q...: %d citations, want %d", tc.text, got, tc.want)
		}
	}
}

// TestBound looks for the citations that are not to be respelt alone.
func TestBound(t *testing.T) {
	for text, want := range map[string]string{
		"ISO27001/2":                    "ISO27001",
		"ISO 27001/27002":               "ISO 27001",
		"ISO 27001 and 27002":           "",
		"Part 2 of ISO 19650":           "Part 2 of ISO 19650",
		"parts 1 and 2 of ISO 19650":    "parts 1 and 2 of ISO 19650, parts 1 and 2 of ISO 19650",
		"ISO 19650-2, part of ISO 9001": "",
	} {
		var bound []string
		for _, c := range Scan(text) {
			if c.Traits&Bound != 0 {
				bound = append(bound, c.Text)
			}
		}
		if got := strings.Join(bound, ", "); got != want {
			t.Errorf("of %q, %q is bound, want %q", text, got, want)
		}
	}
}

// TestLeadingClause finds the clause before parts that stand before their
// standard.
func TestLeadingClause(t *testing.T) {
	list := Scan("see clause 5.2 of Part 2 of ISO 19650")
	if len(list) != 1 || list[0].ID.String() != "ISO 19650-2" || list[0].Clause != "clause 5.2" {
		t.Errorf("found %+v", list)
	}
}
