package designation

import "strings"

var hl7Starts = []start{
	{"hl7 ", parseHL7}, {"hl7v", parseHL7}, {"fhir", parseHL7}, {"cda r", parseHL7}, {"http://", parseCanonical}, {"https://", parseCanonical},
}

// parseHL7 reads "HL7 FHIR R4", "FHIR 4.0.1", "FHIR STU3", "HL7 v2.5.1",
// "HL7 CDA R2".
func parseHL7(c *cursor, id *ID) bool {
	id.Flavour, id.Publishers = HL7, []string{"HL7"}
	hl7 := c.lit("hl7 ")
	if !hl7 {
		hl7 = c.lit("hl7")
	}
	switch {
	case c.lit("fhir"):
		id.Number = "FHIR"
		if c.lit("®") {
			c.sp()
		}
		release(c, id)
		return true
	case c.word("cda"):
		id.Number = "CDA"
		release(c, id)
		return true
	case hl7 && (c.word("version") || c.word("v")):
		c.eat('.')
		c.sp()
		v := c.dotted(3)
		if v == "" || v[0] == '0' {
			return c.miss("a version")
		}
		major, _, dotted := strings.Cut(v, ".")
		if id.Number = "v" + major; dotted {
			id.Version = v
		}
		return true
	}
	return c.miss("FHIR, CDA or a version")
}

var releases = [...]string{"dstu", "stu", "r"}

// release reads "R4", "R4B", "STU3", "DSTU 2", "Release 4" or a version.
func release(c *cursor, id *ID) {
	m := c.pos
	c.gap()
	n := c.pos
	for _, r := range releases {
		ok := c.word(r)
		if r == "r" && !ok {
			ok = c.word("release")
		}
		if !ok {
			continue
		}
		c.sp()
		if d := c.digits(1, 1); d != "" {
			id.Version = strings.ToUpper(r) + d
			if c.peek()|0x20 == 'b' && !isAlnum(c.at(1)) {
				id.Version += "B"
				c.pos++
			}
			releaseVersion(c, id)
			return
		}
		break
	}
	c.pos = n
	if v := c.dotted(4); strings.Contains(v, ".") && !isLetter(c.peek()) {
		id.Version = v
		prerelease(c, id)
		return
	}
	c.pos = m
	if namedVersion(c, id); !strings.Contains(id.Version, ".") {
		id.Version, c.pos = "", m
	}
}

// releaseVersion reads the exact version behind a release, "R4 (v4.0.1)". The
// version says more and takes the release's place.
func releaseVersion(c *cursor, id *ID) {
	m := c.pos
	if c.sp(); c.eat('(') {
		c.word("v")
		if v := c.dotted(3); strings.Contains(v, ".") && c.eat(')') {
			id.Version = v
			return
		}
	}
	c.pos = m
}

// parseCanonical reads a FHIR canonical URL with its version,
// "http://hl7.org/fhir/StructureDefinition/Patient|4.0.1".
func parseCanonical(c *cursor, id *ID) bool {
	m := c.pos
	for !c.done() && c.peek() != '|' && isURLByte(c.peek()) {
		c.pos++
	}
	url := c.s[m:c.pos]
	host := url[strings.Index(url, "//")+2:]
	if i := strings.IndexByte(host, '/'); i >= 0 {
		host = host[:i]
	}
	if !c.eat('|') || host == "" || !isAlnum(host[0]) {
		return c.miss("a version behind |")
	}
	v := c.pos
	for isAlnum(c.peek()) || strings.IndexByte(".+-", c.peek()) >= 0 && c.pos > v && isAlnum(c.at(1)) {
		c.pos++
	}
	if c.pos == v {
		return c.miss("a version")
	}
	id.Flavour, id.Publishers = HL7, []string{"HL7"}
	id.Type, id.Number, id.Version = "canonical", lowerHost(url), c.s[v:c.pos]
	return true
}

func isURLByte(b byte) bool {
	return b > ' ' && b < 0x7f && strings.IndexByte("\"<>\\^`{}", b) < 0
}

func writeHL7(b *strings.Builder, id *ID) {
	switch {
	case id.Type == "canonical":
		b.WriteString(id.Number)
		put(b, "|", id.Version)
	case id.Number[0] == 'v':
		b.WriteString("HL7 ")
		if id.Version == "" {
			b.WriteString(id.Number)
		}
		put(b, "v", id.Version)
	default:
		b.WriteString("HL7 ")
		b.WriteString(id.Number)
		put(b, " ", id.Version)
	}
}
