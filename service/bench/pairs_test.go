package bench_test

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// spread is the middle of a set of figures: the median and the quartiles.
type spread struct {
	median, low, high float64
	n                 int
}

func spreadOf(xs []float64) spread {
	return spread{median: quantile(xs, 0.5), low: quantile(xs, 0.25), high: quantile(xs, 0.75), n: len(xs)}
}

// quantile is the figure below which a share q of them lies, between its
// neighbours where it falls between two; 0 of none.
func quantile(xs []float64, q float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	xs = slices.Sorted(slices.Values(xs))
	i := q * float64(len(xs)-1)
	lo := int(i)
	hi := min(lo+1, len(xs)-1)
	return xs[lo] + (i-float64(lo))*(xs[hi]-xs[lo])
}

// sample is what one turn of one side gives: figures by name.
type sample map[string]float64

// paired runs both sides in turns, in random order within each round. It
// returns the rounds of each side, index by index.
func paired(tb testing.TB, rounds int, subject, base func() sample) (s, b []sample) {
	tb.Helper()
	r := rand.New(rand.NewPCG(1, uint64(rounds)))
	for range rounds {
		var x, y sample
		if r.IntN(2) == 0 {
			x = subject()
			y = base()
		} else {
			y = base()
			x = subject()
		}
		s, b = append(s, x), append(b, y)
	}
	return s, b
}

// ratio is the spread of subject over base, round by round.
func ratio(subject, base []sample, of string) spread {
	xs := make([]float64, len(subject))
	for i := range subject {
		xs[i] = subject[i][of] / base[i][of]
	}
	return spreadOf(xs)
}

// each is the spread of one side's own figure.
func each(side []sample, of string) spread {
	xs := make([]float64, len(side))
	for i := range side {
		xs[i] = side[i][of]
	}
	return spreadOf(xs)
}

func TestSpread(t *testing.T) {
	for _, tt := range []struct {
		xs   []float64
		want spread
	}{
		{[]float64{3}, spread{3, 3, 3, 1}},
		{[]float64{5, 1, 3, 2, 4}, spread{3, 2, 4, 5}},
		{[]float64{4, 1, 2, 3}, spread{2.5, 1.75, 3.25, 4}},
	} {
		if got := spreadOf(tt.xs); got != tt.want {
			t.Errorf("spreadOf(%v) = %v, want %v", tt.xs, got, tt.want)
		}
	}
}

func TestPaired(t *testing.T) {
	n := 0.0
	next := func() sample { n++; return sample{"x": n} }
	s, b := paired(t, 8, next, next)
	first := 0
	for i := range s {
		if s[i]["x"] < b[i]["x"] {
			first++
		}
		if lo := min(s[i]["x"], b[i]["x"]); lo != float64(2*i+1) {
			t.Errorf("round %d has turns %v and %v", i, s[i], b[i])
		}
	}
	if n != 16 || first == 0 || first == 8 {
		t.Errorf("%v turns, the subject first in %d of 8 rounds; want 16, and both orders", n, first)
	}
}
