package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// This file holds what an anchor does: it makes the window read as the
// grammar of designations expects, and asks that.

// readPlain reads a designation that begins with the anchor's word.
func (s *scanner) readPlain(c *candidate) (designation.ID, bool) {
	s.open(c)
	s.tidy(c)
	return s.parse(c)
}

// readNamed reads the name of a versioned work.
func (s *scanner) readNamed(c *candidate) (designation.ID, bool) {
	s.open(c)
	if hasFold(string(s.win.buf[:min(6, len(s.win.buf))]), "soc") {
		s.tidy(c)
	}
	return s.parse(c)
}

// readPhrase reads a designation whose publisher or series is spelled out.
func (s *scanner) readPhrase(c *candidate) (designation.ID, bool) {
	if !c.anchor.promises(s.text[c.word:]) {
		return designation.ID{}, false
	}
	s.open(c)
	for _, p := range c.anchor.phrases {
		if n := s.matchPhrase(c.word-c.start, p.rest); n > 0 {
			s.win.splice(0, n, p.put)
			s.tidyGap(c, len(p.put))
			if s.win.matchesAt(0, "ogc (") {
				s.win.splice(len("ogc "), len("ogc ("), "")
			}
			c.traits |= Variant
			c.upper = true
			return s.parse(c)
		}
	}
	return designation.ID{}, false
}

// promises says whether one of the phrases may follow in t.
func (a *anchor) promises(t string) bool {
	i := 0
	for i < len(t) && i < maxIndent && (isSpace(t[i]) || t[i] == '>') {
		i++
	}
	for _, p := range a.phrases {
		if i < len(t) && lower(t[i]) == p.rest[0] {
			return true
		}
	}
	return false
}

// matchPhrase matches the words of a phrase from byte n of the window on, with
// a plural and an acronym in brackets behind it, and gives its end.
func (s *scanner) matchPhrase(n int, phrase string) int {
	buf := s.win.buf
	if n >= len(buf) || buf[n] != ' ' {
		return 0
	}
	n++
	for i := range len(phrase) {
		if n >= len(buf) || lower(buf[n]) != phrase[i] {
			return 0
		}
		n++
	}
	if n < len(buf) && lower(buf[n]) == 's' {
		n++
	}
	if n < len(buf) && isLetter(buf[n]) {
		return 0
	}
	for n < len(buf) && buf[n] == ' ' {
		n++
	}
	if k := acronym(buf, n); k > 0 {
		n = k
		for n < len(buf) && buf[n] == ' ' {
			n++
		}
	}
	return n
}

// acronym matches "(WCAG)" at n and gives its end.
func acronym(buf []byte, n int) int {
	if n >= len(buf) || buf[n] != '(' {
		return 0
	}
	k := n + 1
	for k < len(buf) && classes[buf[k]]&upperCase != 0 {
		k++
	}
	if k-n < 3 || k >= len(buf) || buf[k] != ')' {
		return 0
	}
	return k + 1
}

// readDotted reads "B.S. 8000".
func (s *scanner) readDotted(c *candidate) (designation.ID, bool) {
	s.open(c)
	if !s.win.matchesAt(0, "b.s. ") {
		return designation.ID{}, false
	}
	s.win.splice(0, len("b.s."), c.anchor.put)
	c.traits |= Variant
	return s.parse(c)
}

// bareRecommendations are the ITU-T Recommendations that texts cite without
// naming their publisher.
var bareRecommendations = map[string]bool{
	"X.25": true, "X.400": true, "X.435": true, "X.500": true, "X.509": true, "X.520": true, "X.680": true, "X.690": true,
	"E.123": true, "E.164": true, "E.212": true, "H.264": true, "H.265": true, "H.320": true, "H.323": true,
	"G.652": true, "G.657": true, "G.711": true, "G.722": true, "G.729": true, "G.984": true, "T.38": true, "T.37": true, "V.24": true, "V.35": true,
}

// readShort reads what has lost its publisher: "X.509", "802.1X", "Doc 9303".
func (s *scanner) readShort(c *candidate) (designation.ID, bool) {
	s.open(c)
	buf := s.win.buf
	switch c.anchor.word {
	case "802":
	case "doc":
		if !s.icao {
			return designation.ID{}, false
		}
	default:
		n := 2
		for n < len(buf) && isDigit(buf[n]) {
			n++
		}
		if len(buf) < 3 || buf[1] != '.' || !bareRecommendations[string(buf[:n])] {
			return designation.ID{}, false
		}
	}
	if len(buf) > 0 && c.start > 0 && strings.IndexByte(".-/", s.text[c.start-1]) >= 0 {
		return designation.ID{}, false
	}
	s.win.splice(0, 0, c.anchor.put)
	c.traits |= Elided
	return s.parse(c)
}

// atWireless says whether "802." and a digit stand at i, at the start of a
// word.
func (s *scanner) atWireless(i int) bool {
	t := s.text
	if !strings.HasPrefix(t[i:], "802.") || i+5 > len(t) || !isDigit(t[i+4]) {
		return false
	}
	return i == 0 || !isAlnum(t[i-1]) && strings.IndexByte(".-,_$", t[i-1]) < 0
}

// readAddress reads an IRI that is itself a designation: a W3C document, a
// canonical URL with its version, a URN of the IETF or of ISO.
func (s *scanner) readAddress(c *candidate) (designation.ID, bool) {
	end := s.tokenEnd(c.start)
	if i := strings.IndexByte(s.text[end:min(end+1, len(s.text))], '|'); i == 0 {
		end = s.tokenEnd(end + 1)
	}
	tok := s.text[c.start:end]
	if !strings.Contains(tok, ":") {
		return designation.ID{}, false
	}
	if c.anchor.word != "urn" && !strings.Contains(tok, "/TR/") && !strings.Contains(tok, "|") {
		return designation.ID{}, false
	}
	id, n, err := designation.ParsePrefix(tok)
	if err != nil {
		return id, false
	}
	c.end = c.start + n
	return id, true
}

// readReference reads a reference of the registry itself.
func (s *scanner) readReference(c *candidate) (designation.ID, bool) {
	id, n, err := designation.ParsePrefix(s.text[c.start:min(c.start+2*lookBack, len(s.text))])
	if err != nil {
		return id, false
	}
	c.end = c.start + n
	return id, true
}

// readDraft reads the name of an Internet-Draft. "draft-report-v2" is none:
// either a stream of the IETF or a version of two digits is asked for.
func (s *scanner) readDraft(c *candidate) (designation.ID, bool) {
	s.open(c)
	id, ok := s.parse(c)
	if !ok {
		return id, false
	}
	rest := strings.TrimPrefix(id.Number, "draft-")
	for _, stream := range [...]string{"ietf-", "irtf-", "iab-", "irtfg-"} {
		if strings.HasPrefix(rest, stream) {
			return id, true
		}
	}
	return id, id.Version != "" && strings.Count(rest, "-") >= 1
}

// open fills the window from the candidate on.
func (s *scanner) open(c *candidate) {
	s.win.fill(s.text, c.start, maxWindow)
	s.steps += s.win.src - c.start
}

// parse asks the grammar for what the window begins with.
func (s *scanner) parse(c *candidate) (designation.ID, bool) {
	buf := string(s.win.buf)
	s.steps += len(buf)
	if n := gluedRun(buf); n > 0 {
		if id, m, err := designation.ParsePrefix(buf[:n]); err == nil && m == n {
			c.traits |= Glued
			s.close(c, n)
			return id, true
		}
	}
	id, n, err := designation.ParsePrefix(buf)
	if err != nil || n == 0 {
		return id, false
	}
	if m := gluedYear(buf, n); m > 0 {
		if dated, k, err := designation.ParsePrefix(buf[:m]); err == nil && k == m {
			c.traits |= Glued
			id, n = dated, m
		}
	}
	if i := strings.LastIndexByte(buf[:n], '-'); i > 0 && len(id.Parts) == 1 && muchCited[id.Number] && muchCited[buf[i+1:n]] {
		if first, k, err := designation.ParsePrefix(buf[:i]); err == nil && k == i {
			id, n = first, i // "ISO 27001-27002"
		}
	}
	if first, k := eurocodes(buf, n, &id); k > 0 {
		id, n = first, k
	}
	id, n = oddYear(buf, n, id)
	if m := otherPart(buf, n); m > 0 {
		if first, k, err := designation.ParsePrefix(buf[:m]); err == nil && k == m {
			id, n = first, m
		}
	}
	if m := pluralParts(buf, n); m > 0 {
		if first, k, err := designation.ParsePrefix(buf[:m]); err == nil && k == m {
			id, n = first, m
		}
	}
	s.close(c, n)
	return id, true
}

// close ends the candidate behind the first n bytes of the window, or where
// they leave the line for the next of a column.
func (s *scanner) close(c *candidate, n int) {
	if jump := s.win.jump; jump > 0 && n > jump {
		c.traits |= Wrapped | Split
		n = len(strings.TrimRight(string(s.win.buf[:jump]), " "))
	}
	c.end = s.win.end(n)
}

// eurocodes says where the first number ends in "BS EN 1990-1999": what looks
// like a year is the last of the Eurocodes.
func eurocodes(buf string, n int, id *designation.ID) (designation.ID, int) {
	i := strings.LastIndexByte(buf[:n], '-')
	if i < 0 || len(id.Parts) > 0 || !isEurocode(id.Number) || !isEurocode(id.Date) || id.Date <= id.Number || buf[i+1:n] != id.Date {
		return *id, 0
	}
	first, k, err := designation.ParsePrefix(buf[:i])
	if err != nil || k != i {
		return *id, 0
	}
	return first, k
}

// isEurocode says whether a number is one of those from EN 1990 to EN 1999.
func isEurocode(n string) bool { return len(n) == 4 && n[:3] == "199" }

// oddYear reads the year of "ISO 9001/2015", of "ISO 9001 - 2015." and of
// "EN 1317-4 2002)" behind the first n bytes.
func oddYear(buf string, n int, id designation.ID) (designation.ID, int) {
	k := n + 1
	if strings.HasPrefix(buf[n:], " - ") {
		k = n + 3
	}
	if k+4 > len(buf) || k == n+1 && buf[n] != '/' && !blankYear(buf, n, &id) || !isYear(buf[k:k+4]) || id.Date != "" || len(id.Number) < 4 {
		return id, n
	}
	if k+4 < len(buf) && (isAlnum(buf[k+4]) || k == n+3 && strings.IndexByte(",;.)", buf[k+4]) < 0) {
		return id, n
	}
	switch id.Flavour {
	case designation.ISO, designation.IEC, designation.ISOIEC, designation.BSI, designation.CEN, designation.DIN, designation.National:
		text := id.String() + ":" + buf[k:k+4]
		if dated, m, err := designation.ParsePrefix(text); err == nil && m == len(text) {
			return dated, k + 4
		}
	}
	return id, n
}

// blankYear says whether a year that closes a part of the sentence stands
// behind a blank at n, as the edition does in "DD ENV 1317-4 2002 [Ref 3]".
func blankYear(buf string, n int, id *designation.ID) bool {
	if buf[n] != ' ' || len(id.Parts) == 0 {
		return false
	}
	rest := buf[n+5:]
	return strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, " [")
}

// otherPart says where a citation ends before ", part 2 of", which is of what
// follows.
func otherPart(buf string, n int) int {
	if !strings.HasPrefix(buf[n:], " of ") {
		return 0
	}
	i := strings.LastIndexByte(buf[:n], ',')
	if i < 0 || !hasFold(strings.TrimLeft(buf[i+1:n], " "), "part") {
		return 0
	}
	return i
}

// pluralParts says where the first part ends in "ISO 19650 parts 1-3", which
// is a range rather than a part of a part.
func pluralParts(buf string, n int) int {
	i := strings.Index(strings.ToLower(buf[:n]), "parts ")
	if i < 0 {
		return 0
	}
	k := i + len("parts ")
	k += digitRun(buf, k)
	if k < n && buf[k] == '-' {
		return k
	}
	return 0
}
