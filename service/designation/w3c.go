package designation

import "strings"

var w3cStarts = []start{
	{"w3c ", parseW3C}, {"w3c-", parseW3C},
	{"http://www.w3.org/tr/", parseW3C}, {"https://www.w3.org/tr/", parseW3C},
	{"http://w3.org/tr/", parseW3C}, {"https://w3.org/tr/", parseW3C},
}

// w3cStages are the words for the state of a dated document.
var w3cStages = [...]string{"REC", "PER", "PR", "CR", "CRD", "WD", "NOTE", "DNOTE", "ED", "STMT", "OBSL", "RSCND", "SPSD"}

// shortNames are those that do not end in a digit, and are not the name of a
// specification in namedTable.
var shortNames = [...]string{"skos-reference", "xml-names", "did-core", "webcrypto", "geolocation"}

// capitalNames are short names that W3C does not write in small letters.
var capitalNames = map[string]string{
	"wcag10": "WCAG10", "wcag20": "WCAG20", "wcag21": "WCAG21", "wcag22": "WCAG22", "atag10": "ATAG10", "atag20": "ATAG20",
	"uaag10": "UAAG10", "uaag20": "UAAG20", "css1": "CSS1", "css2": "CSS2", "css21": "CSS21", "svg11": "SVG11", "svg2": "SVG2",
	"mathml2": "MathML2", "mathml3": "MathML3", "p3p": "P3P", "png": "PNG", "soap12-part1": "soap12-part1", "wai-webcontent": "WAI-WEBCONTENT",
}

// parseW3C reads "W3C REC-xml-20081126", "W3C vc-data-model-2.0", and the
// addresses under www.w3.org/TR/ that stand for the same.
func parseW3C(c *cursor, id *ID) bool {
	url := false
	for _, lit := range [...]string{"w3c ", "w3c-", "http://", "https://"} {
		if c.lit(lit) {
			url = lit[0] == 'h'
			break
		}
	}
	if url {
		c.lit("www.")
		c.lit("w3.org/tr/")
		m := c.pos
		if !isYear(c.digits(4, 4)) || !c.eat('/') {
			c.pos = m
		}
	}
	name, ok := shortName(c)
	if !ok {
		return c.miss("a short name")
	}
	if url && c.eat('/') && !c.atEnd() {
		return c.miss("the end of the address")
	}
	id.Flavour, id.Publishers = W3C, []string{"W3C"}
	if !w3cDated(id, name) {
		id.Number = name
		if v, ok := strings.CutPrefix(name, "wcag"); ok && len(v) == 2 && isDigit(v[0]) && isDigit(v[1]) {
			id.Number, id.Version = "WCAG", v[:1]+"."+v[1:]
			return true
		}
		if n := w3cNamed(name); n != "" {
			id.Number = n
		} else if !isShortName(name) {
			return c.miss("a short name with a version")
		}
	}
	return true
}

// w3cNamed is the named specification whose name in small letters is s.
func w3cNamed(s string) string {
	for i := range namedTable {
		if n := &namedTable[i]; n.flavour == W3C && strings.EqualFold(n.name, s) {
			return n.name
		}
	}
	return ""
}

// shortName reads letters, digits, hyphens, full stops and underscores.
func shortName(c *cursor) (string, bool) {
	m := c.pos
	if !isLetter(c.peek()) {
		return "", false
	}
	for isAlnum(c.peek()) || isNameMark(c.peek()) && isAlnum(c.at(1)) {
		c.pos++
	}
	return strings.ToLower(c.s[m:c.pos]), true
}

func isNameMark(b byte) bool { return b == '-' || b == '.' || b == '_' }

// isShortName says whether a lower-case word is likely to be a short name
// rather than a word of the sentence: a known one, or one that ends in a
// digit.
func isShortName(s string) bool {
	for _, n := range shortNames {
		if s == n {
			return true
		}
	}
	last := s[len(s)-1]
	return len(s) > 2 && isDigit(last)
}

// w3cDated splits "rec-xml-20081126".
func w3cDated(id *ID, s string) bool {
	stage, rest, ok := strings.Cut(s, "-")
	i := strings.LastIndexByte(rest, '-')
	if !ok || i <= 0 || len(rest)-i != 9 {
		return false
	}
	d := rest[i+1:]
	if strings.Trim(d, "0123456789") != "" || !isYear(d[:4]) || !isMonth(d[4:6]) || d[6:] < "01" || d[6:] > "31" {
		return false
	}
	for _, st := range w3cStages {
		if strings.EqualFold(st, stage) {
			id.Stage, id.Number, id.Date = st, rest[:i], d[:4]+"-"+d[4:6]+"-"+d[6:]
			return true
		}
	}
	return false
}

// wcag reads the level of conformance, and a version that is glued to name
// and level, "WCAG2AA" or "WCAG21AA", as test tools write 2.0 and 2.1.
func wcag(c *cursor, id *ID, glued int) {
	if id.Version == "" {
		m := c.pos
		c.sp()
		v := c.dotted(2)
		if v == "" {
			c.pos = m
		} else {
			l := wcagLevel(c)
			if l == "" || isYear(v) {
				c.pos = m
				return
			}
			id.Version, id.Level = v, l
			if v == "2" && m == glued && c.s[m] == '2' {
				id.Version = "2.0"
			}
		}
	}
	if v := id.Version; len(v) == 2 {
		id.Version = v[:1] + "." + v[1:]
	}
	m := c.pos
	c.eat(',')
	if c.sp(); id.Level == "" && c.pos > m {
		bracket := c.eat('(')
		if c.word("conformance") {
			c.sp()
		}
		if c.word("level") {
			c.gap()
		}
		if l := wcagLevel(c); l != "" && (!bracket || c.eat(')')) {
			id.Level = l
			return
		}
	}
	c.pos = m
}

func wcagLevel(c *cursor) string {
	for _, level := range [...]string{"AAA", "AA", "A"} {
		m := c.pos
		// A single small "a" is a word of the sentence.
		if c.lit(strings.ToLower(level)) && c.atEnd() && (level != "A" || c.s[m] == 'A') {
			return level
		}
		c.pos = m
	}
	return ""
}

// writeW3C prints the dated and short names; the named specifications are
// printed by the rules for names.
func writeW3C(b *strings.Builder, id *ID) {
	if id.Stage == "" && isNamed(id.Number) {
		writeNamed(b, id)
		return
	}
	b.WriteString("W3C ")
	put(b, "", id.Stage)
	if id.Stage != "" {
		b.WriteByte('-')
	}
	if n, ok := capitalNames[id.Number]; ok {
		b.WriteString(n)
	} else {
		b.WriteString(id.Number)
	}
	if id.Date != "" {
		b.WriteString("-" + strings.ReplaceAll(id.Date, "-", ""))
	}
}

func isNamed(name string) bool {
	for i := range namedTable {
		if namedTable[i].name == name {
			return true
		}
	}
	return false
}
