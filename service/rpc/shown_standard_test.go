package rpc

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// A standard shown from memory is as it would be made anew, at any moment and
// after any change.
func TestStandardShown(t *testing.T) {
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		s := &Service{baseIRI: "https://example.org", standards: newShownStandards()}
		hour := func(label string) time.Time {
			return start.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, label)) * time.Hour)
		}
		name := standard.Name{Authority: "a", Standard: "s"}
		c := resolvetest.New()
		c.AddStandard(standard.Standard{Name: name, Scheme: standard.Numeric, Created: start, Updated: start, Revision: 1})
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				c.AddVersion(standard.Version{Name: name, ID: standard.VersionID(fmt.Sprintf("1.%d", i)), Recorded: hour("recorded"), Revision: standard.Revision(i + 2)})
			case 1:
				c.Tag(name, standard.TagChange{Tag: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "tag"), Version: standard.VersionID(fmt.Sprintf("1.%d", i)), Effective: hour("effective"), Recorded: start})
			}
			v := c.View()
			for range rapid.IntRange(1, 6).Draw(t, "reads") {
				now := hour("now")
				st := v.Standard(name)
				if diff := cmp.Diff(s.standardOut(v, st, now), s.standardShown(v, st, now), protocmp.Transform()); diff != "" {
					t.Fatalf("at %v: kept (+) and made (-) differ:\n%s", now, diff)
				}
			}
		}
	})
}

// What did not change is not made again.
func TestStandardShownIsKept(t *testing.T) {
	s := &Service{standards: newShownStandards()}
	name := standard.Name{Authority: "a", Standard: "s"}
	c := resolvetest.New()
	c.AddStandard(standard.Standard{Name: name, Scheme: standard.Numeric})
	v := c.View()
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	first := s.standardShown(v, v.Standard(name), now)
	if s.standardShown(v, v.Standard(name), now.Add(time.Hour)) != first {
		t.Error("the same standard was made twice")
	}
	if next := c.View(); s.standardShown(next, next.Standard(name), now) == first {
		t.Error("another standard was shown as the one before")
	}
}
