package standard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// operand is what a version in a range stands for: the ends of the comparators
// that can be made of it. An end without text does not exist.
type operand struct {
	from   bound // >=
	after  bound // >
	before bound // <
	upTo   bound // <=
	caret  bound // upper end of ^
	tilde  bound // upper end of ~
}

// rangeGrammar is what a scheme brings to the grammar of ranges.
type rangeGrammar interface {
	operand(text string) (operand, error)
	// wildcard gives the lower and upper end of what starts with numbers.
	wildcard(numbers []string) (lo, hi bound, err error)
}

func (s Scheme) rangeGrammar() (rangeGrammar, error) {
	switch s {
	case Semver:
		return semverRanges{}, nil
	case Numeric:
		return numericRanges{}, nil
	case Date:
		return dateRanges{}, nil
	}
	return nil, fmt.Errorf("%w: %v; name a version or a tag", ErrNoRange, s)
}

var errNoOperand = errors.New("wants >=, >, <=, <, =, ^ or ~ and a version, or 1.x, or *")

func parseComparator(g rangeGrammar, text string) (Range, error) {
	if text == "*" {
		return Range{}, nil
	}
	if isWildcard(text) {
		return parseWildcard(g, text)
	}
	rest := strings.TrimLeft(text, "<>=^~")
	op := text[:len(text)-len(rest)]
	if op == "" || rest == "" {
		return Range{}, fmt.Errorf("%q %w", clip(text), errNoOperand)
	}
	if len(rest) > MaxVersionIDLen {
		return Range{}, fmt.Errorf("version %q is longer than %d bytes", clip(rest), MaxVersionIDLen)
	}
	if isWildcard(rest) {
		return Range{}, fmt.Errorf("%q: a wildcard stands alone, write %q", clip(text), clip(rest))
	}
	v, err := g.operand(rest)
	if err != nil {
		return Range{}, err
	}
	var r Range
	switch op {
	case ">=":
		r.lo = v.from
	case ">":
		r.lo = v.after
	case "<":
		r.hi = v.before
	case "<=":
		r.hi = v.upTo
	case "=":
		r = Range{v.from, v.upTo}
	case "^":
		r = Range{v.from, v.caret}
	case "~":
		r = Range{v.from, v.tilde}
	default:
		return Range{}, fmt.Errorf("operator %q is unknown; it %w", clip(op), errNoOperand)
	}
	return r, nil
}

func parseWildcard(g rangeGrammar, text string) (Range, error) {
	if len(text) > MaxVersionIDLen {
		return Range{}, fmt.Errorf("wildcard %q is longer than %d bytes", clip(text), MaxVersionIDLen)
	}
	var numbers []string
	for part := range strings.SplitSeq(text, ".") {
		if !allDigits(part) {
			break
		}
		numbers = append(numbers, trimZeros(part))
	}
	lo, hi, err := g.wildcard(numbers)
	return Range{lo, hi}, err
}

// semverRanges has ranges over MAJOR[.MINOR[.PATCH[-PRERELEASE]]].
type semverRanges struct{}

func (semverRanges) operand(text string) (operand, error) {
	numbers, pre, build, err := splitSemver(nil, text)
	if err != nil {
		return operand{}, withoutSentinel(err)
	}
	if build != "" {
		return operand{}, fmt.Errorf("version %q: build metadata does not order, leave out %q", clip(text), "+"+clip(build))
	}
	v := operand{
		caret: semverBelow(next(numbers, caretPlace(numbers))),
		tilde: semverBelow(next(numbers, min(1, len(numbers)-1))),
	}
	name := joinNumbers(numbers)
	if len(numbers) < 3 {
		low, high := semverAt(numbers, semverLowest), semverBelow(next(numbers, len(numbers)-1))
		v.from = bound{order: low, text: ">=" + name}
		v.after = bound{order: high.order, text: ">" + name}
		v.before = bound{order: low, open: true, text: "<" + name}
		v.upTo = high
		return v, nil
	}
	o := semverOrder(numbers, pre)
	below := o
	if pre == "" {
		below = semverAt(numbers, semverLowest)
	} else {
		name += "-" + pre
	}
	v.from = bound{order: o, text: ">=" + name}
	v.after = bound{order: o, open: true, text: ">" + name}
	v.before = bound{order: below, open: true, text: "<" + name}
	v.upTo = bound{order: o, text: "<=" + name}
	return v, nil
}

func (semverRanges) wildcard(numbers []string) (lo, hi bound, err error) {
	if len(numbers) > 2 {
		return lo, hi, fmt.Errorf("%s.x has too many numbers", joinNumbers(numbers))
	}
	lo = bound{order: semverAt(numbers, semverLowest), text: ">=" + joinNumbers(numbers)}
	return lo, semverBelow(next(numbers, len(numbers)-1)), nil
}

func semverBelow(numbers []string) bound {
	return bound{order: semverAt(numbers, semverLowest), open: true, text: "<" + joinNumbers(numbers)}
}

// numericRanges has ranges over numbers; each names one version.
type numericRanges struct{}

func (numericRanges) operand(text string) (operand, error) {
	numbers, ok := splitNumeric(nil, text)
	if !ok {
		return operand{}, fmt.Errorf("version %q wants digits separated by \".\", \"_\" or \"__\"", clip(text))
	}
	o, name := numericOrder(numbers), numericText(numbers)
	return operand{
		from:   bound{order: o, text: ">=" + name},
		after:  bound{order: o, open: true, text: ">" + name},
		before: bound{order: o, open: true, text: "<" + name},
		upTo:   bound{order: o, text: "<=" + name},
		caret:  numericBelow(next(numbers, caretPlace(numbers))),
		tilde:  numericBelow(next(numbers, min(1, len(numbers)-1))),
	}, nil
}

func (numericRanges) wildcard(numbers []string) (lo, hi bound, err error) {
	lo = bound{order: numericOrder(numbers), text: ">=" + numericText(numbers)}
	return lo, numericBelow(next(numbers, len(numbers)-1)), nil
}

func numericBelow(numbers []string) bound {
	return bound{order: numericOrder(numbers), open: true, text: "<" + numericText(numbers)}
}

func numericText(numbers []string) string {
	if numbers = dropZeros(numbers); len(numbers) == 0 {
		return "0"
	}
	return joinNumbers(numbers)
}

// caretPlace is the index of the first number that is not 0, or of the last.
func caretPlace(numbers []string) int {
	for i, n := range numbers {
		if n != "" {
			return i
		}
	}
	return len(numbers) - 1
}

// next is the numbers up to i, with one added to the last of them.
func next(numbers []string, i int) []string {
	out := slices.Clone(numbers[:i+1])
	digits := []byte("0" + out[i])
	for j := len(digits) - 1; ; j-- {
		if digits[j] < '9' {
			digits[j]++
			break
		}
		digits[j] = '0'
	}
	out[i] = trimZeros(string(digits))
	return out
}

func joinNumbers(numbers []string) string {
	shown := slices.Clone(numbers)
	for i, n := range shown {
		if n == "" {
			shown[i] = "0"
		}
	}
	return strings.Join(shown, ".")
}

// dateRanges has ranges over days, and over years and months as all of theirs.
type dateRanges struct{}

func (dateRanges) operand(text string) (operand, error) {
	d, ok := scanDay(text)
	if !ok {
		return operand{}, fmt.Errorf("date %q wants the form 2018, 2018-01 or 2018-01-31 and must exist", clip(text))
	}
	o := dateOrder(d)
	last := dateOrder(lastOf(d))
	month := Day{year: d.year, month: d.month}
	return operand{
		from:   bound{order: o, text: ">=" + text},
		after:  bound{order: last, open: true, text: ">" + text},
		before: bound{order: o, open: true, text: "<" + text},
		upTo:   bound{order: last, text: "<=" + text},
		caret:  dateUpTo(Day{year: d.year}),
		tilde:  dateUpTo(month),
	}, nil
}

func (dateRanges) wildcard(numbers []string) (lo, hi bound, err error) {
	n := joinNumbers(numbers)
	return lo, hi, fmt.Errorf("%s.x: dates have no wildcard, write =2018 for the year or =2018-03 for the month", n)
}

func dateUpTo(d Day) bound { return bound{order: dateOrder(lastOf(d)), text: "<=" + d.String()} }

// lastOf is the last day of d.
func lastOf(d Day) Day {
	if d.month == 0 {
		d.month = 12
	}
	if d.day == 0 {
		d.day = uint8(daysIn(int(d.year), d.month))
	}
	return d
}

// withoutSentinel drops the sentinel's own words, which the range's error
// brings itself.
func withoutSentinel(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), ErrMalformed.Error()+": "))
}
