package glob_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

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

func TestBelow(t *testing.T) {
	for _, tt := range []struct {
		glob, folder string
		want         bool
	}{
		{"*.md", "docs", false},
		{"*/*.md", "docs", true},
		{"*/*.md", "docs/a", false},
		{"docs/*.md", "docs", true},
		{"docs/*.md", "other", false},
		{"docs", "docs", false},
		{"d*/**/*.md", "docs/a/b", true},
		{"d*/**/*.md", "other/a/b", false},
		{"**", "docs", true},
		{"**/*.md", ".git", false},
		{"**/*.md", "docs/.git/x", false},
		{"**/.github/*.md", "docs/.github", true},
		{"/srv/*/*.md", "/srv/a", true},
		{"/srv/*/*.md", "/etc", false},
		{"../*/*.md", "../a", true},
	} {
		if got := glob.Below(tt.glob, tt.folder); got != tt.want {
			t.Errorf("Below(%q, %q) = %v", tt.glob, tt.folder, got)
		}
	}
}

// TestBelowNeverHidesAMatch: whatever matches lies in folders that Below lets
// through.
func TestBelowNeverHidesAMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "*", "**", ".a", ".*", "?", "[ab]"}), 1, 5).Draw(t, "glob"), "/")
		segs := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", ".a", "ab"}), 1, 5).Draw(t, "path")
		if !glob.Match(pattern, strings.Join(segs, "/")) {
			return
		}
		for i := 1; i < len(segs); i++ {
			if folder := strings.Join(segs[:i], "/"); !glob.Below(pattern, folder) {
				t.Fatalf("%q matches %q, and nothing is said to match below %q", pattern, strings.Join(segs, "/"), folder)
			}
		}
	})
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
