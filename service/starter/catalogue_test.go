package starter

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
)

// entry is one version, or an undated standard where version is nil.
type entry struct {
	standard *release.CatalogueStandard
	version  *release.CatalogueVersion
}

func (e entry) String() string {
	if e.version == nil {
		return e.standard.Record.Name.String()
	}
	return fmt.Sprintf("%s@%s", e.standard.Record.Name, e.version.Record.ID)
}

func (e entry) relations() []standard.Relation {
	if e.version == nil {
		return e.standard.Record.Relations
	}
	return e.version.Record.Relations
}

// book is the whole catalogue by its names.
type book struct {
	entries []entry
	names   map[string]entry // references, and normal forms of designations
	owned   map[string]bool  // normal forms of prefixes
	counts  map[standard.AuthorityID]int
}

// catalogues reads them once for all tests.
var catalogues = sync.OnceValues(Catalogues)

func open(t *testing.T) *book {
	t.Helper()
	all, err := catalogues()
	if err != nil {
		t.Fatal(err)
	}
	b := &book{names: map[string]entry{}, owned: map[string]bool{}, counts: map[standard.AuthorityID]int{}}
	for _, c := range all {
		b.counts[c.Authority.ID] = len(c.Standards)
		for _, p := range c.Authority.Prefixes {
			b.owned[designation.PrefixKey(p)] = true
		}
		for i := range c.Standards {
			s := &c.Standards[i]
			b.add(t, entry{s, nil}, s.Record.Designations)
			for j := range s.Versions {
				b.add(t, entry{s, &s.Versions[j]}, s.Versions[j].Record.Designations)
			}
		}
	}
	return b
}

// add holds an entry by its reference and its designations. Nobody else may
// hold them.
func (b *book) add(t *testing.T, e entry, designations []string) {
	t.Helper()
	b.entries = append(b.entries, e)
	b.names[e.String()] = e
	for _, d := range designations {
		key := designation.Key(d)
		if other, held := b.names[key]; held && other != e {
			t.Errorf("%s and %s both hold %q", other, e, d)
		}
		b.names[key] = e
	}
}

// find is what a target names.
func (b *book) find(target string) (entry, bool) {
	if e, ok := b.names[target]; ok {
		return e, true
	}
	e, ok := b.names[designation.Key(target)]
	return e, ok
}

// ours says whether a target is a reference, or a designation under a prefix
// that an authority of the catalogue owns.
func (b *book) ours(target string) bool {
	if _, err := standard.ParseRef(target); err == nil {
		return true
	}
	return slices.ContainsFunc(designation.Prefixes(target), func(p string) bool { return b.owned[designation.PrefixKey(p)] })
}

func TestEveryEntryNamesItsSource(t *testing.T) {
	for _, e := range open(t).entries {
		source, verified := e.standard.Source, e.standard.Verified
		if e.version != nil {
			source, verified = e.version.Source, e.version.Verified
		}
		if source == "" || verified.IsZero() {
			t.Errorf("%s: source %q, verified %v; want both", e, source, verified)
		}
		if len(e.standard.Versions) == 0 {
			t.Errorf("%s has no versions", e)
		}
	}
}

// What a relation or a step names is in the catalogue, save for what
// testdata/outside.txt lists with its reason.
func TestTargetsResolve(t *testing.T) {
	b, outside := open(t), readOutside(t)
	used := map[string]bool{}
	check := func(e entry, what, target string) {
		if _, ok := b.find(target); ok || !b.ours(target) {
			return
		}
		if outside[target] {
			used[target] = true
			return
		}
		t.Errorf("%s: %s %q is not in the catalogue", e, what, target)
	}
	for _, e := range b.entries {
		for _, r := range e.relations() {
			check(e, r.Type.String(), r.Target)
		}
		if e.version == nil {
			continue
		}
		for _, st := range e.version.Steps {
			for what, target := range map[string]string{"successor": st.Successor, "alternative": st.Alternative} {
				if target != "" {
					check(e, what, target)
				}
			}
		}
	}
	for target := range outside {
		if !used[target] {
			t.Errorf("testdata/outside.txt: nothing names %q any more", target)
		}
	}
}

// readOutside reads the targets that the catalogue doesn't hold, one a line.
func readOutside(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/outside.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out
}

func TestLivesAreWhole(t *testing.T) {
	b := open(t)
	for _, e := range b.entries {
		if e.version == nil {
			continue
		}
		v := &e.version.Record
		if err := e.standard.Record.Scheme.Check(v.ID, v.Sequence); err != nil {
			t.Errorf("%s: %v", e, err)
		}
		for _, st := range e.version.Steps {
			if (st.Kind == standard.StepSupersede) != (st.Successor != "") {
				t.Errorf("%s: %v with the successor %q", e, st.Kind, st.Successor)
			}
			if !v.Released.IsZero() && st.Effective.Before(v.Released.Start()) {
				t.Errorf("%s: %v on %s, released %v", e, st.Kind, st.Effective.Format("2006-01-02"), v.Released)
			}
			if next, ok := b.find(st.Successor); ok && next == e {
				t.Errorf("%s succeeds itself", e)
			}
		}
	}
}

// Following successors ends: no edition comes back to itself.
func TestSuccessionHasNoCircles(t *testing.T) {
	b := open(t)
	for _, from := range b.entries {
		seen := map[entry]bool{}
		for e := from; e.version != nil && !seen[e]; {
			seen[e] = true
			i := slices.IndexFunc(e.version.Steps, func(st standard.Step) bool { return st.Successor != "" })
			if i < 0 {
				break
			}
			next, ok := b.find(e.version.Steps[i].Successor)
			if !ok {
				break
			}
			if next == from {
				t.Errorf("%s comes back to itself", from)
			}
			e = next
		}
	}
}

// What was superseded doesn't come back when the last edition is withdrawn:
// then it was withdrawn as well.
func TestTheSupersededStayDown(t *testing.T) {
	b := open(t)
	for _, e := range b.entries {
		if e.version == nil || withdrawn(e) || inForce(e.standard) {
			continue
		}
		for _, st := range e.version.Steps {
			next, ok := b.find(st.Successor)
			if ok && next.version != nil && next.standard == e.standard && withdrawn(next) {
				t.Errorf("%s is superseded by %s, which is withdrawn; want it withdrawn too", e, next)
			}
		}
	}
}

// inForce says whether some version of a standard neither ended nor has a
// successor.
func inForce(s *release.CatalogueStandard) bool {
	return slices.ContainsFunc(s.Versions, func(v release.CatalogueVersion) bool {
		return !slices.ContainsFunc(v.Steps, func(st standard.Step) bool { return st.Kind >= standard.StepSupersede })
	})
}

func withdrawn(e entry) bool {
	return slices.ContainsFunc(e.version.Steps, func(st standard.Step) bool {
		return st.Kind >= standard.StepWithdraw && st.Kind <= standard.StepInvalidate
	})
}

var adoption = regexp.MustCompile(`^(?:BS|PD) ((?:EN |CEN/TS |ISO|IEC).*)$`)

// A dated British adoption adopts what its designation names: BS EN ISO n:y
// adopts EN ISO n:y, and that some edition of ISO n.
func TestAdoptionsFollowTheirNames(t *testing.T) {
	b, seen := open(t), 0
	for _, e := range b.entries {
		if e.version == nil {
			continue
		}
		for _, d := range e.version.Record.Designations {
			want := ""
			if m := adoption.FindStringSubmatch(d); m != nil {
				want, _, _ = strings.Cut(m[1], "+")
			} else if strings.HasPrefix(d, "EN ISO") && !strings.Contains(d, "/AC:") {
				want, _, _ = strings.Cut(strings.TrimPrefix(d, "EN "), ":")
			}
			if want == "" {
				continue
			}
			seen++
			if !slices.ContainsFunc(e.version.Record.Relations, func(r standard.Relation) bool {
				return r.Type == standard.Adopts && r.Degree == standard.Identical && (r.Target == want || strings.HasPrefix(r.Target, want+":"))
			}) {
				t.Errorf("%s: %s adopts %v, want %s, IDT", e, d, e.version.Record.Relations, want)
			}
		}
	}
	if seen < 40 {
		t.Errorf("%d adoptions, want 40 or more", seen)
	}
}

// formal are the bodies whose designations have one canonical spelling.
var formal = []standard.AuthorityID{"iso", "iec", "itu", "ieee", "ecma", "bsi", "cen"}

// Undated names belong to standards and those of editions to versions, each
// spelled as the registry spells it.
func TestDesignationsAreCanonical(t *testing.T) {
	for _, e := range open(t).entries {
		if !slices.Contains(formal, e.standard.Record.Name.Authority) {
			continue
		}
		list := e.standard.Record.Designations
		if e.version != nil {
			list = e.version.Record.Designations
		}
		if len(list) == 0 {
			t.Errorf("%s has no designation", e)
		}
		for _, d := range list {
			id, err := designation.Parse(d)
			switch {
			case err != nil:
				t.Errorf("%s: %v", e, err)
			case id.String() != d:
				t.Errorf("%s: %q wants to be %q", e, d, id)
			case (id.Undated().Key() == id.Key()) != (e.version == nil):
				t.Errorf("%s holds %q", e, d)
			}
		}
	}
}

// The catalogue doesn't shrink unseen.
func TestCounts(t *testing.T) {
	b, all := open(t), 0
	for _, n := range b.counts {
		all += n
	}
	for id, want := range map[standard.AuthorityID]int{"iso": 650, "iec": 75, "itu": 45, "bsi": 44, "ieee": 28, "ecma": 17, "cen": 15} {
		if got := b.counts[id]; got < want {
			t.Errorf("%s has %d standards, want %d or more", id, got, want)
		}
	}
	if all < 850 {
		t.Errorf("%d standards, want 850 or more", all)
	}
	for d, want := range map[string]string{
		"ISO 8601-1:2019":               "iso/iso-8601-1@2019",
		"ISO/IEC 27001:2022/Amd 1:2024": "iso/iso-iec-27001@2022-Amd1-2024",
		"BS EN ISO 19650-2:2018":        "bsi/bs-en-iso-19650-2@2018",
		"RFC 3339":                      "ietf/rfc3339@2002-07",
		"WCAG 2.2":                      "w3c/wcag@2.2",
		"OCDS 1.1.5":                    "ocp/ocds@1.1.5",
	} {
		if e, ok := b.find(d); !ok || !strings.HasPrefix(e.String(), want) {
			t.Errorf("%s is held by %s, want %s", d, e, want)
		}
	}
}
