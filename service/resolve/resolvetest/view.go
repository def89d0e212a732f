// Package resolvetest owns a catalogue in memory that tests of resolution and
// of its users fill by hand. It knows no storage and checks no rules: it holds
// what it is given.
package resolvetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/spelling"
	"github.com/etalon-registry/etalon/service/standard"
)

// Catalogue is filled by its Add methods and then seen through View.
type Catalogue struct {
	standards map[standard.Name]*standard.Standard
	versions  map[standard.Name][]*standard.Version
	steps     map[string][]*standard.Step // by exact reference, case folded
	claims    map[string][]standard.Claim
}

// New is an empty catalogue.
func New() *Catalogue {
	return &Catalogue{
		standards: map[standard.Name]*standard.Standard{},
		versions:  map[standard.Name][]*standard.Version{},
		steps:     map[string][]*standard.Step{},
		claims:    map[string][]standard.Claim{},
	}
}

// AddStandard adds or replaces a standard. Its designations are claimed by
// their owner, from its creation on.
func (c *Catalogue) AddStandard(s standard.Standard) {
	c.standards[s.Name] = &s
	for _, d := range s.Designations {
		c.AddClaim(standard.Claim{Text: d, Name: s.Name, Owner: true, Recorded: s.Created})
	}
}

// AddVersion adds a version; its standard must be there by the time of View.
// Its designations are claimed by their owner, in effect from its release on.
func (c *Catalogue) AddVersion(v standard.Version) {
	c.versions[v.Name] = append(c.versions[v.Name], &v)
	for _, d := range v.Designations {
		c.AddClaim(standard.Claim{Text: d, Name: v.Name, Version: v.ID, Owner: true, Effective: v.VisibleFrom(), Recorded: v.Recorded})
	}
}

// AddStep appends a step, which gets the next number.
func (c *Catalogue) AddStep(s standard.Step) {
	key := stepKey(s.Name, s.Version)
	s.Number = len(c.steps[key]) + 1
	c.steps[key] = append(c.steps[key], &s)
}

// AddClaim adds a claim or an alias.
func (c *Catalogue) AddClaim(claim standard.Claim) {
	key := designation.Key(claim.Text)
	c.claims[key] = append(c.claims[key], claim)
}

// Tag appends a change of a standard's tags.
func (c *Catalogue) Tag(n standard.Name, change standard.TagChange) {
	s := *c.standards[n]
	s.Tags = append(slices.Clone(s.Tags), change)
	c.standards[n] = &s
}

// View is the catalogue as it is now; later additions don't change it. It
// panics where a version does not fit its standard, which is a mistake in the
// test.
func (c *Catalogue) View() *View {
	v := &View{
		standards:    map[standard.Name]*resolve.Standard{},
		designations: map[string]*standard.Designation{},
		referrers:    map[string][]resolve.Referrer{},
	}
	for n, rec := range c.standards {
		v.standards[n] = resolve.NewStandard(rec, c.ordered(rec))
		v.relate(n, "", nil, rec.Relations)
	}
	for _, s := range v.standards {
		for _, ver := range s.Versions {
			v.relateVersion(ver)
		}
	}
	for key, claims := range c.claims {
		v.designations[key] = &standard.Designation{Key: key, Claims: slices.Clone(claims)}
	}
	return v
}

func (c *Catalogue) ordered(rec *standard.Standard) []*resolve.Version {
	var out []*resolve.Version
	for _, r := range c.versions[rec.Name] {
		o, err := rec.Scheme.Parse(r.ID, r.Sequence)
		if err != nil {
			panic(fmt.Sprintf("resolvetest: %s: %v", rec.Name, err))
		}
		out = append(out, &resolve.Version{Record: r, Order: o, Steps: slices.Clone(c.steps[stepKey(r.Name, r.ID)])})
	}
	slices.SortStableFunc(out, func(a, b *resolve.Version) int {
		return cmp.Or(a.Order.Compare(b.Order), a.Record.Recorded.Compare(b.Record.Recorded))
	})
	return out
}

func stepKey(n standard.Name, v standard.VersionID) string { return n.String() + "@" + v.Fold() }

// View is a catalogue seen; it implements resolve.View.
type View struct {
	standards    map[standard.Name]*resolve.Standard
	designations map[string]*standard.Designation
	referrers    map[string][]resolve.Referrer
}

var _ resolve.View = (*View)(nil)

func (v *View) relate(n standard.Name, id standard.VersionID, step *standard.Step, relations []standard.Relation) {
	for _, rel := range relations {
		key := resolve.TargetKey(rel.Target)
		v.referrers[key] = append(v.referrers[key], resolve.Referrer{Name: n, Version: id, Relation: rel, Step: step})
	}
}

func (v *View) relateVersion(ver *resolve.Version) {
	v.relate(ver.Record.Name, ver.Record.ID, nil, ver.Record.Relations)
	for _, s := range ver.Steps {
		if s.Amendment != nil {
			for _, rel := range s.Amendment.AddRelations {
				if rel.Effective.IsZero() {
					rel.Effective = s.Effective
				}
				rel.Recorded = s.Recorded
				v.relate(ver.Record.Name, ver.Record.ID, s, []standard.Relation{rel})
			}
		}
		if s.Kind == standard.StepSupersede {
			v.relate(ver.Record.Name, ver.Record.ID, s, []standard.Relation{{Target: s.Successor, Effective: s.Effective, Recorded: s.Recorded}})
		}
	}
}

// Revision is always 1.
func (v *View) Revision() standard.Revision { return 1 }

// Standard returns the standard of that name, nil if there is none.
func (v *View) Standard(n standard.Name) *resolve.Standard { return v.standards[n] }

// Designation returns the claims on a normal form, nil if there are none.
func (v *View) Designation(key string) *standard.Designation { return v.designations[key] }

// Referrers calls yield with what refers to the key.
func (v *View) Referrers(key string, yield func(resolve.Referrer) bool) {
	for _, r := range v.referrers[key] {
		if !yield(r) {
			return
		}
	}
}

// Similar compares the text with every name, title and designation.
func (v *View) Similar(text string, limit int) []standard.Name {
	type scored struct {
		name  standard.Name
		score float64
	}
	var all []scored
	for n, s := range v.standards {
		best := max(spelling.Similarity(text, n.String()), spelling.Similarity(text, n.Standard))
		for _, t := range s.Record.Titles {
			best = max(best, spelling.Similarity(text, t.Value))
		}
		for _, d := range s.Record.Designations {
			best = max(best, spelling.Similarity(text, d))
		}
		if best >= 0.5 {
			all = append(all, scored{n, best})
		}
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.name.String(), b.name.String()))
	})
	var names []standard.Name
	for _, s := range all[:min(limit, len(all))] {
		names = append(names, s.name)
	}
	return names
}
