package standard

// Kind says what a standard is.
type Kind uint8

// The kinds of standard. The numbers are those of the public contract.
const (
	KindUnspecified Kind = iota
	DataDictionary
	Format
	API
	CodeList
	Glossary
	Clause
	Profile
	Specification
	Guidance
)

// Scheme names the order of a standard's versions.
type Scheme uint8

// The version schemes.
const (
	SchemeUnspecified Scheme = iota
	Semver                   // precedence of Semantic Versioning 2.0.0
	Numeric                  // numbers separated by ".", "_" or "__"; missing = 0
	Date                     // calendar dates of any precision
	Edition                  // a year, then consolidated amendments
	Declared                 // a sequence number given by the publisher
)

// Status is where a version stands in its life (ADMS status).
type Status uint8

// The statuses, in the order of the life of a version.
const (
	StatusUnspecified Status = iota
	Draft
	InReview
	Approved
	Rejected
	Published
	Deprecated
	Superseded
	Withdrawn
	Invalid
)

// Access says under what terms the text of a standard can be had.
type Access uint8

// The forms of access.
const (
	AccessUnspecified Access = iota
	AccessOpen
	AccessPurchase
	AccessRestricted
)

// Role says what a file is for within its version.
type Role uint8

// The roles of a file or a link.
const (
	RoleUnspecified Role = iota
	RoleSchema
	RoleCodelist
	RoleSpec
	RoleExample
	RoleDocumentation
)

// RelationType is the type of a directed relation.
type RelationType uint8

// The relation types. The last five hold between members (SKOS mapping
// properties), the others between standards or versions.
const (
	RelationUnspecified RelationType = iota
	Replaces
	Amends
	Corrects
	PartOf
	EditionOf
	NormativeReference
	InformativeReference
	ProfileOf
	Extends
	Adopts
	ExactMatch
	CloseMatch
	BroadMatch
	NarrowMatch
	RelatedMatch
)

// Degree is the degree of correspondence of an adoption (ISO/IEC Guide 21-1).
type Degree uint8

// The degrees of correspondence.
const (
	DegreeUnspecified Degree = iota
	Identical                // IDT
	Modified                 // MOD
	NotEquivalent            // NEQ
)
