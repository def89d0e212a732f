package check

import (
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
)

// likely are the candidates for an unknown standard that a careful person
// would take for what was meant. Where a slip makes more than one number of
// what is written, nobody knows which.
func (l *lookup) likely(cs []resolve.Candidate) []resolve.Candidate {
	var sure, slips []resolve.Candidate
	numbers := map[string]bool{}
	for _, c := range cs {
		best, number := notMeant, ""
		for _, d := range l.designations(c) {
			if id := parsed(d); meantFor(l.id, id) > best {
				best, number = meantFor(l.id, id), letters(id.Number)
			}
		}
		switch best {
		case sameMeant:
			sure = append(sure, c)
		case slipMeant:
			slips = append(slips, c)
			numbers[number] = true
		}
	}
	if len(numbers) > 1 {
		return sure
	}
	return append(sure, slips...)
}

// designations are those of a candidate and of its standard.
func (l *lookup) designations(c resolve.Candidate) []string {
	const most = 16 // of the latest versions
	s := l.view.Standard(c.Name)
	if s == nil {
		return nil
	}
	all := slices.Clone(s.Record.Designations)
	for _, v := range s.Versions[max(0, len(s.Versions)-most):] {
		if c.Version == "" || v.Record.ID == c.Version {
			all = append(all, v.Record.Designations...)
		}
	}
	return all
}

// likeness says how likely one designation was written for another.
type likeness uint8

const (
	notMeant  likeness = iota
	slipMeant          // by a slip of the keyboard
	sameMeant          // the same name or number
)

// meantFor says how likely a designation was written for another: it is the
// name in another spelling; or, by publishers of whom one adopts the other, it
// has the same number or one that a slip of the keyboard makes of it. Only
// those who publish for nations and above have numbers so wide apart that a
// slip can be told.
func meantFor(written, meant designation.ID) likeness {
	if written.IsZero() || meant.IsZero() {
		return notMeant
	}
	if strings.EqualFold(letters(written.Undated().String()), letters(meant.Undated().String())) {
		return sameMeant
	}
	if written.Number == "" || !slices.Equal(written.Parts, meant.Parts) || !related(written, meant) {
		return notMeant
	}
	a, b := letters(written.Number), letters(meant.Number)
	switch {
	case strings.EqualFold(a, b):
		return sameMeant
	case level(written.Flavour) != 0 && written.Type == meant.Type && slipped(a, b):
		return slipMeant
	}
	return notMeant
}

// related says whether the outermost publishers have one in common, or are of
// two levels of which one adopts what the other publishes.
func related(a, b designation.ID) bool {
	la, lb := level(a.Flavour), level(b.Flavour)
	switch {
	case la != 0 && lb != 0 && la != lb:
		return true
	case a.Flavour == designation.BSI && b.Flavour == designation.BSI:
		return true // BS, PD and PAS alike
	case len(a.Publishers) == 0 || len(b.Publishers) == 0:
		return a.Flavour == b.Flavour && len(a.Publishers) == len(b.Publishers) && a.Type == b.Type
	}
	joint := strings.Split(b.Publishers[0], "/")
	return slices.ContainsFunc(strings.Split(a.Publishers[0], "/"), func(p string) bool { return slices.Contains(joint, p) })
}

// level is 1 for who publishes for the world, 2 for Europe, 3 for a country; 0:
// there are no adoptions.
func level(f designation.Flavour) int {
	switch f {
	case designation.ISO, designation.IEC, designation.ISOIEC:
		return 1
	case designation.CEN, designation.ETSI:
		return 2
	case designation.BSI, designation.DIN, designation.National:
		return 3
	}
	return 0
}

// slipped says whether two numbers of four digits or more begin alike and
// differ by one digit too many or too few, by two that changed places, or, of
// five or more, by a wrong one.
func slipped(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 || len(b)-len(a) > 1 || a[0] != b[0] || !digitsOnly(a) || !digitsOnly(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case i == len(a):
		return true
	case a[i+1:] == b[i+1:]:
		return len(a) >= 5
	}
	return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func digitsOnly(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
