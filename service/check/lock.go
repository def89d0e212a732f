package check

import (
	"cmp"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// Locked says what a lockfile holds of a designation; false: nothing.
type Locked func(id designation.ID) (LockEntry, bool)

// LockEntry is what was locked for one designation.
type LockEntry struct {
	ID designation.ID
	// Ref is the exact reference of the version; zero where the lockfile
	// records that the designation meant none, and Outcome says why.
	Ref     standard.Ref
	Outcome Outcome
	Digest  standard.Digest
	// Edition is the designation of the version; empty: that of ID.
	Edition string
	// Through, Undated, Prerelease, Removal and Alternative are as in Facts.
	Through             string
	Undated, Prerelease bool
	Status              standard.Status // when it was locked
	Since               standard.Day    // of the status; may be zero
	Successor           string          // in force in its place then; a designation or reference, may be empty
	Removal             standard.Day
	Alternative         string
	Steps               []Step // on record for later, soonest first
}

// FactsAt is what the entry alone says of its designation on a day. It is what
// the rules go by where there is no Finder.
func (e LockEntry) FactsAt(day standard.Day) Facts {
	f := Facts{ID: e.ID, Outcome: OutcomeFound, Undated: e.Undated, Through: e.Through, Standard: e.Ref.Name, Sparse: true}
	if e.Ref.Name.IsZero() {
		f.Outcome = e.Outcome
		return f
	}
	ed := Edition{
		Ref: e.Ref, Digest: e.Digest, Designation: e.Edition,
		Status: e.Status, Since: e.Since, Prerelease: e.Prerelease,
	}
	if ed.Designation == "" {
		ed.Designation = e.ID.String()
	}
	var direct string
	for i, s := range e.Steps {
		if s.Effective.Compare(day) > 0 {
			f.Steps = e.Steps[i:]
			f.NextChange = s.Effective.Start()
			break
		}
		ed.Status, ed.Since = s.Status, s.Effective
		direct = cmp.Or(s.Successor, direct)
	}
	if ed.Status == standard.Deprecated {
		f.Removal, f.Alternative = e.Removal, e.Alternative
	}
	// Only a step says what came right after; the entry says what was in force
	// when it was locked, which may be a later edition.
	if successor := cmp.Or(direct, e.Successor); successor != "" && ed.Status >= standard.Superseded {
		next := Edition{Designation: successor}
		f.Replacement = &next
		if direct != "" {
			f.Successors = []Edition{next}
		}
	}
	f.Edition = &ed
	return f
}

// changed are the steps of the entry that took effect by a day.
func (e LockEntry) changed(day standard.Day) []Step {
	for i, s := range e.Steps {
		if s.Effective.Compare(day) > 0 {
			return e.Steps[:i]
		}
	}
	return e.Steps
}
