package standard

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		scheme  Scheme
		text    string
		normal  string
		in, out string // space separated ids
	}{
		{Semver, "*", "*", "0.0.0-a 99.0.0", ""},
		{Semver, "^1.1", ">=1.1,<2", "1.1.0 1.1.0-rc.1 1.9.9 1.99999999999999999999.0", "1.0.9 2.0.0 2.0.0-rc.1"},
		{Semver, "^1.1.2", ">=1.1.2,<2", "1.1.2 1.2.0-a", "1.1.2-rc.1 1.1.1 2.0.0-0"},
		{Semver, "^0.2", ">=0.2,<0.3", "0.2.0 0.2.9", "0.3.0 0.3.0-a 0.1.9"},
		{Semver, "^0.2.3", ">=0.2.3,<0.3", "0.2.3", "0.2.2 0.3.0"},
		{Semver, "^0.0.3", ">=0.0.3,<0.0.4", "0.0.3", "0.0.4 0.0.4-a 0.0.2"},
		{Semver, "^0.0", ">=0.0,<0.1", "0.0.0 0.0.9", "0.1.0"},
		{Semver, "^0", ">=0,<1", "0.9.9", "1.0.0 1.0.0-a"},
		{Semver, "^1.2.3-beta.2", ">=1.2.3-beta.2,<2", "1.2.3-beta.10 1.2.3", "1.2.3-beta.1 2.0.0-a"},
		{Semver, "~1.1.2", ">=1.1.2,<1.2", "1.1.2 1.1.9", "1.2.0 1.2.0-a 1.1.1"},
		{Semver, "~1.1", ">=1.1,<1.2", "1.1.0 1.1.9", "1.2.0"},
		{Semver, "~1", ">=1,<2", "1.0.0 1.9.0", "2.0.0 0.9.0"},
		{Semver, ">=1.1,<2", ">=1.1,<2", "1.1.0 1.9.0", "1.0.0 2.0.0 2.0.0-rc.1"},
		{Semver, "<2.0.0", "<2.0.0", "1.9.9 1.9.9-a", "2.0.0 2.0.0-rc.1"},
		{Semver, "<2.0.0-rc.2", "<2.0.0-rc.2", "2.0.0-rc.1", "2.0.0-rc.2 2.0.0"},
		{Semver, "<=1.1", "<1.2", "1.1.9", "1.2.0 1.2.0-a"},
		{Semver, "<=1.1.5", "<=1.1.5", "1.1.5 1.1.5+b 1.1.5-a", "1.1.6 1.1.6-a"},
		{Semver, ">1.1", ">1.1", "1.2.0 1.2.0-a 2.0.0", "1.1.9"},
		{Semver, ">1.1.5", ">1.1.5", "1.1.6 1.1.6-a", "1.1.5 1.1.5+b"},
		{Semver, "=1.1.5", "=1.1.5", "1.1.5 1.1.5+b", "1.1.5-a 1.1.6"},
		{Semver, "=1.1", ">=1.1,<1.2", "1.1.0 1.1.0-a 1.1.7", "1.2.0-a 1.0.0"},
		{Semver, "1.x", ">=1,<2", "1.0.0-alpha 1.5.0", "0.9.0 2.0.0-a"},
		{Semver, "1.x.x", ">=1,<2", "1.5.0", "2.0.0"},
		{Semver, "1.1.X", ">=1.1,<1.2", "1.1.5", "1.2.0"},
		{Semver, "1.*", ">=1,<2", "1.1.5", "2.2.0"},
		{Semver, "1.x,>=1.2", ">=1.2,<2", "1.2.0", "1.1.9 2.0.0"},
		{Semver, "^9999", ">=9999,<10000", "9999.1.0", "10000.0.0-a"},
		{Numeric, "^1.1", ">=1.1,<2", "1.1 1__1 1.99", "1.0.9 2 2.0.0"},
		{Numeric, "^1__1__0", ">=1.1,<2", "1.1 1.2", "1.0"},
		{Numeric, ">1.1", ">1.1", "1.1.1 1.2", "1.1 1.1.0"},
		{Numeric, "<=1.1", "<=1.1", "1.1 1.1.0 0.9", "1.1.1"},
		{Numeric, "=1.1", "=1.1", "1.1 1.1.0 1__1", "1.1.1"},
		{Numeric, "~27.02", ">=27.2,<27.3", "27.02 27.2.9", "27.03"},
		{Numeric, "~1.1.2.3", ">=1.1.2.3,<1.2", "1.1.9", "1.1.2.2 1.2"},
		{Numeric, "1.1.2.x", ">=1.1.2,<1.1.3", "1.1.2 1.1.2.9", "1.1.3"},
		{Numeric, "^0.0.0", ">=0,<0.0.1", "0 0.0.0.9", "0.0.1"},
		{Numeric, "0.x", ">=0,<1", "0 0.3", "1"},
		{Date, ">=2018", ">=2018", "2018 2018-01-01 2019", "2017-12-31"},
		{Date, ">2018", ">2018", "2019 2019-01-01", "2018 2018-12-31"},
		{Date, "<2018-03", "<2018-03", "2018 2018-02-28", "2018-03 2018-03-01"},
		{Date, "<=2018-03", "<=2018-03", "2018-03 2018-03-31", "2018-04"},
		{Date, "=2018", "=2018", "2018 2018-01 2018-12-31", "2019 2017-12-31"},
		{Date, "^2018", "=2018", "2018-05-05", "2019"},
		{Date, "^2018-03", ">=2018-03,<=2018", "2018-03 2018-12-31", "2018-02-28 2019"},
		{Date, "~2018-03-05", ">=2018-03-05,<=2018-03", "2018-03-05 2018-03-31", "2018-03-04 2018-04"},
		{Date, "~2018-03", "=2018-03", "2018-03-31", "2018-04"},
		{Date, "^9999", "=9999", "9999-12-31", "9998"},
		{Date, ">=2018-01-01,<2020", ">=2018-01-01,<2020", "2019", "2018 2020"},
	} {
		t.Run(c.scheme.String()+c.text, func(t *testing.T) {
			r, err := c.scheme.ParseRange(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if r.String() != c.normal {
				t.Errorf("normal form %s, want %s", r, c.normal)
			}
			back, err := c.scheme.ParseRange(r.String())
			if err != nil || back != r {
				t.Errorf("%s comes back as %s, %v", r, back, err)
			}
			if !LooksLikeRange(c.text) || !LooksLikeRange(r.String()) {
				t.Error("does not look like a range")
			}
			for _, id := range strings.Fields(c.in) {
				if !r.Contains(mustOrder(t, c.scheme, id, 0)) {
					t.Errorf("%s is not in %s", id, c.text)
				}
			}
			for _, id := range strings.Fields(c.out) {
				if r.Contains(mustOrder(t, c.scheme, id, 0)) {
					t.Errorf("%s is in %s", id, c.text)
				}
			}
		})
	}
}

func TestRangesRefused(t *testing.T) {
	for scheme, texts := range map[Scheme][]string{
		Semver: {"", ",", ">=1,", ",>=1", "1.1", "1.1.5", ">=", "=>1", "==1", "> 1", ">=1 <2", "1.x.2", "x", ">=1.x", "1.1.2.x", ">=v1", "^1.1-rc", ">=1.1.5+b",
			">2,<1", ">=2,<2", ">1.1,<1.2", "**", "^", ">=1.2.3.4", strings.Repeat(">", 401), ">=" + strings.Repeat("9", 65), strings.Repeat(">=1,", 8) + ">=1", "<>1", "1.x*"},
		Numeric: {">=1.", ">=a", "1.1", ">=1.0-rc1", ">2,<2", "1__1.x.3"},
		Date:    {">=2018-13", "2018.x", ">=18", "^2018-02-30", "2018", ">2018-02,<=2018-02"},
	} {
		for _, text := range texts {
			if r, err := scheme.ParseRange(text); !errors.Is(err, ErrMalformed) {
				t.Errorf("%v.ParseRange(%q) = %v, %v; want ErrMalformed", scheme, text, r, err)
			}
		}
	}
	for _, s := range []Scheme{Edition, Declared} {
		if _, err := s.ParseRange(">=1"); !errors.Is(err, ErrNoRange) {
			t.Errorf("%v: %v; want ErrNoRange", s, err)
		}
	}
}

func TestPartial(t *testing.T) {
	for _, c := range []struct {
		scheme Scheme
		text   string
		want   string // empty: none
	}{
		{Semver, "1", ">=1,<2"}, {Semver, "1.1", ">=1.1,<1.2"}, {Semver, "0", ">=0,<1"},
		{Semver, "1.1.5", ""}, {Semver, "1.1-rc", ""}, {Semver, "01", ""}, {Semver, "latest", ""}, {Semver, "", ""}, {Semver, "1.x", ""},
		{Date, "2018", "=2018"}, {Date, "2018-01", "=2018-01"}, {Date, "2018-01-01", ""}, {Date, "18", ""},
		{Numeric, "1.1", ""}, {Edition, "2018", ""}, {Declared, "1", ""}, {SchemeUnspecified, "1", ""},
	} {
		r, ok := c.scheme.Partial(c.text)
		if ok != (c.want != "") || ok && r.String() != c.want {
			t.Errorf("%v.Partial(%q) = %s, %v; want %q", c.scheme, c.text, r, ok, c.want)
		}
	}
}

func TestLooksLikeRange(t *testing.T) {
	for text, want := range map[string]bool{
		"*": true, "1.x": true, "1.1.X": true, "1.x.x": true, "^1": true, "~1": true, "<2": true, "a,b": true, "=1": true, "1.*": true,
		"": false, "x": false, "1x": false, "x.1": false, "1.x-beta": false, "1.1": false, "linux": false, "R4.x": false, "1_x": false, "1.x.1": false,
	} {
		if got := LooksLikeRange(text); got != want {
			t.Errorf("LooksLikeRange(%q) = %v", text, got)
		}
		if _, err := ParseVersionID(text); want && err == nil {
			t.Errorf("%q is a version id", text)
		}
	}
}

// operands are versions that are close to what ids draws.
func operands(s Scheme) *rapid.Generator[string] {
	if s != Semver {
		return ids(s)
	}
	return rapid.OneOf(ids(s), rapid.SampledFrom([]string{"0", "1", "2", "0.0", "0.1", "1.0", "1.9", "9.9", "10.0"}))
}

// A range is the intersection of its comparators; the comparators are opposite
// to each other; the normal form is the same range; a caret holds the tilde.
func TestRangeLaws(t *testing.T) {
	for _, s := range []Scheme{Semver, Numeric, Date} {
		t.Run(s.String(), rapid.MakeCheck(func(t *rapid.T) {
			id := ids(s).Draw(t, "id")
			o, err := s.Parse(VersionID(id), 0)
			if err != nil {
				t.Skip("cut short")
			}
			contains := func(text string) bool {
				r, err := s.ParseRange(text)
				if err != nil {
					t.Skip(err)
				}
				back, err := s.ParseRange(r.String())
				if err != nil || back != r {
					t.Fatalf("%q has the normal form %q, which gives %v, %v", text, r, back, err)
				}
				return r.Contains(o)
			}
			v, w := operands(s).Draw(t, "v"), operands(s).Draw(t, "w")
			if contains(">"+v) == contains("<="+v) {
				t.Fatalf("%s: > and <= of %s are not opposites", id, v)
			}
			if contains("="+v) != (contains(">="+v) && contains("<="+v)) {
				t.Fatalf("%s: =%s is not >= and <=", id, v)
			}
			if contains("<"+v) && contains(">="+v) {
				t.Fatalf("%s: < and >= of %s overlap", id, v)
			}
			if contains("^"+v) && !contains(">="+v) || contains("~"+v) && !contains(">="+v) {
				t.Fatalf("%s: ^ or ~ of %s reaches below it", id, v)
			}
			if s == Date && contains("~"+v) && !contains("^"+v) {
				t.Fatalf("%s: ~%s is not in ^%s", id, v, v)
			}
			for _, a := range []string{">=", ">", "^", "~"} {
				for _, b := range []string{"<", "<="} {
					x, y := contains(a+v), contains(b+w)
					r, err := s.ParseRange(a + v + "," + b + w)
					if err != nil {
						if x && y {
							t.Fatalf("%s is in both, but %v", id, err)
						}
						continue
					}
					if r.Contains(o) != (x && y) {
						t.Fatalf("%s in %s is %v", id, r, r.Contains(o))
					}
				}
			}
		}))
	}
}

// A range's position is what a binary search over sorted versions needs.
func TestRangePosition(t *testing.T) {
	for _, s := range []Scheme{Semver, Numeric, Date} {
		t.Run(s.String(), rapid.MakeCheck(func(t *rapid.T) {
			o, err1 := s.Parse(VersionID(ids(s).Draw(t, "a")), 0)
			p, err2 := s.Parse(VersionID(ids(s).Draw(t, "b")), 0)
			r, err3 := s.ParseRange(rapid.SampledFrom([]string{"^", "~", "=", ">", "<", ">=", "<="}).Draw(t, "op") + operands(s).Draw(t, "v"))
			if err1 != nil || err2 != nil || err3 != nil {
				t.Skip("cut short")
			}
			if r.Contains(o) != (r.Position(o) == 0) {
				t.Fatal("Contains and Position disagree")
			}
			if c := o.Compare(p); c <= 0 && r.Position(o) > r.Position(p) || c >= 0 && r.Position(o) < r.Position(p) {
				t.Fatalf("position falls from %d to %d", r.Position(o), r.Position(p))
			}
		}))
	}
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"*", "^1.1", "~1.1.2", ">=1.1,<2", "1.x", "1.1.x", "<=2018-03", "^0.2", "=1.0.0-rc.1", ">1__1", "^9999999999999999999999"} {
		f.Add(s, "1.1.5")
	}
	f.Fuzz(func(t *testing.T, text, id string) {
		for _, s := range []Scheme{Semver, Numeric, Date} {
			r, err := s.ParseRange(text)
			if err != nil {
				if !errors.Is(err, ErrMalformed) {
					t.Fatal(err)
				}
				continue
			}
			if !LooksLikeRange(text) {
				t.Fatalf("%q does not look like a range", text)
			}
			back, err := s.ParseRange(r.String())
			if err != nil || back != r {
				t.Fatalf("%v: %q prints as %q, which gives %v, %v", s, text, r, back, err)
			}
			if o, err := s.Parse(VersionID(id), 0); err == nil && r.Contains(o) != back.Contains(o) {
				t.Fatalf("%q and %q differ on %q", text, r, id)
			}
		}
	})
}

func BenchmarkRangeContains(b *testing.B) {
	r, err := Semver.ParseRange("^1.1")
	if err != nil {
		b.Fatal(err)
	}
	o := mustOrder(b, Semver, "1.2.2534-beta", 0)
	b.ReportAllocs()
	for b.Loop() {
		if !r.Contains(o) {
			b.Fatal("not in it")
		}
	}
}
