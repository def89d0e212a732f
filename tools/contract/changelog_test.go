package main

import (
	"slices"
	"testing"
)

func TestDeclaredBreaks(t *testing.T) {
	tests := map[string]struct {
		changelog string
		want      []string
	}{
		"plain line":             {"## Unreleased\n\nBreaking: a is gone\n", []string{"Breaking: a is gone"}},
		"list, linked heading":   {"## [Unreleased]\n\n- Breaking: a\n* Breaking: b\n", []string{"Breaking: a", "Breaking: b"}},
		"under a sub-heading":    {"## Unreleased\n### Changed\n- Breaking: a", []string{"Breaking: a"}},
		"of an earlier release":  {"## Unreleased\n\n## 0.1.0\n- Breaking: a\n", nil},
		"before any section":     {"Breaking: a\n## Unreleased\n", nil},
		"inside a sentence":      {"## Unreleased\n- Not Breaking: a\n", nil},
		"says nothing":           {"## Unreleased\n- Breaking:\n", nil},
		"lower case is no claim": {"## Unreleased\n- breaking: a\n", nil},
		"no changelog":           {"", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := declaredBreaks(test.changelog); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNewBreaks(t *testing.T) {
	then := "## Unreleased\n- Breaking: a\n"
	if got := newBreaks(then, then); len(got) != 0 {
		t.Errorf("nothing new: got %q, want none", got)
	}
	got := newBreaks("## Unreleased\n- Breaking: b\n- Breaking: a\n", then)
	if want := []string{"Breaking: b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
