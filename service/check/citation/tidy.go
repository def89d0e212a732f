package citation

import "strings"

// fillers stand between a publisher and a number and mean nothing: "ISO
// standard 27001", "IEC publication 60529", "SSAE No. 18".
var fillers = [...]string{
	"standard", "standards", "norm", "norms", "norme", "normes", "norma", "normas", "publication", "publications", "pub", "pubs",
	"no", "nos", "nr", "number", "numbers", "international", "british", "european", "certification", "certificate", "recommendation", "recommendations",
}

// levels stand between "WCAG" and its version.
var levels = [...]string{"level", "a", "aa", "aaa", "guidelines", "guideline", "standard", "standards"}

// keepers are the anchors whose grammars know these words themselves.
var keepers = map[string]bool{"nist": true, "fips": true, "itu": true, "ccitt": true, "un": true, "unece": true, "def": true, "mod": true, "nhs": true, "niso": true}

// tidy takes out of the window what stands between the anchor's word and the
// number and means nothing.
func (s *scanner) tidy(c *candidate) {
	n := c.word - c.start
	if s.win.matchesAt(n-1, "s") && strings.HasSuffix(c.anchor.word, "s") && (c.anchor.word == "rfcs" || c.anchor.word == "bcps") {
		s.win.splice(n-1, n, "")
		n--
		c.traits |= Variant
	}
	s.tidyGap(c, n)
}

// gapSize bounds how many bytes of the window a gap has.
const gapSize = 64

// tidyGap does so between byte n of the window and the first digit.
func (s *scanner) tidyGap(c *candidate, n int) {
	w := &s.win
	if c.start > 0 && (s.text[c.start-1] == '(' || s.text[c.start-1] == '[') {
		s.closeBracket(c, n)
	}
	if n == len("iso") && swap(w) {
		c.traits |= Variant
		return
	}
	keep := keepers[c.anchor.word]
	for i := n; i < len(w.buf) && i < gapSize; {
		b := w.buf[i]
		switch {
		case isDigit(b):
			if m := i + 3; w.matchesAt(i, "800 ") && (keep || c.anchor.word == "sp") && m+1 < len(w.buf) && isDigit(w.buf[m+1]) {
				w.buf[m] = '-' // "SP 800 53"
				c.traits |= Variant
			}
			return
		case b == '#' && i+1 < len(w.buf) && isDigit(w.buf[i+1]):
			w.splice(i, i+1, "")
			return
		case b == '[' && linked(w.buf[i:]):
			w.splice(i, i+1, "")
			c.traits |= Variant
			return
		case b == '(':
			k := acronym(w.buf, i)
			if k == 0 {
				return
			}
			w.splice(i, k, "")
			c.traits |= Variant
		case isLetter(b) || b >= 0x80:
			i = s.tidyWord(c, i, keep)
			if i < 0 {
				return
			}
		default:
			i++
		}
	}
}

// swap puts "EN" first, where the window begins with "ISO/EN " or "IEC EN ".
func swap(w *window) bool {
	for _, p := range [...]struct{ odd, even string }{{"iso/en ", "EN ISO "}, {"iso en ", "EN ISO "}, {"iso-en ", "EN ISO "}, {"iec/en ", "EN IEC "}, {"iec en ", "EN IEC "}} {
		if w.matchesAt(0, p.odd) && len(w.buf) > len(p.odd) && isDigit(w.buf[len(p.odd)]) {
			copy(w.buf, p.even)
			return true
		}
	}
	return false
}

// linked says whether t begins with the text of a link that is a number of
// four digits or more, as in "RFC [7230](https://...)".
func linked(t []byte) bool {
	n := digitRun(string(t[:min(8, len(t))]), 1)
	return n >= 4 && n+2 < len(t) && t[n+1] == ']' && t[n+2] == '('
}

// closeBracket takes out the bracket that closes one opened right before the
// candidate, "(SSAE) 18".
func (s *scanner) closeBracket(c *candidate, n int) {
	w := &s.win
	for i := n; i < len(w.buf) && i < gapSize; i++ {
		switch b := w.buf[i]; {
		case isDigit(b):
			return
		case b == ')' || b == ']':
			if i+1 < len(w.buf) && (w.buf[i+1] == ' ' || isDigit(w.buf[i+1])) && w.buf[i] == ')' {
				w.splice(i, i+1, "")
				c.traits |= Variant
			}
			return
		}
	}
}

// tidyWord looks at the word of the window at i. It gives the place to go on
// from.
func (s *scanner) tidyWord(c *candidate, i int, keep bool) int {
	w := &s.win
	j := i
	for j < len(w.buf) && isLetter(w.buf[j]) {
		j++
	}
	word := string(w.buf[i:j])
	if word == "" || len(word) > 15 {
		return -1
	}
	if rest := string(w.buf[j:min(j+2, len(w.buf))]); foldEqual(word, "n") && (rest == "°" || rest == "º") {
		w.splice(i, j+2, "")
		return i
	}
	if keep {
		if foldEqual(word, "publications") || foldEqual(word, "pubs") || foldEqual(word, "standards") {
			w.splice(j-1, j, "")
			return j - 1
		}
		return j
	}
	if foldEqual(word, "code") && w.matchesAt(j, " list") {
		w.splice(i, min(j+len(" list "), len(w.buf)), "")
		c.traits |= Variant
		return i
	}
	words := fillers[:]
	if c.anchor.word == "wcag" {
		words = levels[:]
	}
	for _, f := range words {
		if !foldEqual(word, f) || i == 0 || w.buf[i-1] != ' ' {
			continue
		}
		if j < len(w.buf) && w.buf[j] == '.' && len(word) < 4 {
			j++
		}
		for j < len(w.buf) && w.buf[j] == ' ' {
			j++
		}
		w.splice(i, j, "")
		c.traits |= Variant
		return i
	}
	return j
}

func (w *window) matchesAt(i int, s string) bool {
	return i >= 0 && i+len(s) <= len(w.buf) && hasFold(string(w.buf[i:i+len(s)]), s)
}
