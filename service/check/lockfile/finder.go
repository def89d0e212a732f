package lockfile

import (
	"context"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// Finder looks designations up in a lock, with no server.
type Finder struct {
	locked   check.Locked
	revision standard.Revision
	asOf     standard.Day // where none is asked for
}

var _ check.Finder = (*Finder)(nil)

// NewFinder makes a Finder; today is the day in effect
// where neither the question nor the lock names one.
func NewFinder(f *File, today standard.Day) *Finder {
	asOf := f.AsOf
	if asOf.IsZero() {
		asOf = today
	}
	return &Finder{locked: f.Locked(), revision: f.Revision, asOf: asOf}
}

// Find gives what the lock says, with the steps that have taken effect by
// asOf. It knows of the life of what is locked, and of nothing else: adoptions,
// equivalents and other editions are empty. A designation that is not locked
// has OutcomeUnspecified. Find never fails.
func (f *Finder) Find(_ context.Context, ids []designation.ID, asOf standard.Day) (check.Found, error) {
	if asOf.IsZero() {
		asOf = f.asOf
	}
	found := check.Found{Revision: f.revision, AsOf: asOf, Facts: make([]check.Facts, len(ids))}
	for i, id := range ids {
		found.Facts[i] = f.facts(id, asOf)
	}
	return found, nil
}

func (f *Finder) facts(id designation.ID, asOf standard.Day) check.Facts {
	e, ok := f.locked(id)
	if !ok {
		return check.Facts{ID: id, Message: id.String() + " is not in " + FileName + "."}
	}
	facts := e.FactsAt(asOf)
	facts.ID = id
	if facts.Outcome != check.OutcomeFound {
		facts.Message = id.String() + " could not be resolved when the documents were locked."
	}
	return facts
}
