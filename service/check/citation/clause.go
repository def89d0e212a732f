package citation

import "strings"

// clauseWords name a place within a standard. Longer ones come first where
// one begins another.
var clauseWords = [...]string{
	"subclauses", "subclause", "clauses", "clause", "sections", "section", "sec.", "annexes", "annex", "appendix", "chapter", "tables", "table",
	"figure", "articles", "article", "paragraphs", "paragraph", "para.", "para", "controls", "control", "success criterion", "success criteria", "requirement", "§§", "§", "cl.",
}

// clauseReach bounds how far from a citation its clause may stand, in bytes.
const clauseReach = 72

// clause finds the place within the standard that is cited: right behind it,
// ", clause 4.1", "§5", "(Annex A)"; or before it, "clause 5.2 of".
func (s *scanner) clause(start, end int) string {
	if c := clauseBehind(s.text[end:min(end+clauseReach, len(s.text))]); c != "" {
		return c
	}
	return clauseBefore(s.text[max(start-clauseReach, 0):start])
}

func clauseBehind(t string) string {
	i := 0
	for i < len(t) && i < 4 && strings.IndexByte(" ,;:(\n", t[i]) >= 0 {
		i++
	}
	if n := clauseAt(t[i:]); n > 0 && !strings.Contains(t[:i], "\n\n") {
		return t[i : i+n]
	}
	return ""
}

// clauseAt is the length of the clause that t begins with.
func clauseAt(t string) int {
	for _, w := range clauseWords {
		if !hasFold(t, w) {
			continue
		}
		i := len(w)
		for i < len(t) && i < len(w)+2 && (t[i] == ' ' || t[i] == '\n') {
			i++
		}
		if i == len(w) && isLetter(w[len(w)-1]) {
			return 0
		}
		if n := clauseNumber(t[i:]); n > 0 {
			return i + n
		}
		return 0
	}
	return 0
}

// clauseNumber is the length of "4.1", "A", "A.5.1", "3.2(a)".
func clauseNumber(t string) int {
	i := 0
	if i < len(t) && classes[t[i]]&upperCase != 0 && (i+1 == len(t) || !isLetter(t[i+1])) {
		i++
		if i < len(t) && t[i] == '.' && i+1 < len(t) && isDigit(t[i+1]) {
			i++
		}
	}
	for i < len(t) && isDigit(t[i]) {
		i += digitRun(t, i)
		if i+1 < len(t) && t[i] == '.' && isDigit(t[i+1]) {
			i++
		}
	}
	if i > 0 && i+2 < len(t) && t[i] == '(' && isAlnum(t[i+1]) && t[i+2] == ')' {
		i += 3
	}
	if i < len(t) && isAlnum(t[i]) {
		return 0
	}
	return i
}

// clauseBefore finds "clause 5.2 of " at the end of t.
func clauseBefore(t string) string {
	rest := strings.TrimRight(t, " \n([")
	rest = trimWord(rest, "the")
	with := len(rest)
	for _, w := range [...]string{"of", "in", "from"} {
		if rest = trimWord(rest, w); len(rest) < with {
			break
		}
	}
	if len(rest) == with {
		return ""
	}
	rest = strings.TrimRight(rest, " \n,")
	// The number is the last word, and the word for it stands before.
	number := strings.LastIndexAny(rest, " \n") + 1
	for _, w := range clauseWords {
		from := number - len(w) - 1
		if w == "§" || w == "§§" {
			from = strings.LastIndex(rest, w)
		}
		if from < 0 || !hasFold(rest[from:], w) || from > 0 && isLetter(rest[from-1]) {
			continue
		}
		if clauseAt(rest[from:]) == len(rest)-from {
			return rest[from:]
		}
	}
	return ""
}

// trimWord takes a word and the blanks before it off the end of s.
func trimWord(s, word string) string {
	n := len(s) - len(word)
	if n <= 0 || !foldEqual(s[n:], word) || !isSpace(s[n-1]) {
		return s
	}
	return strings.TrimRight(s[:n], " \n")
}
