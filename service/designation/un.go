package designation

import "strings"

var unStarts = []start{
	{"untdid", parseUNTDID}, {"uncl", parseUNTDID}, {"un/edifact", parseEDIFACT}, {"unedifact", parseEDIFACT}, {"edifact", parseEDIFACT},
	{"un/cefact", parseUNRecommendation}, {"un/ece", parseUNRecommendation}, {"unece", parseUNRecommendation},
	{"un m", parseM49}, {"un/m", parseM49},
}

// parseUNTDID reads "UNTDID 1001", "UNTDID 1001 D.16B", "UNCL1001".
func parseUNTDID(c *cursor, id *ID) bool {
	id.Flavour, id.Publishers = UN, []string{"UN"}
	if id.Type = "UNTDID"; !c.lit("untdid") {
		c.lit("uncl")
		id.Type = "UNCL"
	}
	c.gap()
	if id.Number = c.digits(4, 4); id.Number == "" {
		return c.miss("four digits")
	}
	directory(c, id)
	return true
}

// parseEDIFACT reads "UN/EDIFACT D.96A", "EDIFACT INVOIC D96A".
func parseEDIFACT(c *cursor, id *ID) bool {
	bare := !c.lit("un/") && !c.lit("un")
	c.lit("edifact")
	id.Flavour, id.Publishers, id.Type = UN, []string{"UN"}, "EDIFACT"
	m := c.pos
	c.gap()
	if w := c.letters(6, 6); w != "" && w == strings.ToUpper(w) || w != "" && strings.Contains(ediMessages, strings.ToUpper(w)) {
		id.Number = strings.ToUpper(w)
	} else {
		c.pos = m
	}
	if directory(c, id); id.Version == "" && bare {
		return c.miss("a directory such as D.96A")
	}
	return !isLetter(c.peek()) || c.miss("a directory such as D.96A")
}

// ediMessages are the messages that are known by name whatever the case.
const ediMessages = "INVOIC ORDERS ORDRSP ORDCHG DESADV RECADV PRICAT REMADV PARTIN SLSRPT INVRPT CONTRL APERAK IFTMIN IFTSTA CUSDEC CUSCAR CUSRES PAXLST CONDRA"

// directory reads the name of a UN directory, "D.96A" or "D16B"; of UN/LOCODE
// and UNSPSC "2023-1" and "26.0801"; else a version.
func directory(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.sp()
	if c.word("directory") {
		c.sp()
	}
	n := c.pos
	if series := c.letters(1, 1); series != "" && strings.Contains("dsDS", series) {
		c.eat('.')
		if y := c.digits(2, 2); y != "" && isLetter(c.peek()) && !isAlnum(c.at(1)) {
			id.Version = strings.ToUpper(c.s[n:n+1] + "." + y + c.s[c.pos:c.pos+1])
			c.pos++
			return
		}
	}
	c.pos = n
	if id.Number == "UN/LOCODE" {
		if y := c.digits(4, 4); isYear(y) && c.eat('-') && c.digits(1, 1) != "" && !isLetter(c.peek()) {
			id.Version = c.s[n:c.pos]
			return
		}
	}
	c.pos = m
	if id.Type == "" {
		namedVersion(c, id)
	}
}

// parseUNRecommendation reads "UN/CEFACT Recommendation 20", "UN/ECE Rec. No.
// 20 Revision 11e".
func parseUNRecommendation(c *cursor, id *ID) bool {
	if !c.lit("un/cefact") && !c.lit("un/ece") {
		c.lit("unece")
		c.lit("/cefact")
	}
	c.gap()
	if !c.word("recommendation") && !c.word("rec") {
		return c.miss("Recommendation")
	}
	c.eat('.')
	c.gap()
	if c.lit("no") || c.lit("n°") {
		c.eat('.')
		c.lit("°")
		c.sp()
	}
	n := c.digits(1, 2)
	if n == "" || n[0] == '0' {
		return c.miss("a number")
	}
	id.Flavour, id.Publishers, id.Type, id.Number = UN, []string{"UN"}, "Recommendation", n
	m := c.pos
	c.eat(',')
	c.sp()
	if c.word("revision") || c.word("rev") || c.pos > m && c.word("r") {
		c.eat('.')
		c.sp()
		n := c.pos
		if c.digits(1, 2) != "" {
			c.letters(1, 1)
			if !isAlnum(c.peek()) {
				id.Version = strings.ToLower(c.s[n:c.pos])
				return true
			}
		}
	}
	c.pos = m
	return true
}

func parseM49(c *cursor, id *ID) bool {
	if !c.lit("un ") {
		c.lit("un/")
	}
	if !c.lit("m") {
		return c.miss("M.49")
	}
	c.eat('.')
	c.sp()
	if !c.lit("49") {
		return c.miss("M.49")
	}
	id.Flavour, id.Publishers, id.Number = UN, []string{"UN"}, "M.49"
	return true
}

func writeUN(b *strings.Builder, id *ID) {
	switch id.Type {
	case "":
		if id.Number == "M.49" {
			b.WriteString("UN M.49")
			return
		}
		writeNamed(b, id)
		return
	case "EDIFACT":
		b.WriteString("UN/EDIFACT")
	case "Recommendation":
		b.WriteString("UN/CEFACT Recommendation")
	default:
		b.WriteString(id.Type)
	}
	put(b, " ", id.Number)
	if id.Type == "Recommendation" {
		put(b, " Rev. ", id.Version)
	} else {
		put(b, " ", id.Version)
	}
}
