package designation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// KeyVersion is the version of the normaliser: of Key and ID.Key. It grows
// whenever, after a release, some text gets another key. It is stored with an
// index of keys, which a program of another version must not use as it is.
const KeyVersion = 1

// Key is the normal form: equal for two designations exactly when they
// designate the same thing. See the package comment for what it leaves out.
// It is the lower-case canonical form, save for addresses and etalon
// references, whose case counts. Parse reads it back as an ID of equal key.
func (id ID) Key() string {
	s := id.keyed().String()
	if id.Flavour == Etalon || id.Type == "canonical" {
		return s
	}
	return strings.ToLower(s)
}

// keyed is id without what its key leaves out.
func (id ID) keyed() ID {
	if id.Version != "" && (id.Flavour == ETSI || id.Flavour == ThreeGPP) {
		id.Date = ""
	}
	id.Language, id.Level = "", ""
	return id
}

// Key is the normal form of any text: that of the designation where Parse
// reads it; else the text in NFKC, case folded, spaces collapsed and trimmed,
// hyphens unified, invisible characters left out. Of a URL or URN that is no
// designation, scheme and host are in lower case and the rest is kept.
// Superscripts stay, for they are footnotes rather than digits. It is empty
// only for text without a visible character. Key(Key(s)) is Key(s).
func Key(s string) string {
	if id, err := Parse(s); err == nil {
		return id.Key()
	}
	t := strings.TrimSpace(visible(s))
	if id, err := Parse(t); err == nil {
		return id.Key()
	}
	if isAddress(t) {
		return lowerHost(t)
	}
	for range 4 {
		n := fold(t)
		if n == t {
			break
		}
		t = n
	}
	if id, err := Parse(t); err == nil {
		return id.Key()
	}
	return t
}

// visible drops invisible characters and makes invalid UTF-8 visible.
func visible(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if isInvisible(r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// fold is one step of the fallback.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	begin := 0
	for i, r := range s {
		if r >= utf8.RuneSelf && unicode.Is(unicode.No, r) {
			b.WriteString(norm.NFKC.String(s[begin:i]))
			b.WriteRune(r)
			begin = i + utf8.RuneLen(r)
		}
	}
	b.WriteString(norm.NFKC.String(s[begin:]))
	t, _ := plain(visible(b.String()))
	return strings.Join(strings.Fields(cases.Fold().String(t)), " ")
}

// isAddress says whether s has the form of an absolute IRI without spaces: a
// scheme of two letters or more and a colon, followed by something that is
// not only digits, as in "http://..." and "urn:oid:1.2".
func isAddress(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || len(scheme) < 2 || !isLetter(scheme[0]) || rest == "" || strings.ContainsFunc(s, unicode.IsSpace) {
		return false
	}
	for i := range len(scheme) {
		if b := scheme[i]; !isAlnum(b) && b != '+' && b != '-' && b != '.' {
			return false
		}
	}
	return strings.HasPrefix(rest, "//") || addressSchemes[strings.ToLower(scheme)]
}

// addressSchemes are those that need no "//".
var addressSchemes = map[string]bool{"urn": true, "doi": true, "info": true, "tag": true, "mailto": true, "data": true, "did": true, "oid": true, "etalon": true}

// lowerHost puts the scheme of an address and its host, or the namespace of a
// URN, in lower case.
func lowerHost(s string) string {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return s
	}
	scheme = strings.ToLower(scheme)
	if host, ok := strings.CutPrefix(rest, "//"); ok {
		end := strings.IndexAny(host, "/?#|")
		if end < 0 {
			end = len(host)
		}
		at := strings.LastIndexByte(host[:end], '@') + 1
		return scheme + "://" + host[:at] + strings.ToLower(host[at:end]) + host[end:]
	}
	if scheme == "urn" {
		if nid, nss, ok := strings.Cut(rest, ":"); ok {
			return scheme + ":" + strings.ToLower(nid) + ":" + nss
		}
	}
	return scheme + ":" + rest
}
