package citation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// maxRange is up to how many members a range is expanded to. Of a longer one,
// and of one whose numbers are not all taken, only the ends are cited.
const (
	maxRange    = 50
	maxIntegers = 12
)

// spread adds the members of the range from the citation that was found last
// to the one with the given ID, which ends at end.
func (s *scanner) spread(first Citation, last designation.ID, end int) bool {
	members, ok := between(first.ID, last)
	if !ok {
		return false
	}
	n := len(s.found) - 1
	s.found[n].End, s.found[n].Text = end, s.text[first.Start:end]
	s.found[n].Traits |= InRange
	s.found[n].Clause = ""
	for _, id := range members {
		s.add(Citation{Start: first.Start, End: end, ID: id, Confidence: Likely, Traits: Elided | InRange})
	}
	return true
}

// between gives the members of a range without its first.
func between(first, last designation.ID) ([]designation.ID, bool) {
	base := first
	base.Parts = slices.Clone(base.Parts)
	depth := len(first.Parts)
	switch {
	case first.Number == last.Number && depth > 0 && len(last.Parts) == depth:
		if !slices.Equal(first.Parts[:depth-1], last.Parts[:depth-1]) {
			return nil, false
		}
		from, to := number(first.Parts[depth-1]), number(last.Parts[depth-1])
		return count(from, to, maxRange, last, func(n int) designation.ID {
			id := first.Undated()
			id.Parts = slices.Clone(first.Parts)
			id.Parts[depth-1] = strconv.Itoa(n)
			return id
		})
	case depth == 0 && len(last.Parts) == 0 && len(first.Number) == len(last.Number) && digitRun(first.Number, 0) == len(first.Number) && digitRun(last.Number, 0) == len(last.Number):
		most := maxIntegers
		if first.Flavour == designation.IETF {
			most = maxRange
		}
		return count(number(first.Number), number(last.Number), most, last, func(n int) designation.ID {
			id := first.Undated()
			id.Number = strconv.Itoa(n)
			return id
		})
	}
	return nil, false
}

// count makes the members with the numbers above from up to to; of more than
// most only the last.
func count(from, to, most int, last designation.ID, member func(int) designation.ID) ([]designation.ID, bool) {
	if to <= from || to-from > 1000 {
		return nil, false
	}
	if to-from >= most {
		return []designation.ID{last}, true
	}
	var list []designation.ID
	for n := from + 1; n < to; n++ {
		id := member(n)
		if back, err := designation.Parse(id.String()); err != nil || back.Key() != id.Key() || strings.TrimSpace(id.Number) == "" {
			return nil, false
		}
		list = append(list, id)
	}
	return append(list, last), true
}
