package standard

import "time"

// Revision is the registry's own: the index of an entry in the change log.
// The first entry has index 1; 0 is the empty registry.
type Revision uint64

// Text is a text in one language.
type Text struct {
	Language string // BCP 47 tag, such as "en" or "cy"
	Value    string
}

// Contact is a way to reach an authority.
type Contact struct {
	Name  string
	Email string
	URL   string
}

// Authority is a registration authority: a standards body or a sector hub
// that owns a namespace.
type Authority struct {
	ID           AuthorityID
	Titles       []Text
	Descriptions []Text
	Homepage     string
	Contacts     []Contact
	Sectors      []string
	Parent       AuthorityID // empty: none
	Prefixes     []string    // designation prefixes that it owns, as normal forms
	Created      time.Time
	Updated      time.Time
	Revision     Revision // of the last change of this record
}

// Standard is the undated work: what its versions have in common.
type Standard struct {
	Name         Name
	Titles       []Text
	Descriptions []Text
	Kind         Kind
	Scheme       Scheme
	Sectors      []string
	Steward      string
	Homepage     string
	Licence      string
	Access       Access
	Designations []string // undated, as written
	Relations    []Relation
	Tags         []TagChange // whole history, in recorded order
	Provenance   string      // where an imported entry came from
	Created      time.Time
	Updated      time.Time
	Revision     Revision
}

// TagChange sets a tag to a version, or removes it (empty Version).
type TagChange struct {
	Tag       string
	Version   VersionID
	Effective time.Time
	Recorded  time.Time
}

// Relation is a directed, typed relation to a reference or a designation.
type Relation struct {
	Type   RelationType
	Degree Degree // with Adopts only
	Target string // a reference ("iso/iso-8601-1@2019") or a designation
	Member string // the member of this version that relates; empty: the whole
	// Effective and Recorded are when it holds from and when it was recorded;
	// Until and Retracted are set when a later step removed it: when it ceased
	// to hold and when that was recorded. Zero Effective: when recorded.
	Effective, Recorded, Until, Retracted time.Time
}

// File is one file of a version.
type File struct {
	Path      string // relative, "/"-separated, NFC
	MediaType string
	Role      Role
	Size      int64 // bytes
	Digest    Digest
}

// Link points to content that is kept elsewhere.
type Link struct {
	URL       string
	Title     string
	MediaType string
	Role      Role
}

// Member is something inside a version that a contract may cite.
type Member struct {
	ID    string // what follows "#" in a reference
	Title string
	Kind  string // "data element", "code", "term", "clause", ...; free text
}

// Version is one published edition of a standard. The record is written once;
// what happens to the version afterwards is in its Steps.
type Version struct {
	Name         Name
	ID           VersionID
	Label        string // for people: "2021/Amd 1:2023"
	Digest       Digest // of the canonical manifest, which is itself a blob
	Released     Day    // by the publisher; zero: unknown
	Effective    Day    // when it comes into force; zero: when released
	Recorded     time.Time
	Sequence     uint64 // order under the Declared scheme
	Prerelease   bool   // declared; SEMVER ids say it themselves
	Notes        []Text
	Designations []string // dated, as written
	Relations    []Relation
	Links        []Link
	Members      []Member
	FileCount    int
	TotalBytes   int64
	Provenance   string
	Revision     Revision // at which it was published
}

// StepKind is the kind of a step after publication.
type StepKind uint8

// The kinds of step.
const (
	StepUnspecified StepKind = iota
	StepDeprecate
	StepSupersede
	StepWithdraw
	StepInvalidate
	StepCorrect
)

// Step is one step in the life of a published version; appended, never edited.
type Step struct {
	Name      Name
	Version   VersionID
	Number    int // 1, 2, ... within the version
	Kind      StepKind
	Effective time.Time // may lie in the future
	Recorded  time.Time
	Actor     string // opaque id
	Note      string
	Successor string // with StepSupersede: a reference or a designation
	// RemovalDate, Alternative and Documentation go with StepDeprecate.
	RemovalDate   Day
	Alternative   string
	Documentation string
	// Cancels is the number of the step that a StepCorrect undoes; 0: none.
	Cancels int
	// Amendment corrects descriptive metadata, with StepCorrect; nil: none.
	Amendment *Amendment
	Revision  Revision
}

// Amendment is a correction of descriptive metadata. Content and digest never
// change. A nil field leaves what is there.
type Amendment struct {
	Label           *string
	Released        *Day
	Effective       *Day
	Notes           []Text
	AddRelations    []Relation
	RemoveRelations []Relation // matched by Type, Member and Target
}

// DraftVersion is a version before publication: everything that a publication
// needs, editable.
type DraftVersion struct {
	Version  Version // Digest and Recorded are zero
	Files    []File
	Status   Status // Draft, InReview, Approved or Rejected
	Author   string
	Created  time.Time
	Updated  time.Time
	Revision Revision
}

// Claim binds a designation to a standard or a version for a time.
type Claim struct {
	Text    string // as written
	Name    Name
	Version VersionID // empty: the undated standard
	Owner   bool      // claimed by the owner of the prefix; false: an alias
	// Effective and Until bound the time in effect; Recorded and Retracted are
	// when its start and its end were recorded. Zero Until: still. A claim that
	// ended keeps holding for times before Until; one that was a mistake has
	// Until = Effective.
	Effective, Until, Recorded, Retracted time.Time
}

// Designation is one normal form with every claim and alias ever made for it.
type Designation struct {
	Key    string
	Claims []Claim
}

// ChangeType says what a change log entry records.
type ChangeType uint8

// The types of change. The numbers are those of the public contract.
const (
	ChangeUnspecified ChangeType = iota
	ChangeRegistryCreated
	ChangeAuthorityCreated
	ChangeAuthorityUpdated
	ChangeStandardCreated
	ChangeStandardUpdated
	ChangeTagSet
	ChangeTagRemoved
	ChangeVersionPublished
	ChangeVersionDeprecated
	ChangeVersionSuperseded
	ChangeVersionWithdrawn
	ChangeVersionInvalidated
	ChangeVersionCorrected
	ChangeDesignationAdded
	ChangeDesignationRemoved
	ChangeBlobRedacted
	ChangeDraftCreated
	ChangeDraftUpdated
	ChangeDraftDeleted
)

// Draft says whether entries of this type concern drafts, which stay out of
// the public feed.
func (t ChangeType) Draft() bool {
	return t == ChangeDraftCreated || t == ChangeDraftUpdated || t == ChangeDraftDeleted
}

// Entry is one entry of the change log: the feed, the audit trail and a leaf
// of the transparency log.
type Entry struct {
	Index     Revision
	Time      time.Time // recorded
	Actor     string    // opaque id
	Type      ChangeType
	Authority AuthorityID
	Standard  string    // the standard's own part of the name; may be empty
	Version   VersionID // may be empty
	Digest    Digest    // of the version or blob concerned; may be zero
	Record    Digest    // SHA-256 of the record as stored; zero where there is none
	Step      int       // number of the step; 0: none
	Effective time.Time // when the change takes effect; zero: at Time
	Detail    string    // tag, designation or reason
	RequestID string
	Salt      [16]byte // random, so that a leaf gives nothing away
}

// Outcome is what an idempotent write came to.
type Outcome struct {
	RequestID string
	Method    string // full RPC method
	Hash      Digest // of the request without its id
	Subject   string // resource name of what was written
	Revision  Revision
	// Already says that nothing had to be written.
	Already bool
}
