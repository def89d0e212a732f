package resolve_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

func drawClaim(t *rapid.T) standard.Claim {
	c := standard.Claim{
		Text:    "The Norm",
		Name:    rapid.SampledFrom([]standard.Name{named("a/one"), named("b/two"), named("c/gone")}).Draw(t, "name"),
		Version: rapid.SampledFrom([]standard.VersionID{"", "1.0.0", "2.0.0", "9.9.9"}).Draw(t, "version"),
		Owner:   rapid.Bool().Draw(t, "owner"),
	}
	// Most claims hold at most moments, so that they meet.
	if rapid.IntRange(0, 3).Draw(t, "begins late") == 0 {
		c.Effective, c.Recorded = drawMoment(t, "effective"), drawMoment(t, "recorded")
	}
	if rapid.IntRange(0, 3).Draw(t, "ends") == 0 {
		c.Until = drawMoment(t, "until")
		c.Retracted = drawMoment(t, "retracted")
	}
	return c
}

// wantClaim is the rule of who holds a designation, word for word: among the
// claims of the owner that hold, else among the aliases, there must be one
// meaning; a claim on the undated standard agrees with one on a version of it.
func wantClaim(claims []standard.Claim, at, known time.Time) (best standard.Claim, meanings int) {
	for _, owner := range []bool{true, false} {
		versions := map[standard.Name]map[standard.VersionID]standard.Claim{}
		for _, c := range claims {
			there := c.Name != named("c/gone") && c.Version != "9.9.9"
			if c.Owner != owner || !there || !c.HoldsAt(at, known) {
				continue
			}
			if versions[c.Name] == nil {
				versions[c.Name] = map[standard.VersionID]standard.Claim{}
			}
			versions[c.Name][c.Version] = c
		}
		for _, of := range versions {
			if len(of) > 1 {
				delete(of, "")
			}
			for _, c := range of {
				best = c
				meanings++
			}
		}
		if meanings > 0 {
			break
		}
	}
	return best, meanings
}

func TestClaimsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := resolvetest.New()
		for _, n := range []string{"a/one", "b/two"} {
			c.AddStandard(standard.Standard{Name: named(n), Scheme: standard.Semver})
			for _, id := range []standard.VersionID{"1.0.0", "2.0.0"} {
				c.AddVersion(standard.Version{Name: named(n), ID: id, Released: must(standard.ParseDay("2020"))})
			}
		}
		claims := rapid.SliceOfN(rapid.Custom(drawClaim), 0, 5).Draw(t, "claims")
		for _, claim := range claims {
			c.AddClaim(claim)
		}
		q := resolve.Query{Text: "the  norm", Now: drawMoment(t, "at"), Known: drawKnown(t)}
		want, meanings := wantClaim(claims, q.Now, q.Known)
		a, err := resolve.Resolve(c.View(), q)
		var f *resolve.Failure
		switch errors.As(err, &f); {
		case meanings == 0:
			if f == nil || f.Reason != resolve.DesignationNotFound && f.Reason != resolve.NotYet {
				t.Fatalf("nobody holds it, got %v, %v", a, err)
			}
		case meanings > 1:
			if f == nil || f.Reason != resolve.Ambiguous || len(f.Candidates) < 2 {
				t.Fatalf("%d meanings, got %v, %v", meanings, a, err)
			}
		case f != nil:
			t.Fatalf("want %s@%s, got %v", want.Name, want.Version, err)
		default:
			id := want.Version
			if id == "" {
				id = "2.0.0"
			}
			if a.Standard.Record.Name != want.Name || a.Version.Record.ID != id {
				t.Fatalf("got %s, want %s@%s", a.Ref(), want.Name, id)
			}
		}
		checkStable(t, c.View(), q)
	})
}
