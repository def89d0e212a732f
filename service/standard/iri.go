package standard

import (
	"fmt"
	"net/url"
	"strings"
)

// AuthorityIRI is the persistent identifier of an authority.
func AuthorityIRI(base string, id AuthorityID) string {
	return strings.TrimRight(base, "/") + "/" + string(id)
}

// IRI is the persistent identifier of a standard, of a version (v not empty)
// or of a member (member not empty) under a base such as
// "https://etalon.example": "https://etalon.example/ocp/ocds/1.1.5#buyer".
// What RFC 3986 does not leave unreserved is percent-encoded as UTF-8, "+" too,
// but for "/", ":" and "@" in the member.
func IRI(base string, n Name, v VersionID, member string) string {
	b := append([]byte(nil), strings.TrimRight(base, "/")...)
	b = append(append(b, '/'), n.Authority...)
	b = append(append(b, '/'), n.Standard...)
	if v != "" {
		b = appendEscaped(append(b, '/'), string(v), "")
	}
	if member != "" {
		b = appendEscaped(append(b, '#'), member, "/:@")
	}
	return string(b)
}

func appendEscaped(b []byte, s, also string) []byte {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if isAlnum(c) || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(also, c) >= 0 {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}

// ParseIRI reads a persistent identifier under base back into a reference:
// the standard, its version as SelectText, its member. False where iri does
// not lie under base; errors wrap ErrMalformed.
func ParseIRI(base, iri string) (r Ref, under bool, err error) {
	rest, under := strings.CutPrefix(iri, strings.TrimRight(base, "/")+"/")
	if !under {
		return Ref{}, false, nil
	}
	rest, member, hasMember := strings.Cut(rest, "#")
	name, version, hasVersion := rest, "", false
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		if j := strings.IndexByte(rest[i+1:], '/'); j >= 0 {
			name, version, hasVersion = rest[:i+1+j], rest[i+j+2:], true
		}
	}
	if r.Name, err = ParseName(name); err != nil {
		return Ref{}, true, fmt.Errorf("identifier %q: %w", clip(iri), err)
	}
	if hasVersion {
		id, err := unescape(version, ParseVersionID)
		if err != nil {
			return Ref{}, true, fmt.Errorf("identifier %q: %w", clip(iri), err)
		}
		r.Selector = Selector{Kind: SelectText, Text: string(id)}
	}
	if hasMember {
		r.Member, err = unescape(member, func(m string) (string, error) { return m, CheckMember(m) })
		if err != nil {
			return Ref{}, true, fmt.Errorf("identifier %q: %w", clip(iri), err)
		}
	}
	return r, true, nil
}

func unescape[T any](s string, parse func(string) (T, error)) (T, error) {
	plain, err := url.PathUnescape(s)
	if err != nil {
		var none T
		return none, fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	return parse(plain)
}
