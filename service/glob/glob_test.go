package glob_test

import (
	"testing"

	"github.com/etalon-registry/etalon/service/glob"
)

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		glob, path string
		want       bool
	}{
		{"*.csv", "a.csv", true},
		{"*.csv", "d/a.csv", false},
		{"**/*.csv", "a.csv", true},
		{"**/*.csv", "d/e/a.csv", true},
		{"**/e/*.csv", "d/e/f/e/a.csv", true},
		{"**/e/*.csv", "d/e/f/a.csv", false},
		{"d/**", "d/e/f", true},
		{"d/**", "e/d/f", false},
		{"d/**/f", "d/f", true},
		{"**/a/**/b/**/c", "a/x/b/c/b/y/c", true},
		{"**", "a/b", true},
		{"**", ".git/x", false},
		{"**", "a/.x", false},
		{"*", ".x", false},
		{".*", ".x", true},
		{"a?c", "abc", true},
		{"[ab]", "b", true},
	} {
		if got := glob.Match(tt.glob, tt.path); got != tt.want {
			t.Errorf("Match(%q, %q) = %v", tt.glob, tt.path, got)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		glob string
		ok   bool
	}{
		{"docs/**/*.md", true},
		{"[ab].md", true},
		{"[ab.md", false},
		{"docs/a**", false},
	} {
		if err := glob.Check(tt.glob); (err == nil) != tt.ok {
			t.Errorf("Check(%q) = %v", tt.glob, err)
		}
	}
}
