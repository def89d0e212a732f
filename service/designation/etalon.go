package designation

import "strings"

var etalonStarts = []start{{"etalon:", parseEtalon}}

// parseEtalon reads "etalon:ocp/ocds@1.1.5#Member". The case of selector and
// member is kept. What a selector means is the registry's affair.
func parseEtalon(c *cursor, id *ID) bool {
	c.lit("etalon:")
	m := c.pos
	if !etalonName(c) || !c.eat('/') || !etalonName(c) {
		return c.miss("authority/standard in small letters")
	}
	id.Flavour, id.Number = Etalon, c.s[m:c.pos]
	if c.eat('@') {
		if id.Version = etalonRun(c, "._+^~<>=,*:-", "^~<>="); id.Version == "" {
			return c.miss("a selector")
		}
	}
	if c.eat('#') {
		if id.Member = etalonRun(c, "._+~:/-$[]()*@", ""); id.Member == "" {
			return c.miss("a member")
		}
	}
	return true
}

// etalonName matches [a-z][a-z0-9-]{0,62}.
func etalonName(c *cursor) bool {
	m := c.pos
	if b := c.peek(); b < 'a' || b > 'z' {
		return false
	}
	for b := c.peek(); b >= 'a' && b <= 'z' || isDigit(b) || b == '-' && isAlnum(c.at(1)); b = c.peek() {
		c.pos++
	}
	return c.pos-m <= 63
}

// etalonRun matches letters, digits and marks, beginning with none of the
// marks but those that open a range, and ending with a letter, a digit or
// "*": what follows a reference in a sentence stays out.
func etalonRun(c *cursor, marks, opening string) string {
	m := c.pos
	for strings.IndexByte(opening, c.peek()) >= 0 && !c.done() {
		c.pos++
	}
	end := m
	for !c.done() {
		b := c.peek()
		if !isAlnum(b) && strings.IndexByte(marks, b) < 0 || end == m && !isAlnum(b) && b != '*' {
			break
		}
		c.pos++
		if isAlnum(b) || b == '*' {
			end = c.pos
		}
	}
	c.pos = end
	if end == m {
		return ""
	}
	return c.s[m:end]
}

func writeEtalon(b *strings.Builder, id *ID) {
	b.WriteString("etalon:")
	b.WriteString(id.Number)
	put(b, "@", id.Version)
	put(b, "#", id.Member)
}
