package designation

import "strings"

var ietfStarts = []start{
	{"rfc", parseIETF}, {"bcp", parseIETF}, {"std", parseIETF}, {"fyi", parseIETF}, {"ietf", parseIETF},
	{"draft-", parseDraft}, {"i-d", parseDraft}, {"internet-draft", parseDraft}, {"urn:ietf:", parseURN},
}

var ietfSeries = [...]struct {
	lit, typ string
	most     int
}{{"rfc", "RFC", 5}, {"bcp", "BCP", 3}, {"std", "STD", 3}, {"fyi", "FYI", 3}}

// parseIETF reads "RFC 3339", "RFC3339", "IETF BCP 47", "RFC0822".
func parseIETF(c *cursor, id *ID) bool {
	if c.lit("ietf") {
		c.gap()
		if m := c.pos; c.lit("draft-") {
			c.pos = m
			return parseDraft(c, id)
		}
	}
	for i := range ietfSeries {
		s := &ietfSeries[i]
		if !c.lit(s.lit) {
			continue
		}
		c.gap()
		if c.lit("no") {
			c.eat('.')
			c.sp()
		}
		return ietfNumber(c, id, s.typ, s.most)
	}
	return c.miss("RFC, BCP, STD, FYI or draft-")
}

func ietfNumber(c *cursor, id *ID, typ string, most int) bool {
	m := c.pos
	n := trimZeros(c.digits(1, 5))
	if n == "" || n == "0" || len(n) > most {
		c.pos = m
		return c.miss("a number")
	}
	id.Flavour, id.Publishers, id.Type, id.Number = IETF, []string{"IETF"}, typ, n
	return true
}

// parseURN reads "urn:ietf:rfc:3339" (RFC 2648).
func parseURN(c *cursor, id *ID) bool {
	c.lit("urn:ietf:")
	for i := range ietfSeries {
		if s := &ietfSeries[i]; c.lit(s.lit + ":") {
			return ietfNumber(c, id, s.typ, s.most)
		}
	}
	return c.miss("rfc, bcp, std or fyi")
}

// parseDraft reads the name of an Internet-Draft, with its version of two
// digits or without; "I-D.ietf-foo-bar" is the form of bibliographies.
func parseDraft(c *cursor, id *ID) bool {
	switch {
	case c.lit("i-d."), c.lit("i-d "), c.lit("internet-draft "):
		c.lit("draft-")
	case c.lit("draft-"):
	default:
		return c.miss("draft-")
	}
	m := c.pos
	end, last := m, m
	words := 0
	for c.pos < len(c.s) {
		w := c.pos
		for isAlnum(c.peek()) || c.peek() == '.' && isAlnum(c.at(1)) || c.peek() == '_' && isAlnum(c.at(1)) {
			c.pos++
		}
		if c.pos == w {
			break
		}
		words++
		last, end = w, c.pos
		if !c.eat('-') {
			break
		}
	}
	c.pos = end
	if words < 2 {
		return c.miss("the name of an Internet-Draft")
	}
	name := c.s[m:end]
	if v := c.s[last:end]; words > 2 && len(v) == 2 && isDigit(v[0]) && isDigit(v[1]) {
		id.Version = v
		name = c.s[m : last-1]
	}
	id.Flavour, id.Publishers, id.Type = IETF, []string{"IETF"}, "Internet-Draft"
	id.Number = "draft-" + strings.ToLower(name)
	return true
}

func writeIETF(b *strings.Builder, id *ID) {
	if id.Type != "Internet-Draft" {
		b.WriteString(id.Type)
		b.WriteByte(' ')
	}
	b.WriteString(id.Number)
	put(b, "-", id.Version)
}
