package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// link is what joins the members of a list.
type link uint8

const (
	noLink link = iota
	comma       // also a semicolon
	slash
	and // "and", "or", "&", also behind a comma
	to  // "to", "through", a hyphen
)

// memberWindow bounds, in bytes, what one member of a list is read from.
const memberWindow = 72

// list reads the members that follow the citation found[i], whose prefix they
// leave out: "ISO/IEC 27001, 27017 and 27018". It gives the end of the last.
func (s *scanner) list(i int) int {
	base := s.found[i]
	m := member{scanner: s, base: base.ID, root: root(base.ID)}
	m.spelled = strings.Contains(strings.ToLower(base.Text), "part")
	m.plural = base.Text[min(3, len(base.Text)-1)]|0x20 == 's'
	end := base.End
	if m.root == "" && base.ID.Number != "WCAG" || base.ID.Flavour == designation.Etalon || base.Named {
		return end
	}
	from := base
	for len(s.found) < MaxCitations {
		s.win.fill(s.text, end, memberWindow)
		s.steps += s.win.src - end
		buf := string(s.win.buf)
		n, l := linkAt(buf)
		if l == noLink {
			break
		}
		id, k, ok := m.read(buf, n, l)
		if !ok {
			break
		}
		if hasFold(buf[n:], "part") && strings.HasPrefix(buf[n+k:], " of ") {
			break // the part of what follows
		}
		k += n
		start, stop := s.win.at[n], s.win.end(k)
		if !s.memberEnds(stop, l) || l == comma && partsOf(&id) && len(id.Parts) == 0 && id.Date == "" && !muchCited[id.Number] && s.nameFollows(stop) {
			break
		}
		if l == to {
			if !s.spread(from, id, stop) {
				if !muchCited[base.ID.Number] || !muchCited[id.Number] {
					break
				}
				s.add(Citation{Start: start, End: stop, ID: id, Confidence: Likely, Traits: Elided})
			}
		} else {
			s.add(Citation{Start: start, End: stop, ID: id, Confidence: Likely, Traits: Elided, Named: base.Named})
		}
		if l == slash {
			s.found[i].Traits |= Bound
		}
		from = s.found[len(s.found)-1]
		m.base, end = id, stop
	}
	return end
}

// add appends a member to what was found.
func (s *scanner) add(c Citation) {
	c.Text = s.text[c.Start:c.End]
	if strings.IndexByte(c.Text, '\n') >= 0 {
		c.Traits |= Wrapped
	}
	c.Clause = clauseBehind(s.text[c.End:min(c.End+clauseReach, len(s.text))])
	s.found = append(s.found, c)
}

// linkAt reads what joins two members, and gives its length with the blanks
// around it.
func linkAt(t string) (int, link) {
	i := skipBlank(t, 0)
	l := noLink
	if i < len(t) {
		switch t[i] {
		case ',', ';':
			l = comma
		case '/':
			l = slash
		case '&', '+':
			l = and
		case '-':
			l = to
		}
	}
	if l == and && t[i] == '+' && i == 0 {
		return 0, noLink
	}
	if l != noLink {
		i = skipBlank(t, i+1)
	}
	if l == noLink || l == comma {
		if n, w := linkWord(t, i); w != noLink && (i > 0 || l == comma) {
			return n, w
		}
	}
	return i, l
}

var linkWords = [...]struct {
	word string
	link link
}{
	{"and/or", and}, {"and", and}, {"or", and}, {"&", and}, {"as well as", and}, {"und", and}, {"oder", and}, {"et", and}, {"ou", and}, {"y", and},
	{"to", to}, {"through", to}, {"thru", to}, {"up to", to}, {"bis", to},
}

func linkWord(t string, i int) (int, link) {
	for _, w := range linkWords {
		if n := i + len(w.word); n < len(t) && t[n] == ' ' && foldEqual(t[i:n], w.word) {
			return skipBlank(t, n), w.link
		}
	}
	return 0, noLink
}

func skipBlank(t string, i int) int {
	for i < len(t) && t[i] == ' ' {
		i++
	}
	return i
}

// memberEnds says whether the text behind a member lets it be one: no decimal,
// no unit, no letters.
func (s *scanner) memberEnds(i int, l link) bool {
	t := s.text[i:]
	switch {
	case t == "":
		return true
	case isAlnum(t[0]), t[0] == '%', t[0] == '_':
		return false
	case t[0] == '.' && len(t) > 1 && isDigit(t[1]), t[0] == ',' && digitRun(t[:min(6, len(t))], 1) == 3:
		return false
	case strings.HasPrefix(t, ":") && len(t) > 1 && isDigit(t[1]):
		return false
	}
	return !s.unitFollows(i)
}

// nameFollows says whether a word that links nothing stands behind i: "ISO
// 9001, 10115 Berlin" holds a postcode.
func (s *scanner) nameFollows(i int) bool {
	t := s.text[i:min(i+24, len(s.text))]
	k := skipBlank(t, 0)
	if k == 0 || k >= len(t) || !isLetter(t[k]) {
		return false
	}
	_, l := linkWord(t, k)
	return l == noLink
}

// root is what the members of a list share with id: all before the number.
func root(id designation.ID) string {
	id = id.Undated()
	id.Parts, id.AllParts, id.Series = nil, false, false
	s := id.String()
	r, ok := strings.CutSuffix(s, id.Number)
	if !ok {
		return ""
	}
	return r
}
