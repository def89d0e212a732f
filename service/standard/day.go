package standard

import (
	"cmp"
	"fmt"
	"time"
)

// Day is a calendar date of the precision of a year, a month or a day, in the
// proleptic Gregorian calendar, years 1 to 9999. Its text forms are those of
// ISO 8601: "2019", "2019-02" and "2019-02-25". Days are comparable with ==;
// the zero value is "unknown".
type Day struct {
	year       uint16
	month, day uint8 // 0: coarser
}

// ParseDay parses a text form. Errors wrap ErrMalformed.
func ParseDay(s string) (Day, error) {
	d, ok := scanDay(s)
	if !ok {
		return Day{}, fmt.Errorf("%w: date %q wants the form 2019, 2019-02 or 2019-02-25 and must exist", ErrMalformed, clip(s))
	}
	return d, nil
}

// DayOf is the day in UTC on which t lies.
func DayOf(t time.Time) Day {
	y, m, d := t.UTC().Date()
	if y < 1 || y > 9999 {
		return Day{}
	}
	return Day{uint16(y), uint8(m), uint8(d)}
}

// IsZero says whether d is unknown.
func (d Day) IsZero() bool { return d == Day{} }

// Date is the year, month (0: only a year is known) and day of the month
// (0: coarser).
func (d Day) Date() (year, month, day int) { return int(d.year), int(d.month), int(d.day) }

// String is the text form; of the zero value it is empty.
func (d Day) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.month == 0:
		return fmt.Sprintf("%04d", d.year)
	case d.day == 0:
		return fmt.Sprintf("%04d-%02d", d.year, d.month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Start is the first instant of d in UTC; of the zero value the zero time.
func (d Day) Start() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(int(d.year), time.Month(max(d.month, 1)), int(max(d.day, 1)), 0, 0, 0, 0, time.UTC)
}

// End is the first instant after d in UTC; of the zero value the zero time.
func (d Day) End() time.Time {
	switch {
	case d.IsZero():
		return time.Time{}
	case d.month == 0:
		return d.Start().AddDate(1, 0, 0)
	case d.day == 0:
		return d.Start().AddDate(0, 1, 0)
	}
	return d.Start().AddDate(0, 0, 1)
}

// EndOfDay is the last instant of d: the moment that "as of d" asks about,
// since it sees all that took effect on d and nothing that did so later. Of
// the zero value it is the zero time.
func EndOfDay(d Day) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.End().Add(-time.Nanosecond)
}

// Compare orders days by the calendar. A coarser one sorts as its first day,
// before the finer ones; the zero value sorts first.
func (d Day) Compare(e Day) int { return cmp.Compare(d.number(), e.number()) }

// Equal is ==, for tools that compare by method.
func (d Day) Equal(e Day) bool { return d == e }

// MarshalText gives the text form.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText takes a text form, or nothing for the zero value.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	v, err := ParseDay(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// number is the date as the decimal number yyyymmdd, zeros where it is coarser.
func (d Day) number() uint64 {
	return uint64(d.year)*10000 + uint64(d.month)*100 + uint64(d.day)
}

func scanDay(s string) (Day, bool) {
	switch {
	case len(s) == 4:
	case len(s) == 7 && s[4] == '-':
	case len(s) == 10 && s[4] == '-' && s[7] == '-':
	default:
		return Day{}, false
	}
	var d Day
	y, ok := twoOrFour(s[:4])
	if !ok || y == 0 {
		return Day{}, false
	}
	d.year = uint16(y)
	if len(s) >= 7 {
		m, ok := twoOrFour(s[5:7])
		if !ok || m < 1 || m > 12 {
			return Day{}, false
		}
		d.month = uint8(m)
	}
	if len(s) == 10 {
		n, ok := twoOrFour(s[8:])
		if !ok || n < 1 || n > daysIn(y, d.month) {
			return Day{}, false
		}
		d.day = uint8(n)
	}
	return d, true
}

func twoOrFour(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(year int, month uint8) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
