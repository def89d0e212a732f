package check

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
)

// spelt finds citations of known standards that are not written as their
// publisher does. Wraps and kinds of space and hyphen are no matter of it.
func spelt(c *checker) {
	c.each(func(at int, cite *Citation, f *Facts) {
		if cite.Traits&(citation.Elided|citation.InRange|citation.Bound) != 0 || f.ID.Flavour == designation.Etalon {
			return
		}
		if f.Outcome != OutcomeFound && f.Outcome != Family {
			return
		}
		want := f.ID
		if lost, ok := lostIEC(f); ok {
			want = lost
			want.Language, want.Level = cite.ID.Language, cite.ID.Level
		} else if !misspelt(cite, want.String()) {
			return
		}
		if cite.Traits&citation.Glued != 0 {
			want.Language = ""
		}
		c.add(at, Finding{
			Message:     fmt.Sprintf("%s is written %s.", squeezed(cite.Text), want),
			Replacement: want.String(), Safe: true,
		})
	})
}

// lostIEC is the joint form of what is cited, where the registry knows it by
// that alone.
func lostIEC(f *Facts) (designation.ID, bool) {
	if f.Through == "" {
		return f.ID, false
	}
	joint, ok := f.ID.JointForm()
	if !ok {
		return f.ID, false
	}
	through, err := designation.Parse(f.Through)
	if err != nil {
		return f.ID, false
	}
	want := through.Undated().Key()
	for level, ok := joint, true; ok; level, ok = level.Adopts() {
		if level.Undated().Key() == want {
			return joint, true
		}
	}
	return f.ID, false
}

// misspelt says whether a text has the letters and digits of the canonical
// form, and other marks between them: "BS1192:4" for "BS 1192-4", "ISO27001".
// Where the letters differ, the publisher's long and short forms do.
func misspelt(cite *Citation, canonical string) bool {
	text := squeezed(cite.Text)
	if !strings.EqualFold(letters(text), letters(canonical)) {
		return false
	}
	if cite.Traits&(citation.Unspaced|citation.LowerCase) != 0 {
		return text != canonical
	}
	return marks(text) != marks(canonical)
}

// squeezed is a text in one line, with plain spaces and hyphens.
func squeezed(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00AD' || r == '\u200B' || r == '\uFEFF' || r == '\u2060':
			return -1
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			return '-'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// marks are the separators of a text that mean something, each with its place
// among letters and digits.
func marks(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			n++
		case strings.ContainsRune(":/+-", r):
			fmt.Fprintf(&b, "%d%c", n, r)
		}
	}
	return b.String()
}

func undatedReference(c *checker) {
	c.each(func(at int, cite *Citation, f *Facts) {
		id := f.ID
		if cite.Year != "" || isDraft(f) {
			return
		}
		if id.AllParts || id.Series || id.Fixed() || id.Flavour == designation.Etalon && f.Outcome != OutcomeFound {
			return
		}
		switch {
		case f.Outcome == OutcomeFound && f.Undated && f.Edition != nil && inForce(f.Edition.Status):
			dated, err := designation.Parse(f.Edition.Designation)
			if err != nil || !dated.Fixed() {
				return // nobody can cite it with its date
			}
			found := Finding{Message: fmt.Sprintf("%s names no edition; %s is in force.", id, shown(f.Edition))}
			if samePublishers(id, dated) {
				dated.Level = id.Level
				found.Replacement = dated.String()
			}
			c.add(at, found)
		case f.Outcome == OutcomeUnspecified && numbered(id):
			c.add(at, Finding{Message: fmt.Sprintf("%s names no edition.", id)})
		}
	})
}

// samePublishers says whether a dated designation is that of the standard that
// is cited, the IEC that it may have lost aside.
func samePublishers(cited, dated designation.ID) bool {
	key := dated.Undated().Key()
	return cited.Undated().Key() == key || joint(cited).Undated().Key() == key
}

// numbered says whether standards of that flavour have editions as a rule.
func numbered(id designation.ID) bool {
	switch id.Flavour {
	case designation.ISO, designation.IEC, designation.ISOIEC, designation.BSI, designation.CEN, designation.ETSI,
		designation.DIN, designation.National, designation.NIST, designation.IEEE, designation.MOD:
		return true
	}
	return false
}
