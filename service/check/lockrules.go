package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/check/citation"
)

// lockDrift compares what the document cites with the lock, once each
// designation.
func lockDrift(c *checker) {
	if c.opts.Locked == nil {
		return
	}
	c.once(func(at int, _ *Citation, f *Facts, _ int) {
		places := c.byFacts[c.report.FactsOf[at]]
		if !slices.ContainsFunc(places, func(i int) bool { return c.report.Citations[i].Confidence > citation.Weak }) {
			return
		}
		if msg := c.drift(f); msg != "" {
			c.add(at, Finding{Message: msg})
		}
	})
}

// drift says how what a designation means now differs from the lock; empty: it
// does not.
func (c *checker) drift(f *Facts) string {
	e, ok := c.opts.Locked(f.ID)
	found := f.Outcome == OutcomeFound && f.Edition != nil
	switch {
	case !ok && f.Outcome != OutcomeUnspecified && !found:
		return "" // it means nothing that could be locked
	case !ok:
		return fmt.Sprintf("%s is cited and not locked.", f.ID)
	case e.Ref.Name.IsZero():
		if found {
			return fmt.Sprintf("%s meant nothing when it was locked, and now means %s.", f.ID, f.Edition.Ref)
		}
		return ""
	case !found:
		return strings.TrimSpace(fmt.Sprintf("%s was locked to %s, and now means no version. %s", f.ID, e.Ref, f.Message))
	case f.Edition.Ref.String() != plainRef(e):
		return fmt.Sprintf("%s was locked to %s, and now means %s.", f.ID, plainRef(e), f.Edition.Ref)
	case !f.Edition.Digest.IsZero() && f.Edition.Digest != e.Digest:
		return fmt.Sprintf("%s is locked with digest %s, and %s now has %s.", f.ID, e.Digest, plainRef(e), f.Edition.Digest)
	}
	if steps := e.changed(c.report.AsOf); len(steps) > 0 {
		s := steps[len(steps)-1]
		return fmt.Sprintf("%s became %s on %s, after it was locked.", f.ID, strings.ToLower(s.Status.String()), s.Effective)
	}
	return ""
}

func plainRef(e LockEntry) string {
	e.Ref.Prefixed = false
	return e.Ref.String()
}
