package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// This file reads the documents of the Design Manual for Roads and Bridges,
// which texts on highways cite by two letters and a number alone.

// highwaysNames are of the manual and its publisher. Where none is in a text,
// "CD 350" is something else.
var highwaysNames = [...]string{"DMRB", "Design Manual for Roads and Bridges", "National Highways"}

// readHighways reads "CD 350".
func (s *scanner) readHighways(c *candidate) (designation.ID, bool) {
	t := s.text
	k := c.word + 1
	end := k + 3
	if end > len(t) || digitRun(t[:min(end+1, len(t))], k) != 3 || t[k] == '0' || !s.ofHighways() {
		return designation.ID{}, false
	}
	if c.start > 0 && strings.IndexByte(".-/_#", t[c.start-1]) >= 0 {
		return designation.ID{}, false
	}
	if end < len(t) && (isAlnum(t[end]) || strings.IndexByte("-/_:%", t[end]) >= 0) || s.unitFollows(end) {
		return designation.ID{}, false
	}
	text := c.anchor.put + t[c.start:c.word] + " " + t[k:end]
	id, n, err := designation.ParsePrefix(text)
	if err != nil || n != len(text) {
		return id, false
	}
	c.traits |= Elided
	c.end = end
	return id, true
}

// ofHighways says whether the text names the manual. It looks once.
func (s *scanner) ofHighways() bool {
	if s.highways == unasked {
		s.highways = no
		for _, name := range highwaysNames {
			s.steps += len(s.text)
			if strings.Contains(s.text, name) {
				s.highways = yes
				break
			}
		}
	}
	return s.highways == yes
}

// answer is one that is found when it is asked for.
type answer uint8

const (
	unasked answer = iota
	no
	yes
)
