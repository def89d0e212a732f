package release

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
)

func TestParseCatalogue(t *testing.T) {
	c, err := ParseCatalogue(examples(t, "catalogue")["testdata/catalogue/iso.yaml"])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(standard.Authority{
		ID:       "iso",
		Titles:   []standard.Text{{Language: "en", Value: "International Organization for Standardization"}},
		Homepage: "https://www.iso.org",
		Prefixes: c.Authority.Prefixes,
		Contacts: []standard.Contact{{Name: "Information desk", URL: "https://www.iso.org/contact-iso.html"}},
	}, c.Authority); diff != "" {
		t.Errorf("authority (-want +got):\n%s", diff)
	}
	if len(c.Authority.Prefixes) != 2 || len(c.Standards) != 2 {
		t.Fatalf("prefixes %q, %d standards", c.Authority.Prefixes, len(c.Standards))
	}
	dates, old := c.Standards[0], c.Standards[1]
	if dates.Tags["recommended"] != "2019" || dates.Record.Access != standard.AccessPurchase || dates.Record.Provenance == "" {
		t.Errorf("standard %+v", dates)
	}
	if v := dates.Versions[0]; v.Source != dates.Source || v.Verified != day("2026-11-22") || v.Record.Provenance != dates.Source {
		t.Errorf("version takes no source from its standard: %+v", v)
	}
	if v := dates.Versions[1].Record; v.Label != "2019/Amd 1:2022" || v.Relations[0].Type != standard.Amends || v.Name != dates.Record.Name {
		t.Errorf("version %+v", v)
	}
	name := standard.Name{Authority: "iso", Standard: "iso-8601"}
	wantSteps := []standard.Step{
		{Name: name, Version: "2004", Number: 1, Kind: standard.StepSupersede, Effective: time.Date(2019, 2, 25, 0, 0, 0, 0, time.UTC), Successor: "iso/iso-8601-1@2019"},
		{Name: name, Version: "2004", Number: 2, Kind: standard.StepWithdraw, Effective: time.Date(2019, 2, 25, 0, 0, 0, 0, time.UTC), Note: "Split into two parts."},
	}
	if diff := cmp.Diff(wantSteps, old.Versions[0].Steps, compareDays); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if old.Versions[0].Verified != day("2026-11") {
		t.Errorf("verified %v", old.Versions[0].Verified)
	}
}

func TestParseCatalogueReportsAll(t *testing.T) {
	const text = `authority:
  id: iso
  title: ISO
  parent: iso
  prefix: [ISO]
  contacts: [{email: nobody}]
standards:
  - id: A
    title: x
    kind: FORMAT
    scheme: EDITION
  - id: b
    title: x
    kind: FORMAT
    scheme: EDITION
    tags: {recommended: 2020, new: 2018, latest: 2018}
    versions:
      - id: 2018
        sequence: 3
      - id: 1.0
      - id: 2018
      - id: 2019
        steps:
          - {step: SUPERSEDE, effective: 2020}
          - {step: WITHDRAW, effective: 2021, removal: 2022}
          - {step: DEPRECATE, effective: 2022}
          - {step: CORRECT, effective: 2022}
          - {step: INVALIDATE}
  - id: b
    title: y
    kind: FORMAT
    scheme: EDITION
`
	want := []string{
		`line 4, column 11: authority.parent: authority "iso" can't be its own parent`,
		`line 5, column 3: authority: field "prefix" is unknown in this authority; did you mean "prefixes"?`,
		`line 6, column 22: authority.contacts[0].email: "nobody" is no e-mail address`,
		`line 8, column 9: standards[0].id: standard name "A"`,
		`line 16, column 11: standards[1].tags: tag "recommended" names version "2020", which is not listed`,
		`line 16, column 42: standards[1].tags: tag "latest" is reserved`,
		`line 19, column 19: standards[1].versions[0].sequence: goes with the scheme DECLARED alone`,
		`line 20, column 13: standards[1].versions[1].id: version "1.0": EDITION wants`,
		`line 21, column 13: standards[1].versions[2].id: version "2018" is given twice`,
		`line 24, column 13: standards[1].versions[3].steps[0]: iso/b@2019: SUPERSEDE wants the successor`,
		`line 25, column 56: standards[1].versions[3].steps[1].removal: goes with DEPRECATE, not with WITHDRAW`,
		`line 26, column 13: standards[1].versions[3].steps[2]: iso/b@2019: it is WITHDRAWN since`,
		`line 27, column 20: standards[1].versions[3].steps[3].step: a catalogue file has no CORRECT`,
		`line 28, column 13: standards[1].versions[3].steps[4]: field "effective" is missing in this step`,
		`line 29, column 9: standards[2].id: standard "b" is given twice, first in line 12`,
	}
	_, err := ParseCatalogue([]byte(text))
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("error %T: %v", err, err)
	}
	for i, p := range problems {
		if i >= len(want) || !strings.HasPrefix(p.String(), want[i]) {
			t.Errorf("problem %d: %s", i, p)
		}
	}
	if len(problems) != len(want) {
		t.Errorf("%d problems, want %d", len(problems), len(want))
	}
}

func FuzzParseCatalogue(f *testing.F) {
	f.Add([]byte("authority: {id: a, title: T}\nstandards: [{id: b, title: T, kind: FORMAT, scheme: EDITION, versions: [{id: 2018, steps: [{step: WITHDRAW, effective: 2019, successor: x}]}]}]\n"))
	f.Add([]byte("authority: ~\nstandards: ~\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCatalogue(data)
		if (c == nil) != (err != nil) {
			t.Fatalf("ParseCatalogue = %v, %v", c, err)
		}
		if err != nil {
			checkProblems(t, data, err)
			return
		}
		for _, s := range c.Standards {
			if s.Record.Name.Authority != c.Authority.ID {
				t.Fatalf("standard %v of %v", s.Record.Name, c.Authority.ID)
			}
			for _, v := range s.Versions {
				if err := s.Record.Scheme.Check(v.Record.ID, v.Record.Sequence); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
