package standard

import (
	"fmt"
	"strings"
)

// What follows the three numbers in an order's key: a pre-release's
// identifiers lie between the two.
const (
	semverLowest  = ""     // below every pre-release; bounds of ranges only
	semverRelease = "\xff" // above every pre-release
)

func parseSemver(id string) (Order, error) {
	var buf [4]string
	numbers, pre, build, err := splitSemver(buf[:0], id)
	if err != nil {
		return Order{}, err
	}
	if len(numbers) != 3 {
		return Order{}, fmt.Errorf("%w: version %q: SEMVER wants MAJOR.MINOR.PATCH; a standard with shorter versions takes the scheme NUMERIC", ErrMalformed, clip(id))
	}
	if build != "" {
		if err := checkIdentifiers(id, build, false); err != nil {
			return Order{}, err
		}
	}
	return semverOrder(numbers, pre), nil
}

// semverOrder packs checked numbers (at most 3; missing = 0) and a pre-release.
func semverOrder(numbers []string, pre string) Order {
	if pre == "" {
		return semverAt(numbers, semverRelease)
	}
	o := semverAt(numbers, prereleaseKey(pre))
	o.pre = true
	return o
}

func semverAt(numbers []string, suffix string) Order {
	var three [3]string
	copy(three[:], numbers)
	return numberOrder(Semver, three[:], suffix)
}

// splitSemver takes 1 to 3 numbers, which it appends to buf, and after three of
// them a pre-release and build metadata, which are returned without "-" and "+".
func splitSemver(buf []string, id string) (numbers []string, pre, build string, err error) {
	rest, build, hasBuild := strings.Cut(id, "+")
	core, pre, hasPre := strings.Cut(rest, "-")
	numbers = buf
	for part := range strings.SplitSeq(core, ".") {
		if !allDigits(part) || len(part) > 1 && part[0] == '0' {
			return nil, "", "", fmt.Errorf("%w: version %q: %q is no number without leading zeros; SEMVER wants MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]", ErrMalformed, clip(id), clip(part))
		}
		numbers = append(numbers, trimZeros(part))
	}
	if len(numbers) > 3 {
		return nil, "", "", fmt.Errorf("%w: version %q has %d numbers; SEMVER wants three", ErrMalformed, clip(id), len(numbers))
	}
	if len(numbers) < 3 && (hasPre || hasBuild) {
		return nil, "", "", fmt.Errorf("%w: version %q: SEMVER wants all of MAJOR.MINOR.PATCH before %q", ErrMalformed, clip(id), clip(id[len(core):]))
	}
	if hasPre {
		if err := checkIdentifiers(id, pre, true); err != nil {
			return nil, "", "", err
		}
	}
	if hasBuild && build == "" {
		return nil, "", "", fmt.Errorf("%w: version %q: nothing follows \"+\"", ErrMalformed, clip(id))
	}
	return numbers, pre, build, nil
}

func checkIdentifiers(id, list string, numbersStrict bool) error {
	for part := range strings.SplitSeq(list, ".") {
		if part == "" {
			return fmt.Errorf("%w: version %q: an identifier between dots is empty", ErrMalformed, clip(id))
		}
		for i := range len(part) {
			if c := part[i]; !isAlnum(c) && c != '-' {
				return fmt.Errorf("%w: version %q: character %q is not allowed in %q; use letters, digits and -", ErrMalformed, clip(id), rune(c), clip(part))
			}
		}
		if numbersStrict && len(part) > 1 && part[0] == '0' && allDigits(part) {
			return fmt.Errorf("%w: version %q: number %q has leading zeros", ErrMalformed, clip(id), clip(part))
		}
	}
	return nil
}

// prereleaseKey orders bytewise as clause 11.4 of Semantic Versioning 2.0.0
// says: numbers below text, fewer identifiers below more.
func prereleaseKey(pre string) string {
	const number, text, end = 1, 2, 0
	b := make([]byte, 0, len(pre)+8)
	for part := range strings.SplitSeq(pre, ".") {
		if allDigits(part) {
			b = appendNumberKey(append(b, number), trimZeros(part))
			continue
		}
		b = append(append(append(b, text), part...), end)
	}
	return string(b)
}
