package citation

import "strings"

// MaxCitations is how many citations Scan gives at most, so that a hostile
// text cannot take much memory.
const MaxCitations = 100_000

// Scan finds the citations in a text, in the order of their Start. It makes
// one pass, and its time is linear in the length of the text. Spans do not
// overlap, but for those of one range. A text with MaxCitations has been read
// no further.
func Scan(text string) []Citation {
	s := scanner{text: text}
	s.run()
	return s.found[:min(len(s.found), MaxCitations)]
}

// run makes the pass.
func (s *scanner) run() {
	text := s.text
	for i := 0; i < len(text) && len(s.found) < MaxCitations; {
		if classes[text[i]]&letter == 0 {
			if text[i] == '8' && s.atWireless(i) {
				i = s.try(&wireless, i, i)
				continue
			}
			i++
			continue
		}
		j := i + 1
		for j < len(text) && classes[text[j]]&letter != 0 {
			j++
		}
		if a := findAnchor(text[i:j]); a != nil {
			i = s.try(a, i, j)
		} else {
			i = j
		}
	}
}

// scanner is one Scan. All work at one place of the text is bounded: windows
// have at most maxWindow bytes, and looks back at most lookBack.
type scanner struct {
	text  string
	found []Citation
	win   window
	cand  candidate
	// phrases is how many citations there were with the last one that was
	// spelled out.
	phrases int
	// icao says that ICAO was named, so that a "Doc 9303" is one of its own.
	icao bool
	// own are the numbers of requests for comments that the text links to in
	// places other than the IETF's; nil until they are asked for.
	own map[string]bool
	// highways says that the text is of highways.
	highways answer
	// steps counts the bytes looked at beyond the pass over the text.
	steps int
}

// lookBack bounds, in bytes, how far before a candidate the text is read.
const lookBack = 256

// candidate is a place where a citation may begin.
type candidate struct {
	anchor     *anchor
	start, end int
	// word is the end of the anchor's word.
	word int
	// upper says that the word is in capitals.
	upper  bool
	traits Trait
}

// try reads a citation at an anchor's word, text[i:j], with what belongs to
// its list. It gives the place to go on from, which is beyond i.
func (s *scanner) try(a *anchor, i, j int) int {
	next := max(j, i+1)
	if a.then != 0 && !s.follows(j, a.then) {
		return next
	}
	c := &s.cand
	*c = candidate{anchor: a, start: i - a.before, word: j, upper: isUpper(s.text[i:j])}
	reach := a.near
	if !c.upper && len(a.word) <= 3 && a.phrases == nil {
		reach = min(reach, nearSmall)
	}
	if c.start < 0 || !s.opens(c) || !s.digitNear(j, reach) {
		return next
	}
	if a.word == "icao" {
		s.icao = true
	}
	id, ok := a.read(s, c)
	if !ok || c.end <= c.start {
		return next
	}
	sure, ok := s.judge(c, &id)
	if !ok {
		return next
	}
	place := s.placeOf(c, &id)
	if place == hidden {
		return max(next, c.end)
	}
	cit := s.citation(c, id, sure)
	cit.Markup = place == markup
	s.appose(&cit)
	s.found = append(s.found, cit)
	if a.phrases != nil {
		s.phrases = len(s.found)
	}
	end := c.end
	if !cit.Markup {
		first := len(s.found) - 1
		end = s.list(first)
		s.partsBefore(first)
	}
	return max(next, end)
}

// opens says whether a citation may begin at the candidate: at the start of a
// word, in the case that the anchor asks for.
func (s *scanner) opens(c *candidate) bool {
	if c.anchor.caps == capitals && !c.upper {
		return false
	}
	if c.start == 0 {
		return true
	}
	b := s.text[c.start-1]
	if classes[b]&(letter|digit) != 0 {
		return false
	}
	return b < 0x80 || !letterBefore(s.text[:c.start])
}

// follows says whether the byte stands at i; white space of any kind counts
// as a blank.
func (s *scanner) follows(i int, b byte) bool {
	if i >= len(s.text) {
		return false
	}
	return s.text[i] == b || b == ' ' && isSpace(s.text[i])
}

// appose drops the citation before, where that was spelled out and c repeats
// it in brackets: "Web Content Accessibility Guidelines 2.0 (WCAG 2.0)".
func (s *scanner) appose(c *Citation) {
	n := len(s.found) - 1
	if n < 0 || c.Markup || s.phrases != n+1 || c.Start-s.found[n].End > 3 || c.Start <= s.found[n].End || s.text[c.Start-1] != '(' || s.found[n].Traits&InRange != 0 {
		return
	}
	if strings.TrimSpace(s.text[s.found[n].End:c.Start-1]) == "" && s.found[n].ID.Key() == c.ID.Key() {
		s.found = s.found[:n]
	}
}

// digitNear says whether a digit stands within n bytes from i on.
func (s *scanner) digitNear(i, n int) bool {
	end := min(i+n, len(s.text))
	for k := i; k < end; k++ {
		if b := s.text[k]; classes[b]&digit != 0 || b == 0xEF { // or one in full width
			s.steps += k - i
			return true
		}
	}
	s.steps += end - i
	return false
}
