package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

func unknownDesignation(c *checker) {
	c.each(func(at int, _ *Citation, f *Facts) {
		// A draft whose final text is known is for the rule on drafts.
		if f.Outcome != UnknownStandard || drafted(f.ID) && f.Replacement != nil {
			return
		}
		c.add(at, Finding{Message: orElse(f.Message, fmt.Sprintf("%s is not in the registry.", f.ID))})
	})
}

func unknownEdition(c *checker) {
	c.each(func(at int, _ *Citation, f *Facts) {
		if f.Outcome != UnknownEdition || drafted(f.ID) && f.Replacement != nil {
			return
		}
		found := Finding{
			Message:     orElse(f.Message, fmt.Sprintf("%s is no edition that is on record.", f.ID)),
			Replacement: replacement(f),
		}
		switch {
		case f.Sparse:
			found.Severity = Warning // a lock does not know what is near
		case beginsOthers(f):
			found.Severity = Info
			if f.ID.Flavour == designation.Etalon {
				found.Severity = Warning // it has to be exact
				found.Message += " It may mean one of those that begin with it."
			}
		case onlyAmended(f):
			found.Severity = Warning
			found.Message += " That is the same edition with an amendment in it."
		case olderThanAll(f):
			found.Severity = Warning
			found.Message += " It may be older than those on record."
		case len(f.ID.Supplements) > 0:
			found.Severity = Warning
			found.Message += " It may be an amendment that nobody registered."
		}
		c.add(at, found)
	})
}

// beginsOthers says whether what is cited is the beginning of versions on
// record, as 1.0 is of 1.0.1.
func beginsOthers(f *Facts) bool {
	return f.ID.Version != "" && slices.ContainsFunc(f.Candidates, func(c resolve.Candidate) bool {
		return c.Name == f.Standard && strings.HasPrefix(string(c.Version), f.ID.Version+".")
	})
}

// onlyAmended says whether the edition is on record with its amendments alone,
// as 2023+A1:2024 is for 2023: it is certain to have been published.
func onlyAmended(f *Facts) bool {
	return f.ID.Date != "" && len(f.ID.Supplements) == 0 && slices.ContainsFunc(f.Candidates, func(c resolve.Candidate) bool {
		return c.Name == f.Standard && strings.HasPrefix(string(c.Version), f.ID.Date+"+")
	})
}

// olderThanAll says whether what is cited lies before every edition on record,
// by its date or its version: a catalogue that begins later says nothing of it.
func olderThanAll(f *Facts) bool {
	if len(f.Candidates) > 0 && f.Candidates[0].Score == 1 {
		return false // the edition that was meant is known
	}
	any := false
	for _, c := range f.Candidates {
		if c.Name != f.Standard || c.Version == "" {
			continue
		}
		if !older(f.ID, c.Version) {
			return false
		}
		any = true
	}
	return any
}

// older says whether a designation is of an edition before a version, as far
// as both can be compared.
func older(id designation.ID, v standard.VersionID) bool {
	if want := yearOf(id.Date); want != 0 {
		return yearOf(string(v)) > want
	}
	want, err := standard.Numeric.Parse(standard.VersionID(id.Version), 0)
	if err != nil {
		return false
	}
	have, err := standard.Numeric.Parse(v, 0)
	return err == nil && want.Compare(have) < 0
}

func notYetPublished(c *checker) {
	c.each(func(at int, _ *Citation, f *Facts) {
		if f.Outcome != NotYetPublished {
			return
		}
		msg := fmt.Sprintf("%s was not published by %s", f.ID, c.report.AsOf)
		if e := f.Edition; e != nil && !e.Released.IsZero() {
			msg += fmt.Sprintf("; it is there from %s on", e.Released)
		}
		found := Finding{}
		if cur := f.Current; cur != nil && cur.Designation != "" {
			msg += fmt.Sprintf("; %s was in force", shown(cur))
			found.Replacement = rewritten(f, cur)
		}
		found.Message = msg + "."
		c.add(at, found)
	})
}

func ambiguous(c *checker) {
	c.each(func(at int, _ *Citation, f *Facts) {
		if f.Outcome == Ambiguous {
			c.add(at, Finding{Message: orElse(f.Message, fmt.Sprintf("%s means more than one thing.", f.ID))})
		}
	})
	c.once(func(at int, _ *Citation, f *Facts, times int) {
		if inParts(f) {
			c.add(at, Finding{Severity: Info, Message: strings.TrimSuffix(f.Message, ".") + "; name the part that is meant" + cites(times) + "."})
		}
	})
}

// inParts says whether the whole had editions of its own once, and is
// published in parts now.
func inParts(f *Facts) bool {
	return f.Outcome == Family && !f.Standard.IsZero() && len(f.Candidates) > 0
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// shown is how people call an edition.
func shown(e *Edition) string {
	if e.Designation != "" {
		return e.Designation
	}
	return e.Ref.String()
}

// replacement is how facts.Replacement would be cited; empty: there is none,
// or nobody gave it a designation.
func replacement(f *Facts) string {
	if f.Replacement == nil {
		return ""
	}
	return rewritten(f, f.Replacement)
}

// rewritten is how an edition would be cited instead of what is cited: undated
// where that is, and with the level of conformance that it asks for.
func rewritten(f *Facts, e *Edition) string {
	id, err := designation.Parse(e.Designation)
	if err != nil {
		return e.Designation
	}
	if !f.ID.Fixed() && id.Flavour != designation.Etalon {
		id = id.Undated()
	}
	if f.ID.Level != "" && id.Flavour == designation.W3C {
		id.Level = f.ID.Level
	}
	if id.Key() == designation.Key(e.Designation) && id.Level == "" {
		return e.Designation
	}
	return id.String()
}

// since is " since 2021-03-01", or nothing where the day is not known.
func since(d standard.Day) string {
	if d.IsZero() {
		return ""
	}
	return " since " + d.String()
}
