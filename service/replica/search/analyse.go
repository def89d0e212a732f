package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A text is folded (NFKC, case, diacritics), then cut into chunks at white
// space and punctuation. A chunk may hold single joiners between letters and
// digits, as "19650-2:2018", "ocp/ocds" and "1.1.5" do. It is cut further into
// parts at its joiners and between letters and digits. Every part is a term,
// and so are the leading parts written together: "19650-2:2018" gives 19650,
// 2, 2018, 196502 and 1965022018. A designation gives such terms across its
// chunks, too, from every word on: "EN 301 549" gives en301549 and 301549. So
// it is found however it is spaced.

const (
	maxTerm   = 64 // bytes; the rest of a longer word is ignored
	maxParts  = 8  // of one chunk; one with more is a single word, as hashes are
	maxJoined = 16 // joined terms of one designation
)

// analyser cuts texts into terms. It keeps buffers and is not safe for
// concurrent use.
type analyser struct {
	fold   transform.Transformer
	folded []byte
	chunk  []part
	all    []part // of the whole text
	joined []byte
}

// part is a piece of the folded text, all letters or all digits.
type part struct {
	from, to int
	digits   bool
}

func newAnalyser() *analyser {
	return &analyser{fold: transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), cases.Fold(), norm.NFKC)}
}

// foldText folds a text into the analyser's buffer.
func (a *analyser) foldText(s string) []byte {
	a.folded = a.folded[:0]
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			a.fold.Reset()
			b, _, err := transform.Append(a.fold, a.folded[:0], []byte(s))
			if err == nil {
				a.folded = b
			}
			return a.folded
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		a.folded = append(a.folded, c)
	}
	return a.folded
}

// terms calls emit with every term of the text and the number of words. The
// bytes are only valid during the call.
func (a *analyser) terms(s string, designation bool, emit func([]byte)) (words int) {
	text := a.foldText(s)
	a.all = a.all[:0]
	a.chunks(text, func(parts []part) {
		words += len(parts)
		for _, p := range parts {
			emit(text[p.from:min(p.to, p.from+maxTerm)])
		}
		if len(parts) > 1 {
			a.join(text, parts, 0, 1, emit)
		}
		a.all = append(a.all, parts...)
	})
	if designation && len(a.all) > 1 {
		a.joinAcross(text, emit)
	}
	return words
}

// join emits parts[from:] written together, up to each end from the given one
// on, and says how many.
func (a *analyser) join(text []byte, parts []part, from, end int, emit func([]byte)) (n int) {
	a.joined = a.joined[:0]
	for i, p := range parts[from:] {
		a.joined = append(a.joined, text[p.from:p.to]...)
		if len(a.joined) > maxTerm {
			return n
		}
		if i > 0 && from+i >= end {
			emit(a.joined)
			n++
		}
	}
	return n
}

// joinAcross emits the joined terms of a designation: from each word, and from
// its first number, up to every end that has a number in it.
func (a *analyser) joinAcross(text []byte, emit func([]byte)) {
	number := -1
	for i, p := range a.all {
		if p.digits {
			number = i
			break
		}
	}
	if number < 0 {
		number = len(a.all) - 1
	}
	n := 0
	for i := 0; i <= number && n < maxJoined; i++ {
		n += a.join(text, a.all, i, max(number, i+1), emit)
	}
}

// chunks calls yield with the parts of each chunk of a folded text.
func (a *analyser) chunks(text []byte, yield func([]part)) {
	for i := 0; i < len(text); {
		r, size := decode(text[i:])
		if class(r) == other {
			i += size
			continue
		}
		end := a.scan(text, i)
		yield(a.chunk)
		i = end
	}
}

type runeClass uint8

const (
	other runeClass = iota
	letter
	digit
	ideograph // a word of its own
)

func class(r rune) runeClass {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return letter
		case r >= '0' && r <= '9':
			return digit
		}
		return other
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return ideograph
	case unicode.IsLetter(r), unicode.IsMark(r):
		return letter
	case unicode.IsNumber(r):
		return digit
	}
	return other
}

func joiner(r rune) bool {
	switch r {
	case '-', '.', '_', '/', ':', '+', '#', '\'', '’', '&', '@':
		return true
	}
	return r >= utf8.RuneSelf && unicode.Is(unicode.Pd, r)
}

// scan reads the chunk at i into a.chunk and gives its end.
func (a *analyser) scan(text []byte, i int) int {
	a.chunk = a.chunk[:0]
	last := other
	start := i
	for i < len(text) {
		r, size := decode(text[i:])
		c := class(r)
		if c == other {
			if next, _ := decode(text[min(i+size, len(text)):]); !joiner(r) || class(next) == other {
				break
			}
			last = other
			i += size
			continue
		}
		if c != last || c == ideograph {
			a.chunk = append(a.chunk, part{from: i, to: i, digits: c == digit})
		}
		last = c
		i += size
		a.chunk[len(a.chunk)-1].to = i
	}
	if len(a.chunk) > maxParts && last != ideograph && i-start <= maxTerm {
		a.whole(text, start, i)
	}
	return i
}

// whole cuts the chunk at its joiners only.
func (a *analyser) whole(text []byte, start, end int) {
	merged := a.chunk[:1]
	for _, p := range a.chunk[1:] {
		if q := &merged[len(merged)-1]; p.from == q.to {
			q.to, q.digits = p.to, q.digits && p.digits
		} else {
			merged = append(merged, p)
		}
	}
	a.chunk = merged
}

func decode(b []byte) (rune, int) {
	if len(b) > 0 && b[0] < utf8.RuneSelf {
		return rune(b[0]), 1
	}
	return utf8.DecodeRune(b)
}
