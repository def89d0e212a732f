package designation

import "strings"

var isoURNStarts = []start{{"urn:iso:std:", parseISOURN}}

// parseISOURN reads the URN of an ISO document (RFC 5141):
// "urn:iso:std:iso-iec:ts:27022:-1:ed-3:v1:en". Stage, version and language
// are passed over.
func parseISOURN(c *cursor, id *ID) bool {
	c.lit("urn:iso:std:")
	var set uint
	for {
		i := partner(c)
		if i < 0 || set&(1<<i) != 0 {
			return c.miss("a publisher")
		}
		set |= 1 << i
		if !c.eat('-') {
			break
		}
	}
	if set&3 == 0 || !c.eat(':') {
		return c.miss("a publisher")
	}
	id.Publishers = []string{joint(set)}
	id.Flavour = flavourOf(id.Publishers[0])
	for _, t := range [...]struct{ lit, typ string }{{"tr:", "TR"}, {"ts:", "TS"}, {"pas:", "PAS"}, {"guide:", "Guide"}, {"isp:", "ISP"}, {"r:", "R"}} {
		if c.lit(t.lit) {
			id.Type = t.typ
			break
		}
	}
	n := c.digits(1, 6)
	if n == "" || n[0] == '0' {
		return c.miss("a number")
	}
	id.Number = n
	m := c.pos
	if c.lit(":-") {
		if p := c.digits(1, 5); p != "" && !isLetter(c.peek()) {
			id.Parts = []string{p}
			m = c.pos
		}
	}
	c.pos = m
	isoURNTail(c, id)
	return true
}

func isoURNTail(c *cursor, id *ID) {
	for {
		m := c.pos
		if !c.eat(':') {
			return
		}
		switch {
		case c.lit("ed-"):
			if id.Edition != "" {
				c.pos = m
				return
			}
			if id.Edition = trimZeros(c.digits(1, 2)); id.Edition == "0" {
				id.Edition = ""
			}
			if id.Edition == "" {
				c.pos = m
				return
			}
		case c.lit("stage-"):
			c.dotted(2)
		case c.lit("v") && c.digits(1, 2) != "":
		default:
			if l := c.letters(2, 2); l == "" || !strings.Contains("en fr ru es ar de", strings.ToLower(l)) {
				c.pos = m
				return
			}
		}
		if isAlnum(c.peek()) {
			c.pos = m
			return
		}
	}
}
