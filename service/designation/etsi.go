package designation

import "strings"

// etsiStarts: "ETSI ..." of any type; the types alone where no one else uses
// them so; 3GPP. Plain "EN 3nn nnn" is found by the numbered grammar.
var etsiStarts = []start{
	{"etsi", parseETSI}, {"ts ", parseETSI}, {"tr ", parseETSI}, {"es ", parseETSI}, {"ets ", parseETSI},
	{"pretsi", parseETSI}, {"3gpp", parse3GPP},
}

var etsiTypes = [...]struct{ lit, typ string }{
	{"en", "EN"}, {"ts", "TS"}, {"tr", "TR"}, {"es", "ES"}, {"eg", "EG"}, {"gs", "GS"}, {"gr", "GR"}, {"sr", "SR"},
	{"ets", "ETS"}, {"etr", "ETR"}, {"tbr", "TBR"},
}

func parseETSI(c *cursor, id *ID) bool {
	id.Flavour = ETSI
	if c.lit("pretsi ") {
		id.Stage = "pr"
	} else if c.lit("etsi") {
		c.gap()
		c.eat('/')
	}
	if c.lit("pr") {
		id.Stage = "pr"
	}
	for i := range etsiTypes {
		if !c.word(etsiTypes[i].lit) {
			continue
		}
		id.Publishers, id.Type = []string{"ETSI"}, etsiTypes[i].typ
		c.gap()
		if id.Type == "GS" || id.Type == "GR" {
			id.Number = etsiGroup(c)
		} else {
			id.Number = etsiNumber(c)
		}
		if id.Number == "" || id.Type == "EN" && id.Number[0] != '3' {
			return c.miss("a number such as 301 549")
		}
		return etsiTail(c, id)
	}
	// All numbers from 300 000 on are ENs.
	if id.Number = etsiNumber(c); id.Number != "" && id.Number[0] == '3' {
		id.Publishers, id.Type = []string{"ETSI"}, "EN"
		return etsiTail(c, id)
	}
	return c.miss("EN, TS, TR, ES, EG, GS or SR")
}

// etsiNumber reads "301 549" and "301549"; old three-groups of "ETS 300 381"
// are the same.
func etsiNumber(c *cursor) string {
	m := c.pos
	if n := c.digits(6, 6); n != "" {
		return n[:3] + " " + n[3:]
	}
	a := c.digits(3, 3)
	if !c.sp() && a != "" && a[0] == '3' {
		c.eat('-') // "301-549"
	}
	if z := c.digits(3, 3); a != "" && z != "" {
		if c.pos-m == 7 && c.s[m+3] == ' ' {
			return c.s[m:c.pos]
		}
		return a + " " + z
	}
	c.pos = m
	return ""
}

// etsiGroup reads the number of a group specification: "NFV-SEC 001", "CIM 009".
func etsiGroup(c *cursor) string {
	m := c.pos
	for range 3 {
		if c.letters(1, 6) == "" {
			break
		}
		end := c.pos
		if c.eat('-') && isLetter(c.peek()) {
			continue
		}
		c.pos = end
		c.gap()
		if n := c.digits(3, 3); n != "" {
			return strings.ToUpper(c.s[m:end]) + " " + n
		}
		break
	}
	c.pos = m
	return ""
}

// etsiTail reads parts, version and date.
func etsiTail(c *cursor, id *ID) bool {
	parts(c, id)
	groups(c, id)
	etsiVersion(c, id)
	date(c, id)
	groups(c, id)
	return true
}

// etsiVersion reads "V3.2.1", "v 3.2.1" and "version 3.2.1".
func etsiVersion(c *cursor, id *ID) {
	version(c, id, "v", 3)
}

// version reads a dotted number behind a word for "version" that begins with
// the given short form: "v2.1", "version 2.1", "ver. 2.1", also after a comma.
func version(c *cursor, id *ID, short string, groups int) {
	m := c.pos
	c.eat(',')
	c.sp()
	if c.eat('(') {
		c.pos = m
		return
	}
	if c.word("version") || c.word("ver") || c.word(short) {
		c.eat('.')
		c.sp()
		if v := c.dotted(groups); v != "" && !isLetter(c.peek()) {
			id.Version = v
			return
		}
	}
	c.pos = m
}

func parse3GPP(c *cursor, id *ID) bool {
	c.lit("3gpp")
	c.gap()
	id.Flavour, id.Publishers = ThreeGPP, []string{"3GPP"}
	switch {
	case c.word("ts"):
		id.Type = "TS"
	case c.word("tr"):
		id.Type = "TR"
	default:
		return c.miss("TS or TR")
	}
	c.gap()
	m := c.pos
	if c.digits(2, 2) == "" || !c.eat('.') || c.digits(3, 3) == "" {
		return c.miss("a number such as 23.501")
	}
	id.Number = c.s[m:c.pos]
	return etsiTail(c, id)
}

// writeETSI prints ENs without "ETSI", for they are cited so and are numbered
// among the European Standards.
func writeETSI(b *strings.Builder, id *ID) {
	if id.Type != "EN" {
		b.WriteString(id.Publishers[0])
		b.WriteByte(' ')
	}
	b.WriteString(id.Stage)
	b.WriteString(id.Type)
	b.WriteByte(' ')
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteByte('-')
		b.WriteString(p)
	}
	put(b, " V", id.Version)
	if id.Date != "" {
		b.WriteString(" (" + id.Date + ")")
	}
	writeGroups(b, id)
}
