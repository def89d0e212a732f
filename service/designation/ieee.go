package designation

import "strings"

var ieeeStarts = []start{{"ieee", parseIEEE}, {"ecma", parseECMA}}

// parseIEEE reads "IEEE Std 802.1X-2020", "IEEE 829", "IEEE P802.11be/D3.0".
func parseIEEE(c *cursor, id *ID) bool {
	c.lit("ieee")
	c.gap()
	if c.word("standard") || c.word("std") {
		c.eat('.')
		c.sp()
	}
	id.Flavour, id.Publishers = IEEE, []string{"IEEE"}
	m := c.pos
	if c.lit("p") {
		if isDigit(c.peek()) {
			id.Stage = "P"
		} else {
			c.pos = m
		}
	}
	if id.Number = ieeeNumber(c); id.Number == "" {
		return c.miss("a number")
	}
	m = c.pos
	if id.Stage == "P" && c.lit("/d") {
		if id.Version = c.dotted(2); id.Version == "" {
			c.pos = m
		}
	}
	groups(c, id)
	date(c, id)
	supplements(c, id)
	form(c, id)
	groups(c, id)
	return true
}

// ieeeNumber reads "829", "802.1X", "1003.1", "C37.118.1", "802.11ax".
func ieeeNumber(c *cursor) string {
	m := c.pos
	c.letters(1, 1)
	if c.dotted(4) == "" || c.s[m] == '0' {
		c.pos = m
		return ""
	}
	e := c.pos
	// Letters behind the number are few; a longer run is a word of its own.
	tail := c.letters(0, 3)
	if tail == "" || strings.EqualFold(tail, "std") {
		c.pos = e
	}
	if isAlnum(c.peek()) {
		c.pos = m
		return ""
	}
	return strings.ToUpper(c.s[m:m+1]) + c.s[m+1:e] + ieeeLetters(c.s[m:e], c.s[e:c.pos])
}

// ieeeLetters gives the letters of a project their case: those of the 802.1
// standards that stand alone are capitals, as is the Q that its amendments
// begin with; those of amendments are small.
func ieeeLetters(number, letters string) string {
	up := strings.ToUpper(letters)
	if number != "802.1" {
		return strings.ToLower(letters)
	}
	switch up {
	case "D", "H", "Q", "X", "AB", "AC", "AE", "AR", "AS", "AX", "BA", "BR", "CB", "CF", "CM", "CQ", "CS", "DC", "DF", "DG", "DP":
		return up
	}
	if up != "" && strings.IndexByte("QXD", up[0]) >= 0 {
		return up[:1] + strings.ToLower(letters[1:])
	}
	if len(up) == 3 && (up[:2] == "AB" || up[:2] == "AE" || up[:2] == "AS" || up[:2] == "AX" || up[:2] == "CB") {
		return up[:2] + strings.ToLower(letters[2:])
	}
	return strings.ToLower(letters)
}

func writeIEEE(b *strings.Builder, id *ID) {
	b.WriteString("IEEE ")
	b.WriteString(id.Stage)
	b.WriteString(id.Number)
	put(b, "/D", id.Version)
	put(b, "-", id.Date)
	writeSupplements(b, id)
	if id.Form == "TC" {
		b.WriteString(" -")
	}
	put(b, " ", id.Form)
	writeGroups(b, id)
}

// parseECMA reads "ECMA-262", "ECMA 404:2017", "ECMA-376-1", "ECMA TR/104",
// "ECMA-262, 6th edition".
func parseECMA(c *cursor, id *ID) bool {
	c.lit("ecma")
	c.gap()
	id.Flavour, id.Publishers = ECMA, []string{"ECMA"}
	if c.word("tr") {
		id.Type = "TR"
		c.eat('/')
		c.gap()
	}
	id.Number = c.digits(1, 4)
	if id.Number == "" || id.Number[0] == '0' {
		return c.miss("a number")
	}
	parts(c, id)
	date(c, id)
	edition(c, id)
	date(c, id)
	return true
}

func writeECMA(b *strings.Builder, id *ID) {
	b.WriteString("ECMA")
	if id.Type != "" {
		b.WriteString(" TR/")
	} else {
		b.WriteByte('-')
	}
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteByte('-')
		b.WriteString(p)
	}
	put(b, ":", id.Date)
	put(b, " Ed. ", id.Edition)
}
