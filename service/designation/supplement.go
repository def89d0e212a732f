package designation

import "strings"

// supplementWords are the words for amendments and corrigenda. Short ones
// need a "/" or "+" before them. A word never begins one that stands later.
var supplementWords = [...]struct {
	lit, kind, stage string
	short            bool
}{
	{"fdamd", "Amd", "FD", false}, {"fdam", "Amd", "FD", false}, {"damd", "Amd", "D", false}, {"dam", "Amd", "D", false},
	{"pdamd", "Amd", "PD", false}, {"pdam", "Amd", "PD", false}, {"cd amd", "Amd", "CD", false}, {"cdam", "Amd", "CD", false},
	{"dcor", "Cor", "D", false}, {"dadd", "Add", "D", false},
	{"amendment", "Amd", "", false}, {"amd", "Amd", "", false}, {"am", "Amd", "", false},
	{"technical corrigendum", "Cor", "", false}, {"corrigendum", "Cor", "", false}, {"corr", "Cor", "", false}, {"cor", "Cor", "", false},
	{"addendum", "Add", "", false}, {"add", "Add", "", false}, {"supplement", "Suppl", "", false}, {"suppl", "Suppl", "", false},
	{"fprac", "AC", "Fpr", true}, {"fpra", "A", "Fpr", true}, {"prac", "AC", "pr", true}, {"pra", "A", "pr", true},
	{"ac", "AC", "", true}, {"a", "A", "", true}, {"c", "C", "", true}, {"na", "NA", "", true},
}

// maxSupplements bounds the list of one designation.
const maxSupplements = 16

// supplements reads all that follow here.
func supplements(c *cursor, id *ID) {
	for len(id.Supplements) < maxSupplements {
		s, ok := supplement(c)
		if !ok {
			return
		}
		if s.Consolidated && s.Date == "" && len(id.Date) == 4 {
			s.Date = yearApart(c, id.Date)
		}
		id.Supplements = append(id.Supplements, s)
	}
}

// yearApart reads the year of a consolidated amendment behind a blank, "BS
// 8004:2015 +A1 2020". It is not before that of the edition.
func yearApart(c *cursor, least string) string {
	m := c.pos
	if c.sp() {
		if y := c.digits(4, 4); isYear(y) && y >= least && !isAlnum(c.peek()) && c.peek() != '-' {
			return y
		}
	}
	c.pos = m
	return ""
}

// supplement reads one, with what joins it to the text before: "/", "+", or
// for a word that is plain enough a comma or a space.
func supplement(c *cursor) (Supplement, bool) {
	m := c.pos
	c.sp()
	var s Supplement
	joined := true
	switch {
	case c.eat('+'):
		s.Consolidated = true
	case c.eat('/'):
	default:
		joined = false
		c.eat(',')
	}
	if c.sp(); c.pos == m {
		return s, false
	}
	first := toLower(c.peek())
	for i := range supplementWords {
		w := &supplementWords[i]
		if w.lit[0] != first || w.short && !joined || !c.word(w.lit) {
			continue
		}
		s.Kind, s.Stage = w.kind, w.stage
		if supplementNumber(c, &s, w.short) {
			return s, true
		}
		break
	}
	c.pos = m
	return s, false
}

func supplementNumber(c *cursor, s *Supplement, short bool) bool {
	if !short {
		c.eat('.')
		c.sp()
		if c.lit("no") {
			c.eat('.')
			c.sp()
		}
	}
	n := c.digits(1, 3)
	switch {
	case n == "" && s.Kind != "AC" && s.Kind != "NA":
		return false
	case isLetter(c.peek()):
		return false
	}
	s.Number = trimZeros(n)
	if s.Number == "0" {
		return false
	}
	s.Date = anyDate(c)
	return true
}

// writeSupplements prints them by the rules of the numbered flavours.
func writeSupplements(b *strings.Builder, id *ID) {
	for i := range id.Supplements {
		s := &id.Supplements[i]
		if s.Consolidated {
			b.WriteByte('+')
		} else {
			b.WriteByte('/')
		}
		writeSupplement(b, id, s)
		if s.Date != "" {
			b.WriteByte(supplementDateMark(id))
			b.WriteString(s.Date)
		}
	}
}

// writeSupplement prints one without its date.
func writeSupplement(b *strings.Builder, id *ID, s *Supplement) {
	switch s.Kind {
	case "A", "AC", "C", "NA":
		b.WriteString(s.Stage)
		b.WriteString(s.Kind)
		b.WriteString(s.Number)
		return
	}
	b.WriteString(s.Stage)
	if s.Stage == "CD" {
		b.WriteByte(' ')
	}
	if id.Flavour == IEC {
		b.WriteString(strings.ToUpper(s.Kind))
	} else {
		b.WriteString(s.Kind)
		b.WriteByte(' ')
	}
	b.WriteString(s.Number)
}

func supplementDateMark(id *ID) byte {
	if id.Flavour == IEEE {
		return '-'
	}
	return ':'
}

func trimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}
