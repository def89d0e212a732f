// Package citation finds the standards that a running text cites. It owns
// where a citation begins and ends, and what real documents do to one: wraps,
// lists and ranges, elided prefixes, glued footnotes, odd hyphens and spaces,
// lower case, addresses; and the false friends that are left alone.
//
// What a designation may look like is designation's. Which standards exist,
// and what a document should have cited, are not known here.
package citation

import "github.com/etalon-registry/etalon/service/designation"

// Citation is one standard, cited once.
type Citation struct {
	// Start and End are the bytes of the text that cite it. The citations of a
	// range ("RFC 7230 – 7235") share the whole range's.
	Start, End int
	// Text is exactly what stands there, line breaks included.
	Text string
	// ID is what is cited, in full: what was elided is restored, what was
	// glued on is cut off. References ("etalon:ocp/ocds@^1.1") have flavour
	// designation.Etalon.
	ID designation.ID
	// Confidence is the chance that a careful reader would agree: Certain,
	// Likely or Weak.
	Confidence Confidence
	// Markup says that it stands in an address, URN, anchor, slug or file
	// name, rather than in the text that a person reads.
	Markup bool
	// Named says that it is a versioned work known by a name rather than by a
	// number, "TLS 1.2". The names are a list: one that is missing from a text's
	// citations may stand there nevertheless.
	Named bool
	// Traits are what had to be undone to read it.
	Traits Trait
	// Clause is the place within the standard that is cited, as written:
	// "clause 5.2", "§ 9", "Annex A"; mostly empty. It is no part of Text.
	Clause string
	// Year is a year in brackets right behind the citation of a standard of
	// the numbered flavours, "ISO 639-1 (2002)". It is mostly the edition, but
	// may be the year of something else, so ID leaves it out. It is no part of
	// Text.
	Year string
}

// Confidence grades how sure a citation is.
type Confidence uint8

// The grades.
const (
	// Weak: may be something else; rules give no more than information.
	Weak Confidence = iota + 1
	// Likely: read after repairing it (a footnote cut off, an elided prefix).
	Likely
	// Certain: a designation as the world writes it.
	Certain
)

// Trait is a set of what had to be undone to read a citation.
type Trait uint16

// The traits.
const (
	Wrapped   Trait = 1 << iota // over a line end
	Elided                      // "and 27017" after "ISO/IEC 27001"
	Glued                       // a footnote's digits stood right behind it
	Unspaced                    // "ISO27001"
	LowerCase                   // "iso 27001"
	InRange                     // one of "RFC 7230 – 7235"
	Variant                     // other hyphens, spaces or spelling than the canonical
	Split                       // over lines of one column: Text is no more than the first of them
	Bound                       // what stands around leans on how it is written, "ISO27001/2", "Part 2 of ISO 19650": it is not to be respelt alone
)
