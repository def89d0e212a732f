// Package glob matches paths against patterns with "**". It owns the meaning
// of the patterns that Etalon's files hold, and knows nothing of files.
package glob

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Match says whether a slash-separated path matches a glob. "*", "?" and
// "[...]" match within a segment as in path.Match; a segment "**" matches any
// number of folders, none too. A wildcard at the start of a segment does not
// match a dot there.
func Match(glob, p string) bool {
	return matchSegments(strings.Split(glob, "/"), strings.Split(p, "/"))
}

// Below says whether a path below a folder may match a glob; false: none does.
func Below(glob, folder string) bool {
	left := strings.Split(glob, "/")
	segs := strings.Split(folder, "/")
	for i, seg := range segs {
		switch {
		case len(left) == 0:
			return false
		case left[0] == "**":
			return slices.ContainsFunc(left, hidden) || !slices.ContainsFunc(segs[i:], hidden)
		case !matchSegment(left[0], seg):
			return false
		}
		left = left[1:]
	}
	return len(left) > 0
}

// Check says whether a glob is well formed. The error says what to mend.
func Check(glob string) error {
	if _, err := path.Match(glob, ""); err != nil {
		return fmt.Errorf("glob %q: %w; a [ wants its ]", glob, err)
	}
	for seg := range strings.SplitSeq(glob, "/") {
		if strings.Contains(seg, "**") && seg != "**" {
			return fmt.Errorf("glob %q: ** stands alone between slashes", glob)
		}
	}
	return nil
}

// matchSegments is the usual greedy match with one place to go back to: the
// last "**" seen. It takes time in proportion to the product of the lengths.
func matchSegments(glob, segs []string) bool {
	g, s := 0, 0
	backG, backS := -1, 0
	for s < len(segs) {
		switch {
		case g < len(glob) && glob[g] == "**":
			backG, backS = g, s
			g++
			continue
		case g < len(glob) && matchSegment(glob[g], segs[s]):
			g, s = g+1, s+1
			continue
		}
		if backG < 0 || strings.HasPrefix(segs[backS], ".") {
			return false
		}
		backS++
		g, s = backG+1, backS
	}
	for g < len(glob) && glob[g] == "**" {
		g++
	}
	return g == len(glob)
}

func hidden(seg string) bool { return strings.HasPrefix(seg, ".") }

func matchSegment(glob, seg string) bool {
	if hidden(seg) && !hidden(glob) {
		return false
	}
	ok, err := path.Match(glob, seg)
	return err == nil && ok
}
