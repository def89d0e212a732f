package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// This file tells what the IETF has numbered from what others have.

// leastOwnRFC: numbers of up to three digits are as a rule an organisation's
// own requests for comments; of the IETF's, few below this are still cited.
const leastOwnRFC = 600

// leastSTD is the first of the Internet Standards that are believed without
// an RFC beside them: UTF-8, URI, ASCII, HTTP and others.
const leastSTD = 62

// besideReach bounds how far from a candidate what shows its publisher may
// stand, in bytes.
const besideReach = 90

// beside is the text around the candidate.
func (s *scanner) beside(c *candidate) string {
	around := s.text[max(c.start-besideReach, 0):min(c.end+besideReach, len(s.text))]
	s.steps += len(around)
	return around
}

// anyBeside says whether one of the signs stands around the candidate.
func (s *scanner) anyBeside(c *candidate, signs ...string) bool {
	around := s.beside(c)
	for _, sign := range signs {
		if strings.Contains(around, sign) {
			return true
		}
	}
	return false
}

// besideIETF says whether the candidate stands beside the number of an
// Internet Standard, the prefix of the IETF's DOIs or one of its addresses.
func (s *scanner) besideIETF(c *candidate) bool {
	if s.anyBeside(c, "10.17487", "ietf.org", "rfc-editor.org") {
		return true
	}
	around := s.beside(c)
	i := strings.Index(around, "STD ")
	return i >= 0 && (i == 0 || !isAlnum(around[i-1]) && around[i-1] != '-') && digitRun(around, i+len("STD ")) > 0
}

// oldRFCs are still cited, also with a hyphen.
var oldRFCs = map[string]bool{"768": true, "791": true, "792": true, "793": true, "821": true, "822": true, "826": true, "854": true,
	"855": true, "894": true, "951": true, "959": true, "974": true}

// judgeIETF tells the IETF's RFCs from other people's, and BCP, STD and FYI
// from business continuity and abbreviations.
func (s *scanner) judgeIETF(c *candidate, id *designation.ID) bool {
	raw := s.text[c.start:c.end]
	if c.anchor.word == "ietf" || c.anchor.word == "urn" || strings.HasPrefix(c.anchor.put, "IETF") || id.Type == "Internet-Draft" {
		return id.Type != "RFC" || number(id.Number) <= maxRFC
	}
	k := strings.IndexAny(raw, "0123456789")
	if k < 0 {
		return false
	}
	n := number(id.Number)
	switch id.Type {
	case "RFC":
		if n > maxRFC || n < leastOwnRFC && !s.besideIETF(c) || s.ownRFC(id.Number) {
			return false
		}
		digits := digitRun(raw, k)
		if raw[k] == '0' && digits > 4 {
			return false
		}
		// "RFC-126" is somebody's own.
		return n >= 1000 || n < leastOwnRFC || oldRFCs[id.Number] || strings.IndexByte(raw[:k], '-') < 0
	case "BCP":
		return n <= maxBCP && (n > 9 || s.rfcFollows(c.end)) && raw[k] != '0'
	case "STD", "FYI":
		return n <= maxSTD && (k == 3 && strings.HasPrefix(s.text[c.end:], "]") || s.rfcFollows(c.end) ||
			id.Type == "STD" && n >= leastSTD && c.upper && raw[3] == ' ' && !s.shoutBefore(c.start) && !s.unitFollows(c.end))
	}
	return true
}

// rfcFollows says whether an RFC is named right behind.
func (s *scanner) rfcFollows(i int) bool {
	rest := strings.TrimLeft(s.text[i:min(i+12, len(s.text))], " ,;:([/\n")
	return strings.HasPrefix(rest, "RFC")
}
