package lockfile

import (
	"fmt"
	"unicode"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// outcomes are the words for why a citation means no version.
var outcomes = map[check.Outcome]string{
	check.OutcomeUnspecified: "not-looked-up",
	check.UnknownStandard:    "unknown-standard",
	check.UnknownEdition:     "unknown-edition",
	check.NotYetPublished:    "not-yet-published",
	check.NoCurrentEdition:   "no-current-edition",
	check.Ambiguous:          "ambiguous",
	check.Family:             "family",
}

func outcomeText(o check.Outcome) string {
	if s, ok := outcomes[o]; ok {
		return s
	}
	return outcomes[check.OutcomeUnspecified]
}

func parseOutcome(s string) (check.Outcome, error) {
	for o, text := range outcomes {
		if s == text {
			return o, nil
		}
	}
	return 0, fmt.Errorf("%q is none of unknown-standard, unknown-edition, not-yet-published, no-current-edition, ambiguous, family, not-looked-up", strictyaml.Clip(s))
}

// parseStatus takes those that a published version can have.
func parseStatus(s string) (standard.Status, error) {
	v, err := standard.ParseStatus(s)
	if err != nil || v.String() != s || v < standard.Published {
		return 0, fmt.Errorf("%q is none of PUBLISHED, DEPRECATED, SUPERSEDED, WITHDRAWN, INVALID", strictyaml.Clip(s))
	}
	return v, nil
}

func parseID(s string) (designation.ID, error) {
	id, err := designation.Parse(s)
	if err != nil {
		return designation.ID{}, err
	}
	return locked(id), nil
}

// parseRef takes exact references alone.
func parseRef(s string) (standard.Ref, error) {
	ref, err := standard.ParseRef(s)
	if err != nil {
		return standard.Ref{}, err
	}
	if ref.Prefixed || ref.Member != "" || ref.Selector.Kind != standard.SelectText {
		return standard.Ref{}, fmt.Errorf("%q wants the form authority/standard@version", strictyaml.Clip(s))
	}
	if _, err := standard.ParseVersionID(ref.Selector.Text); err != nil {
		return standard.Ref{}, err
	}
	return ref, nil
}

func parseText(s string) (string, error) {
	if s != oneLine(s) {
		return "", fmt.Errorf("holds control characters, or space at an end")
	}
	return s, nil
}

func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// hidden says whether a reader would not see r, or could be misled by it.
func hidden(r rune) bool {
	return isControl(r) || r != ' ' && !unicode.IsGraphic(r) || r == '\uFEFF' || unicode.Is(unicode.Zs, r) && r != ' '
}
