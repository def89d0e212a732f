package resolve

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/standard"
)

// A standard finds its versions whether it was made at once, grew version by
// version, or is a literal, and those it grew from stay as they were.
func TestFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewStandard(&standard.Standard{}, nil)
		want := map[string]*Version{}
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			id := standard.VersionID(rapid.StringMatching(`[a-cA-C][0-9]`).Draw(t, "id"))
			v := &Version{Record: &standard.Version{ID: id}}
			before := fmt.Sprint(s.Versions, s.ids)
			n := s.With(v, rapid.IntRange(0, len(s.Versions)).Draw(t, "at"))
			if after := fmt.Sprint(s.Versions, s.ids); after != before {
				t.Fatalf("With changed its receiver from %s to %s", before, after)
			}
			want[id.Fold()] = v
			s = n
		}
		all := []*Standard{
			s, NewStandard(s.Record, s.Versions), {Record: s.Record, Versions: s.Versions},
			s.WithRecord(&standard.Standard{Homepage: "x"}),
		}
		for how, one := range all {
			if len(one.Versions) != len(want) {
				t.Fatalf("%d: %d versions, want %d", how, len(one.Versions), len(want))
			}
			for _, c := range "abcABC" {
				for d := range 10 {
					id := standard.VersionID(fmt.Sprintf("%c%d", c, d))
					if got := one.Find(id); got != want[id.Fold()] {
						t.Fatalf("%d: %s: got %v, want %v", how, id, got, want[id.Fold()])
					}
				}
			}
		}
	})
}
