package designation

import "strings"

var industryStarts = []start{
	{"icao", parseIndustry}, {"isae", parseIndustry}, {"ssae", parseIndustry}, {"bsi tr", parseIndustry}, {"bsi-tr", parseIndustry}, {"tr-0", parseIndustry}, {"ogc ", parseOGC},
}

// parseIndustry reads "ICAO Doc 9303 Part 3", "ISAE 3402", "SSAE 18" and the
// technical guidelines of the German BSI, "BSI TR-02102-2", whose five digits
// tell them also without its name.
func parseIndustry(c *cursor, id *ID) bool {
	id.Flavour = Industry
	switch {
	case c.lit("icao"):
		id.Publishers, id.Type = []string{"ICAO"}, "Doc"
		c.gap()
		if c.word("document") || c.word("doc") {
			c.eat('.')
		} else if n := digitRun(c.s[c.pos:]); n != 4 {
			return c.miss("Doc")
		}
	case c.lit("isae"):
		id.Publishers, id.Type = []string{"IAASB"}, "ISAE"
		c.lit(" (uk)")
	case c.lit("ssae"):
		id.Publishers, id.Type = []string{"AICPA"}, "SSAE"
		c.lit(" no.")
	case c.lit("bsi~tr"), c.lit("tr"):
		id.Publishers, id.Type = []string{"German BSI"}, "TR"
	}
	c.gap()
	least := 1
	if id.Type == "TR" {
		least = 5
	}
	n := c.digits(least, 5)
	if n == "" || n[0] == '0' && id.Type != "TR" {
		return c.miss("a number")
	}
	id.Number = n
	parts(c, id)
	version(c, id, "v", 3)
	if id.Type == "Doc" {
		edition(c, id)
	}
	return true
}

func writeIndustry(b *strings.Builder, id *ID) {
	if s := seriesOf(id.Type); s != nil {
		s.write(b, id)
		return
	}
	switch id.Type {
	case "":
		writeNamed(b, id)
		return
	case "Doc":
		b.WriteString("ICAO Doc ")
	case "TR":
		b.WriteString("BSI TR-")
	default:
		b.WriteString(id.Type + " ")
	}
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteByte('-')
		b.WriteString(p)
	}
	put(b, " V", id.Version)
	put(b, " Ed. ", id.Edition)
}

// parseOGC reads a document number with its revision, "OGC 17-069r4".
func parseOGC(c *cursor, id *ID) bool {
	c.lit("ogc ")
	m := c.pos
	if c.digits(2, 2) == "" || !c.eat('-') || c.digits(3, 3) == "" {
		return c.miss("a number such as 17-069r4")
	}
	id.Flavour, id.Publishers, id.Number = OGC, []string{"OGC"}, c.s[m:c.pos]
	if m = c.pos; c.lit("r") {
		if id.Version = c.digits(1, 2); id.Version == "" {
			c.pos = m
		}
	}
	return true
}

func writeOGC(b *strings.Builder, id *ID) {
	if !isDigit(id.Number[0]) {
		writeNamed(b, id)
		return
	}
	b.WriteString("OGC ")
	b.WriteString(id.Number)
	put(b, "r", id.Version)
}
