package standard

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// enumCase runs one enum through its whole range of values.
type enumCase struct {
	name string
	last uint8
	text func(uint8) string
	back func(string) (uint8, error)
}

func caseOf[T enum](name string, last T, parse func(string) (T, error)) enumCase {
	return enumCase{name, uint8(last),
		func(v uint8) string { return fmt.Sprint(any(T(v))) },
		func(s string) (uint8, error) { v, err := parse(s); return uint8(v), err }}
}

func TestEnums(t *testing.T) {
	for _, c := range []enumCase{
		caseOf("Kind", Guidance, ParseKind),
		caseOf("Scheme", Declared, ParseScheme),
		caseOf("Status", Invalid, ParseStatus),
		caseOf("Access", AccessRestricted, ParseAccess),
		caseOf("Role", RoleDocumentation, ParseRole),
		caseOf("RelationType", RelatedMatch, ParseRelationType),
		caseOf("Degree", NotEquivalent, ParseDegree),
		caseOf("StepKind", StepCorrect, ParseStepKind),
		caseOf("ChangeType", ChangeDraftDeleted, ParseChangeType),
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := map[string]bool{}
			for v := uint8(1); v <= c.last; v++ {
				text := c.text(v)
				if text == "" || seen[strings.ToUpper(text)] {
					t.Errorf("value %d has text %q, empty or taken", v, text)
				}
				seen[strings.ToUpper(text)] = true
				for _, form := range []string{text, strings.ToLower(text), strings.ToUpper(text),
					strings.ReplaceAll(text, "_", "-"), strings.ReplaceAll(text, "_", " ")} {
					if got, err := c.back(form); err != nil || got != v {
						t.Errorf("parse %q = %d, %v; want %d", form, got, err, v)
					}
				}
			}
			if got, want := c.text(c.last+1), fmt.Sprintf("UNKNOWN_%d", c.last+1); got != want {
				t.Errorf("text after the last is %q, want %q: the table is longer or shorter than the enum", got, want)
			}
			if got := c.text(0); got != "UNSPECIFIED" {
				t.Errorf("text of 0 is %q", got)
			}
			for _, bad := range []string{"", "UNSPECIFIED", "nonsense", c.text(1) + "S"} {
				_, err := c.back(bad)
				if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.text(c.last)) {
					t.Errorf("parse %q: %v; want ErrMalformed that lists what is allowed", bad, err)
				}
			}
		})
	}
}

func TestEnumTexts(t *testing.T) {
	for _, c := range []struct {
		got  fmt.Stringer
		want string
	}{
		{DataDictionary, "DATA_DICTIONARY"}, {CodeList, "CODE_LIST"}, {Guidance, "GUIDANCE"},
		{Semver, "SEMVER"}, {Declared, "DECLARED"},
		{InReview, "IN_REVIEW"}, {Published, "PUBLISHED"}, {Invalid, "INVALID"},
		{AccessPurchase, "PURCHASE"}, {RoleCodelist, "CODELIST"}, {RoleSpec, "SPEC"},
		{Replaces, "replaces"}, {NormativeReference, "normative_reference"}, {RelatedMatch, "related_match"},
		{Identical, "IDT"}, {Modified, "MOD"}, {NotEquivalent, "NEQ"},
		{StepDeprecate, "DEPRECATE"}, {StepCorrect, "CORRECT"},
		{ChangeVersionPublished, "VERSION_PUBLISHED"}, {ChangeBlobRedacted, "BLOB_REDACTED"}, {ChangeDraftDeleted, "DRAFT_DELETED"},
	} {
		if c.got.String() != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}
