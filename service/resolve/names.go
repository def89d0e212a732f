package resolve

import "strconv"

var methodNames = [...]string{
	MethodUnspecified: "UNSPECIFIED",
	Exact:             "EXACT",
	Range:             "RANGE",
	Partial:           "PARTIAL",
	Tag:               "TAG",
	DigestMatch:       "DIGEST",
	Designation:       "DESIGNATION",
	Adoption:          "ADOPTION",
}

var warningNames = [...]string{
	WarningUnspecified:  "UNSPECIFIED",
	WarnDeprecated:      "DEPRECATED",
	WarnSuperseded:      "SUPERSEDED",
	WarnWithdrawn:       "WITHDRAWN",
	WarnInvalid:         "INVALID",
	WarnRemovalPlanned:  "REMOVAL_SCHEDULED",
	WarnNotExact:        "NOT_EXACT",
	WarnUndated:         "UNDATED",
	WarnPrerelease:      "PRERELEASE",
	WarnAlias:           "ALIAS",
	WarnAmendmentsExist: "AMENDMENTS_EXIST",
	WarnAdoption:        "ADOPTION",
}

var reasonNames = [...]string{
	ReasonUnspecified:   "UNSPECIFIED",
	Malformed:           "MALFORMED",
	StandardNotFound:    "STANDARD_NOT_FOUND",
	VersionNotFound:     "VERSION_NOT_FOUND",
	MemberNotFound:      "MEMBER_NOT_FOUND",
	DesignationNotFound: "DESIGNATION_NOT_FOUND",
	NoMatch:             "NO_MATCH",
	OnlyPrereleases:     "ONLY_PRERELEASES",
	NotYet:              "NOT_YET",
	NoCurrent:           "NO_CURRENT",
	Ambiguous:           "AMBIGUOUS",
	NoRanges:            "NO_RANGES",
	NoVersions:          "NO_VERSIONS",
}

// String is the stable name of the method, such as "EXACT".
func (m Method) String() string { return name(methodNames[:], int(m)) }

// String is the stable name of the warning, such as "DEPRECATED".
func (c WarningCode) String() string { return name(warningNames[:], int(c)) }

// String is the stable name of the reason, such as "VERSION_NOT_FOUND".
func (r Reason) String() string { return name(reasonNames[:], int(r)) }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i)
}
