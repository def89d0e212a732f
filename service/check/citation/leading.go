package citation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// This file reads parts that are named before their standard: "parts 3, 4 and
// 5 of BS EN ISO 19650", "Part 2 of ISO 19650".

// leadReach bounds, in bytes, how far before a standard its parts may begin.
const leadReach = 96

// maxLeading bounds how many parts are named so.
const maxLeading = 20

// undivided are standards whose own chapters are called parts.
var undivided = map[string]bool{"7671": true}

// partsBefore replaces the citation found[i] by one of each part that is named
// before it. They share one span, from the first of the parts on.
func (s *scanner) partsBefore(i int) {
	cit := s.found[i]
	if !partsOf(&cit.ID) || len(cit.ID.Parts) > 0 || cit.ID.AllParts || cit.Traits&(Split|InRange) != 0 || undivided[cit.ID.Number] {
		return
	}
	least := max(cit.Start-leadReach, 0)
	if i > 0 {
		least = max(least, s.found[i-1].End)
	}
	start, parts := leadingParts(s.text[least:cit.Start])
	s.steps += cit.Start - least
	if len(parts) == 0 || start == 0 && least > 0 && isAlnum(s.text[least-1]) {
		return
	}
	cit.Start = least + start
	cit.Text = s.text[cit.Start:cit.End]
	cit.Traits |= Bound
	if cit.Clause == "" {
		cit.Clause = clauseBefore(s.text[max(cit.Start-clauseReach, 0):cit.Start])
	}
	if len(parts) > 1 {
		cit.Traits |= InRange
	}
	if strings.IndexByte(cit.Text, '\n') >= 0 {
		cit.Traits |= Wrapped
	}
	cit.Confidence = min(cit.Confidence, Likely)
	list := make([]Citation, 0, len(parts))
	for _, part := range parts {
		one := cit
		one.ID.Series = false
		one.ID.Parts = []string{part}
		back, err := designation.Parse(one.ID.String())
		if err != nil || back.Key() != one.ID.Key() {
			return
		}
		list = append(list, one)
	}
	s.found = slices.Replace(s.found, i, i+1, list...)
	s.phrases = 0
}

// leadingParts reads the parts that t ends in with "of", and gives where they
// begin in it.
func leadingParts(t string) (int, []string) {
	rest := trimWord(strings.TrimRight(t, " \n"), "the")
	if len(rest) == len(t) {
		return 0, nil // no blank stands behind
	}
	with := len(rest)
	if rest = trimWord(rest, "of"); len(rest) == with {
		return 0, nil
	}
	for k := len(rest); ; {
		k = strings.LastIndexAny(rest[:k], "pP")
		if k < 0 {
			return 0, nil
		}
		if k > 0 && (isAlnum(rest[k-1]) || rest[k-1] >= 0x80) || !hasFold(rest[k:], "part") {
			continue
		}
		return k, partList(plainLinks.Replace(rest[k+len("part"):]))
	}
}

// plainLinks makes what joins parts read as the links of lists expect.
var plainLinks = strings.NewReplacer("\n", " ", "–", "-", "\u00a0", " ")

// partList reads "s 3, 4 and 5", "s 1 to 3", " 2", and gives nothing where it
// does not read the whole.
func partList(t string) []string {
	t, plural := strings.CutPrefix(t, "s")
	k := skipBlank(t, 0)
	if k == 0 {
		return nil
	}
	var parts []string
	for l := comma; ; {
		run := digitRun(t, k)
		if run == 0 || run > 3 || t[k] == '0' || len(parts) > 0 && !plural {
			return nil
		}
		part := t[k : k+run]
		if l == to {
			for n := number(parts[len(parts)-1]) + 1; n < number(part) && len(parts) < maxLeading; n++ {
				parts = append(parts, strconv.Itoa(n))
			}
		}
		if parts = append(parts, part); len(parts) > maxLeading {
			return nil
		}
		if k += run; k == len(t) {
			return parts
		}
		n, next := linkAt(t[k:])
		if next == noLink || next == slash || next == to && number(part) >= number(t[k+n:]) {
			return nil
		}
		k, l = k+n, next
	}
}
