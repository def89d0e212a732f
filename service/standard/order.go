package standard

import (
	"cmp"
	"math"
	"strings"
)

// Order is the place of a version among those of its standard: 48 bytes, and
// for pre-releases, amendments and very long versions a short string besides.
// Only orders made by one scheme compare with each other. Two orders are ==
// exactly when Compare is 0, and then their ids name the same version
// (1.1 and 1.1.0 under NUMERIC; build metadata under SEMVER).
type Order struct {
	// n holds the first numbers. A number that does not fit is written as the
	// largest uint64, followed by zeros, and goes whole into rest.
	n [3]uint64
	// rest orders what n leaves equal, compared bytewise.
	rest   string
	scheme Scheme
	pre    bool
}

// Compare is negative where o is lower than p, 0 where they are the same
// version, positive where it is higher.
func (o Order) Compare(p Order) int { return compareOrders(&o, &p) }

// Prerelease says whether a SEMVER id is a pre-release.
func (o Order) Prerelease() bool { return o.pre }

// IsZero says whether o is the zero value, which no id has.
func (o Order) IsZero() bool { return o == Order{} }

// Scheme is the scheme that made o.
func (o Order) Scheme() Scheme { return o.scheme }

func compareOrders(o, p *Order) int {
	for i := range o.n {
		if o.n[i] != p.n[i] {
			return cmp.Compare(o.n[i], p.n[i])
		}
	}
	return strings.Compare(o.rest, p.rest)
}

// numberOrder packs numbers, given as digits without leading zeros ("" is 0),
// and what orders after them.
func numberOrder(s Scheme, numbers []string, suffix string) Order {
	o := Order{scheme: s, rest: suffix}
	for i, digits := range numbers {
		if i == len(o.n) {
			o.rest = numbersKey(numbers[i:], suffix)
			break
		}
		v, ok := smallNumber(digits)
		o.n[i] = v
		if !ok {
			o.rest = numbersKey(numbers[i:], suffix)
			break
		}
	}
	return o
}

// smallNumber is the value of digits; false and the largest uint64 where it
// is not below that.
func smallNumber(digits string) (uint64, bool) {
	if len(digits) > 20 {
		return math.MaxUint64, false
	}
	var v uint64
	for i := range len(digits) {
		d := uint64(digits[i] - '0')
		if v > (math.MaxUint64-1-d)/10 {
			return math.MaxUint64, false
		}
		v = v*10 + d
	}
	return v, true
}

func numbersKey(numbers []string, suffix string) string {
	var b []byte
	for _, digits := range numbers {
		b = appendNumberKey(b, digits)
	}
	return string(append(b, suffix...))
}

// appendNumberKey appends digits so that keys order bytewise as numbers do.
// No id and no operand of a range is longer than 64 bytes.
func appendNumberKey(b []byte, digits string) []byte {
	return append(append(b, byte(len(digits))), digits...)
}

// trimZeros drops leading zeros: "" is the number 0.
func trimZeros(digits string) string { return strings.TrimLeft(digits, "0") }

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
