package check

import (
	"fmt"
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
)

// Across gives the findings that only the reports of all documents show
// together: entries of the lock that none of them cites any longer, as the
// lockfile says, and waivers of the configuration that cover nothing in any of
// them. A waiver for documents that were not checked, or were checked with less
// than a registry knows, is left alone. They are of no document, and have no
// place.
func Across(cfg Config, uncited []LockEntry, reports []Report) []Finding {
	var out []Finding
	add := func(rule RuleID, f Finding) {
		set := cfg.Rules[rule]
		if set.Off {
			return
		}
		severity := set.Severity
		if severity == SeverityUnspecified {
			r, _ := FindRule(rule)
			severity = r.Severity
		}
		f.Rule, f.Severity, f.Citation = rule, severity, -1
		out = append(out, f)
	}
	for _, e := range uncited {
		f := Finding{Message: fmt.Sprintf("%s is locked and no longer cited.", e.ID)}
		if !e.Ref.Name.IsZero() {
			f.Ref = plainRef(e)
		}
		add(RuleLockDrift, f)
	}
	used := map[int]bool{}
	var asOf standard.Day
	for _, r := range reports {
		for _, i := range r.WaiversUsed {
			used[i] = true
		}
		if r.AsOf.Compare(asOf) > 0 {
			asOf = r.AsOf
		}
	}
	for i, w := range cfg.Waivers {
		switch {
		case over(w.Until, asOf):
			add(RuleWaiverWithoutFinding, Finding{Message: fmt.Sprintf("The waiver of %s in line %d of %s ended on %s; remove it.", w.Rule, w.Line, ConfigName, w.Until)})
		case !used[i] && w.tried(reports):
			add(RuleWaiverWithoutFinding, Finding{Message: fmt.Sprintf("The waiver of %s in line %d of %s covers no finding; remove it.", w.Rule, w.Line, ConfigName)})
		}
	}
	return out
}

// tried says whether documents that the waiver is for were checked, all of them
// with a registry.
func (w Waiver) tried(reports []Report) bool {
	some := false
	for _, r := range reports {
		if w.Path != "" && !matchesAny([]string{w.Path}, r.Document.Name) {
			continue
		}
		if !r.informed() {
			return false
		}
		some = true
	}
	return some
}

// informed says whether all facts are those of a registry. A lock knows less,
// so that some rules find nothing.
func (r *Report) informed() bool {
	return !slices.ContainsFunc(r.Facts, func(f Facts) bool { return f.Sparse || f.Outcome == OutcomeUnspecified })
}
