package standard

import (
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/corpora"
)

func mustOrder(t testing.TB, s Scheme, id string, seq uint64) Order {
	t.Helper()
	o, err := s.Parse(VersionID(id), seq)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Each list is in ascending order; ids joined by "=" are the same version.
func TestOrders(t *testing.T) {
	for _, c := range []struct {
		scheme Scheme
		ids    []string
	}{
		{Semver, []string{ // the first eight are the example of clause 11 of SemVer
			"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
			"1.0.1-0", "1.0.1-0.0", "1.0.1-1", "1.0.1-10", "1.0.1--", "1.0.1-A", "1.0.1-a", "1.0.1-a-", "1.0.1-a0", "1.0.1",
			"1.2.273-beta", "1.2.2534-beta", "1.2.2534-beta.0", "1.2.2534=1.2.2534+b1=1.2.2534+b2.01", "1.10.0", "2.0.0-rc1", "2.0.0-rc2", "2.0.0",
			"18446744073709551614.0.0", "18446744073709551615.0.0-rc.1", "18446744073709551615.0.0", "18446744073709551616.0.0", "18446744073709551616.0.1-a", "18446744073709551616.0.1",
			"99999999999999999999999.99999999999999999999.0", "99999999999999999999999.99999999999999999999.1"}},
		{Numeric, []string{"0=0.0=000", "0.1=0_1", "0.1.0.0.1", "1=1.0=1.0.0.0.0=1__0=01", "1.0.0.0.1", "1.1=1.1.0=1__1=1_1", "1.1.5=1__1__5", "1.2",
			"1.10", "2.03=2.3", "2.3.0.0.0.0.0.9=2.03_0_0_0_0_0__9", "2.4", "27.02=27.2", "18446744073709551614", "18446744073709551615", "18446744073709551615.1", "18446744073709551616", "18446744073709551616.0.0.0.2"}},
		{Date, []string{"2017-12-31", "2018", "2018-01", "2018-01-01", "2018-01-02", "2018-11", "2025-10-27"}},
		{Edition, []string{"2010-11+A1-2020", "2012", "2012+A11-2014", "2012+A13-2017", "2012+A11-2014+A13-2017=2012+A13-2017+A11-2014", "2012+A11-2014+A13-2017+A1-2019",
			"2018", "2018+A1-2020=2018+a1-2020", "2018-Amd1-2020", "2018+A1-2020-03", "2018+A2-2022", "2018+A1-2020+A2-2022", "2018+AC-2023", "2018-11", "2019"}},
	} {
		t.Run(c.scheme.String(), func(t *testing.T) {
			checkAscending(t, c.scheme, c.ids)
		})
	}
}

func checkAscending(t *testing.T, s Scheme, ids []string) {
	for i, a := range ids {
		for j, b := range ids {
			for x := range strings.SplitSeq(a, "=") {
				for y := range strings.SplitSeq(b, "=") {
					o, p := mustOrder(t, s, x, 0), mustOrder(t, s, y, 0)
					if got := o.Compare(p); sign(got) != sign(i-j) {
						t.Errorf("compare %s, %s = %d, want %d", x, y, got, sign(i-j))
					}
					if (o == p) != (i == j) {
						t.Errorf("%s == %s is %v", x, y, o == p)
					}
				}
			}
		}
	}
}

func TestSchemeRefuses(t *testing.T) {
	for scheme, ids := range map[Scheme][]string{
		Semver:            {"", "1", "1.0", "1.0.0.0", "01.0.0", "1.00.0", "v1.0.0", "1.0.0-", "1.0.0-a..b", "1.0.0-01", "1.0.0+", "1.0.0+a..b", "1.0.0-a_b", "1.0.0+a+b", "1.0-rc1", "1..0", "-1.0.0"},
		Numeric:           {"", ".", "1.", ".1", "1..2", "1___2", "1._2", "1.0-rc1", "1.x", "1+1", "v1"},
		Date:              {"", "18", "2018-1", "2018-13", "2018-02-30", "2018.01", "20180101"},
		Edition:           {"", "18", "2018+A1", "2018+A1-", "2018+-2020", "2018+A1-2020+A1-2020", "2018+A1-20200", "2018+ABCDE1-2020", "2018+A1234-2020", "2018+1-2020", "2018A1-2020", "2018-11-05", "2018+A1-2020-13", "2018+"},
		SchemeUnspecified: {"1.0.0"},
		Scheme(99):        {"1.0.0"},
	} {
		for _, id := range ids {
			if o, err := scheme.Parse(VersionID(id), 1); !errors.Is(err, ErrMalformed) {
				t.Errorf("%v.Parse(%q) = %v, %v; want ErrMalformed", scheme, id, o, err)
			}
			if err := scheme.Check(VersionID(id), 1); !errors.Is(err, ErrMalformed) {
				t.Errorf("%v.Check(%q) = %v; want ErrMalformed", scheme, id, err)
			}
		}
	}
	if _, err := Declared.Parse("R4", 0); !errors.Is(err, ErrMalformed) {
		t.Errorf("DECLARED without a sequence number: %v", err)
	}
	for _, id := range []VersionID{"latest", "Recommended", "1.x", "1.2.X", "a b", VersionID(strings.Repeat("1", 65))} {
		if err := Declared.Check(id, 1); !errors.Is(err, ErrMalformed) {
			t.Errorf("Check(%q) = %v; want ErrMalformed", id, err)
		}
	}
	if _, err := Semver.Parse("1.0", 0); err == nil || !strings.Contains(err.Error(), "NUMERIC") {
		t.Errorf("1.0 under SEMVER: %v; want a hint at NUMERIC", err)
	}
}

func TestPrerelease(t *testing.T) {
	for id, want := range map[string]bool{"1.0.0": false, "1.0.0+rc1": false, "1.0.0-rc1": true, "1.0.280-alpha": true,
		"99999999999999999999999.0.0-a": true, "99999999999999999999999.0.0": false} {
		if got := mustOrder(t, Semver, id, 0).Prerelease(); got != want {
			t.Errorf("%s: %v", id, got)
		}
	}
	if mustOrder(t, Declared, "4.0-rc1", 3).Prerelease() {
		t.Error("only SEMVER ids say so themselves")
	}
}

func TestOrderIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Order{}); n > 64 {
		t.Errorf("an order takes %d bytes", n)
	}
}

// ids draws ids of a scheme that are close to each other, so that equal parts
// and long numbers meet often.
func ids(s Scheme) *rapid.Generator[string] {
	number := rapid.SampledFrom([]string{"0", "1", "2", "9", "10", "11", "100", "18446744073709551614", "18446744073709551615", "18446744073709551616"})
	ident := rapid.SampledFrom([]string{"0", "1", "2", "10", "a", "b", "A", "rc", "rc1", "-", "a-", "18446744073709551616", "9999999999"})
	date := rapid.SampledFrom([]string{"2018", "2019", "2018-01", "2018-02"})
	return rapid.Custom(func(t *rapid.T) string {
		switch s {
		case Semver:
			id := strings.Join(rapid.SliceOfN(number, 3, 3).Draw(t, "numbers"), ".")
			if len(id) > 40 {
				id = "1.1.1"
			}
			if pre := rapid.SliceOfN(ident, 0, 2).Draw(t, "pre"); len(pre) > 0 {
				id += "-" + strings.Join(pre, ".")
			}
			return id[:min(len(id), MaxVersionIDLen)]
		case Numeric:
			sep := rapid.SampledFrom([]string{".", "_", "__"}).Draw(t, "sep")
			return strings.Join(rapid.SliceOfN(number, 1, 3).Draw(t, "numbers"), sep)
		case Edition:
			id := date.Draw(t, "base")
			for range rapid.IntRange(0, 3).Draw(t, "marks") {
				id += rapid.SampledFrom([]string{"+", "-"}).Draw(t, "sign") + rapid.SampledFrom([]string{"A1", "A2", "A11", "AC", "Amd1"}).Draw(t, "mark") + "-" + date.Draw(t, "date")
			}
			return id
		}
		return rapid.SampledFrom([]string{"2018", "2018-01", "2018-01-01", "2018-01-31", "2018-02", "2019", "2019-12-31"}).Draw(t, "day")
	})
}

func TestOrderLaws(t *testing.T) {
	for _, s := range []Scheme{Semver, Numeric, Date, Edition, Declared} {
		t.Run(s.String(), rapid.MakeCheck(func(t *rapid.T) {
			draw := func(name string) (Order, bool) {
				if s == Declared {
					return mustDraw(s, name, rapid.Uint64Range(1, 4).Draw(t, name))
				}
				return mustDraw(s, ids(s).Draw(t, name), 0)
			}
			a, ok1 := draw("a")
			b, ok2 := draw("b")
			c, ok3 := draw("c")
			if !ok1 || !ok2 || !ok3 {
				t.Skip("an amendment twice")
			}
			if a.Compare(a) != 0 || sign(a.Compare(b)) != -sign(b.Compare(a)) {
				t.Fatal("not antisymmetric")
			}
			if (a.Compare(b) == 0) != (a == b) {
				t.Fatal("0 and == disagree")
			}
			if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
				t.Fatal("not transitive")
			}
		}))
	}
}

func mustDraw(s Scheme, id string, seq uint64) (Order, bool) {
	o, err := s.Parse(VersionID(id), seq)
	return o, err == nil
}

// The keys agree with a plain reading of the rules over big integers.
func TestOrderAgainstModel(t *testing.T) {
	t.Run("SEMVER", rapid.MakeCheck(func(t *rapid.T) {
		a, b := ids(Semver).Draw(t, "a"), ids(Semver).Draw(t, "b")
		o, ok1 := mustDraw(Semver, a, 0)
		p, ok2 := mustDraw(Semver, b, 0)
		if !ok1 || !ok2 {
			t.Skip("cut short")
		}
		if got, want := o.Compare(p), modelSemver(a, b); sign(got) != want {
			t.Fatalf("compare %s, %s = %d, want %d", a, b, got, want)
		}
	}))
	t.Run("NUMERIC", rapid.MakeCheck(func(t *rapid.T) {
		a, b := ids(Numeric).Draw(t, "a"), ids(Numeric).Draw(t, "b")
		o, _ := mustDraw(Numeric, a, 0)
		p, _ := mustDraw(Numeric, b, 0)
		plain := strings.NewReplacer("__", ".", "_", ".")
		if got, want := o.Compare(p), modelNumbers(plain.Replace(a), plain.Replace(b)); sign(got) != want {
			t.Fatalf("compare %s, %s = %d, want %d", a, b, got, want)
		}
	}))
}

func modelNumbers(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		if c := bigAt(x, i).Cmp(bigAt(y, i)); c != 0 {
			return c
		}
	}
	return 0
}

func bigAt(list []string, i int) *big.Int {
	n := new(big.Int)
	if i < len(list) {
		n.SetString(list[i], 10)
	}
	return n
}

func modelSemver(a, b string) int {
	coreA, preA, hasA := strings.Cut(a, "-")
	coreB, preB, hasB := strings.Cut(b, "-")
	if c := modelNumbers(coreA, coreB); c != 0 {
		return c
	}
	if !hasA || !hasB {
		return boolRank(hasB) - boolRank(hasA)
	}
	x, y := strings.Split(preA, "."), strings.Split(preB, ".")
	for i := range min(len(x), len(y)) {
		n, isN := new(big.Int).SetString(digitsOnly(x[i]), 10)
		m, isM := new(big.Int).SetString(digitsOnly(y[i]), 10)
		c := strings.Compare(x[i], y[i])
		switch {
		case isN && isM:
			c = n.Cmp(m)
		case isN != isM:
			c = boolRank(isM) - boolRank(isN)
		}
		if c != 0 {
			return c
		}
	}
	return sign(len(x) - len(y))
}

// digitsOnly hides signs from big.Int, which would read "-1" as a number.
func digitsOnly(s string) string {
	if strings.Trim(s, "0123456789") != "" {
		return "x"
	}
	return s
}

func FuzzSchemeParse(f *testing.F) {
	for _, id := range []string{"1.1.5", "1.2.2534-beta", "2.0.0-rc.1+b", "1__1__5", "27.02", "2018-01", "2018+A1-2020", "2018-Amd1-2023", "D.96A", "R4"} {
		f.Add(id, "1.0.0", uint64(1))
	}
	f.Fuzz(func(t *testing.T, a, b string, seq uint64) {
		for s := Semver; s <= Declared; s++ {
			o, err := s.Parse(VersionID(a), seq)
			if err != nil {
				if !errors.Is(err, ErrMalformed) {
					t.Fatal(err)
				}
				continue
			}
			if s != Declared && strings.Trim(a, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._+-") != "" {
				t.Fatalf("%v took %q", s, a)
			}
			if o.IsZero() || o.Scheme() != s {
				t.Fatalf("%v.Parse(%q) = %v", s, a, o)
			}
			p, err := s.Parse(VersionID(b), seq)
			if err == nil && (sign(o.Compare(p)) != -sign(p.Compare(o)) || (o == p) != (o.Compare(p) == 0)) {
				t.Fatalf("%v: %q and %q do not compare", s, a, b)
			}
		}
	})
}

// Corpus standards by scheme; the others are DECLARED.
var corpusSchemes = map[string]Scheme{
	"asyncapi-jsonschema": Semver, "cloudevents": Numeric, "cyclonedx": Numeric, "dcat-us": Numeric, "dcat-us-3": Numeric,
	"frictionless": Numeric, "gel-report-models": Semver, "google-common-protos": Date, "hsds": Numeric, "nhs-pds-api": Semver,
	"ocds": Semver, "odcs": Semver, "opentelemetry-proto": Semver, "openapi-jsonschema": Declared,
}

func TestCorpusVersions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpora.Folder(t, "standards"), "*", "standard.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no standards: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var about struct {
				Versions []struct{ Version, Released string }
			}
			if err := json.Unmarshal(b, &about); err != nil {
				t.Fatal(err)
			}
			scheme, known := corpusSchemes[name]
			if !known || len(about.Versions) == 0 {
				t.Fatalf("scheme %v, %d versions", scheme, len(about.Versions))
			}
			if n := checkCorpus(t, filepath.Dir(file), scheme, about.Versions); n == 0 {
				t.Error("no version was checked")
			}
		})
	}
}

func checkCorpus(t *testing.T, dir string, scheme Scheme, versions []struct{ Version, Released string }) int {
	orders := map[Order]string{}
	var last Order
	var lastDay Day
	for i, v := range versions {
		if _, err := os.Stat(filepath.Join(dir, v.Version)); err != nil {
			continue // listed, but its files are not part of the corpus
		}
		if err := scheme.Check(VersionID(v.Version), uint64(i+1)); err != nil {
			t.Fatal(err)
		}
		o := mustOrder(t, scheme, v.Version, uint64(i+1))
		if other, taken := orders[o]; taken {
			t.Errorf("%s and %s are the same version", v.Version, other)
		}
		orders[o] = v.Version
		day, err := ParseDay(v.Released)
		if err != nil {
			t.Fatal(err)
		}
		// Release dates rise with the order wherever the corpus lists them so;
		// some tags were made anew long after.
		if !lastDay.IsZero() && day.Compare(lastDay) > 0 && o.Compare(last) <= 0 {
			t.Errorf("%s of %s sorts before its predecessor", v.Version, v.Released)
		}
		last, lastDay = o, day
	}
	return len(orders)
}

func BenchmarkSchemeParse(b *testing.B) {
	for _, c := range []struct {
		scheme Scheme
		id     VersionID
	}{{Semver, "1.1.5"}, {Semver, "1.2.2534-beta"}, {Numeric, "1__1__5"}, {Date, "2025-10-27"}, {Edition, "2018+A1-2020"}} {
		b.Run(c.scheme.String()+"/"+string(c.id), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.scheme.Parse(c.id, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
