package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Superscripts are marks that stand at the end of a word or number. What is
// longer than this is text that someone set high, and stays as it is.
const maxSuperscript = 12

// superscripts are the letters and digits that Unicode has a superscript for.
var superscripts = makeSuperscripts(
	"0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
	"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ")

func makeSuperscripts(plain, raised string) map[rune]rune {
	pairs := make(map[rune]rune)
	high := []rune(raised)
	for i, r := range plain { // plain is ASCII: i counts characters
		pairs[r] = high[i]
	}
	return pairs
}

// superscript writes text that the source sets as a superscript so that it
// cannot glue onto what stands before it: "10" as "¹⁰", "§Q" as "[§Q]". Text
// that is bracketed already, and text that is no mark, stays as it is.
func superscript(text string) string {
	mark := strings.TrimSpace(text)
	if mark == "" || strings.HasPrefix(mark, "[") || utf8.RuneCountInString(mark) > maxSuperscript {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch high, ok := superscripts[r]; {
		case ok:
			b.WriteRune(high)
		case unicode.IsDigit(r), unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r):
			return strings.Replace(text, mark, "["+mark+"]", 1)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
