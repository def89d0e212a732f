package resolve_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// chains is a catalogue of adoptions three deep, and of successors in a circle.
func chains() *resolvetest.View {
	c := resolvetest.New()
	adopts := func(target string) []standard.Relation {
		return []standard.Relation{{Type: standard.Adopts, Degree: standard.Identical, Target: target}}
	}
	for _, v := range []struct{ name, designation, adopts string }{
		{"iso/x", "ISO 19650-2:2018", ""},
		{"cen/x", "EN ISO 19650-2:2018", "ISO 19650-2:2018"},
		{"bsi/x", "BS EN ISO 19650-2:2018", "cen/x@2018"},
		{"din/x", "DIN EN ISO 19650-2:2018", "etalon:cen/x@2018"},
		{"far/x", "something else", "a norm that nobody has"},
	} {
		c.AddStandard(standard.Standard{Name: named(v.name), Scheme: standard.Edition, Created: imported})
		ver := standard.Version{Name: named(v.name), ID: "2018", Released: must(standard.ParseDay("2018")), Recorded: imported, Designations: []string{v.designation}}
		if v.adopts != "" {
			ver.Relations = adopts(v.adopts)
		}
		c.AddVersion(ver)
	}
	n := named("a/ring")
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Semver, Created: imported})
	add(c, "a/ring", [2]string{"1.0.0", "2020"}, [2]string{"2.0.0", "2021"}, [2]string{"3.0.0", "2022"})
	for from, to := range map[string]string{"1.0.0": "a/ring@2.0.0", "2.0.0": "a/ring@3.0.0", "3.0.0": "a/ring@1.0.0"} {
		c.AddStep(standard.Step{Name: n, Version: standard.VersionID(from), Kind: standard.StepSupersede, Successor: to, Effective: at("2023-01-01"), Recorded: at("2023-01-01")})
	}
	c.AddStandard(standard.Standard{Name: named("a/heir"), Scheme: standard.Semver, Created: imported})
	c.AddVersion(standard.Version{Name: named("a/heir"), ID: "1.0.0", Released: must(standard.ParseDay("2024")), Recorded: imported,
		Relations: []standard.Relation{{Type: standard.Replaces, Target: "a/ring@3.0.0"}}})
	return c.View()
}

func hops(hs []resolve.Hop) string {
	var out []string
	for _, h := range hs {
		ref := "?" + h.Target
		if !h.Name.IsZero() {
			ref = h.Name.String() + "@" + string(h.Version)
		}
		out = append(out, fmt.Sprintf("%d %s", h.Depth, ref))
	}
	return strings.Join(out, ", ")
}

func TestChains(t *testing.T) {
	view := chains()
	type walk func(resolve.View, *resolve.Standard, *resolve.Version, time.Time, time.Time) []resolve.Hop
	tests := []struct {
		what string
		walk walk
		ref  string
		at   string
		want string
	}{
		{"adopters", resolve.Adopters, "iso/x@2018", "2026-01-01", "1 cen/x@2018, 2 bsi/x@2018, 2 din/x@2018"},
		{"adopters", resolve.Adopters, "iso/x@2018", "2017-01-01", ""},
		{"adopted", resolve.Adopted, "bsi/x@2018", "2026-01-01", "1 cen/x@2018, 2 iso/x@2018"},
		{"adopted", resolve.Adopted, "far/x@2018", "2026-01-01", "1 ?a norm that nobody has"},
		{"adopted", resolve.Adopted, "iso/x@2018", "2026-01-01", ""},
		{"successors", resolve.Successors, "a/ring@2.0.0", "2026-01-01", "1 a/ring@3.0.0, 2 a/ring@1.0.0, 2 a/heir@1.0.0"},
		{"successors", resolve.Successors, "a/ring@2.0.0", "2022-12-31", ""},
		{"successors", resolve.Successors, "a/ring@3.0.0", "2023-06-01", "1 a/ring@1.0.0, 2 a/ring@2.0.0"},
	}
	for _, tt := range tests {
		ref := must(standard.ParseRef(tt.ref))
		s := view.Standard(ref.Name)
		got := tt.walk(view, s, s.Find(standard.VersionID(ref.Selector.Text)), at(tt.at), time.Time{})
		lines := strings.Split(hops(got), ", ")
		if diff := cmp.Diff(sortedLines(tt.want), sortedLines(strings.Join(lines, ", "))); diff != "" {
			t.Errorf("%s of %s at %s (-want +got):\n%s", tt.what, tt.ref, tt.at, diff)
		}
	}
}

func sortedLines(s string) map[string]bool {
	out := map[string]bool{}
	for _, l := range strings.Split(s, ", ") {
		out[l] = true
	}
	return out
}

func TestRivalAdoptions(t *testing.T) {
	c := resolvetest.New()
	for _, v := range []struct {
		name   string
		degree standard.Degree
		target string
	}{
		{"bsi/a", standard.Identical, "ISO 1:2018"},
		{"din/a", standard.Identical, "ISO 1:2018"},
		{"bsi/b", standard.Modified, "ISO 2:2018"},
		{"din/b", standard.Identical, "ISO 2:2018"},
	} {
		c.AddStandard(standard.Standard{Name: named(v.name), Scheme: standard.Edition, Created: imported})
		c.AddVersion(standard.Version{Name: named(v.name), ID: "2018", Recorded: imported, Relations: []standard.Relation{{Type: standard.Adopts, Degree: v.degree, Target: v.target}}})
	}
	for text, want := range map[string]string{
		"ISO 1:2018": "! AMBIGUOUS bsi/a@2018 din/a@2018",
		"ISO 2:2018": "din/b@2018 ADOPTION PUBLISHED by ISO 2:2018",
	} {
		got, _ := summary(resolve.Resolve(c.View(), resolve.Query{Text: text, Now: now}))
		if got != want {
			t.Errorf("Resolve(%q) = %s, want %s", text, got, want)
		}
	}
}

// TestAmendedRelations: relations that a correction adds or removes count from
// when it takes effect, and as it was known.
func TestAmendedRelations(t *testing.T) {
	c := resolvetest.New()
	n := named("bsi/a")
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Edition, Created: imported})
	c.AddVersion(standard.Version{Name: n, ID: "2018", Recorded: imported,
		Relations: []standard.Relation{{Type: standard.Adopts, Degree: standard.Identical, Target: "ISO 1:2018"}}})
	c.AddStep(standard.Step{Name: n, Version: "2018", Kind: standard.StepCorrect, Effective: at("2022-01-01"), Recorded: at("2023-01-01"), Amendment: &standard.Amendment{
		AddRelations:    []standard.Relation{{Type: standard.Adopts, Degree: standard.Modified, Target: "ISO 2:2018"}},
		RemoveRelations: []standard.Relation{{Type: standard.Adopts, Target: "ISO 1:2018"}},
	}})
	view := c.View()
	const one, two, none = "bsi/a@2018 ADOPTION PUBLISHED by ISO 1:2018", "bsi/a@2018 ADOPTION PUBLISHED by ISO 2:2018", "! DESIGNATION_NOT_FOUND"
	for _, tt := range []struct{ text, at, known, want string }{
		{"ISO 1:2018", "2021-06-01", "2026-01-01", one},
		{"ISO 1:2018", "2022-06-01", "2026-01-01", none},
		{"ISO 1:2018", "2022-06-01", "2022-06-01", one},
		{"ISO 2:2018", "2021-06-01", "2026-01-01", none},
		{"ISO 2:2018", "2022-06-01", "2026-01-01", two},
		{"ISO 2:2018", "2022-06-01", "2022-06-01", none},
	} {
		got, _ := summary(resolve.Resolve(view, resolve.Query{Text: tt.text, At: at(tt.at), Known: at(tt.known)}))
		if got != tt.want {
			t.Errorf("Resolve(%q) at %s known %s = %s, want %s", tt.text, tt.at, tt.known, got, tt.want)
		}
	}
}
