// Package spelling owns how near two words are, for "did you mean". It knows
// nothing of what the words name.
package spelling

import (
	"strings"
	"unicode/utf8"
)

// maxLen bounds the bytes of a word that are looked at: the cost of Distance
// grows with the product of the lengths.
const maxLen = 128

// Distance is the number of characters to insert, delete, replace or swap
// with their neighbour that make a of b (optimal string alignment). Only the
// first 128 bytes of each are looked at.
func Distance(a, b string) int {
	var bufA, bufB [maxLen]rune
	x, y := appendRunes(bufA[:0], a), appendRunes(bufB[:0], b)
	var rows [3][maxLen + 1]uint8
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := range len(y) + 1 {
		row[j] = uint8(j)
	}
	for i := 1; i <= len(x); i++ {
		next[0] = uint8(i)
		for j := 1; j <= len(y); j++ {
			cost := uint8(1)
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return int(row[len(y)])
}

// Similarity is 1 for words that are equal but for letter case, 0 for words
// that share nothing, and between in proportion to Distance.
func Similarity(a, b string) float64 {
	a, b = strings.ToLower(clip(a)), strings.ToLower(clip(b))
	longest := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	if longest == 0 {
		return 1
	}
	return max(0, 1-float64(Distance(a, b))/float64(longest))
}

// Nearest returns the word that text was most likely meant to be, the first
// of several that are equally near; false if none is near enough.
func Nearest(text string, words []string) (string, bool) {
	best, bestScore := "", 0.6
	for _, w := range words {
		if s := Similarity(text, w); s >= bestScore && (best == "" || s > bestScore) {
			best, bestScore = w, s
		}
	}
	return best, best != ""
}

func appendRunes(buf []rune, s string) []rune {
	for _, c := range clip(s) {
		buf = append(buf, c)
	}
	return buf
}

func clip(s string) string {
	if len(s) > maxLen {
		return s[:maxLen]
	}
	return s
}
