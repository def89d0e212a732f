package resolve

import (
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// Query is what is asked.
type Query struct {
	// Text is a reference ("ocp/ocds@^1.1#Release.ocid") or a designation
	// ("ISO 8601-1:2019", an IRI, a URN).
	Text string
	// Member is the member asked for, where Text has none; both may be given
	// when they are equal.
	Member string
	// At is the moment in effect to answer for; zero: Now. For a calendar day
	// use standard.EndOfDay.
	At time.Time
	// Known hides what was recorded after it; zero: hides nothing.
	Known time.Time
	// Now is the present. It is used where At is zero, and must be set then.
	Now time.Time
	// IncludePrereleases makes pre-releases eligible for ranges, partial
	// versions and "latest".
	IncludePrereleases bool
}

// Method says how the version of an answer was picked.
type Method uint8

// The methods. The numbers are those of the public contract.
const (
	MethodUnspecified Method = iota
	Exact                    // the version's own id
	Range                    // the highest in a range
	Partial                  // the highest of the line that a partial version names
	Tag                      // a tag, also when no selector was given
	DigestMatch              // the digest of its manifest
	Designation              // a claim or alias on the designation
	Adoption                 // a version that adopts what was asked for
)

// WarningCode says what a warning is about.
type WarningCode uint8

// The warnings. The numbers are those of the public contract.
const (
	WarningUnspecified  WarningCode = iota
	WarnDeprecated                  // Ref: the alternative, if one is named
	WarnSuperseded                  // Ref: the successor
	WarnWithdrawn                   //
	WarnInvalid                     // must not be used at all
	WarnRemovalPlanned              // Date: when it is to be removed
	WarnNotExact                    // the reference is a partial version; Ref: the exact one
	WarnUndated                     // the citation names no edition; Ref: the exact one
	WarnPrerelease                  // not a final release
	WarnAlias                       // found by an alias, not by the owner's claim
	WarnAmendmentsExist             // Ref: a standalone amendment or corrigendum of it
	WarnAdoption                    // found through an adoption; Ref: what is adopted
)

// Warning is something that the one who asked should know of the answer.
type Warning struct {
	Code WarningCode
	Text string       // one plain sentence in English
	Ref  string       // a reference or a designation; may be empty
	Date standard.Day // may be zero
}

// Answer is the one version that a query means.
type Answer struct {
	Standard *Standard
	Version  *Version
	// Member is the member asked for, nil if none was.
	Member *standard.Member
	// State is the status of the version at the moment asked for.
	State  standard.State
	Method Method
	// Matched is what picked the version, in normal form: the range, the tag
	// ("latest" also when no selector was given) or the designation. For
	// Exact and DigestMatch it is empty.
	Matched  string
	Warnings []Warning
	// NextChange is the first moment after the one asked for at which the
	// same text could mean something else, by the clock alone; zero: none is
	// on record.
	NextChange time.Time
}

// Ref is the exact reference of the answer, with its member if there is one.
func (a *Answer) Ref() string {
	s := a.Standard.Record.Name.String() + "@" + string(a.Version.Record.ID)
	if a.Member != nil {
		s += "#" + a.Member.ID
	}
	return s
}

// Reason says why there is no answer.
type Reason uint8

// The reasons. The numbers are those of the public contract.
const (
	ReasonUnspecified   Reason = iota
	Malformed                  // the text is neither a reference nor a designation
	StandardNotFound           // no standard of that name
	VersionNotFound            // the standard has no such version, tag or digest
	MemberNotFound             // the version lists no such member
	DesignationNotFound        // nobody claims the designation
	NoMatch                    // no version in the range is eligible
	OnlyPrereleases            // only pre-releases are eligible
	NotYet                     // it exists, but not yet at the moment asked for
	NoCurrent                  // every version was withdrawn or declared invalid
	Ambiguous                  // it means more than one thing
	NoRanges                   // the standard's scheme has no ranges
	NoVersions                 // the standard has no versions
)

// Candidate is something that may have been meant.
type Candidate struct {
	Name    standard.Name
	Version standard.VersionID // empty: the undated standard
	Member  string             // empty: the whole
	Score   float64            // 0 to 1, 1 is nearest
	Why     string             // one plain clause in English
}

// Ref is the candidate as a reference.
func (c Candidate) Ref() string {
	s := c.Name.String()
	if c.Version != "" {
		s += "@" + string(c.Version)
	}
	if c.Member != "" {
		s += "#" + c.Member
	}
	return s
}

// Failure is the error of Resolve: a reason, and what may have been meant,
// best first, at most MaxCandidates.
type Failure struct {
	Reason     Reason
	Text       string // what was asked
	Message    string // one plain sentence that says what to do
	Candidates []Candidate
	// NextChange is as in Answer: when asking again could give an answer.
	NextChange time.Time
}

// MaxCandidates is the most candidates that a Failure carries.
const MaxCandidates = 10

// Error is the message.
func (f *Failure) Error() string { return f.Message }
