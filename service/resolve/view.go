// Package resolve picks the version that a reference means. It owns the rules
// of resolution and a read-only view of a catalogue that they run over, so
// that the server, the client's cache and the command line answer alike. It
// is pure: it knows no storage, no transport and no clock.
package resolve

import (
	"github.com/etalon-registry/etalon/service/standard"
)

// View is a catalogue at one revision. Everything it returns is shared and
// must not be changed. All methods are safe for concurrent use.
type View interface {
	// Revision is the revision that the view shows.
	Revision() standard.Revision
	// Standard returns the standard of that name, nil if there is none.
	Standard(n standard.Name) *Standard
	// Designation returns the claims on a normal form
	// (designation.ID.Key), nil if there are none.
	Designation(key string) *standard.Designation
	// Referrers calls yield with every relation whose target is the key, in
	// no promised order, until yield returns false. The key is TargetKey of
	// the target.
	Referrers(key string, yield func(Referrer) bool)
	// Similar returns the names of at most limit standards whose names,
	// titles or designations are near to the text, best first. It may be
	// empty while an index is being built.
	Similar(text string, limit int) []standard.Name
}

// PartialView is a View that may show only a part of a catalogue. What it doesn't
// have may be registered all the same, and failures say so.
type PartialView interface {
	View
	// Part names what the view shows, such as "this bundle of 12 standards";
	// empty: the whole catalogue.
	Part() string
}

// Standard is a standard with its versions.
type Standard struct {
	Record *standard.Standard
	// Versions are in the standard's own order, lowest first; those that
	// compare equal by time of recording. Standalone amendments and
	// corrigenda are among them.
	Versions []*Version

	ids         []standard.VersionID // of Versions, place by place, near together; nil: none made
	byID        []*Version           // Versions by id, letter case ignored; nil: few, or none made
	supplements []supplement
}

// Version is a version with its order and the steps of its life.
type Version struct {
	Record *standard.Version
	Order  standard.Order
	Steps  []*standard.Step // ascending by number
}

// Referrer is one end of a relation, seen from its target.
type Referrer struct {
	Name     standard.Name
	Version  standard.VersionID // empty: the undated standard
	Relation standard.Relation
	// Step is the later step of the version that brought the relation, nil if
	// its record did. With StepSupersede the key is the step's successor, and
	// Relation has no Type, only Target, Effective and Recorded.
	Step *standard.Step
}
