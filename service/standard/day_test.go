package standard

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestDay(t *testing.T) {
	for _, c := range []struct{ text, start, end string }{
		{"2019", "2019-01-01", "2020-01-01"},
		{"2019-02", "2019-02-01", "2019-03-01"},
		{"2019-12", "2019-12-01", "2020-01-01"},
		{"2019-02-25", "2019-02-25", "2019-02-26"},
		{"2020-02-29", "2020-02-29", "2020-03-01"},
		{"2000-02-29", "2000-02-29", "2000-03-01"},
		{"0001", "0001-01-01", "0002-01-01"},
	} {
		d, err := ParseDay(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if d.String() != c.text {
			t.Errorf("%s prints as %s", c.text, d)
		}
		if got := d.Start().Format(time.DateOnly); got != c.start {
			t.Errorf("%s starts %s, want %s", c.text, got, c.start)
		}
		if got := d.End().Format(time.DateOnly); got != c.end {
			t.Errorf("%s ends before %s, want %s", c.text, got, c.end)
		}
		if eod := EndOfDay(d); !eod.Before(d.End()) || eod.Before(d.Start()) || DayOf(eod) == DayOf(d.End()) {
			t.Errorf("end of day of %s is %v", c.text, eod)
		}
	}
}

func TestDayRefused(t *testing.T) {
	for _, s := range []string{"", "19", "2019-", "2019-13", "2019-00", "2019-02-30", "2019-02-29", "1900-02-29",
		"2019-2-5", "2019/02/05", "0000", "+2019", "2019-02-25T00:00:00Z", "２０１９", "2019-04-31", "2019-01-00"} {
		if d, err := ParseDay(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("ParseDay(%q) = %v, %v; want ErrMalformed", s, d, err)
		}
	}
}

func TestDayOrder(t *testing.T) {
	want := []string{"", "2017-12-31", "2018", "2018-01", "2018-01-01", "2018-01-02", "2018-02", "2019"}
	days := make([]Day, len(want))
	for i, s := range want {
		if err := days[i].UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	for i, a := range days {
		for j, b := range days {
			if got := a.Compare(b); sign(got) != sign(i-j) {
				t.Errorf("compare %s, %s = %d", a, b, got)
			}
		}
	}
	if !slices.IsSortedFunc(days, Day.Compare) {
		t.Error("not sorted")
	}
}

func TestDayZero(t *testing.T) {
	var d Day
	if !d.IsZero() || d.String() != "" || !d.Start().IsZero() || !d.End().IsZero() || !EndOfDay(d).IsZero() {
		t.Errorf("the unknown day is %v, %v to %v", d, d.Start(), d.End())
	}
	if got := DayOf(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)); !got.IsZero() {
		t.Errorf("the year 12000 is %v", got)
	}
	d = DayOf(time.Date(2024, 2, 29, 23, 30, 0, 0, time.FixedZone("", -3600)))
	if y, m, n := d.Date(); y != 2024 || m != 3 || n != 1 {
		t.Errorf("%v: %d, %d, %d; want the day in UTC", d, y, m, n)
	}
	if err := d.UnmarshalText([]byte("x")); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

// Every day that the calendar has is a day here, and no other.
func TestDayAgreesWithTime(t *testing.T) {
	for at := time.Date(1896, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2105; at = at.AddDate(0, 0, 1) {
		d, err := ParseDay(at.Format(time.DateOnly))
		if err != nil || !d.Start().Equal(at) || DayOf(at) != d {
			t.Fatalf("%v: %v, %v", at, d, err)
		}
		y, m, n := at.Date()
		if n == 28 {
			past := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() + 1
			if past <= 31 {
				s := at.Format("2006-01-") + string([]byte{byte('0' + past/10), byte('0' + past%10)})
				if _, err := ParseDay(s); err == nil {
					t.Fatalf("%s was taken", s)
				}
			}
		}
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2019", "2019-02", "2019-02-25", "2019-02-30", "0000", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if d.String() != s || d.IsZero() || !d.Start().Before(d.End()) {
			t.Fatalf("%q gives %v, %v to %v", s, d, d.Start(), d.End())
		}
		var back Day
		text, _ := d.MarshalText()
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Fatalf("%v comes back as %v, %v", d, back, err)
		}
	})
}

func sign(n int) int { return max(-1, min(1, n)) }
