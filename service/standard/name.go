package standard

import (
	"fmt"
	"strings"
)

// AuthorityID is the name of a registration authority: [a-z][a-z0-9-]{0,62}.
type AuthorityID string

// Name is the name of a standard within its authority.
type Name struct {
	Authority AuthorityID
	Standard  string
}

// VersionID is a version's identifier, case kept:
// [A-Za-z0-9][A-Za-z0-9._+-]{0,63}. Within a standard ids are unique
// ignoring case.
type VersionID string

// The longest names, in bytes. They are part of the grammar, not settings.
const (
	MaxNameLen      = 63
	MaxVersionIDLen = 64
)

// ParseAuthorityID parses an authority's name.
func ParseAuthorityID(s string) (AuthorityID, error) {
	if err := checkLabel("authority", s); err != nil {
		return "", err
	}
	return AuthorityID(s), nil
}

// ParseName parses "authority/standard".
func ParseName(s string) (Name, error) {
	a, n, ok := strings.Cut(s, "/")
	if !ok {
		return Name{}, fmt.Errorf("%w: name %q wants the form authority/standard", ErrMalformed, clip(s))
	}
	if err := checkLabel("authority", a); err != nil {
		return Name{}, err
	}
	if err := checkLabel("standard", n); err != nil {
		return Name{}, err
	}
	return Name{AuthorityID(a), n}, nil
}

// ParseVersionID parses the id of a version. It refuses what reads as a range
// ("1.x") or is a reserved tag. Whether the id fits the standard's scheme is
// for Scheme.Parse to say; use ParseSelector for text that may be a tag.
func ParseVersionID(s string) (VersionID, error) {
	if s == "" || len(s) > MaxVersionIDLen {
		return "", fmt.Errorf("%w: version %q has %d characters, 1 to %d are allowed", ErrMalformed, clip(s), len(s), MaxVersionIDLen)
	}
	for i := range len(s) {
		c := s[i]
		if isAlnum(c) || i > 0 && (c == '.' || c == '_' || c == '+' || c == '-') {
			continue
		}
		return "", fmt.Errorf("%w: version %q: character %q at %d is not allowed; use letters, digits and, after the first, . _ + -", ErrMalformed, clip(s), rune(c), i+1)
	}
	if reservedID(s) {
		return "", fmt.Errorf("%w: version %q is the name of a tag", ErrMalformed, s)
	}
	if LooksLikeRange(s) {
		return "", fmt.Errorf("%w: version %q reads as a range", ErrMalformed, s)
	}
	return VersionID(s), nil
}

// IsZero says whether n is the zero value.
func (n Name) IsZero() bool { return n == Name{} }

// String is "authority/standard".
func (n Name) String() string { return string(n.Authority) + "/" + n.Standard }

// Less orders names by authority, then standard.
func (n Name) Less(m Name) bool {
	if n.Authority != m.Authority {
		return n.Authority < m.Authority
	}
	return n.Standard < m.Standard
}

// Fold is the id with letter case removed: two ids of one standard with the
// same Fold are the same id.
func (v VersionID) Fold() string { return strings.ToLower(string(v)) }

func checkLabel(what, s string) error {
	if s == "" || len(s) > MaxNameLen {
		return fmt.Errorf("%w: %s name %q has %d characters, 1 to %d are allowed", ErrMalformed, what, clip(s), len(s), MaxNameLen)
	}
	if validLabel(s) {
		return nil
	}
	for i := range len(s) {
		c := s[i]
		if labelByte(c, i) {
			continue
		}
		return fmt.Errorf("%w: %s name %q: character %q at %d is not allowed; use a-z first, then a-z, 0-9 and -", ErrMalformed, what, clip(s), rune(c), i+1)
	}
	return nil
}

// validLabel: [a-z][a-z0-9-]{0,62}.
func validLabel(s string) bool {
	if s == "" || len(s) > MaxNameLen {
		return false
	}
	for i := range len(s) {
		if !labelByte(s[i], i) {
			return false
		}
	}
	return true
}

func labelByte(c byte, i int) bool {
	return c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '-')
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
