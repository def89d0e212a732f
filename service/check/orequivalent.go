package check

import (
	"strings"
	"unicode"
)

// nextEquivalent is where the next word "equivalent" or "equal" begins, at or
// after from; -1: nowhere. Letter case is ignored but within a word.
func nextEquivalent(text string, from int) int {
	for i := from; ; i++ {
		n := strings.IndexAny(text[i:], "qQ")
		if n < 0 {
			return -1
		}
		i += n
		if i == from || text[i-1] != 'e' && text[i-1] != 'E' {
			continue
		}
		for _, rest := range [...]string{"quivalen", "qual"} {
			if len(text)-i >= len(rest) && strings.EqualFold(text[i:i+len(rest)], rest) {
				return i - 1
			}
		}
	}
}

// allowsEquivalents says whether a text allows an equivalent of what it names:
// "or equivalent", "or an approved equivalent standard", "or equal",
// "equivalent to", "equivalent standards will be accepted".
func allowsEquivalents(text string) bool {
	for i := 0; ; {
		at := nextEquivalent(text, i)
		if at < 0 {
			return false
		}
		i = at + 1
		if at > 0 && isWord(text[at-1]) {
			continue // "inequivalent", "unequal"
		}
		if allowed(text, at) {
			return true
		}
	}
}

// allowed judges the words beside an "equivalent" or "equal" at a place.
func allowed(text string, at int) bool {
	end := at
	for end < len(text) && isWord(text[end]) {
		end++
	}
	word := strings.ToLower(text[at:end])
	switch word {
	case "equivalent", "equivalents", "equivalence", "equivalency", "equal":
	default:
		return false // "equally", "equality"
	}
	before := words(text[max(0, at-60):at])
	before = before[max(0, len(before)-5):]
	after := words(text[end:min(len(text), end+80)])
	after = after[:min(len(after), 8)]
	for _, w := range before {
		if w == "no" || w == "not" || w == "nor" || w == "without" || w == "never" {
			return false
		}
	}
	joined := " " + strings.Join(before, " ") + " "
	if strings.Contains(joined, " or ") || strings.Contains(joined, " and/or ") {
		return true
	}
	if word == "equal" || word == "equivalence" || word == "equivalency" {
		return false
	}
	if len(after) > 0 && after[0] == "to" || len(after) > 1 && (after[0] == "standard" || after[0] == "standards") && accepts(after) {
		return true
	}
	return accepts(after) || len(before) > 0 && strings.HasSuffix(strings.TrimRight(text[:at], " "), "(")
}

// accepts says whether words accept something.
func accepts(after []string) bool {
	for i, w := range after {
		switch w {
		case "accepted", "acceptable", "permitted", "allowed", "considered", "equally":
			return i == 0 || after[i-1] != "not"
		}
	}
	return false
}

// words are the words of a text in lower case, the marks around them dropped.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,;:()[]\"'“”‘’|*_", r)
	})
}
