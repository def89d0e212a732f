package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// member reads the members of one list.
type member struct {
	scanner *scanner
	// base is the member before.
	base designation.ID
	// root is what they leave out.
	root string
	// spelled says that the first one has its part spelled out, "Part 1".
	spelled bool
	// plural says that the first one announced more, "RFCs".
	plural bool
}

// read reads the member at t[n:], which is joined by l, and gives its length.
func (m *member) read(t string, n int, l link) (designation.ID, int, bool) {
	rest := t[n:]
	if rest == "" {
		return designation.ID{}, 0, false
	}
	switch b := rest[0]; {
	case m.base.Number == "WCAG":
		return m.version(rest)
	case m.base.Type == "FIPS" && m.base.Version != "" && (l == slash || l == and) && revisionOnly(rest):
		digits := strings.TrimPrefix(rest, "-")
		id, k, ok := m.parse(m.root+m.base.Number+"-", digits)
		return id, k + len(rest) - len(digits), ok
	case b == '-' && len(rest) > 1 && isDigit(rest[1]):
		return m.part(rest, 1, l)
	case isDigit(b):
		if l == slash {
			if id, k, ok := m.edition(rest); ok {
				return id, k, true
			}
		}
		if id, k, ok := m.short(rest, l, n == 1 || l != comma); ok {
			return id, k, true
		}
		return m.whole(rest, l)
	case hasFold(rest, "part "):
		return m.part(rest, len("part "), l)
	case m.base.Flavour == designation.ITU && isLetter(b) && len(rest) > 2 && (rest[1] == '.' || isDigit(rest[1])) && isDigit(rest[2]):
		return m.whole(rest, l)
	case m.base.Flavour == designation.IEEE && l == slash && isLetter(b):
		return m.letters(rest)
	case m.base.Flavour == designation.IEEE && isLetter(b) && classes[b]&upperCase != 0:
		return designation.ID{}, 0, false
	}
	return designation.ID{}, 0, false
}

// revisionOnly says whether rest begins with one digit, perhaps behind a
// hyphen, as in "FIPS 140-2/3".
func revisionOnly(rest string) bool {
	rest = strings.TrimPrefix(rest, "-")
	return digitRun(rest, 0) == 1 && (len(rest) == 1 || !isLetter(rest[1]) && rest[1] != '-' && rest[1] != '.')
}

// parse parses root and text as one designation, and gives how many bytes of
// the text it takes.
func (m *member) parse(root, text string) (designation.ID, int, bool) {
	id, n, err := designation.ParsePrefix(root + text)
	m.scanner.steps += len(root) + len(text)
	if err != nil || n <= len(root) || id.Flavour != m.base.Flavour {
		return id, 0, false
	}
	if strings.HasSuffix(text[:n-len(root)], ")") && id.Date != "" {
		if i := strings.LastIndexByte(text[:n-len(root)], '('); i > 0 {
			return m.parse(root, strings.TrimRight(text[:i], " "))
		}
	}
	return id, n - len(root), true
}

// part reads "-2" and "Part 2" behind a part; skip is what stands before the
// digits.
func (m *member) part(rest string, skip int, l link) (designation.ID, int, bool) {
	if len(m.base.Parts) == 0 || !partsOf(&m.base) {
		return designation.ID{}, 0, false
	}
	run := digitRun(rest, skip)
	if run == 0 || run > 3 {
		return designation.ID{}, 0, false
	}
	id, n, ok := m.parse(m.stem(), rest[skip:])
	return id, n + skip, ok && l != noLink
}

// stem is the base up to its last part, with the hyphen.
func (m *member) stem() string {
	s := m.root + m.base.Number
	for _, p := range m.base.Parts[:len(m.base.Parts)-1] {
		s += "-" + p
	}
	if m.base.Flavour == designation.NIST || m.base.Flavour == designation.MOD {
		return s + " Part "
	}
	return s + "-"
}

// partsOf says whether the flavour's parts can be elided.
func partsOf(id *designation.ID) bool {
	switch id.Flavour {
	case designation.ISO, designation.IEC, designation.ISOIEC, designation.BSI, designation.CEN, designation.DIN, designation.National, designation.ETSI, designation.ECMA, designation.MOD:
		return true
	}
	return false
}

// short reads what is less than a number: a part of one or two digits behind
// a part, and the last digits that differ, as in "ISO 27001/2".
// tight says that no blank stands before.
func (m *member) short(rest string, l link, tight bool) (designation.ID, int, bool) {
	run := digitRun(rest, 0)
	none := designation.ID{}
	if k := len(m.base.Number) - 3; run == 3 && l == slash && k == 3 && tight && len(m.base.Parts) == 0 && digitRun(m.base.Number, 0) == 6 && number(rest) > number(m.base.Number[k:]) {
		return m.parse(m.root+m.base.Number[:k], rest) // "UNE 103103/104"
	}
	if run > 2 || !partsOf(&m.base) || run < len(rest) && (isLetter(rest[run]) || rest[run] == '.' && run+1 < len(rest) && isDigit(rest[run+1])) {
		return none, 0, false
	}
	if len(m.base.Parts) > 0 && rest[0] != '0' && (m.spelled || l != comma || tight) {
		if l == to && number(rest) <= number(m.base.Parts[len(m.base.Parts)-1]) {
			return none, 0, false
		}
		if depth := len(m.base.Parts); depth > 1 && run < len(rest) && rest[run] == '-' {
			short := m.base
			short.Parts = m.base.Parts[:depth-1]
			return (&member{scanner: m.scanner, base: short, root: m.root}).part(rest, 0, l)
		}
		return m.part(rest, 0, l)
	}
	joint := strings.Contains(m.root, "ISO") || strings.Contains(m.root, "IEC")
	if l == slash && joint && len(m.base.Parts) == 0 && !m.base.Dated() && len(m.base.Number) == 5 && number(rest) > number(m.base.Number[5-run:]) {
		id, n, ok := m.parse(m.root+m.base.Number[:5-run], rest)
		return id, n, ok
	}
	return none, 0, false
}

// version reads "2.1" behind "WCAG 2.0".
func (m *member) version(rest string) (designation.ID, int, bool) {
	if !isDigit(rest[0]) || !strings.Contains(m.base.Version, ".") {
		return designation.ID{}, 0, false
	}
	id, n, ok := m.parse(m.root+"WCAG ", rest)
	return id, n, ok && strings.Contains(id.Version, ".") && digitRun(id.Version, 0) == 1
}

// edition reads another year behind a dated one, "ISO 9001:2008/2015".
func (m *member) edition(rest string) (designation.ID, int, bool) {
	if len(m.base.Date) != 4 || len(m.base.Supplements) > 0 || digitRun(rest, 0) != 4 || !isYear(rest[:4]) {
		return designation.ID{}, 0, false
	}
	id, n, ok := m.parse(m.base.Undated().String(), ":"+rest)
	return id, n - 1, ok
}

// letters reads "/g" behind "IEEE 802.11a".
func (m *member) letters(rest string) (designation.ID, int, bool) {
	k := 0
	for k < len(rest) && isLetter(rest[k]) {
		k++
	}
	stem := strings.TrimRight(m.base.Number, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if k > 2 || stem == m.base.Number || !strings.HasPrefix(stem, "802.") || hasCapital(rest[:k]) {
		return designation.ID{}, 0, false
	}
	return m.parse(m.root+stem, rest)
}

// whole reads a whole number, with its parts and date.
func (m *member) whole(rest string, l link) (designation.ID, int, bool) {
	id, n, ok := m.parse(m.root, rest)
	if !ok || !m.plausible(&id, rest, l) {
		return id, 0, false
	}
	return id, n, true
}

// plausible says whether a number can be another of the same series. Less is
// asked of a slash and of a plural.
func (m *member) plausible(id *designation.ID, rest string, l link) bool {
	run := digitRun(rest, 0)
	n := number(rest)
	year := isYear(rest[:min(4, len(rest))]) && run == 4
	switch id.Flavour {
	case designation.IETF:
		if id.Type == "RFC" {
			return run >= 3 && rest[0] != '0' && n >= leastOwnRFC && n <= maxRFC && (!year || m.plural || l != comma)
		}
		return (m.plural || l == slash || l == and) && n <= maxBCP && rest[0] != '0' && n > 1
	case designation.NIST:
		return m.base.Type == id.Type && (strings.Contains(id.Number, "-") || id.Type == "FIPS" && (run == 3 || id.Version != "") || id.Type == "IR" && run == 4)
	case designation.ETSI:
		return strings.Contains(id.Number, " ")
	case designation.W3C:
		return false
	case designation.NHS:
		return run == 4
	case designation.MOD:
		return strings.Contains(id.Number, "-") || run == 3
	case designation.IEEE:
		return strings.Contains(id.Number, ".") || id.Date != "" || run >= 3 && !year && l != comma
	case designation.ITU:
		return strings.Contains(id.Number, ".")
	case designation.Industry:
		return run >= 2 && !year && id.Type != "" && run == len(m.base.Number)
	case designation.ISO, designation.IEC, designation.ISOIEC, designation.BSI, designation.CEN, designation.DIN, designation.National:
		return m.numbered(id, run, n, year, l)
	case designation.ANSI, designation.ECMA, designation.UN:
		return run >= 2 && !year && l != comma
	}
	return false
}

// numbered judges a member of the numbered flavours.
func (m *member) numbered(id *designation.ID, run, n int, year bool, l link) bool {
	fixed := id.Date != "" || len(id.Parts) > 0
	switch {
	case run > 5:
		return run == len(m.base.Number) && l != comma
	case year && !fixed:
		return strings.Contains(m.root, "EN ") && n >= 1990 && n <= 1999
	case run >= 4:
		return true
	case run == 3 && len(m.base.Number) == 3:
		return l != comma || fixed || m.plural
	case run == 3:
		return fixed && l != to
	case run == 2:
		return id.Date != ""
	}
	return false
}
