package offline

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// A small world, so that random records meet: they claim each other's
// designations, adopt, replace and amend each other.

var (
	epoch = time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)

	worldAuthorities = []standard.AuthorityID{"a", "b", "c"}
	worldStandards   = []string{"one", "two", "three", "one-x"}
	worldVersions    = []standard.VersionID{"1.0.0", "1.1.0", "1.1.0-rc.1", "2.0.0", "2.0.0-rc.1"}
	worldTags        = []string{"recommended", "stable"}

	worldDesignations = []string{
		"ISO 1", "ISO 1:2001", "ISO 1:2005", "ISO 1:2001/Amd 1:2003", "ISO 2", "ISO 2:2001", "ISO 27001:2013", "ISO/IEC 27001:2013",
		"ISO/IEC 27001", "EN ISO 1", "EN ISO 1:2001", "BS EN ISO 1:2001", "BS EN ISO 1", "RFC 1", "RFC 2", "odd text", "http://x.example/y",
		"a/one", "a/one@^1", "a/one@1.0.0", "b/two", "b/one#m", "c/three@2.0.0",
	}
	worldReferences = []string{
		"a/one", "a/two@1.0.0", "b/one@1.1.0", "b/two@^1", "c/one@2.0.0", "etalon:c/three@1.0.0", "etalon:a/one", "a/three@stable",
	}
)

func day(n int) time.Time { return epoch.AddDate(0, 0, n) }

func drawDay(t *rapid.T, what string) time.Time {
	if n := rapid.IntRange(-2, 12).Draw(t, what); n >= 0 {
		return day(n)
	}
	return time.Time{}
}

func drawTarget(t *rapid.T) string {
	return rapid.SampledFrom(slices.Concat(worldDesignations, worldReferences)).Draw(t, "target")
}

// few is 0 for the most part, so that what a bundle needs is a part of what
// there is.
func few(t *rapid.T) int {
	return rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 0, 1, 1, 2}).Draw(t, "few")
}

func drawDesignations(t *rapid.T) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(worldDesignations), 0, few(t), rapid.ID).Draw(t, "designations")
}

func drawRelations(t *rapid.T) []standard.Relation {
	var out []standard.Relation
	for range few(t) {
		r := standard.Relation{
			Type: rapid.SampledFrom([]standard.RelationType{
				standard.Replaces, standard.Amends, standard.Corrects, standard.Adopts, standard.Adopts, standard.NormativeReference,
			}).Draw(t, "type"),
			Target: drawTarget(t), Recorded: day(rapid.IntRange(0, 10).Draw(t, "recorded")),
			Effective: drawDay(t, "effective"), Until: drawDay(t, "until"),
		}
		if r.Type == standard.Adopts {
			r.Degree = rapid.SampledFrom([]standard.Degree{standard.Identical, standard.Modified, standard.NotEquivalent}).Draw(t, "degree")
		}
		out = append(out, r)
	}
	return out
}

// drawCatalogue draws the records of a catalogue, with their manifests in m.
func drawCatalogue(t *rapid.T, m *memory) []store.Record {
	var out []store.Record
	for _, a := range worldAuthorities {
		out = append(out, &standard.Authority{ID: a, Created: epoch, Updated: epoch, Revision: 1})
	}
	var names []standard.Name
	for _, a := range worldAuthorities {
		for _, s := range worldStandards {
			if rapid.IntRange(0, 2).Draw(t, "there") == 0 {
				continue
			}
			n := standard.Name{Authority: a, Standard: s}
			names = append(names, n)
			out = append(out, drawStandard(t, n))
			for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(worldVersions), 0, 4, rapid.ID).Draw(t, "versions") {
				out = append(out, drawVersion(t, m, n, id))
				out = append(out, drawSteps(t, n, id)...)
			}
		}
	}
	return append(out, drawClaims(t, names)...)
}

func drawStandard(t *rapid.T, n standard.Name) *standard.Standard {
	s := &standard.Standard{
		Name: n, Scheme: standard.Semver, Created: day(rapid.IntRange(0, 3).Draw(t, "created")), Revision: 2,
		Titles: []standard.Text{{Language: "en", Value: n.String()}}, Designations: drawDesignations(t), Relations: drawRelations(t),
	}
	for range rapid.IntRange(0, 2).Draw(t, "tags") {
		s.Tags = append(s.Tags, standard.TagChange{
			Tag: rapid.SampledFrom(worldTags).Draw(t, "tag"), Version: rapid.SampledFrom(worldVersions).Draw(t, "of"),
			Effective: drawDay(t, "effective"), Recorded: day(rapid.IntRange(0, 10).Draw(t, "recorded")),
		})
	}
	slices.SortStableFunc(s.Tags, func(a, b standard.TagChange) int { return a.Recorded.Compare(b.Recorded) })
	return s
}

func drawVersion(t *rapid.T, m *memory, n standard.Name, id standard.VersionID) *standard.Version {
	recorded := day(rapid.IntRange(0, 8).Draw(t, "recorded"))
	return &standard.Version{
		Name: n, ID: id, Digest: m.manifest(n, id), Released: standard.DayOf(day(rapid.IntRange(-3, 10).Draw(t, "released"))),
		Recorded: recorded, Designations: drawDesignations(t), Relations: drawRelations(t), Revision: 3,
	}
}

func drawSteps(t *rapid.T, n standard.Name, id standard.VersionID) []store.Record {
	var out []store.Record
	for i := range rapid.IntRange(0, 3).Draw(t, "steps") {
		s := &standard.Step{
			Name: n, Version: id, Number: i + 1, Recorded: day(8 + i), Effective: drawDay(t, "effective"), Revision: 4,
			Kind: rapid.SampledFrom([]standard.StepKind{
				standard.StepDeprecate, standard.StepSupersede, standard.StepWithdraw, standard.StepInvalidate, standard.StepCorrect, standard.StepCorrect,
			}).Draw(t, "kind"),
		}
		switch s.Kind {
		case standard.StepSupersede:
			s.Successor = drawTarget(t)
		case standard.StepDeprecate:
			s.Alternative = drawTarget(t)
		case standard.StepCorrect:
			if s.Cancels = rapid.IntRange(0, i).Draw(t, "cancels"); s.Cancels == 0 {
				s.Amendment = &standard.Amendment{AddRelations: drawRelations(t), RemoveRelations: drawRelations(t)}
			}
		}
		out = append(out, s)
	}
	return out
}

// drawClaims draws who claims what, also of what does not exist.
func drawClaims(t *rapid.T, names []standard.Name) []store.Record {
	names = append(names, standard.Name{Authority: "a", Standard: "nothing"})
	var out []store.Record
	seen := map[string]bool{}
	for _, text := range worldDesignations {
		key := designation.Key(text)
		n := few(t)
		if n > 0 {
			n += few(t)
		}
		if n == 0 || seen[key] {
			continue
		}
		seen[key] = true
		d := &standard.Designation{Key: key}
		for range n {
			c := standard.Claim{
				Text: text, Name: rapid.SampledFrom(names).Draw(t, "name"), Owner: rapid.Bool().Draw(t, "owner"),
				Effective: drawDay(t, "effective"), Until: drawDay(t, "until"), Recorded: day(rapid.IntRange(0, 10).Draw(t, "recorded")),
			}
			if rapid.Bool().Draw(t, "dated") {
				c.Version = rapid.SampledFrom(worldVersions).Draw(t, "version")
			}
			if !c.Until.IsZero() {
				c.Retracted = c.Until
			}
			d.Claims = append(d.Claims, c)
		}
		out = append(out, d)
	}
	return out
}

// worldTexts is whatever can be asked about.
func worldTexts() []string {
	out := slices.Concat(worldDesignations, worldReferences, []string{"ISO 1:1999", "EN ISO 2:2001", "ISO 27001", "RFC 3", "nothing at all"})
	for _, a := range worldAuthorities {
		for _, s := range worldStandards {
			n := fmt.Sprintf("%s/%s", a, s)
			out = append(out, n, "etalon:"+n, n+"@latest", n+"@recommended", n+"@stable", n+"@^1", n+"@1.x", n+"@>=1.1,<3", n+"@9.0.0", n+"#m", n+"@1.0.0", n+"@2")
		}
	}
	return out
}
