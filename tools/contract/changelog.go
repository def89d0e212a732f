package main

import "strings"

// declaredBreaks lists the lines of a changelog's Unreleased section that start
// with "Breaking:", with or without a list mark, and say something after it.
func declaredBreaks(changelog string) []string {
	var breaks []string
	unreleased := false
	for line := range strings.Lines(changelog) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			unreleased = strings.EqualFold(strings.Trim(heading, "[] "), "Unreleased")
			continue
		}
		line = strings.TrimSpace(strings.TrimLeft(line, "-*"))
		if what, ok := strings.CutPrefix(line, "Breaking:"); ok && unreleased && strings.TrimSpace(what) != "" {
			breaks = append(breaks, line)
		}
	}
	return breaks
}

// newBreaks lists what the changelog now declares and then did not.
func newBreaks(now, then string) []string {
	known := map[string]bool{}
	for _, line := range declaredBreaks(then) {
		known[line] = true
	}
	var added []string
	for _, line := range declaredBreaks(now) {
		if !known[line] {
			added = append(added, line)
		}
	}
	return added
}
