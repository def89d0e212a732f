package designation

import (
	"cmp"
	"slices"
	"strings"
)

// Equal says whether a and b designate the same thing.
func Equal(a, b ID) bool { return a.Key() == b.Key() }

// Compare orders designations as a list for people does: by publishers, type,
// number and parts (digits by their value), the undated before the dated, then
// by date, edition and version. It is 0 exactly for Equal ones.
func Compare(a, b ID) int {
	a, b = a.keyed(), b.keyed()
	return cmp.Or(
		natural(strings.Join(a.Publishers, " "), strings.Join(b.Publishers, " ")),
		natural(a.Type, b.Type),
		natural(a.Number, b.Number),
		slices.CompareFunc(a.Parts, b.Parts, natural),
		natural(a.Date, b.Date),
		natural(a.Edition, b.Edition),
		natural(a.Version, b.Version),
		natural(a.Key(), b.Key()),
		strings.Compare(a.Key(), b.Key()),
	)
}

// natural compares without regard to case, runs of digits by their value.
func natural(a, b string) int {
	for a != "" && b != "" {
		if isDigit(a[0]) && isDigit(b[0]) {
			da, db := digitRun(a), digitRun(b)
			va, vb := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if c := cmp.Or(cmp.Compare(len(va), len(vb)), strings.Compare(va, vb)); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if c := cmp.Compare(toLower(a[0]), toLower(b[0])); c != 0 {
			return c
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
