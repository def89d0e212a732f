package standard

import "fmt"

// Parse reads id under the scheme. seq is the sequence number that the
// publisher gave; only DECLARED looks at it. Errors wrap ErrMalformed and say
// which form is wanted.
//
//	SEMVER    MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD] of Semantic Versioning
//	          2.0.0, whole; build metadata does not order
//	NUMERIC   digits separated by ".", "_" or "__"; a missing number is 0 and
//	          leading zeros say nothing: 1.1, 1.1.0 and 1__1 are one version
//	DATE      2018, 2018-01 or 2018-01-31; the coarser first
//	EDITION   2018 or 2018-11, then amendments: 2018+A1-2020+A2-2022
//	DECLARED  any id, ordered by seq, which is at least 1
func (s Scheme) Parse(id VersionID, seq uint64) (Order, error) {
	if len(id) > MaxVersionIDLen {
		_, err := ParseVersionID(string(id))
		return Order{}, err
	}
	switch s {
	case Semver:
		return parseSemver(string(id))
	case Numeric:
		return parseNumeric(string(id))
	case Date:
		return parseDate(string(id))
	case Edition:
		return parseEdition(string(id))
	case Declared:
		return parseDeclared(id, seq)
	}
	return Order{}, fmt.Errorf("%w: version scheme %v has no versions", ErrMalformed, s)
}

// Check says whether id fits the grammar of version ids and the scheme.
// Errors wrap ErrMalformed.
func (s Scheme) Check(id VersionID, seq uint64) error {
	if _, err := ParseVersionID(string(id)); err != nil {
		return err
	}
	_, err := s.Parse(id, seq)
	return err
}

func parseDate(id string) (Order, error) {
	d, ok := scanDay(id)
	if !ok {
		return Order{}, fmt.Errorf("%w: version %q is no date; DATE wants 2018, 2018-01 or 2018-01-31", ErrMalformed, clip(id))
	}
	return dateOrder(d), nil
}

func dateOrder(d Day) Order { return Order{scheme: Date, n: [3]uint64{d.number()}} }

func parseDeclared(id VersionID, seq uint64) (Order, error) {
	if seq == 0 {
		return Order{}, fmt.Errorf("%w: version %q has no sequence number; DECLARED wants one from 1 up", ErrMalformed, clip(string(id)))
	}
	return Order{scheme: Declared, n: [3]uint64{seq}}, nil
}
