package release

import (
	"path"
	"strings"
)

// matchGlob says whether a slash-separated path matches a glob. "*", "?" and
// "[...]" match within a segment as in path.Match; a segment "**" matches any
// number of folders, none too. A wildcard at the start of a segment does not
// match a dot there.
func matchGlob(glob, p string) bool {
	return matchSegments(strings.Split(glob, "/"), strings.Split(p, "/"))
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

func matchSegment(glob, seg string) bool {
	if strings.HasPrefix(seg, ".") && !strings.HasPrefix(glob, ".") {
		return false
	}
	ok, err := path.Match(glob, seg)
	return err == nil && ok
}
