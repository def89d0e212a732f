package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

// BatchSize is how many designations a Finder is asked for at once.
const BatchSize = 1000

// Options say how a document is checked. The zero value checks as of now,
// which has to be given, by the rules' defaults and without a lock.
type Options struct {
	// AsOf is the day in effect; zero: that of the configuration, else Now.
	AsOf standard.Day
	// Now is the present.
	Now time.Time
	// Config is what etalon-check.yaml says.
	Config Config
	// Locked says what the lockfile holds; nil: drift is not checked.
	Locked Locked
}

// Day is the day in effect that the options ask for; zero: now.
func (o Options) Day() standard.Day {
	if o.AsOf.IsZero() {
		return o.Config.AsOf
	}
	return o.AsOf
}

// Run checks one document: it looks the citations up, each designation once,
// and applies the rules. Citations in markup are left out, and so are those
// within waivers.
//
// Without a Finder it goes by the lock, where there is one, and by the rules
// that need no facts. Errors are those of the Finder, and of ctx.
func Run(ctx context.Context, doc *document.Document, cites []citation.Citation, f Finder, opts Options) (Report, error) {
	c := newChecker(doc, cites, opts)
	if err := c.find(ctx, f); err != nil {
		return Report{}, err
	}
	for i, r := range c.rules {
		if err := ctx.Err(); err != nil {
			return Report{}, err
		}
		if r.look != nil {
			c.rule = &c.rules[i]
			r.look(c)
		}
	}
	c.waive()
	c.sort()
	return c.report, nil
}

// checker is one check of one document.
type checker struct {
	report  Report
	opts    Options
	rules   []Rule
	rule    *Rule // that is looking
	waivers []*waiver
	// byFacts are the citations of each of the report's facts.
	byFacts [][]int
	// ofYear are the facts of designations with the year that stands behind a
	// citation in brackets, by citation, where there is such an edition.
	ofYear map[int]*Facts
}

func newChecker(doc *document.Document, cites []citation.Citation, opts Options) *checker {
	c := &checker{report: Report{Document: doc}, opts: opts, rules: rules(), waivers: readWaivers(doc.Text)}
	index := map[string]int{}
	for _, cite := range inOrder(cites) {
		if cite.Markup || c.inWaiver(cite) {
			continue
		}
		key := cite.ID.Key()
		at, ok := index[key]
		if !ok {
			at = len(index)
			index[key] = at
			c.report.Facts = append(c.report.Facts, Facts{ID: cite.ID})
			c.byFacts = append(c.byFacts, nil)
		}
		c.byFacts[at] = append(c.byFacts[at], len(c.report.Citations))
		c.report.Citations = append(c.report.Citations, Citation{Citation: cite, Place: doc.Place(cite.Start)})
		c.report.FactsOf = append(c.report.FactsOf, at)
	}
	return c
}

func inOrder(cites []citation.Citation) []citation.Citation {
	cites = slices.Clone(cites)
	slices.SortStableFunc(cites, func(a, b citation.Citation) int { return cmp.Compare(a.Start, b.Start) })
	return cites
}

// find fills in the facts.
func (c *checker) find(ctx context.Context, f Finder) error {
	day := c.opts.Day()
	c.report.AsOf = day
	if day.IsZero() {
		c.report.AsOf = standard.DayOf(c.opts.Now)
	}
	if f == nil {
		c.fromLock()
		return nil
	}
	dated, places := c.withYears()
	ids := make([]designation.ID, 0, len(c.report.Facts)+len(dated))
	for i := range c.report.Facts {
		ids = append(ids, c.report.Facts[i].ID)
	}
	ids = append(ids, dated...)
	all := make([]Facts, 0, len(ids))
	// A document that cites nothing is asked for too: the report says which
	// revision it is of.
	for begin := 0; begin == 0 || begin < len(ids); begin += BatchSize {
		batch := ids[begin:min(begin+BatchSize, len(ids))]
		found, err := f.Find(ctx, batch, day)
		if err != nil {
			return fmt.Errorf("look up citations: %w", err)
		}
		if len(found.Facts) != len(batch) {
			return fmt.Errorf("look up citations: asked for %d and got %d", len(batch), len(found.Facts))
		}
		for i, facts := range found.Facts {
			facts.ID = batch[i]
			all = append(all, facts)
		}
		if begin == 0 || found.Revision < c.report.Revision {
			c.report.Revision = found.Revision
		}
		if !found.AsOf.IsZero() {
			c.report.AsOf = found.AsOf
		}
	}
	n := copy(c.report.Facts, all)
	c.takeYears(all[n:], places)
	return nil
}

// fromLock takes the facts from the lock alone.
func (c *checker) fromLock() {
	if c.opts.Locked == nil {
		return
	}
	for i := range c.report.Facts {
		id := c.report.Facts[i].ID
		if e, ok := c.opts.Locked(id); ok {
			c.report.Facts[i] = e.FactsAt(c.report.AsOf)
			c.report.Facts[i].ID = id
		}
	}
}

// each calls look with every citation and its facts.
func (c *checker) each(look func(at int, cite *Citation, f *Facts)) {
	for i := range c.report.Citations {
		look(i, &c.report.Citations[i], &c.report.Facts[c.report.FactsOf[i]])
	}
}

// once calls look with every designation that is cited, at its first place.
func (c *checker) once(look func(at int, cite *Citation, f *Facts, times int)) {
	for i, places := range c.byFacts {
		look(places[0], &c.report.Citations[places[0]], &c.report.Facts[i], len(places))
	}
}

// add adds a finding of the rule that is looking, unless it is switched off
// for the document. The severity is the configured one, else that of the
// finding, else the rule's; of a weak citation never more than Info.
func (c *checker) add(at int, f Finding) {
	c.fill(&f, at)
	severity, on := c.opts.Config.severity(f.Rule, c.report.Document.Name)
	if !on {
		return
	}
	switch {
	case severity != SeverityUnspecified:
		f.Severity = severity
	case f.Severity == SeverityUnspecified:
		i := slices.IndexFunc(c.rules, func(r Rule) bool { return r.ID == f.Rule })
		f.Severity = c.rules[i].Severity
	}
	if at >= 0 && c.report.Citations[at].Confidence == citation.Weak {
		f.Severity = Info
	}
	c.report.Findings = append(c.report.Findings, f)
}

// fill fills in what a finding has from its citation; at is -1 where it has
// none.
func (c *checker) fill(f *Finding, at int) {
	if f.Rule == "" {
		f.Rule = c.rule.ID
	}
	f.Citation = at
	if at < 0 {
		if f.Start < f.End {
			f.Place = c.report.Document.Place(f.Start)
			f.Text = c.report.Document.Text[f.Start:f.End]
		}
		return
	}
	facts := &c.report.Facts[c.report.FactsOf[at]]
	cite := &c.report.Citations[at]
	if of := c.ofYear[at]; of != nil && (f.Rule == RuleSuperseded || f.Rule == RuleWithdrawn) {
		facts, f.Replacement, f.Safe = of, "", false // the year is no part of the text
	}
	f.Place, f.Start, f.End, f.Text = cite.Place, cite.Start, cite.End, cite.Text
	if cite.Traits&citation.InRange != 0 {
		f.Replacement, f.Safe = "", false // the text is the whole range's
	}
	if f.Replacement == cite.Text {
		f.Replacement, f.Safe = "", false
	}
	if f.Ref == "" {
		f.link(facts)
	}
}

// link leads to what the registry has: the edition, else the standard.
func (f *Finding) link(facts *Facts) {
	switch {
	case facts.Edition != nil && !facts.Edition.Ref.Name.IsZero():
		f.Ref, f.Link = facts.Edition.Ref.String(), facts.Edition.IRI
	case !facts.Standard.IsZero():
		f.Ref = facts.Standard.String()
	}
}

// sort orders the findings by place, then rule.
func (c *checker) sort() {
	order := make(map[RuleID]int, len(c.rules))
	for i, r := range c.rules {
		order[r.ID] = i
	}
	slices.SortStableFunc(c.report.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End),
			cmp.Compare(order[a.Rule], order[b.Rule]), cmp.Compare(a.Citation, b.Citation),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
