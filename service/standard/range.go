package standard

import (
	"fmt"
	"strings"
)

// Range is a compiled range of versions: an interval in the order of one
// scheme. Contains is two compares and allocates nothing. Whether
// pre-releases, withdrawn versions and the like are eligible is for the
// resolver to say. The zero value contains every version.
type Range struct {
	lo, hi bound
}

// bound is one end of an interval. Empty text: there is no such end.
type bound struct {
	order Order
	open  bool   // the order itself is outside
	text  string // the comparator in its normal form
}

// Limits of a range's text; part of the grammar, not settings.
const (
	MaxRangeLen         = 400 // bytes
	maxRangeComparators = 8
)

// ParseRange compiles a range under SEMVER, NUMERIC or DATE; the other schemes
// give ErrNoRange, bad text ErrMalformed. Comparators are joined by commas and
// all of them must hold:
//
//	>=1.1 >1.1 <=1.1 <2 =1.1.5   by order
//	^1.1   >=1.1 up to the next change of the first number that is not 0
//	~1.1.2 >=1.1.2 and below 1.2; ~1 is below 2
//	1.x 1.1.x                    every version that starts so
//	*                            every version
//
// Under SEMVER a shorter version stands for its whole line, pre-releases too:
// >1.1 starts at 1.2, <=1.1 ends before 1.2, =1.1 is 1.1.x. An upper bound
// leaves out its own pre-releases unless it is one: <2 and <2.0.0 exclude
// 2.0.0-rc.1. Build metadata is refused, since it does not order.
//
// Under NUMERIC 1.1 is a version and stands for itself; *, 1.x, ^ and ~ work as
// above.
//
// Under DATE a year or month stands for all its days and for itself: <=2018
// ends with the last day of 2018, >2018 starts in 2019, =2018 is the year. A
// caret stays within the year, ^2018-03 being >=2018-03,<=2018; a tilde within
// the month, or within the year where only that is given. There is no 2018.x.
func (s Scheme) ParseRange(text string) (Range, error) {
	g, err := s.rangeGrammar()
	if err != nil {
		return Range{}, err
	}
	if text == "" || len(text) > MaxRangeLen {
		return Range{}, fmt.Errorf("%w: range %q has %d bytes, 1 to %d are allowed", ErrMalformed, clip(text), len(text), MaxRangeLen)
	}
	if strings.Count(text, ",") >= maxRangeComparators {
		return Range{}, fmt.Errorf("%w: range %q has more than %d comparators", ErrMalformed, clip(text), maxRangeComparators)
	}
	var r Range
	for part := range strings.SplitSeq(text, ",") {
		one, err := parseComparator(g, part)
		if err != nil {
			return Range{}, fmt.Errorf("%w: range %q under %v: %s", ErrMalformed, clip(text), s, err)
		}
		r.narrow(one)
	}
	if r.empty() {
		return Range{}, fmt.Errorf("%w: range %q: no version can be in it", ErrMalformed, clip(text))
	}
	return r, nil
}

// Contains says whether o, an order of the same scheme, lies in the range.
func (r *Range) Contains(o Order) bool { return r.Position(o) == 0 }

// Position is 0 where o, an order of the same scheme, lies in the range,
// negative where it lies below and positive where it lies above. It never
// falls as o grows, so sorted versions can be searched by it.
func (r *Range) Position(o Order) int {
	if r.lo.text != "" {
		if c := compareOrders(&o, &r.lo.order); c < 0 || c == 0 && r.lo.open {
			return -1
		}
	}
	if r.hi.text != "" {
		if c := compareOrders(&o, &r.hi.order); c > 0 || c == 0 && r.hi.open {
			return 1
		}
	}
	return 0
}

// String is the normal form: at most two comparators, such as ">=1.1,<2" for
// "^1.1". ParseRange of it gives the same range.
func (r Range) String() string {
	lo, hi := r.lo.text, r.hi.text
	switch {
	case lo == "" && hi == "":
		return "*"
	case lo == "":
		return hi
	case hi == "":
		return lo
	}
	if a, ok := strings.CutPrefix(lo, ">="); ok {
		if b, ok := strings.CutPrefix(hi, "<="); ok && a == b {
			return "=" + a
		}
	}
	return lo + "," + hi
}

// LooksLikeRange says whether text reads as a range: it holds one of
// < > = ^ ~ * , or is numbers followed by x, as in 1.x. No version id may.
func LooksLikeRange(text string) bool {
	wild := false
	for i := range len(text) {
		switch text[i] {
		case '<', '>', '=', '^', '~', '*', ',':
			return true
		case 'x', 'X':
			wild = true
		}
	}
	return wild && isWildcard(text)
}

// isWildcard: digits, dots, then x or X segments; with at least one of each.
func isWildcard(text string) bool {
	numbers, wild := 0, 0
	for part := range strings.SplitSeq(text, ".") {
		switch {
		case part == "x" || part == "X" || part == "*":
			wild++
		case allDigits(part) && wild == 0:
			numbers++
		default:
			return false
		}
	}
	return numbers > 0 && wild > 0
}

// Partial reads text as an incomplete version that stands for a line: under
// SEMVER 1 and 1.1, under DATE a year or a month. It is false for anything
// else. Where text is itself the id of a version, that id goes first, which
// is for the resolver to see to.
func (s Scheme) Partial(text string) (Range, bool) {
	if len(text) > MaxVersionIDLen {
		return Range{}, false
	}
	switch s {
	case Semver:
		numbers, _, _, err := splitSemver(nil, text)
		if err != nil || len(numbers) > 2 {
			return Range{}, false
		}
	case Date:
		if d, ok := scanDay(text); !ok || d.day != 0 {
			return Range{}, false
		}
	default:
		return Range{}, false
	}
	r, err := s.ParseRange("=" + text)
	return r, err == nil
}

// narrow intersects r with one.
func (r *Range) narrow(one Range) {
	if one.lo.text != "" {
		c := compareOrders(&one.lo.order, &r.lo.order)
		if r.lo.text == "" || c > 0 || c == 0 && one.lo.open {
			r.lo = one.lo
		}
	}
	if one.hi.text != "" {
		c := compareOrders(&one.hi.order, &r.hi.order)
		if r.hi.text == "" || c < 0 || c == 0 && one.hi.open {
			r.hi = one.hi
		}
	}
}

func (r *Range) empty() bool {
	if r.lo.text == "" || r.hi.text == "" {
		return false
	}
	c := compareOrders(&r.lo.order, &r.hi.order)
	return c > 0 || c == 0 && (r.lo.open || r.hi.open)
}
