package resolve_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// got is what the tables compare: one line for an answer or a failure, and
// the codes of the warnings.
func summary(a resolve.Answer, err error) (line, warnings string) {
	var f *resolve.Failure
	if errors.As(err, &f) {
		refs := make([]string, len(f.Candidates))
		for i, c := range f.Candidates {
			refs[i] = c.Ref()
		}
		return strings.TrimSpace("! " + f.Reason.String() + " " + strings.Join(refs, " ")), ""
	}
	codes := make([]string, len(a.Warnings))
	for i, w := range a.Warnings {
		codes[i] = w.Code.String()
		if w.Ref != "" {
			codes[i] += "=" + w.Ref
		}
		if !w.Date.IsZero() {
			codes[i] += "@" + w.Date.String()
		}
	}
	line = a.Ref() + " " + a.Method.String() + " " + a.State.Status.String()
	if a.Matched != "" {
		line += " by " + a.Matched
	}
	return line, strings.Join(codes, ", ")
}

func TestResolve(t *testing.T) {
	view := catalogue().View()
	digest := standard.DigestOf([]byte("ocp/ocds1.1.4")).String()
	tests := []struct {
		text     string
		at       string // day, empty: now
		known    string
		pre      bool
		member   string
		want     string
		warnings string
	}{
		// Exact versions.
		{text: "ocp/ocds@1.1.5", want: "ocp/ocds@1.1.5 EXACT PUBLISHED"},
		{text: "  etalon:ocp/ocds@1.1.5\n", want: "ocp/ocds@1.1.5 EXACT PUBLISHED"},
		{text: "ocp/ocds@1.1.5+build.7", want: "ocp/ocds@1.1.5 EXACT PUBLISHED"},
		{text: "x/declared@r4b", want: "x/declared@R4B EXACT PUBLISHED"},
		{text: "x/numeric@1.1", want: "x/numeric@1__1__0 EXACT PUBLISHED"},
		{text: "x/numeric@2.3", want: "x/numeric@2.03 EXACT PUBLISHED"},
		{text: "ocp/ocds@1.0.3", want: "ocp/ocds@1.0.3 EXACT WITHDRAWN", warnings: "WITHDRAWN@2022-01-01"},
		{text: "ocp/ocds@1.0.0", want: "ocp/ocds@1.0.0 EXACT INVALID", warnings: "INVALID@2021-01-01"},
		{text: "ocp/ocds@1.1.0", want: "ocp/ocds@1.1.0 EXACT DEPRECATED",
			warnings: "DEPRECATED=ocp/ocds@1.1.5@2020-09-01, REMOVAL_SCHEDULED=ocp/ocds@1.1.5@2027-03-01"},
		{text: "ocp/ocds@1.1.4", want: "ocp/ocds@1.1.4 EXACT SUPERSEDED", warnings: "SUPERSEDED=ocp/ocds@1.1.5@2020-08-20"},
		{text: "ocp/ocds@1.2.0-rc.1", want: "ocp/ocds@1.2.0-rc.1 EXACT PUBLISHED", warnings: "PRERELEASE"},
		{text: "ocp/ocds@1.2.0", want: "! NOT_YET ocp/ocds@1.2.0 ocp/ocds@1.1.5"},
		{text: "ocp/ocds@1.2.0", at: "2027-01-01", want: "ocp/ocds@1.2.0 EXACT PUBLISHED"},
		{text: "ocp/ocds@" + digest, want: "ocp/ocds@1.1.4 DIGEST SUPERSEDED", warnings: "SUPERSEDED=ocp/ocds@1.1.5@2020-08-20"},
		{text: "ocp/ocds@" + standard.DigestOf(nil).String(), want: "! VERSION_NOT_FOUND ocp/ocds@1.1.5"},
		{text: "ocp/ocds@1.1.9", want: "! VERSION_NOT_FOUND ocp/ocds@1.1.5 ocp/ocds@1.2.0-rc.1 ocp/ocds@1.1.4 ocp/ocds@1.2.0 ocp/ocds@1.1.0 ocp/ocds@1.1.1 ocp/ocds@1.0.0 ocp/ocds@1.0.3"},
		{text: "x/declared@R5", want: "! VERSION_NOT_FOUND x/declared@R4 x/declared@R4B"},

		// Members.
		{text: "ocp/ocds@1.1.1#Release.ocid", want: "ocp/ocds@1.1.1#Release.ocid EXACT SUPERSEDED", warnings: "SUPERSEDED=ocp/ocds@1.1.4@2019-05-10"},
		{text: "OCDS 1.1.1", member: "Release.tag", want: "ocp/ocds@1.1.1#Release.tag DESIGNATION SUPERSEDED by OCDS 1.1.1", warnings: "SUPERSEDED=ocp/ocds@1.1.4@2019-05-10"},
		{text: "ocp/ocds@1.1.1#release.ocid", want: "! MEMBER_NOT_FOUND ocp/ocds@1.1.1#Release.ocid ocp/ocds@1.1.1#Release.tag"},
		{text: "ocp/ocds@1.1.5#Release.ocid", want: "! MEMBER_NOT_FOUND"},
		{text: "ocp/ocds@1.1.1#Release.ocid", member: "Release.tag", want: "! MALFORMED"},

		// Ranges.
		{text: "ocp/ocds@^1.1", want: "ocp/ocds@1.1.5 RANGE PUBLISHED by >=1.1,<2"},
		{text: "ocp/ocds@^1.1", pre: true, want: "ocp/ocds@1.2.0-rc.1 RANGE PUBLISHED by >=1.1,<2", warnings: "PRERELEASE"},
		{text: "ocp/ocds@~1.1.2", at: "2020-01-01", want: "ocp/ocds@1.1.4 RANGE PUBLISHED by >=1.1.2,<1.2"},
		{text: "ocp/ocds@>=1.1,<1.1.5", want: "ocp/ocds@1.1.4 RANGE SUPERSEDED by >=1.1,<1.1.5", warnings: "SUPERSEDED=ocp/ocds@1.1.5@2020-08-20"},
		{text: "ocp/ocds@1.0.x", want: "! NO_CURRENT ocp/ocds@1.0.3"},
		{text: "ocp/ocds@1.0.x", at: "2020-06-01", want: "ocp/ocds@1.0.3 RANGE PUBLISHED by >=1.0,<1.1", warnings: "REMOVAL_SCHEDULED@2022-01-01"},
		{text: "ocp/ocds@1.0.x", known: "2022-01-03", want: "ocp/ocds@1.0.3 RANGE PUBLISHED by >=1.0,<1.1"},
		{text: "ocp/ocds@^2", want: "! ONLY_PRERELEASES ocp/ocds@2.0.0-alpha.1"},
		{text: "ocp/ocds@^3", want: "! NO_MATCH ocp/ocds@1.1.5"},
		{text: "ocp/ocds@^1.1", at: "2016-01-01", want: "! NOT_YET ocp/ocds@1.1.0"},
		{text: "x/declared@^4", want: "! NO_RANGES x/declared@R4B"},
		{text: "x/date@=2018", want: "x/date@2018-03 RANGE PUBLISHED by =2018"},

		// Partial versions.
		{text: "ocp/ocds@1.1", want: "ocp/ocds@1.1.5 PARTIAL PUBLISHED by >=1.1,<1.2", warnings: "NOT_EXACT=ocp/ocds@1.1.5"},
		{text: "ocp/ocds@1", want: "ocp/ocds@1.1.5 PARTIAL PUBLISHED by >=1,<2", warnings: "NOT_EXACT=ocp/ocds@1.1.5"},
		{text: "ocp/ocds@2", want: "! ONLY_PRERELEASES ocp/ocds@2.0.0-alpha.1"},
		{text: "ocp/ocds@7", want: "! VERSION_NOT_FOUND ocp/ocds@1.1.5"},
		{text: "x/date@2018", want: "x/date@2018 EXACT PUBLISHED"},

		// Tags and the default.
		{text: "ocp/ocds", want: "ocp/ocds@1.1.5 TAG PUBLISHED by recommended"},
		{text: "ocp/ocds", at: "2020-12-01", want: "ocp/ocds@1.1.4 TAG SUPERSEDED by recommended", warnings: "SUPERSEDED=ocp/ocds@1.1.5@2020-08-20"},
		{text: "ocp/ocds", at: "2019-05-20", want: "ocp/ocds@1.1.4 TAG PUBLISHED by latest"},
		{text: "ocp/ocds", at: "2026-01-01", known: "2021-01-15", want: "ocp/ocds@1.1.4 TAG SUPERSEDED by recommended", warnings: "SUPERSEDED=ocp/ocds@1.1.5@2020-08-20"},
		{text: "ocp/ocds@recommended", want: "ocp/ocds@1.1.5 TAG PUBLISHED by recommended"},
		{text: "ocp/ocds@latest", want: "ocp/ocds@1.1.5 TAG PUBLISHED by latest"},
		{text: "ocp/ocds@latest", at: "2028-01-01", want: "ocp/ocds@1.2.0 TAG PUBLISHED by latest"},
		{text: "ocp/ocds@stable", want: "ocp/ocds@1.1.4 TAG SUPERSEDED by stable", warnings: "SUPERSEDED=ocp/ocds@1.1.5@2020-08-20"},
		{text: "ocp/ocds@stable", at: "2026-10-01", want: "! VERSION_NOT_FOUND ocp/ocds@1.1.5"},
		{text: "ocp/ocds@recomended", want: "! VERSION_NOT_FOUND ocp/ocds@1.1.5"},
		{text: "ocp/ocds", at: "2014-01-01", want: "! NOT_YET ocp/ocds@1.0.0"},
		{text: "x/declared", want: "x/declared@R4B TAG PUBLISHED by latest"},
		{text: "x/numeric@latest", want: "x/numeric@27.02 TAG PUBLISHED by latest"},
		{text: "x/empty", want: "! NO_VERSIONS"},
		{text: "x/empty@1.0.0", want: "! NO_VERSIONS"},
		{text: "x/pre", want: "! ONLY_PRERELEASES x/pre@0.1.0-beta"},
		{text: "x/pre", pre: true, want: "x/pre@0.1.0-beta TAG PUBLISHED by latest", warnings: "PRERELEASE"},
		{text: "x/gone", want: "! NO_CURRENT x/gone@1.0.0"},
		{text: "x/gone", at: "2022-12-31", want: "x/gone@1.0.0 TAG PUBLISHED by latest", warnings: "REMOVAL_SCHEDULED@2023-01-01"},

		// Standards, and what was on record.
		{text: "ocp/ocd", want: "! STANDARD_NOT_FOUND ocp/ocds"},
		{text: "etalon:no/such", want: "! STANDARD_NOT_FOUND"},
		{text: "x/later", want: "x/later@1.0.0 TAG PUBLISHED by latest"},
		{text: "x/later", at: "2020-01-01", want: "x/later@1.0.0 TAG PUBLISHED by latest"},
		{text: "x/later", known: "2024-12-31", want: "! STANDARD_NOT_FOUND x/date x/declared"},
		{text: "Later 7", known: "2024-12-31", want: "! DESIGNATION_NOT_FOUND"},

		// Amendments.
		{text: "iso/iso-8601-1", want: "iso/iso-8601-1@2019 TAG PUBLISHED by latest", warnings: "AMENDMENTS_EXIST=iso/iso-8601-1@2019-Amd1-2022@2022-10"},
		{text: "iso/iso-8601-1", at: "2022-09-30", want: "iso/iso-8601-1@2019 TAG PUBLISHED by latest"},
		{text: "iso/iso-8601-1@2019-amd1-2022", want: "iso/iso-8601-1@2019-Amd1-2022 EXACT PUBLISHED"},
		{text: "ISO 8601-1:2019/Amd 1:2022", want: "iso/iso-8601-1@2019-Amd1-2022 DESIGNATION PUBLISHED by ISO 8601-1:2019/Amd 1:2022"},

		// Designations.
		{text: "iso8601-1:2019", want: "iso/iso-8601-1@2019 DESIGNATION PUBLISHED by ISO 8601-1:2019", warnings: "AMENDMENTS_EXIST=iso/iso-8601-1@2019-Amd1-2022@2022-10"},
		{text: "OCDS", want: "ocp/ocds@1.1.5 DESIGNATION PUBLISHED by OCDS", warnings: "UNDATED=ocp/ocds@1.1.5"},
		{text: "the accessibility norm", want: "cen/en-301549@2021 DESIGNATION PUBLISHED by the accessibility norm", warnings: "UNDATED=cen/en-301549@2021, ALIAS"},
		{text: "both of them", want: "! AMBIGUOUS cen/en-301549@2018 iso/iso-8601-1@2019"},
		{text: "owner wins", want: "iso/iso-8601-1@2019 DESIGNATION PUBLISHED by owner wins", warnings: "AMENDMENTS_EXIST=iso/iso-8601-1@2019-Amd1-2022@2022-10"},
		{text: "moved", at: "2023-12-31", want: "cen/en-301549@2018 DESIGNATION PUBLISHED by moved"},
		{text: "moved", want: "! NOT_YET iso/iso-8601-1@2019"},
		{text: "moved", at: "2027-01-01", want: "iso/iso-8601-1@2019 DESIGNATION PUBLISHED by moved", warnings: "AMENDMENTS_EXIST=iso/iso-8601-1@2019-Amd1-2022@2022-10"},
		{text: "ISO 8601-1:2004", want: "! VERSION_NOT_FOUND iso/iso-8601-1@2019 iso/iso-8601-1@2019-Amd1-2022"},
		{text: "ISO 8601-1:2019", at: "2018-01-01", want: "! NOT_YET iso/iso-8601-1@2019"},
		{text: "cen/en-301549", want: "! AMBIGUOUS cen/en-301549 iso/iso-8601-1"},
		{text: "etalon:cen/en-301549", want: "cen/en-301549@2021 TAG PUBLISHED by latest"},

		// Adoption.
		{text: "EN ISO 19650-2:2018", want: "bsi/bs-en-iso-19650-2@2018 ADOPTION PUBLISHED by EN ISO 19650-2:2018", warnings: "ADOPTION=EN ISO 19650-2:2018"},
		{text: "EN ISO 19650-2:2018", at: "2018-12-31", want: "! DESIGNATION_NOT_FOUND bsi/bs-en-iso-19650-2"},
		{text: "ISO 99999:2018", want: "! DESIGNATION_NOT_FOUND"},
		{text: "BS ISO 8601-1:2019", want: "! DESIGNATION_NOT_FOUND iso/iso-8601-1@2019 iso/iso-8601-1"},

		// What is no question.
		{text: "", want: "! MALFORMED"},
		{text: "a\x00b", want: "! MALFORMED"},
		{text: "etalon:", want: "! MALFORMED"},
		{text: "ocp/ocds@", want: "! MALFORMED ocp/ocds@1.1.5"},
		{text: "ocp/ocds@>=1,<1", want: "! MALFORMED ocp/ocds@1.1.5"},
		{text: strings.Repeat("a", 600), want: "! MALFORMED"},
		{text: "what is this", want: "! DESIGNATION_NOT_FOUND"},
	}
	for _, tt := range tests {
		t.Run(clip(tt.text+" "+tt.at), func(t *testing.T) {
			q := resolve.Query{Text: tt.text, Now: now, IncludePrereleases: tt.pre, Member: tt.member}
			if tt.at != "" {
				q.At = standard.EndOfDay(must(standard.ParseDay(tt.at)))
			}
			if tt.known != "" {
				q.Known = standard.EndOfDay(must(standard.ParseDay(tt.known)))
			}
			a, err := resolve.Resolve(view, q)
			line, warnings := summary(a, err)
			if diff := cmp.Diff([]string{tt.want, tt.warnings}, []string{line, warnings}); diff != "" {
				t.Errorf("Resolve(%q) (-want +got):\n%s%v", tt.text, diff, err)
			}
		})
	}
}

func clip(s string) string { return s[:min(len(s), 60)] }

func TestNextChange(t *testing.T) {
	view := catalogue().View()
	tests := []struct {
		text, at, want string
	}{
		{"ocp/ocds@latest", "", "2027-01-01"},               // 1.2.0 is released
		{"ocp/ocds@^1.1", "", "2027-01-01"},                 //
		{"ocp/ocds@1.1", "", ""},                            // 1.2.0 is no 1.1
		{"ocp/ocds@1.2.0", "", "2027-01-01"},                // a failure until then
		{"ocp/ocds@1.1.0", "", "2026-12-01"},                // is superseded
		{"ocp/ocds@stable", "", "2026-09-01"},               // the tag goes
		{"ocp/ocds@1.1.5", "", ""},                          //
		{"ocp/ocds", "2020-12-01", "2021-01-01"},            // another is recommended
		{"moved", "2023-01-01", "2024-01-01"},               // the claim ends
		{"moved", "", "2027-01-01"},                         // another begins
		{"iso/iso-8601-1", "2022-01-01", "2022-10-01"},      // the amendment appears
		{"ocp/ocds@latest", "2014-01-01", "2015-07-29"},     // the first release
		{"EN ISO 19650-2:2018", "2018-01-01", "2019-01-01"}, // the adopter appears
	}
	for _, tt := range tests {
		q := resolve.Query{Text: tt.text, Now: now}
		if tt.at != "" {
			q.At = at(tt.at)
		}
		var want time.Time
		if tt.want != "" {
			want = at(tt.want)
		}
		a, err := resolve.Resolve(view, q)
		got := a.NextChange
		var f *resolve.Failure
		if errors.As(err, &f) {
			got = f.NextChange
		}
		if !got.Equal(want) {
			t.Errorf("Resolve(%q) at %q: next change %v, want %v", tt.text, tt.at, got, want)
		}
	}
}

// A recommended version that is lower than the latest is not among those that
// the search for the latest looks at.
func TestNextChangeOfARecommendedVersionToCome(t *testing.T) {
	c := resolvetest.New()
	n := named("x/lts")
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Semver, Created: imported})
	add(c, "x/lts", [2]string{"1.0.0", "2020-01-01"}, [2]string{"1.0.1", "2026-10-01"}, [2]string{"2.0.0", "2025-01-01"})
	c.Tag(n, standard.TagChange{Tag: standard.TagRecommended, Version: "1.0.1", Effective: imported, Recorded: imported})
	a, err := resolve.Resolve(c.View(), resolve.Query{Text: "x/lts", Now: now})
	if err != nil || a.Version.Record.ID != "2.0.0" || !a.NextChange.Equal(at("2026-10-01")) {
		t.Fatalf("before: %v, %v, %v; want 2.0.0 until 2026-10-01", a.Version, err, a.NextChange)
	}
	a, err = resolve.Resolve(c.View(), resolve.Query{Text: "x/lts", Now: a.NextChange})
	if err != nil || a.Version.Record.ID != "1.0.1" {
		t.Errorf("then: %v, %v; want 1.0.1", a.Version, err)
	}
}

func TestNames(t *testing.T) {
	check := func(what string, n int, name func(int) string) {
		seen := map[string]bool{}
		for i := range n {
			s := name(i)
			if s == "" || seen[s] || strings.ContainsAny(s, "0123456789") {
				t.Errorf("%s %d is named %q", what, i, s)
			}
			seen[s] = true
		}
		if s := name(n); !strings.ContainsAny(s, "0123456789") {
			t.Errorf("%s %d is named %q, which no value has", what, n, s)
		}
	}
	check("method", int(resolve.Adoption)+1, func(i int) string { return resolve.Method(i).String() })
	check("warning", int(resolve.WarnAdoption)+1, func(i int) string { return resolve.WarningCode(i).String() })
	check("reason", int(resolve.NoVersions)+1, func(i int) string { return resolve.Reason(i).String() })
}
