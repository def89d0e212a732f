package standard

import (
	"fmt"
	"strings"
)

// enum is a closed set of named values; 0 is always "unspecified".
type enum interface{ ~uint8 }

// names holds the text forms of an enum, indexed by value; entry 0 is unused.
type names []string

var (
	kindNames = names{"", "DATA_DICTIONARY", "FORMAT", "API", "CODE_LIST", "GLOSSARY", "CLAUSE", "PROFILE", "SPECIFICATION", "GUIDANCE"}

	schemeNames = names{"", "SEMVER", "NUMERIC", "DATE", "EDITION", "DECLARED"}

	statusNames = names{"", "DRAFT", "IN_REVIEW", "APPROVED", "REJECTED", "PUBLISHED", "DEPRECATED", "SUPERSEDED", "WITHDRAWN", "INVALID"}

	accessNames = names{"", "OPEN", "PURCHASE", "RESTRICTED"}

	roleNames = names{"", "SCHEMA", "CODELIST", "SPEC", "EXAMPLE", "DOCUMENTATION"}

	relationNames = names{
		"", "replaces", "amends", "corrects", "part_of", "edition_of",
		"normative_reference", "informative_reference", "profile_of", "extends", "adopts",
		"exact_match", "close_match", "broad_match", "narrow_match", "related_match",
	}

	degreeNames = names{"", "IDT", "MOD", "NEQ"}

	stepNames = names{"", "DEPRECATE", "SUPERSEDE", "WITHDRAW", "INVALIDATE", "CORRECT"}

	changeNames = names{
		"", "REGISTRY_CREATED", "AUTHORITY_CREATED", "AUTHORITY_UPDATED",
		"STANDARD_CREATED", "STANDARD_UPDATED", "TAG_SET", "TAG_REMOVED",
		"VERSION_PUBLISHED", "VERSION_DEPRECATED", "VERSION_SUPERSEDED",
		"VERSION_WITHDRAWN", "VERSION_INVALIDATED", "VERSION_CORRECTED",
		"DESIGNATION_ADDED", "DESIGNATION_REMOVED", "BLOB_REDACTED",
		"DRAFT_CREATED", "DRAFT_UPDATED", "DRAFT_DELETED",
	}
)

// String is the text form, such as "DATA_DICTIONARY"; "UNSPECIFIED" for 0.
func (k Kind) String() string { return enumString(kindNames, k) }

// String is the text form, such as "SEMVER"; "UNSPECIFIED" for 0.
func (s Scheme) String() string { return enumString(schemeNames, s) }

// String is the text form, such as "PUBLISHED"; "UNSPECIFIED" for 0.
func (s Status) String() string { return enumString(statusNames, s) }

// String is the text form, such as "OPEN"; "UNSPECIFIED" for 0.
func (a Access) String() string { return enumString(accessNames, a) }

// String is the text form, such as "SCHEMA"; "UNSPECIFIED" for 0.
func (r Role) String() string { return enumString(roleNames, r) }

// String is the text form, such as "normative_reference"; "UNSPECIFIED" for 0.
func (t RelationType) String() string { return enumString(relationNames, t) }

// String is the text form of ISO/IEC Guide 21-1: "IDT", "MOD" or "NEQ";
// "UNSPECIFIED" for 0.
func (d Degree) String() string { return enumString(degreeNames, d) }

// String is the text form, such as "DEPRECATE"; "UNSPECIFIED" for 0.
func (k StepKind) String() string { return enumString(stepNames, k) }

// String is the text form, such as "VERSION_PUBLISHED"; "UNSPECIFIED" for 0.
func (t ChangeType) String() string { return enumString(changeNames, t) }

// ParseKind parses a text form in any letter case, with "-" or " " for "_".
// The unspecified value has no parsable form. This holds for every enum here;
// errors wrap ErrMalformed and list what is allowed.
func ParseKind(s string) (Kind, error) { return parseEnum[Kind]("kind", kindNames, s) }

// ParseScheme parses the text form of a version scheme; see ParseKind.
func ParseScheme(s string) (Scheme, error) { return parseEnum[Scheme]("scheme", schemeNames, s) }

// ParseStatus parses the text form of a status; see ParseKind.
func ParseStatus(s string) (Status, error) { return parseEnum[Status]("status", statusNames, s) }

// ParseAccess parses the text form of a form of access; see ParseKind.
func ParseAccess(s string) (Access, error) { return parseEnum[Access]("access", accessNames, s) }

// ParseRole parses the text form of a file's role; see ParseKind.
func ParseRole(s string) (Role, error) { return parseEnum[Role]("role", roleNames, s) }

// ParseRelationType parses the text form of a relation type; see ParseKind.
func ParseRelationType(s string) (RelationType, error) {
	return parseEnum[RelationType]("relation type", relationNames, s)
}

// ParseDegree parses the text form of a degree of correspondence; see ParseKind.
func ParseDegree(s string) (Degree, error) { return parseEnum[Degree]("degree", degreeNames, s) }

// ParseStepKind parses the text form of a kind of step; see ParseKind.
func ParseStepKind(s string) (StepKind, error) { return parseEnum[StepKind]("step", stepNames, s) }

// ParseChangeType parses the text form of a type of change; see ParseKind.
func ParseChangeType(s string) (ChangeType, error) {
	return parseEnum[ChangeType]("change type", changeNames, s)
}

func enumString[T enum](table names, v T) string {
	switch {
	case v == 0:
		return "UNSPECIFIED"
	case int(v) < len(table):
		return table[v]
	}
	return fmt.Sprintf("UNKNOWN_%d", uint8(v))
}

func parseEnum[T enum](what string, table names, s string) (T, error) {
	for i, name := range table[1:] {
		if sameEnumText(name, s) {
			return T(i + 1), nil
		}
	}
	return 0, fmt.Errorf("%w: %s %q is unknown; allowed are %s", ErrMalformed, what, clip(s), strings.Join(table[1:], ", "))
}

func sameEnumText(name, s string) bool {
	if len(name) != len(s) {
		return false
	}
	for i := range len(s) {
		if enumByte(name[i]) != enumByte(s[i]) {
			return false
		}
	}
	return true
}

func enumByte(c byte) byte {
	switch {
	case c == '-' || c == ' ':
		return '_'
	case c >= 'a' && c <= 'z':
		return c - 'a' + 'A'
	}
	return c
}
