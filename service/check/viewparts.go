package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// probedParts is how many parts of a standard are looked for by number.
const probedParts = 20

// family is for a standard that is registered by its parts alone.
func (l *lookup) family(ways []way) bool {
	for _, w := range ways {
		bare := ungrouped(w.id.Undated())
		parts, same := l.parts(bare, w.id.Date)
		if len(parts) == 0 {
			continue
		}
		l.facts.Candidates = parts
		switch {
		case l.grouped() || !l.id.Dated():
			l.facts.Outcome = Family
			l.facts.Message = fmt.Sprintf("%s is registered by its parts.", bare)
		case len(same) > 0:
			l.facts.Outcome, l.facts.Candidates = Ambiguous, same
			l.facts.Message = fmt.Sprintf("%s is published in parts, of which more than one may be meant; name the part%s.", l.id, l.hint())
		default:
			// It may have been one document before it was split.
			l.facts.Outcome = UnknownStandard
			l.facts.Message = fmt.Sprintf("%s is not in the registry, which has parts of %s, none of that date: %s.", l.id, bare, strings.Join(l.names(4), ", "))
		}
		return true
	}
	return false
}

// parts are the registered parts of a standard, and of those the editions of a
// date.
func (l *lookup) parts(whole designation.ID, date string) (parts, dated []resolve.Candidate) {
	for n := range probedParts + 1 {
		id := whole
		id.Parts = append(slices.Clone(whole.Parts), strconv.Itoa(n))
		if c, ok := l.claim(id.Key()); ok {
			c.Why = "a part of it"
			parts = append(parts, c)
		}
		if date == "" {
			continue
		}
		id.Date = date
		if c, ok := l.claim(id.Key()); ok {
			c.Why = "a part of it, of that date"
			dated = append(dated, c)
			if len(parts) == 0 || parts[len(parts)-1].Name != c.Name {
				parts = append(parts, resolve.Candidate{Name: c.Name, Score: 1, Why: "a part of it"})
			}
		}
	}
	return parts[:min(len(parts), resolve.MaxCandidates)], dated[:min(len(dated), resolve.MaxCandidates)]
}

// split is for an undated citation of a standard that is published in parts
// now. It means those: that the last edition of the whole has gone is no
// matter of it. Where something else took over, it says nothing.
func (l *lookup) split(whole designation.ID) bool {
	old := l.facts.Edition
	if l.id.Fixed() || old == nil || l.facts.Current != nil || old.Status != standard.Superseded && old.Status != standard.Withdrawn {
		return false
	}
	parts, names := l.partsInForce(ungrouped(whole.Undated()))
	if len(parts) == 0 || len(l.facts.Successors) > 0 && !slices.ContainsFunc(l.facts.Successors, func(e Edition) bool {
		return slices.ContainsFunc(parts, func(c resolve.Candidate) bool { return c.Name == e.Ref.Name })
	}) {
		return false
	}
	l.facts = Facts{
		ID: l.id, Outcome: Family, Candidates: parts, Standard: l.facts.Standard, Title: l.facts.Title, NextChange: l.facts.NextChange,
		Message: fmt.Sprintf("%s has been published in parts%s; in force %s %s.", l.id, since(old.Since), isAre(len(names)), listed(names)),
	}
	l.std, l.ver, l.next = nil, nil, nil
	return true
}

// partsInForce are the editions in force of the parts of a standard, and what
// people call them.
func (l *lookup) partsInForce(whole designation.ID) (editions []resolve.Candidate, names []string) {
	parts, _ := l.parts(whole, "")
	for _, p := range parts {
		s := l.view.Standard(p.Name)
		v := resolve.Latest(l.view, s, l.at)
		if v == nil {
			continue
		}
		if e := l.edition(s, v); inForce(e.Status) {
			editions = append(editions, resolve.Candidate{Name: p.Name, Version: v.Record.ID, Score: 1, Why: "a part of it that is in force"})
			names = append(names, shown(&e))
		}
	}
	return editions, names
}

// listed is "a", "a and b", or "a, b and c".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
