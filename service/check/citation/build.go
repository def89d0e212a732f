package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// citation makes the citation of a candidate that was judged to be one.
func (s *scanner) citation(c *candidate, id designation.ID, sure Confidence) Citation {
	raw := s.text[c.start:c.end]
	cit := Citation{Start: c.start, End: c.end, Text: raw, ID: id, Confidence: sure, Named: isNamed(&id)}
	cit.Traits = c.traits | spelling(raw, &id, c.traits)
	cit.Clause = s.clause(c.start, c.end)
	cit.Year = s.year(c.end, &id)
	return cit
}

// spelling finds the traits that show in the text itself.
func spelling(raw string, id *designation.ID, known Trait) (t Trait) {
	canonical := id.String()
	if strings.IndexByte(raw, '\n') >= 0 {
		t |= Wrapped
	}
	if !hasCapital(raw) && hasCapital(canonical) {
		t |= LowerCase
	}
	if i := strings.IndexAny(raw, "0123456789"); i > 0 && isLetter(raw[i-1]) && !letterThenDigit(canonical) {
		t |= Unspaced
	}
	if t|known == 0 && raw != canonical {
		t |= Variant
	}
	return t
}

// letterThenDigit says whether the first digit of s follows a letter.
func letterThenDigit(s string) bool {
	i := strings.IndexAny(s, "0123456789")
	return i > 0 && isLetter(s[i-1])
}

// isNamed says whether id is known by a name rather than by a number.
func isNamed(id *designation.ID) bool {
	switch id.Flavour {
	case designation.OASIS, designation.HL7, designation.OCDS, designation.Peppol:
		return true
	case designation.W3C:
		return id.Number != "WCAG" && id.Number != "ATAG" && id.Number != "UAAG"
	case designation.OGC:
		return !isDigit(id.Number[0])
	case designation.UN:
		return id.Type == "" && id.Number != "M.49"
	case designation.Industry:
		return id.Type == "" || id.Type == "SOC" || id.Type == "DMRB" // codes of one manual, which count within it alone
	}
	return false
}

// year is the year in brackets behind a numbered standard.
func (s *scanner) year(i int, id *designation.ID) string {
	t := s.text
	if id.Date != "" {
		return ""
	}
	for end := min(i+3, len(t)); i < end && (t[i] == ' ' || t[i] == '\n'); {
		i++
	}
	if i+6 <= len(t) && t[i] == '(' && t[i+5] == ')' && isYear(t[i+1:i+5]) {
		return t[i+1 : i+5]
	}
	return ""
}
