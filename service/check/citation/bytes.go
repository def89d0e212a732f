package citation

import (
	"unicode"
	"unicode/utf8"
)

// Classes of bytes.
const (
	letter uint8 = 1 << iota
	upperCase
	digit
	space  // blank, tab, line ends
	simple // stands for itself in a window
	edge   // ends a token of an address
)

var classes = classTable()

func classTable() (t [256]uint8) {
	for b := byte(0x20); b < 0x7f; b++ {
		t[b] |= simple
	}
	for b := byte('a'); b <= 'z'; b++ {
		t[b] |= letter
		t[b-'a'+'A'] |= letter | upperCase
	}
	for b := byte('0'); b <= '9'; b++ {
		t[b] |= digit
	}
	for _, b := range []byte(" \t\r\n\f\v") {
		t[b] |= space | edge
	}
	for _, b := range []byte(" &\\*<") {
		t[b] &^= simple
	}
	for _, b := range []byte("<>\"'`|()[]{}") {
		t[b] |= edge
	}
	return t
}

func isLetter(b byte) bool { return classes[b]&letter != 0 }
func isDigit(b byte) bool  { return classes[b]&digit != 0 }
func isAlnum(b byte) bool  { return classes[b]&(letter|digit) != 0 }
func isSpace(b byte) bool  { return classes[b]&space != 0 }

func lower(b byte) byte {
	if classes[b]&upperCase != 0 {
		return b + 'a' - 'A'
	}
	return b
}

// isUpper says whether s has letters, and all are capitals.
func isUpper(s string) bool {
	some := false
	for i := range len(s) {
		switch c := classes[s[i]]; {
		case c&upperCase != 0:
			some = true
		case c&letter != 0:
			return false
		}
	}
	return some
}

// hasCapital says whether s has a capital.
func hasCapital(s string) bool {
	for i := range len(s) {
		if classes[s[i]]&upperCase != 0 {
			return true
		}
	}
	return false
}

// letterBefore says whether s ends in a letter or a digit of a script that
// sets blanks between words.
func letterBefore(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unspaced(r)
}

// unspaced says whether r is of a script that sets no blanks between words.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

// foldEqual compares without regard to ASCII case; b is in lower case.
func foldEqual(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != b[i] {
			return false
		}
	}
	return true
}

// hasFold says whether s begins with prefix, without regard to ASCII case.
func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && foldEqual(s[:len(prefix)], prefix)
}

// digitRun is the length of the run of digits at i.
func digitRun(s string, i int) int {
	j := i
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	return j - i
}

// number is the value of a run of digits; large ones stay at a billion.
func number(s string) int {
	n := 0
	for i := 0; i < len(s) && isDigit(s[i]); i++ {
		if n = n*10 + int(s[i]-'0'); n > 1_000_000_000 {
			return 1_000_000_000
		}
	}
	return n
}

// isYear says whether s is a year in which an edition can have appeared.
func isYear(s string) bool {
	return len(s) == 4 && digitRun(s, 0) == 4 && s >= "1901" && s <= "2049"
}
