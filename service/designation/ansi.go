package designation

import (
	"strconv"
	"strings"
)

var ansiStarts = []start{
	{"ansi", parseANSI}, {"niso z", parseANSI}, {"tia-", parseANSI}, {"tia ", parseANSI}, {"tia/eia", parseANSI}, {"ul ", parseANSI}, {"ashrae ", parseANSI},
	{"incits ", parseANSI}, {"asme ", parseANSI}, {"nfpa ", parseANSI}, {"sae ", parseANSI}, {"isa-", parseANSI},
	{"astm", parseASTM},
}

// accredited are the developers whose standards ANSI approves. Those marked
// lead are cited under their own name too.
var accredited = [...]struct {
	lit, name string
	lead      bool
}{
	{"nist-itl", "NIST-ITL", false}, {"niso", "NISO", true}, {"ieee", "IEEE", false}, {"tia/eia", "TIA/EIA", true}, {"tia", "TIA", true},
	{"eia", "EIA", false}, {"ashrae", "ASHRAE", true}, {"incits", "INCITS", true}, {"isa", "ISA", true}, {"asis", "ASIS", false},
	{"assp", "ASSP", false}, {"asse", "ASSE", false}, {"ul", "UL", true}, {"asme", "ASME", true}, {"nfpa", "NFPA", true}, {"nema", "NEMA", false},
	{"sae", "SAE", true}, {"aami", "AAMI", false}, {"hl7", "HL7", false}, {"ies", "IES", false}, {"bicsi", "BICSI", false},
	{"scte", "SCTE", false}, {"esd", "ESD", false}, {"hfes", "HFES", false}, {"asabe", "ASABE", false}, {"asq", "ASQ", false}, {"x9", "X9", false},
}

// parseANSI reads "ANSI/NISO Z39.50-2003", "ANSI INCITS 359-2012", "ANSI
// X9.24-1-2017", "TIA-942".
func parseANSI(c *cursor, id *ID) bool {
	id.Flavour = ANSI
	approved := c.lit("ansi")
	if approved {
		id.Publishers = []string{"ANSI"}
		m := c.pos
		if c.sp(); !c.eat('/') {
			c.pos = m
			c.gap()
		}
		c.sp()
	}
	for i := range accredited {
		m := c.pos
		a := &accredited[i]
		if !approved && !a.lead || !c.word(a.lit) {
			continue
		}
		if a.name == "X9" {
			c.pos = m
			break
		}
		if approved {
			id.Publishers = []string{"ANSI/" + a.name}
		} else {
			id.Publishers = []string{a.name}
		}
		c.gap()
		break
	}
	if len(id.Publishers) == 0 {
		return c.miss("a publisher")
	}
	if c.word("std") || c.word("standard") {
		c.eat('.')
		c.gap()
	}
	if id.Number = ansiNumber(c); id.Number == "" {
		return c.miss("a number")
	}
	parts(c, id)
	date(c, id)
	return true
}

// ansiNumber reads "Z39.50", "X9.24", "942", "942-B", "J1939", "62.1", "PAP.1".
func ansiNumber(c *cursor) string {
	m := c.pos
	if c.letters(1, 4) != "" {
		c.eat('.')
	}
	if c.dotted(5) == "" {
		c.pos = m
		return ""
	}
	if isLetter(c.peek()) && !isAlnum(c.at(1)) {
		c.pos++
	}
	if c.peek() == '-' && isLetter(c.at(1)) && !isAlnum(c.at(2)) {
		c.pos += 2
	}
	return strings.ToUpper(c.s[m:c.pos])
}

func writeANSI(b *strings.Builder, id *ID) {
	b.WriteString(id.Publishers[0])
	if id.Publishers[0] == "TIA" || strings.HasSuffix(id.Publishers[0], "ISA") || strings.HasSuffix(id.Publishers[0], "/TIA") {
		b.WriteByte('-')
	} else {
		b.WriteByte(' ')
	}
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteByte('-')
		b.WriteString(p)
	}
	put(b, "-", id.Date)
}

// parseASTM reads "ASTM D638-14", "ASTM C39/C39M-21", "ASTM E1527-21",
// "ASTM D4169-22e1", "ASTM D4635-08a(2019)".
func parseASTM(c *cursor, id *ID) bool {
	c.lit("astm")
	c.gap()
	c.lit("international ")
	id.Flavour, id.Publishers = ASTM, []string{"ASTM"}
	n := astmNumber(c)
	if n == "" {
		return c.miss("a letter and a number")
	}
	m := c.pos
	if c.eat('/') {
		if second := astmNumber(c); second != "" {
			n += "/" + second
		} else {
			c.pos = m
		}
	}
	id.Number = n
	if !astmYear(c, id) {
		return true
	}
	m = c.pos
	if c.eat('(') {
		if y := c.digits(4, 4); isYear(y) && c.eat(')') {
			id.Supplements = append(id.Supplements, Supplement{Kind: "R", Date: y, Consolidated: true})
			m = c.pos
		}
	}
	c.pos = m
	if c.lit("e") || c.lit("ε") {
		if e := c.digits(1, 1); e != "" && !isLetter(c.peek()) {
			id.Supplements = append(id.Supplements, Supplement{Kind: "e", Number: e, Consolidated: true})
			return true
		}
	}
	c.pos = m
	return true
}

func astmNumber(c *cursor) string {
	m := c.pos
	if c.letters(1, 1) != "" {
		c.sp()
		if n := c.digits(1, 4); n != "" && n[0] != '0' {
			if c.peek()|0x20 == 'm' && !isAlnum(c.at(1)) {
				c.pos++
			}
			return strings.ToUpper(strings.ReplaceAll(c.s[m:c.pos], " ", ""))
		}
	}
	c.pos = m
	return ""
}

// astmYear reads "-14", "-14a" or "-2014". Two digits are of 1936 to 2035.
func astmYear(c *cursor, id *ID) bool {
	m := c.pos
	if c.eat('-') {
		y := c.digits(4, 4)
		if y == "" {
			if y = c.digits(2, 2); y >= "36" {
				y = "19" + y
			} else if y != "" {
				y = "20" + y
			}
		}
		if n, err := strconv.Atoi(y); err == nil && n >= 1936 && n <= 2035 {
			if l := c.peek() | 0x20; l >= 'a' && l <= 'd' && !isAlnum(c.at(1)) {
				id.Edition = string(l)
				c.pos++
			}
			if l := c.peek(); !isLetter(l) || l|0x20 == 'e' {
				id.Date = y
				return true
			}
		}
	}
	id.Edition = ""
	c.pos = m
	return false
}

func writeASTM(b *strings.Builder, id *ID) {
	b.WriteString("ASTM ")
	b.WriteString(id.Number)
	if id.Date != "" {
		b.WriteString("-" + id.Date[2:])
	}
	b.WriteString(id.Edition)
	for i := range id.Supplements {
		if s := &id.Supplements[i]; s.Kind == "R" {
			b.WriteString("(" + s.Date + ")")
		} else {
			b.WriteString("e" + s.Number)
		}
	}
}
