package check

import (
	"context"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// Finder looks designations up in a catalogue: a server, a bundle or a view.
type Finder interface {
	// Find gives the facts of each designation, in the order asked, all of one
	// revision. What is not registered is a fact and no error; an error means
	// that nothing could be looked up. asOf is the day in effect; zero: now.
	// With no ids it still says of which revision and day that is.
	Find(ctx context.Context, ids []designation.ID, asOf standard.Day) (Found, error)
}

// Found is what a Finder found.
type Found struct {
	Facts    []Facts
	Revision standard.Revision // that was read
	// AsOf is the day that the facts are for.
	AsOf standard.Day
}

// Outcome says how far a citation could be looked up.
type Outcome uint8

// The outcomes. Their numbers are those of the public contract.
const (
	OutcomeUnspecified Outcome = iota
	OutcomeFound               // Edition is what is meant
	UnknownStandard            // nobody registered the standard
	UnknownEdition             // the standard is registered, and has no such edition
	NotYetPublished            // the edition is on record for a later day
	NoCurrentEdition           // an undated citation of a standard whose editions were all withdrawn
	Ambiguous                  // it means more than one thing; see Candidates
	// Family: the standard is known and no edition of it is meant: a series,
	// all parts, a standard whose parts are cited as a whole. Edition is nil.
	// Where the whole had editions of its own once, Standard is that, and
	// Candidates are the editions of its parts in force.
	Family
)

// Facts is all that the rules need to know of one designation as of a day.
// Slices are nearest first; fields that say nothing are zero.
type Facts struct {
	ID      designation.ID
	Outcome Outcome
	// Message is one plain sentence where Outcome is not OutcomeFound.
	Message string
	// Candidates are what may have been meant, best first.
	Candidates []resolve.Candidate

	// Edition is the version that is meant. Of an undated designation it is
	// the one in force on the day; with NoCurrentEdition the last that was,
	// with NotYetPublished the one to come.
	Edition *Edition
	// Undated: the designation names no edition though the standard has such.
	Undated bool
	// Through is the designation by which it was found, where that is another:
	// "ISO 19650-2:2018" for a BS EN ISO of that number that nobody registered.
	Through string
	Method  resolve.Method

	// Standard is the standard, also where the edition is unknown.
	Standard standard.Name
	Title    string
	// Current is the edition of the same standard in force on the day, nil:
	// none is.
	Current *Edition
	// Successors follow Edition; they may be of other standards.
	Successors []Edition
	// Replacement is what could be cited instead, nil: nothing is on record.
	// Of what is no longer in force it is the successor in force on the day,
	// by the publishers cited where they have it; of a draft the final text;
	// of an unknown edition the nearest one in force.
	Replacement *Edition
	// Adoptions is what Edition adopts, and what that adopts.
	Adoptions []Adoption
	// Equivalents are internationally recognised standards on record for the
	// same matter that Edition does not adopt: named as its equivalent, or
	// adopted by what succeeded it.
	Equivalents []Edition
	// Steps are the recorded steps of Edition that take effect later.
	Steps []Step
	// Removal is when a deprecated edition is to be removed, Alternative what
	// to use instead, as a reference or designation.
	Removal     standard.Day
	Alternative string
	// Sparse: the facts are of a lock, which knows of the life of the edition
	// and of nothing around it: no adoptions, equivalents and other editions.
	Sparse bool
	// NextChange is when the facts may differ, as recorded so far.
	NextChange time.Time
}

// Edition is a version as a reader of findings wants to see it.
type Edition struct {
	Ref         standard.Ref // exact: "iso/iso-9001@2015"
	Digest      standard.Digest
	Designation string // as its owner writes it: "ISO 9001:2015"; may be empty
	Title       string
	Label       string
	Status      standard.Status
	Since       standard.Day // of the status
	Released    standard.Day
	Prerelease  bool // a draft or a pre-release, published as such
	IRI         string
}

// Adoption is one level of what an edition adopts.
type Adoption struct {
	Target string // as the relation says: "ISO 19650-2:2018"
	Degree standard.Degree
	// Edition is the target, nil where it is not registered.
	Edition *Edition
	// Current is the target's standard's edition in force on the day.
	Current *Edition
}

// Step is a step of a life that is on record for a later day.
type Step struct {
	Status    standard.Status
	Effective standard.Day
	Successor string // a reference or designation; may be empty
}
