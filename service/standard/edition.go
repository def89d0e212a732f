package standard

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// mark is one amendment or corrigendum in an edition's id.
type mark struct {
	date       Day
	number     uint16
	letters    string // upper case
	standalone bool   // written with "-": a version of its own
}

// parseEdition reads
//
//	edition = date *( ("+" / "-") mark "-" date )
//	date    = year [ "-" month ]
//	mark    = 1*4LETTER 0*3DIGIT
//
// "+A1-2020" is consolidated into the text; "-Amd1-2023" is a document of its
// own. Editions order by date, then by how far they are consolidated: the
// latest mark first, so 2012+A13-2017 follows 2012+A11-2014+A12-2015.
func parseEdition(id string) (Order, error) {
	base, rest, ok := cutEditionDate(id)
	if !ok {
		return Order{}, editionError(id)
	}
	o := Order{scheme: Edition, n: [3]uint64{base.number()}}
	if rest == "" {
		return o, nil
	}
	var marks []mark
	for rest != "" {
		var m mark
		if m, rest, ok = cutMark(rest); !ok {
			return Order{}, editionError(id)
		}
		marks = append(marks, m)
	}
	slices.SortFunc(marks, func(a, b mark) int { return compareMarks(b, a) })
	for i := 1; i < len(marks); i++ {
		if marks[i] == marks[i-1] {
			return Order{}, fmt.Errorf("%w: version %q names an amendment twice", ErrMalformed, clip(id))
		}
	}
	o.rest = marksKey(marks)
	return o, nil
}

func editionError(id string) error {
	return fmt.Errorf("%w: version %q: EDITION wants a year or month, then amendments with their dates, such as 2018, 2018-11 or 2018+A1-2020", ErrMalformed, clip(id))
}

// cutEditionDate cuts a year or a year and month off the front.
func cutEditionDate(s string) (Day, string, bool) {
	for _, n := range []int{7, 4} {
		if len(s) < n || len(s) > n && isAlnum(s[n]) {
			continue
		}
		if d, ok := scanDay(s[:n]); ok {
			return d, s[n:], true
		}
	}
	return Day{}, "", false
}

func cutMark(s string) (mark, string, bool) {
	m := mark{standalone: s[0] == '-'}
	if s[0] != '+' && s[0] != '-' {
		return m, "", false
	}
	head, tail, ok := strings.Cut(s[1:], "-")
	if !ok {
		return m, "", false
	}
	letters := strings.TrimRight(head, "0123456789")
	digits := head[len(letters):]
	if letters == "" || len(letters) > 4 || len(digits) > 3 {
		return m, "", false
	}
	for i := range len(letters) {
		if !isAlnum(letters[i]) || letters[i] <= '9' {
			return m, "", false
		}
	}
	m.letters = strings.ToUpper(letters)
	n, _ := smallNumber(digits)
	m.number = uint16(n)
	m.date, tail, ok = cutEditionDate(tail)
	return m, tail, ok
}

func compareMarks(a, b mark) int {
	return cmp.Or(
		a.date.Compare(b.date),
		cmp.Compare(a.number, b.number),
		strings.Compare(a.letters, b.letters),
		cmp.Compare(boolRank(a.standalone), boolRank(b.standalone)),
	)
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// marksKey orders bytewise as the list of marks does; a longer list that
// starts alike is higher.
func marksKey(marks []mark) string {
	var b []byte
	for _, m := range marks {
		b = binary.BigEndian.AppendUint32(b, uint32(m.date.number()))
		b = binary.BigEndian.AppendUint16(b, m.number)
		b = append(b, m.letters...)
		b = append(b, 0, byte(boolRank(m.standalone)))
	}
	return string(b)
}
