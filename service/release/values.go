package release

import (
	"fmt"
	"net/mail"
	"strings"

	"github.com/etalon-registry/etalon/service/glob"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// parseTag takes a tag that an owner may set.
func parseTag(s string) (string, error) { return s, standard.CheckSettableTag(s) }

func parseMemberID(s string) (string, error) { return s, standard.CheckMember(s) }

// parseSector takes a word for a sector, such as "procurement".
func parseSector(s string) (string, error) {
	if len(s) > standard.MaxNameLen || strings.ContainsAny(s, "\n\t,") {
		return "", fmt.Errorf("sector %q wants at most %d characters, no comma and no line break", strictyaml.Clip(s), standard.MaxNameLen)
	}
	return s, nil
}

// parseTarget takes a reference or a designation.
func parseTarget(s string) (string, error) {
	if len(s) > standard.MaxRefLen || strings.ContainsAny(s, "\n\t") {
		return "", fmt.Errorf("target %q wants at most %d bytes and no line break", strictyaml.Clip(s), standard.MaxRefLen)
	}
	if strings.HasPrefix(s, standard.RefPrefix) {
		_, err := standard.ParseRef(s)
		return s, err
	}
	return s, nil
}

func parseEmail(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return "", fmt.Errorf("%q is no e-mail address; it wants the form name@host", strictyaml.Clip(s))
	}
	return s, nil
}

// parseStepKind takes the steps that a catalogue file may tell of.
func parseStepKind(s string) (standard.StepKind, error) {
	k, err := standard.ParseStepKind(s)
	if err == nil && k == standard.StepCorrect {
		return 0, fmt.Errorf("a catalogue file has no CORRECT; state the facts as they are")
	}
	return k, err
}

func parsePath(s string) (string, error) {
	if _, err := standard.NormalPath(s); err != nil {
		return "", err
	}
	return s, nil
}

func parseGlob(s string) (string, error) {
	if _, err := standard.NormalPath(s); err != nil {
		return "", err
	}
	if err := glob.Check(s); err != nil {
		return "", err
	}
	return s, nil
}

// sameID says whether two ids of one standard are the same id.
func sameID(a, b string) bool {
	return standard.VersionID(a).Fold() == standard.VersionID(b).Fold()
}
