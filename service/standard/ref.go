package standard

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Ref is a parsed reference:
//
//	["etalon:"] authority "/" standard ["@" selector] ["#" member]
//
// ParseRef and String are inverses.
type Ref struct {
	Name     Name
	Selector Selector
	Member   string // without "#"; empty: the whole
	// Prefixed says that the text began with "etalon:", and so is no
	// designation.
	Prefixed bool
}

// SelectorKind is the form of a selector.
type SelectorKind uint8

// The kinds of selector.
const (
	// SelectDefault: there is none; the recommended version, else the latest.
	SelectDefault SelectorKind = iota
	// SelectText: a version id, a partial version or a tag. Which of them,
	// only the standard can say.
	SelectText
	// SelectRange: text for Scheme.ParseRange, checked for its characters only.
	SelectRange
	// SelectDigest: the version with the digest.
	SelectDigest
)

// Selector picks a version of a standard.
type Selector struct {
	Kind   SelectorKind
	Text   string // as written, with SelectText and SelectRange
	Digest Digest // with SelectDigest
}

// Limits of a reference, in bytes; part of the grammar, not settings.
const (
	MaxRefLen    = 400
	MaxMemberLen = 200
)

// RefPrefix marks a text as a reference beyond doubt.
const RefPrefix = "etalon:"

// ParseRef parses a reference. Its strings share s. Errors wrap ErrMalformed
// and say which part is wrong.
func ParseRef(s string) (Ref, error) {
	var r Ref
	if len(s) > MaxRefLen {
		return Ref{}, refError(s, "has more than 400 bytes")
	}
	rest, prefixed := strings.CutPrefix(s, RefPrefix)
	r.Prefixed = prefixed
	if i := strings.IndexByte(rest, '#'); i >= 0 {
		r.Member, rest = rest[i+1:], rest[:i]
		if err := CheckMember(r.Member); err != nil {
			return Ref{}, refCause(s, err)
		}
	}
	if i := strings.IndexByte(rest, '@'); i >= 0 {
		sel, err := ParseSelector(rest[i+1:])
		if err != nil {
			return Ref{}, refCause(s, err)
		}
		r.Selector, rest = sel, rest[:i]
	}
	i := strings.IndexByte(rest, '/')
	if i < 0 {
		return Ref{}, refError(s, "wants the form authority/standard@version, such as ocp/ocds@1.1.5")
	}
	if !validLabel(rest[:i]) || !validLabel(rest[i+1:]) {
		_, err := ParseName(rest)
		return Ref{}, refCause(s, err)
	}
	r.Name = Name{AuthorityID(rest[:i]), rest[i+1:]}
	return r, nil
}

// String is the reference's text.
func (r Ref) String() string {
	var b strings.Builder
	if r.Prefixed {
		b.WriteString(RefPrefix)
	}
	b.WriteString(string(r.Name.Authority))
	b.WriteByte('/')
	b.WriteString(r.Name.Standard)
	if r.Selector.Kind != SelectDefault {
		b.WriteByte('@')
		b.WriteString(r.Selector.String())
	}
	if r.Member != "" {
		b.WriteByte('#')
		b.WriteString(r.Member)
	}
	return b.String()
}

// String is the selector without "@"; empty for SelectDefault.
func (s Selector) String() string {
	switch s.Kind {
	case SelectDefault:
		return ""
	case SelectDigest:
		return s.Digest.String()
	}
	return s.Text
}

// CheckMember says whether m can stand after "#": 1 to 200 bytes of UTF-8, no
// control characters, not spaces alone. Errors wrap ErrMalformed.
func CheckMember(m string) error {
	if m == "" || len(m) > MaxMemberLen {
		return fmt.Errorf("%w: member %q has %d bytes, 1 to %d are allowed", ErrMalformed, clip(m), len(m), MaxMemberLen)
	}
	plain, blank := true, true
	for i := range len(m) {
		c := m[i]
		if c < ' ' || c >= 0x7f {
			plain = false
			break
		}
		if c != ' ' {
			blank = false
		}
	}
	if plain && !blank {
		return nil
	}
	if !utf8.ValidString(m) {
		return fmt.Errorf("%w: member %q is not UTF-8", ErrMalformed, clip(m))
	}
	if strings.TrimSpace(m) == "" {
		return fmt.Errorf("%w: member %q is blank", ErrMalformed, clip(m))
	}
	if i := indexControl(m); i >= 0 {
		return fmt.Errorf("%w: member %q has a control character at %d", ErrMalformed, clip(m), i+1)
	}
	return nil
}

// ParseSelector parses what follows "@" in a reference. Errors wrap
// ErrMalformed.
func ParseSelector(s string) (Selector, error) {
	if strings.HasPrefix(s, digestPrefix) {
		d, err := ParseDigest(s)
		if err == nil && d.IsZero() {
			err = fmt.Errorf("%w: digest %q is no digest of anything", ErrMalformed, clip(s))
		}
		if err != nil {
			return Selector{}, err
		}
		return Selector{Kind: SelectDigest, Digest: d}, nil
	}
	kind, wild := SelectText, false
	for i := range len(s) {
		c := s[i]
		switch selectorBytes[c] {
		case 0:
			return Selector{}, fmt.Errorf("%w: selector %q: character %q at %d is not allowed", ErrMalformed, clip(s), rune(c), i+1)
		case rangeByte:
			kind = SelectRange
		}
		wild = wild || c == 'x' || c == 'X'
	}
	if wild && isWildcard(s) {
		kind = SelectRange
	}
	if kind == SelectRange {
		return Selector{Kind: SelectRange, Text: s}, nil
	}
	if s == "" || len(s) > MaxVersionIDLen || !isAlnum(s[0]) {
		return Selector{}, fmt.Errorf("%w: selector %q is no version, tag, range or digest; leave out \"@\" for the default", ErrMalformed, clip(s))
	}
	return Selector{Kind: SelectText, Text: s}, nil
}

const (
	textByte  = 1
	rangeByte = 2
)

// selectorBytes says which bytes a selector may hold: of an id, or of a range.
var selectorBytes = func() (t [256]uint8) {
	for c := range t {
		if isAlnum(byte(c)) || strings.IndexByte("._+-", byte(c)) >= 0 {
			t[c] = textByte
		}
		if strings.IndexByte("<>=^~*,", byte(c)) >= 0 {
			t[c] = rangeByte
		}
	}
	return t
}()

func refError(s, what string) error {
	return fmt.Errorf("%w: reference %q %s", ErrMalformed, clip(s), what)
}

func refCause(s string, err error) error {
	return fmt.Errorf("reference %q: %w", clip(s), err)
}
