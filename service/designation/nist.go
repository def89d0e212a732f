package designation

import "strings"

var nistStarts = []start{{"nist", parseNIST}, {"sp ", parseNIST}, {"sp-", parseNIST}, {"sp8", parseNIST}, {"sp5", parseNIST}, {"sp1", parseNIST}, {"fips", parseNIST}}

var nistSeries = [...]struct{ lit, typ string }{
	{"special publication", "SP"}, {"sp", "SP"},
	{"federal information processing standards publication", "FIPS"}, {"fips~publication", "FIPS"}, {"fips~pub", "FIPS"}, {"fips", "FIPS"},
	{"interagency report", "IR"}, {"internal report", "IR"}, {"ir", "IR"},
	{"technical note", "TN"}, {"tn", "TN"}, {"handbook", "HB"}, {"hb", "HB"}, {"ai", "AI"}, {"cswp", "CSWP"}, {"gcr", "GCR"},
}

// parseNIST reads "NIST SP 800-53 Rev. 5", "NIST.SP.800-53r5", "FIPS PUB
// 140-3", "NISTIR 8259A". "NIST 800-53" lacks the SP, which only it can be.
func parseNIST(c *cursor, id *ID) bool {
	if c.lit("nist") {
		c.gap()
	}
	for i := range nistSeries {
		if c.word(nistSeries[i].lit) {
			id.Type = nistSeries[i].typ
			c.eat('.')
			c.gap()
			break
		}
	}
	id.Flavour, id.Publishers = NIST, []string{"NIST"}
	ok := false
	switch id.Type {
	case "SP", "":
		id.Type = "SP"
		ok = nistSP(c, id)
	case "FIPS":
		ok = fips(c, id)
	default:
		ok = nistReport(c, id)
	}
	if !ok {
		return c.miss("a number")
	}
	nistRevision(c, id)
	nistUpdates(c, id)
	if m := c.pos; id.Date == "" && c.sp() {
		// "(2020)", but not the year of a sentence.
		if id.Date = bracketDate(c); id.Date == "" {
			c.pos = m
		}
	}
	return true
}

// nistSP reads "800-53A", "1800-5", "800-63-3" and "800-73-4" (revisions),
// "800-57 Part 1".
func nistSP(c *cursor, id *ID) bool {
	m := c.pos
	a := c.digits(3, 4)
	if a == "" || a[0] == '0' || !c.eat('-') {
		return false
	}
	n := c.digits(1, 3)
	if n == "" || n[0] == '0' {
		return false
	}
	if isLetter(c.peek()) && (!isLetter(c.at(1)) || c.at(1)|0x20 == 'r' && isDigit(c.at(2))) && c.peek()|0x20 <= 'h' {
		c.pos++
	}
	id.Number = strings.ToUpper(c.s[m:c.pos])
	if id.Number == "800-63" {
		id.Number += volumeApart(c)
	}
	if hyphenRevision(id.Number) || a == "800" && !inParts(n) {
		m := c.pos
		if c.eat('-') {
			if id.Version = c.digits(1, 1); id.Version == "" || isAlnum(c.peek()) || !hyphenRevision(id.Number) && (id.Version == "0" || c.peek() == '-') {
				c.pos, id.Version = m, ""
			}
		}
	}
	nistPart(c, id)
	return true
}

// volumeApart reads the letter of a volume of SP 800-63 that stands apart,
// "NIST 800-63 B". Before a word, "A" is an article.
func volumeApart(c *cursor) string {
	l := c.at(1)
	if c.peek() != ' ' || l < 'A' || l > 'C' || isAlnum(c.at(2)) || l == 'A' && c.at(2) == ' ' && isLetter(c.at(3)) {
		return ""
	}
	c.pos += 2
	return string(l)
}

// inParts says whether SP 800-n has parts or volumes, which are written as
// revisions of others are: "SP 800-160-1" is not its first revision.
func inParts(n string) bool { return n == "57" || n == "60" || n == "160" }

// hyphenRevision: of SP 800-63 and its volumes the revision is written with a
// hyphen, "SP 800-63B-4".
func hyphenRevision(number string) bool {
	rest, ok := strings.CutPrefix(number, "800-63")
	return ok && (rest == "" || len(rest) == 1 && isLetter(rest[0]))
}

// nistPart reads "Part 1", "Vol. 2", "Volume II", "pt1", "v2".
func nistPart(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.sp()
	mark := ""
	switch {
	case c.word("part"), c.word("pt"):
	case c.word("volume"), c.word("vol"):
		mark = "Vol. "
	default:
		c.pos = m
		return
	}
	c.eat('.')
	c.sp()
	if n := c.digits(1, 2); n != "" && !isLetter(c.peek()) {
		id.Parts = []string{mark + trimZeros(n)}
		return
	}
	for i, roman := range [...]string{"i", "ii", "iii", "iv"} {
		if mark != "" && c.word(roman) && !isDigit(c.peek()) {
			id.Parts = []string{mark + "1234"[i:i+1]}
			return
		}
	}
	c.pos = m
}

// fips reads "140-3", where 3 is the revision, and "199".
func fips(c *cursor, id *ID) bool {
	id.Number = c.digits(1, 3)
	if id.Number == "" || id.Number[0] == '0' {
		return false
	}
	m := c.pos
	if c.eat('-') {
		if id.Version = c.digits(1, 2); id.Version == "" || isAlnum(c.peek()) {
			c.pos, id.Version = m, ""
		}
	}
	return true
}

// nistReport reads "8259A", "7298", "100-1", "1297".
func nistReport(c *cursor, id *ID) bool {
	m := c.pos
	n := c.digits(1, 4)
	if n == "" || n[0] == '0' {
		return false
	}
	if isLetter(c.peek()) && !isLetter(c.at(1)) && c.peek()|0x20 <= 'h' {
		c.pos++
	}
	e := c.pos
	if c.eat('-') && (c.digits(1, 2) == "" || isLetter(c.peek())) {
		c.pos = e
	}
	id.Number = strings.ToUpper(c.s[m:c.pos])
	nistPart(c, id)
	return true
}

// nistRevision reads "Rev. 5", "Revision 5", "(Rev. 4)", "r5", "Rev. 5.1.1",
// "Version 2".
func nistRevision(c *cursor, id *ID) {
	m := c.pos
	if !c.eat('-') {
		c.eat(',')
	}
	c.sp()
	bracket := c.eat('(')
	if id.Version == "" && id.Type != "FIPS" && (c.word("revision") || c.word("rev") || c.word("r")) {
		c.eat('.')
		c.sp()
		v := c.dotted(3)
		if v != "" && (!bracket || c.eat(')')) && (!isLetter(c.peek()) || c.lit("upd")) {
			if c.s[c.pos-1]|0x20 == 'd' {
				c.pos -= len("upd")
			}
			id.Version = v
			return
		}
	}
	c.pos = m
}

// nistUpdates reads "Upd. 1", "Update 1", "upd1", "-upd1".
func nistUpdates(c *cursor, id *ID) {
	m := c.pos
	if !c.eat('-') {
		c.eat(',')
		c.sp()
	}
	if c.word("update") || c.word("upd") {
		c.eat('.')
		c.sp()
		if n := c.digits(1, 2); n != "" && !isLetter(c.peek()) {
			id.Supplements = []Supplement{{Kind: "Upd", Number: trimZeros(n), Consolidated: true}}
			return
		}
	}
	c.pos = m
}

func writeNIST(b *strings.Builder, id *ID) {
	if id.Type != "FIPS" {
		b.WriteString("NIST ")
	}
	b.WriteString(id.Type)
	b.WriteByte(' ')
	b.WriteString(id.Number)
	hyphen := id.Type == "FIPS" || hyphenRevision(id.Number) && id.Type == "SP" && len(id.Version) == 1
	if hyphen {
		put(b, "-", id.Version)
	}
	for _, p := range id.Parts {
		if strings.HasPrefix(p, "Vol.") {
			put(b, " ", p)
		} else {
			put(b, " Part ", p)
		}
	}
	if !hyphen {
		put(b, " Rev. ", id.Version)
	}
	for i := range id.Supplements {
		put(b, " Update ", id.Supplements[i].Number)
	}
	if id.Date != "" {
		b.WriteString(" (" + id.Date + ")")
	}
}
