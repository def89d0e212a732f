package check

import (
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

func superseded(c *checker) {
	c.eachEdition(func(at int, _ *Citation, f *Facts) {
		e := f.Edition
		if f.Outcome != OutcomeFound || e.Status > standard.Superseded || isDraft(f) && f.Replacement != nil {
			return
		}
		found := Finding{Replacement: replacement(f)}
		switch {
		case e.Status == standard.Superseded && (!f.Undated || shown(e) == f.ID.String()):
			found.Message = named(f) + " was superseded" + succession(f) + "."
		case f.Undated && otherStandard(f):
			found.Message = fmt.Sprintf("%s is no longer the standard on its matter: %s.", f.ID, lastEdition(f))
		case !f.Undated && e.Status < standard.Superseded && f.Replacement != nil && len(f.Successors) > 0:
			// On record as replaced, with no step that says from when.
			found.Severity = Warning
			found.Message = fmt.Sprintf("%s is replaced%s; its status in the registry is still %s.", named(f), by(f), strings.ToLower(e.Status.String()))
		default:
			return
		}
		if f.Method == resolve.Adoption && f.Through != "" {
			found.Severity = Warning
		}
		c.add(at, found)
	})
}

// otherStandard says whether what follows the edition in force is another
// standard.
func otherStandard(f *Facts) bool {
	if f.Edition.Status == standard.Superseded && f.Current == nil {
		return true
	}
	return f.Replacement != nil && len(f.Successors) > 0 && f.Replacement.Ref.Name != f.Edition.Ref.Name &&
		f.Successors[0].Ref.Name != f.Edition.Ref.Name
}

// lastEdition says what became of the last edition of an undated citation.
func lastEdition(f *Facts) string {
	e := f.Edition
	subject := "it"
	if shown(e) != f.ID.String() {
		subject = "its last edition, " + shown(e) + ","
	}
	if e.Status == standard.Superseded {
		return subject + " was superseded" + succession(f)
	}
	return subject + " is replaced" + by(f)
}

func withdrawn(c *checker) {
	c.eachEdition(func(at int, _ *Citation, f *Facts) {
		e := f.Edition
		found := Finding{Replacement: replacement(f)}
		switch {
		case f.Outcome == NoCurrentEdition:
			found.Message = noCurrent(f)
			if e == nil || e.Status == standard.Withdrawn {
				found.Severity = Warning
			}
		case f.Outcome != OutcomeFound || e.Status < standard.Withdrawn:
			return
		case e.Status == standard.Invalid:
			found.Message = fmt.Sprintf("%s was declared invalid%s and must not be used%s.", named(f), on(e.Since), instead(f))
		default:
			found.Message = named(f) + " was withdrawn" + on(e.Since) + instead(f) + "."
		}
		if f.Method == resolve.Adoption && f.Through != "" {
			found.Severity = Warning
		}
		c.add(at, found)
	})
}

func noCurrent(f *Facts) string {
	msg := fmt.Sprintf("No edition of %s is in force", f.ID)
	if e := f.Edition; e != nil {
		msg += fmt.Sprintf(": the last, %s, %s%s", shown(e), ending(e.Status), on(e.Since))
	}
	return msg + instead(f) + "."
}

func ending(s standard.Status) string {
	if s == standard.Invalid {
		return "was declared invalid"
	}
	return "was withdrawn"
}

// follows says how what follows an edition leads to what is in force.
type follows uint8

const (
	followsNothing  follows = iota // nobody knows, or several share its matter
	followsUnnamed                 // what is in force follows, nobody knows through what
	followsDirectly                // it is the successor
	followsAdopting                // it adopts the successor
	followsLater                   // it is a later successor, or an edition after those
)

func followedHow(f *Facts) follows {
	r := f.Replacement
	switch {
	case r == nil:
		return followsNothing
	case len(f.Successors) == 0:
		return followsUnnamed
	case sameEdition(&f.Successors[0], r):
		return followsDirectly
	case !contains(f.Successors, r) && inForce(f.Successors[0].Status) && f.Successors[0].Ref.Name != r.Ref.Name:
		return followsAdopting
	}
	return followsLater
}

func sameEdition(a, b *Edition) bool {
	return a.Ref == b.Ref && (!a.Ref.Name.IsZero() || a.Designation == b.Designation)
}

// succession says when and by what an edition was superseded, and what is in
// force now where that is another one.
func succession(f *Facts) string {
	when := on(f.Edition.Since)
	switch followedHow(f) {
	case followsUnnamed:
		return when + "; " + shown(f.Replacement) + " is in force now"
	case followsDirectly:
		return when + " by " + shown(f.Replacement)
	case followsAdopting:
		return when + " by " + shown(&f.Successors[0]) + "; " + shown(f.Replacement) + " adopts that"
	case followsLater:
		return when + " by " + shown(&f.Successors[0]) + "; " + shown(f.Replacement) + " is in force now"
	}
	if names := successors(f); names != "" {
		return when + " by " + names
	}
	return when
}

// named is the edition as it is cited, and what it stands for where it was
// found by another name.
func named(f *Facts) string {
	s := f.ID.String()
	if f.Through != "" && f.Method == resolve.Adoption {
		return fmt.Sprintf("%s is not registered itself; %s, which it adopts by its form,", s, f.Through)
	}
	return s
}

func on(d standard.Day) string {
	if d.IsZero() {
		return ""
	}
	return " on " + d.String()
}

// by names what follows: the replacement, else all direct successors.
func by(f *Facts) string {
	if f.Replacement != nil {
		return " by " + shown(f.Replacement)
	}
	if names := successors(f); names != "" {
		return " by " + names
	}
	return ""
}

// instead suggests what to cite.
func instead(f *Facts) string {
	switch followedHow(f) {
	case followsUnnamed:
		return "; " + shown(f.Replacement) + " is in force now"
	case followsDirectly, followsAdopting:
		return "; " + shown(f.Replacement) + " replaces it"
	case followsLater:
		return "; it was followed by " + shown(&f.Successors[0]) + ", and " + shown(f.Replacement) + " is in force now"
	}
	if names := successors(f); names != "" {
		return "; it is followed by " + names
	}
	return ""
}

func successors(f *Facts) string {
	var names []string
	for i := range f.Successors[:min(len(f.Successors), 4)] {
		if e := &f.Successors[i]; e.Status == standard.StatusUnspecified || inForce(e.Status) {
			names = append(names, shown(e))
		}
	}
	return listed(names)
}

func deprecated(c *checker) {
	c.each(func(at int, _ *Citation, f *Facts) {
		e := f.Edition
		if f.Outcome != OutcomeFound {
			return
		}
		if e.Status == standard.Deprecated {
			c.add(at, Finding{Message: deprecation(f), Replacement: replacement(f)})
			return
		}
		for _, s := range f.Steps {
			if e.Status < standard.Superseded && s.Status == standard.Withdrawn {
				c.add(at, Finding{Severity: Info, Message: fmt.Sprintf("%s is to be withdrawn on %s.", named(f), s.Effective)})
				return
			}
		}
	})
}

func deprecation(f *Facts) string {
	msg := named(f) + " is deprecated" + since(f.Edition.Since)
	if !f.Removal.IsZero() {
		msg += " and is to be removed on " + f.Removal.String()
	}
	switch {
	case f.Alternative != "" && len(f.Successors) == 0 && f.Replacement != nil && !isDraft(f):
		msg += "; use " + shown(f.Replacement) // that is what the alternative means
	case f.Alternative != "":
		msg += "; use " + f.Alternative
	}
	return msg + "."
}

// isDraft says whether what is cited is a draft, by its designation or on
// record.
func isDraft(f *Facts) bool {
	return drafted(f.ID) || f.Outcome == OutcomeFound && f.Edition.Prerelease
}

func draftCited(c *checker) {
	c.each(func(at int, cite *Citation, f *Facts) {
		if !isDraft(f) {
			return
		}
		switch final := f.Replacement; {
		case final != nil && !final.Prerelease && f.Outcome != Ambiguous:
			c.add(at, Finding{
				Message:     fmt.Sprintf("%s is a draft; the final text has been published as %s.", f.ID, shown(final)),
				Replacement: replacement(f),
			})
		case !c.saysDraft(cite):
			c.add(at, Finding{Message: fmt.Sprintf("%s is a draft and is cited as if it were final; say that it is a draft, or cite a published text.", f.ID)})
		}
	})
}

// draftWords are what a text says of a draft.
var draftWords = []string{"draft", "under development", "in development", "in preparation", "forthcoming", "not yet published", "work in progress", "pre-release", "prerelease", "public comment", "beta"}

// saysDraft says whether the text around a citation says that it is a draft.
func (c *checker) saysDraft(cite *Citation) bool {
	text := c.report.Document.Text
	from, to := around(text, cite.Start, cite.End, 120)
	near := strings.ToLower(text[from:cite.Start] + " " + text[cite.End:to])
	for _, w := range draftWords {
		if strings.Contains(near, w) {
			return true
		}
	}
	return false
}
