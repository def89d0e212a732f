package release

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

func day(s string) standard.Day {
	d, err := standard.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

var compareDays = cmpopts.EquateComparable(standard.Day{})

func TestParse(t *testing.T) {
	got, err := Parse(examples(t, "release")["testdata/release/full.yaml"])
	if err != nil {
		t.Fatal(err)
	}
	want := &Release{
		Name:    standard.Name{Authority: "ocp", Standard: "ocds"},
		Version: "1.1.5",
		Titles: []standard.Text{
			{Language: "en", Value: "Open Contracting Data Standard"},
			{Language: "es", Value: "Estándar de Datos para las Contrataciones Abiertas"},
		},
		Descriptions: []standard.Text{{Language: "en", Value: "Data about all stages of a contracting process."}},
		Kind:         standard.Profile, Scheme: standard.Semver,
		Sectors: []string{"procurement"}, Steward: "Open Contracting Partnership", Licence: "Apache-2.0",
		Access: standard.AccessOpen, Homepage: "https://standard.open-contracting.org",
		Label: "1.1.5", Released: day("2020-08-20"), Effective: day("2020-08"),
		Notes:                []standard.Text{{Language: "en", Value: "Adds codes."}},
		Tags:                 []string{"recommended"},
		Designations:         []string{"OCDS 1.1.5"},
		StandardDesignations: []string{"OCDS"},
		Files: []FileRule{
			{Path: "schema/release-schema.json", MediaType: "application/schema+json", Role: standard.RoleSchema, Line: 25},
			{Glob: "codelists/*.csv", Role: standard.RoleCodelist, Line: 28},
		},
		Links: []standard.Link{{URL: "https://standard.open-contracting.org/1.1/en/", Title: "Documentation", Role: standard.RoleDocumentation, MediaType: "text/html"}},
		Members: []standard.Member{
			{ID: "Release.ocid", Title: "Open contracting ID", Kind: "data element"},
		},
		Relations: []standard.Relation{
			{Type: standard.Adopts, Degree: standard.Modified, Target: "ISO 8601-1:2019", Member: "Release.date"},
			{Type: standard.Replaces, Target: "ocp/ocds@1.1.4"},
		},
	}
	if diff := cmp.Diff(want, got, compareDays); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}

	small, err := Parse(examples(t, "release")["testdata/release/small.yaml"])
	if err != nil {
		t.Fatal(err)
	}
	if small.Version != "1.10" || !small.AllFiles || got.AllFiles {
		t.Errorf("version %q, all files %v and %v", small.Version, small.AllFiles, got.AllFiles)
	}
}

// TestParseReportsAll: every problem has its place, and what to do.
func TestParseReportsAll(t *testing.T) {
	const text = `name: OCP/ocds
version: 1.1
titel: Open Contracting
kind: PROFIL
scheme: SEMVER
sequence: 3
released: 2020-13-01
homepage: example.org
tags: [latest, stable, stable]
designations: [OCDS 1.1, "ocds  1.1", OCDS 1.1]
files:
  - path: ../up.json
  - role: SCHEMA
  - glob: "[a"
  - path: a
    glob: b
    colour: red
links: [{url: https://example.org, title: ~}]
members: [{id: a}, {id: a}]
relations:
  - {type: adopt, target: x}
  - {type: amends, target: x, degree: IDT}
notes: {english!: x}
kind: FORMAT
description: *a
`
	want := []string{
		`line 1, column 7: name: authority name "OCP": character 'O' at 1 is not allowed`,
		`line 2, column 10: version: version "1.1": SEMVER wants MAJOR.MINOR.PATCH`,
		`line 3, column 1: field "titel" is unknown in this release; did you mean "title"?`,
		`line 4, column 7: kind: kind "PROFIL" is unknown; allowed are DATA_DICTIONARY`,
		`line 6, column 11: sequence: goes with the scheme DECLARED alone`,
		`line 7, column 11: released: date "2020-13-01"`,
		`line 8, column 11: homepage: "example.org" is no web address`,
		`line 9, column 8: tags[0]: tag "latest" is reserved`,
		`line 9, column 24: tags[2]: "stable" is given twice, first in line 9`,
		`line 10, column 39: designations[2]: "OCDS 1.1" is given twice, first in line 10`,
		`line 12, column 11: files[0].path: path "../up.json" has the segment ".."`,
		`line 13, column 5: files[1]: wants one of "path" and "glob"`,
		`line 14, column 11: files[2].glob: glob "[a"`,
		`line 15, column 5: files[3]: wants one of "path" and "glob"`,
		`line 17, column 5: files[3]: field "colour" is unknown in this file; known are path, glob, media-type, role`,
		`line 18, column 43: links[0].title: has no value`,
		`line 19, column 20: members[1]: member "a" is given twice, first in line 19`,
		`line 21, column 12: relations[0].type: relation type "adopt" is unknown`,
		`line 22, column 5: relations[1]: a degree goes with the type adopts alone, not with amends`,
		`line 23, column 9: notes: "english!" is no language tag`,
		`line 24, column 1: field "kind" is given twice, first in line 4`,
	}
	_, err := Parse([]byte(strings.Replace(text, "description: *a\n", "", 1)))
	var problems Problems
	if !errors.As(err, &problems) || !errors.Is(err, standard.ErrMalformed) {
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

func TestParseRefusesDocuments(t *testing.T) {
	const head = "name: a/b\nversion: 1.0.0\ntitle: T\nkind: FORMAT\nscheme: SEMVER\n"
	for _, tt := range []struct{ data, want string }{
		{"", "etalon.yaml is empty"},
		{"# nothing\n", "etalon.yaml is empty"},
		{"a: [", "not YAML: "},
		{"title: x\n", `field "name" is missing in this release`},
		{"title: x\n", `field "version" is missing in this release`},
		{"- a\n", "wants a mapping of fields, is a list"},
		{"just words\n", "wants a mapping of fields, is a text"},
		{head + "---\nname: a/c\n", "holds one document; remove the second"},
		{head + "description: &a x\nnotes: *a\n", "line 7, column 8: notes: is an alias (*a); write the value out"},
		{head + "sectors: [a, ~]\n", "sectors[1]: is empty"},
		{head + "steward: ''\n", "steward: is empty"},
		{head + "? [a]\n: b\n", "the name of a field wants to be a word"},
		{strings.Replace(head, "SEMVER", "DECLARED", 1), `field "sequence" is missing`},
		{strings.Replace(head, "SEMVER", "DECLARED", 1) + "sequence: -1\n", "is no sequence number"},
		{head + "tags: [x, \"1.0.0\"]\n", "tag \"1.0.0\""},
		{head + "prerelease: maybe\n", "neither true nor false"},
	} {
		_, err := Parse([]byte(tt.data))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%q) = %v, want %q", tt.data, err, tt.want)
		}
	}
}

func TestTooManyProblems(t *testing.T) {
	_, err := Parse([]byte("a: b\n" + strings.Repeat("? [x]\n: y\n", 300)))
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != strictyaml.MaxProblems+1 || !strings.HasSuffix(ps[strictyaml.MaxProblems].Message, "more problems") {
		t.Fatalf("%d problems, last %v", len(ps), ps[len(ps)-1])
	}
}

func TestRecords(t *testing.T) {
	rel, err := Parse(examples(t, "release")["testdata/release/full.yaml"])
	if err != nil {
		t.Fatal(err)
	}
	s := rel.Standard()
	if s.Name != rel.Name || s.Designations[0] != "OCDS" || s.Scheme != standard.Semver || !s.Created.IsZero() || len(s.Tags) != 0 {
		t.Errorf("standard %+v", s)
	}
	v := rel.VersionRecord([]FileEntry{{File: standard.File{Size: 3}}, {File: standard.File{Size: 4}}})
	if v.FileCount != 2 || v.TotalBytes != 7 || v.ID != "1.1.5" || v.Designations[0] != "OCDS 1.1.5" || !v.Recorded.IsZero() {
		t.Errorf("version %+v", v)
	}
	v.Designations[0] = "changed"
	if rel.Designations[0] != "OCDS 1.1.5" {
		t.Error("the record shares its lists with the release")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("name: a/b\nversion: 1.0.0\ntitle: {en: T}\nkind: FORMAT\nscheme: SEMVER\nfiles: [{glob: '**/*.json'}]\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("<<: {name: x}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rel, err := Parse(data)
		if (rel == nil) != (err != nil) {
			t.Fatalf("Parse = %v, %v", rel, err)
		}
		if err != nil {
			checkProblems(t, data, err)
			return
		}
		if rel.Name.IsZero() || rel.Version == "" {
			t.Fatalf("taken: %+v", rel)
		}
		if err := rel.Scheme.Check(rel.Version, rel.Sequence); rel.Scheme != 0 && err != nil {
			t.Fatalf("taken: %+v, %v", rel, err)
		}
	})
}

func checkProblems(t *testing.T, data []byte, err error) {
	t.Helper()
	var ps Problems
	if !errors.As(err, &ps) || len(ps) == 0 {
		t.Fatalf("error %T %v", err, err)
	}
	for _, p := range ps {
		if p.Message == "" || p.Line > strings.Count(string(data), "\n")+strings.Count(string(data), "\r")+strings.Count(string(data), "\u0085")+strings.Count(string(data), "\u2028")+strings.Count(string(data), "\u2029")+2 {
			t.Fatalf("problem %+v of %q", p, data)
		}
	}
}
