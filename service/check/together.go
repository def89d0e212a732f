package check

import (
	"fmt"
	"slices"
)

// mostNamed is how many standards a finding about many of them names.
const mostNamed = 10

// together adds one finding about many designations, given by their facts, at
// the first place that cites one of them: one says it of a single designation,
// many of a number of them. Those that a waiver names stand by themselves, so
// that it covers no others. Weak citations count only where there are no
// others.
func (c *checker) together(facts []int, one func(facts int) string, many func(n int, names string) string) {
	var sure, weak []int
	for _, i := range facts {
		at, ok := c.firstSure(c.byFacts[i])
		switch {
		case !ok && c.waivedAlone(c.byFacts[i][0]):
			c.add(c.byFacts[i][0], Finding{Message: one(i)})
		case !ok:
			weak = append(weak, c.byFacts[i][0])
		case c.waivedAlone(at):
			c.add(at, Finding{Message: one(i)})
		default:
			sure = append(sure, at)
		}
	}
	group := sure
	if len(group) == 0 {
		group = weak
	}
	if len(group) == 0 {
		return
	}
	slices.Sort(group)
	if len(group) == 1 {
		c.add(group[0], Finding{Message: one(c.report.FactsOf[group[0]])})
		return
	}
	var names []string
	for _, at := range group {
		names = append(names, c.report.Citations[at].ID.String())
	}
	c.add(group[0], Finding{Message: many(len(names), some(names))})
}

// some names the first of many: "A, B and 5 more".
func some(names []string) string {
	if len(names) <= mostNamed {
		return listed(names)
	}
	return listed(append(names[:mostNamed:mostNamed], fmt.Sprintf("%d more", len(names)-mostNamed)))
}

// waivedAlone says whether a waiver in the document, or one of the
// configuration that names its designation, is for a citation.
func (c *checker) waivedAlone(at int) bool {
	cite := &c.report.Citations[at]
	f := Finding{Rule: c.rule.ID, Citation: at, Start: cite.Start}
	return len(c.waiversOf(&f)) > 0 || slices.ContainsFunc(c.opts.Config.Waivers, func(w Waiver) bool {
		return w.key != "" && w.Rule == f.Rule && w.matches(c.report.Document.Name, cite.ID.Key())
	})
}
