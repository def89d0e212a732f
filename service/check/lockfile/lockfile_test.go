package lockfile

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/standard"
)

var update = flag.Bool("update", false, "write the golden files anew")

const registry = "0193f2a0-5c4e-7b7e-8a55-3f1c2d9e4b60"

func made(t testing.TB) *File {
	t.Helper()
	f, open := Make([]check.Report{tender(t), annex(t)}, registry)
	f.Unresolved = append(f.Unresolved, open...)
	return f
}

func TestMakeIsTheExample(t *testing.T) {
	golden := filepath.Join("testdata", "example.lock")
	got := made(t).Bytes()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the lock differs (-want +got):\n%s", diff)
	}
	parsed, err := Parse(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(parsed.Bytes())); diff != "" {
		t.Errorf("Bytes(Parse(x)) differs (-want +got):\n%s", diff)
	}
}

func TestMakeDoesNotDependOnTheOrder(t *testing.T) {
	a, openA := Make([]check.Report{tender(t), annex(t)}, registry)
	b, openB := Make([]check.Report{annex(t), tender(t)}, registry)
	if diff := cmp.Diff(string(a.Bytes()), string(b.Bytes())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(openA, openB); diff != "" {
		t.Error(diff)
	}
}

// Of several that share its matter none is taken for what replaces it.
func TestMakeNamesOneSuccessorOrNone(t *testing.T) {
	followers := []check.Edition{{Designation: "BS EN ISO 19650-1:2018"}, {Designation: "BS EN ISO 19650-2:2018"}}
	for n, want := range []string{"", "BS EN ISO 19650-1:2018", ""} {
		old := found(t, "bsi/bs-1192@2007", "BS 1192:2007", "2019-01-01", standard.Withdrawn)
		old.Successors = followers[:n]
		if got := entryOf(id(t, "BS 1192:2007"), old).Successor; got != want {
			t.Errorf("%d followers: the successor is %q, want %q", n, got, want)
		}
	}
}

func TestMakeGivesWhatIsUnresolved(t *testing.T) {
	f, open := Make([]check.Report{tender(t)}, "")
	want := []Unresolved{{
		ID: id(t, "ISO 99999:2020"), Outcome: check.UnknownStandard,
		Files: []string{"docs/tender.md"}, Message: "Nobody registered ISO 99999.",
	}}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("unresolved (-want +got):\n%s", diff)
	}
	if _, ok := f.FindUnresolved(id(t, "ISO 99999:2020")); ok {
		t.Error("an unresolved citation was recorded unasked")
	}
	if u, ok := f.FindUnresolved(id(t, "ISO 9000 series")); !ok || u.Outcome != check.Family {
		t.Errorf("the family is recorded as %+v, %v", u, ok)
	}
}

func TestMakeTakesTheNewestRevision(t *testing.T) {
	older, newer := tender(t), tender(t)
	older.Revision, newer.Revision = 10, 20
	newer.Facts[2].Edition.Ref = ref(t, "iso/iso-iec-27001@2025")
	for _, reports := range [][]check.Report{{older, newer}, {newer, older}} {
		f, _ := Make(reports, "")
		e, ok := f.Find(id(t, "ISO/IEC 27001"))
		if !ok || e.Ref.String() != "iso/iso-iec-27001@2025" || f.Revision != 20 {
			t.Errorf("locked %v at revision %d", e.Ref, f.Revision)
		}
	}
}

func TestUpdateKeepsTheRevision(t *testing.T) {
	old := made(t)
	again := made(t)
	again.Revision = 2000
	if got, want := string(Update(old, again).Bytes()), string(old.Bytes()); got != want {
		t.Errorf("locking the same again differs:\n%s", cmp.Diff(want, got))
	}

	moved := made(t)
	moved.Revision, moved.Entries[0].Files = 2000, []string{"elsewhere.md"}
	if got := Update(old, moved); got.Revision != 1234 || got.Entries[0].Files[0] != "elsewhere.md" {
		t.Errorf("after a document was renamed: revision %d, files %q", got.Revision, got.Entries[0].Files)
	}

	changes := map[string]func(*File){
		"digest": func(f *File) { f.Entries[0].Digest = standard.DigestOf(nil) },
		"status": func(f *File) { f.Entries[1].Status = standard.Withdrawn },
		"a step": func(f *File) {
			f.Entries[2].Steps = []check.Step{{Status: standard.Withdrawn, Effective: day(t, "2030-01-01")}}
		},
		"one less":    func(f *File) { f.Entries = f.Entries[1:] },
		"resolved":    func(f *File) { f.Unresolved = nil },
		"other store": func(f *File) { f.Registry = "another" },
	}
	for name, change := range changes {
		fresh := made(t)
		fresh.Revision = 2000
		change(fresh)
		if got := Update(old, fresh).Revision; got != 2000 {
			t.Errorf("%s: the revision is %d, want the new one", name, got)
		}
	}
	if got := Update(nil, old).Revision; got != 1234 {
		t.Errorf("of the first lock the revision is %d", got)
	}
}

func TestDiff(t *testing.T) {
	old, fresh := made(t), made(t)
	if got := Diff(old, fresh); len(got) != 0 {
		t.Errorf("the same differ: %v", got)
	}
	fresh.Entries = append(fresh.Entries[:0:0], fresh.Entries[1:]...)
	for i := range fresh.Entries {
		if fresh.Entries[i].ID.String() == "ISO/IEC 27001" {
			fresh.Entries[i].Ref = ref(t, "iso/iso-iec-27001@2025")
			fresh.Entries[i].Status = standard.Deprecated
		}
	}
	fresh.Entries = append(fresh.Entries, Entry{LockEntry: check.LockEntry{ID: id(t, "RFC 3339"), Ref: ref(t, "ietf/rfc3339@2002")}})
	var got []string
	for _, c := range Diff(old, fresh) {
		got = append(got, c.String())
	}
	want := []string{
		"- BS EN ISO 19650-2:2018: bsi/bs-en-iso-19650-2@2018",
		"~ ISO/IEC 27001: iso/iso-iec-27001@2022 -> iso/iso-iec-27001@2025; status PUBLISHED -> DEPRECATED",
		"+ RFC 3339: ietf/rfc3339@2002",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if got := len(Diff(nil, old)); got != len(old.Entries) {
		t.Errorf("against no lock %d entries are new, want all %d", got, len(old.Entries))
	}
}

func TestUncited(t *testing.T) {
	f := made(t)
	shorter := tender(t)
	shorter.Citations, shorter.FactsOf = shorter.Citations[1:3], shorter.FactsOf[1:3]
	names := func(entries []Entry) string {
		var s []string
		for _, e := range entries {
			s = append(s, e.ID.String())
		}
		return strings.Join(s, ", ")
	}
	tests := map[string]struct {
		reports []check.Report
		want    string
	}{
		"all as locked":                 {[]check.Report{tender(t), annex(t)}, ""},
		"cited by another document too": {[]check.Report{shorter}, "ISO 9001:2008, ISO 9000 series, ISO 99999:2020"},
		"by none of both":               {[]check.Report{shorter, report(t, "docs/annex “A”.docx", 1)}, "BS ISO 8601-1:2019, etalon:ocp/ocds@^1.0, ISO 9001:2008, WCAG 2.2, ISO 9000 series, ISO 99999:2020"},
		"another document":              {[]check.Report{report(t, "new.md", 1)}, ""},
	}
	for name, test := range tests {
		if got := names(f.Uncited(test.reports)); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestDocuments(t *testing.T) {
	want := []string{"docs/annex “A”.docx", "docs/tender.md"}
	if diff := cmp.Diff(want, made(t).Documents()); diff != "" {
		t.Error(diff)
	}
}

// TestLocked: an entry tells on a later day what was on record for it.
func TestLocked(t *testing.T) {
	locked := made(t).Locked()
	find := func(asOf, text string) check.Facts {
		t.Helper()
		e, ok := locked(ids(t, text)[0])
		if !ok {
			t.Fatalf("%s is not locked", text)
		}
		return e.FactsAt(day(t, asOf))
	}
	british := "BS EN ISO 19650-2:2018"
	if f := find("2026-11-22", british); f.Edition.Status != standard.Published || len(f.Steps) != 2 || f.Edition.Ref.String() != "bsi/bs-en-iso-19650-2@2018" {
		t.Errorf("before the steps: %+v", f)
	}
	if f := find("2027-03-01", british); f.Edition.Status != standard.Superseded || len(f.Steps) != 1 || f.Successors[0].Designation != "BS EN ISO 19650-2:2027" {
		t.Errorf("on the day of the first step: %+v", f)
	}
	if f := find("2028-06-01", british); f.Edition.Status != standard.Withdrawn || len(f.Steps) != 0 {
		t.Errorf("after the second step: %+v", f)
	}
	if f := find("2026-11-22", "ISO/IEC 27001"); !f.Undated || f.Edition.Designation != "ISO/IEC 27001:2022" {
		t.Errorf("an undated citation: %+v", f)
	}
	if f := find("2026-11-22", "ISO 99999:2020"); f.Outcome != check.UnknownStandard {
		t.Errorf("an unresolved citation: %+v", f)
	}
	if _, ok := locked(ids(t, "RFC 3339")[0]); ok {
		t.Error("what is not in the lock is locked")
	}
}
