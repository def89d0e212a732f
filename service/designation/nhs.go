package designation

import "strings"

var nhsStarts = []start{
	{"dcb", parseNHS}, {"dapb", parseNHS}, {"scci", parseNHS}, {"isb", parseNHS}, {"dscn", parseNHS}, {"nhs ", parseNHS},
}

var nhsSeries = [...]struct{ lit, typ string }{{"dcb", "DCB"}, {"dapb", "DAPB"}, {"scci", "SCCI"}, {"isb", "ISB"}, {"dscn", "DSCN"}}

// parseNHS reads "DCB0129", "DAPB 4013", "SCCI0129", "ISB 0149-02", "DCB2026
// Amd 2/2018", "DSCN 18/2009". Numbers have four digits.
func parseNHS(c *cursor, id *ID) bool {
	if c.lit("nhs ") && (c.word("digital") || c.word("england")) {
		c.sp()
	}
	for i := range nhsSeries {
		if c.lit(nhsSeries[i].lit) {
			id.Type = nhsSeries[i].typ
			break
		}
	}
	if id.Type == "" {
		return c.miss("DCB, DAPB, SCCI or ISB")
	}
	c.gap()
	id.Flavour, id.Publishers = NHS, []string{"NHS"}
	m := c.pos
	n := c.digits(1, 4)
	if n == "" {
		return c.miss("a number")
	}
	if id.Type == "DSCN" {
		if !c.eat('/') || !isYear(c.digits(4, 4)) {
			return c.miss("a year")
		}
		id.Number = trimZeros(c.s[m:c.pos])
		return true
	}
	id.Number = "0000"[len(n):] + n
	m = c.pos
	if c.eat('-') {
		if p := c.digits(1, 2); p != "" && !isLetter(c.peek()) {
			id.Parts = []string{p}
			m = c.pos
		}
	}
	c.pos = m
	nhsAmendment(c, id)
	version(c, id, "v", 3)
	nhsAmendment(c, id)
	id.Date = anyDate(c)
	return true
}

// nhsAmendment reads "Amd 25/2018".
func nhsAmendment(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.eat('/')
	c.sp()
	if len(id.Supplements) == 0 && (c.word("amendment") || c.word("amd")) {
		c.eat('.')
		c.sp()
		if n := c.digits(1, 3); n != "" && c.eat('/') {
			if y := c.digits(4, 4); isYear(y) && !isLetter(c.peek()) {
				id.Supplements = []Supplement{{Kind: "Amd", Number: trimZeros(n), Date: y}}
				return
			}
		}
	}
	c.pos = m
}

func writeNHS(b *strings.Builder, id *ID) {
	b.WriteString(id.Type)
	if id.Type == "ISB" || id.Type == "DSCN" {
		b.WriteByte(' ')
	}
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteString("-" + p)
	}
	put(b, " v", id.Version)
	for i := range id.Supplements {
		b.WriteString(" Amd " + id.Supplements[i].Number + "/" + id.Supplements[i].Date)
	}
	if id.Date != "" {
		b.WriteString(" (" + id.Date + ")")
	}
}
