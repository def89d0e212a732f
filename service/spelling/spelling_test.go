package spelling

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"title", "title", 0},
		{"title", "tilte", 1},
		{"title", "titel", 1},
		{"homepage", "hompage", 1},
		{"sector", "sectors", 1},
		{"kitten", "sitting", 3},
		{"ŵ", "w", 1},
	} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestDistanceProperties(t *testing.T) {
	word := rapid.StringMatching(`[ab]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := Distance(a, b)
		if d != Distance(b, a) {
			t.Fatalf("not symmetric")
		}
		if (d == 0) != (a == b) {
			t.Fatalf("distance %d", d)
		}
		if d > max(len(a), len(b)) || d < len(a)-len(b) || d < len(b)-len(a) {
			t.Fatalf("distance %d out of bounds", d)
		}
	})
}

func TestNearest(t *testing.T) {
	words := []string{"name", "version", "title", "designations", "standard-designations"}
	for _, tt := range []struct {
		text, want string
		ok         bool
	}{
		{"titel", "title", true},
		{"Version", "version", true},
		{"designation", "designations", true},
		{"standard_designations", "standard-designations", true},
		{"zzz", "", false},
		{"", "", false},
	} {
		got, ok := Nearest(tt.text, words)
		if got != tt.want || ok != tt.ok {
			t.Errorf("Nearest(%q) = %q, %v, want %q, %v", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}
