package designation

import "strings"

// parseNumbered reads a designation by the rules that ISO, CEN and the
// national bodies share: chain, number, parts, date, supplements.
func parseNumbered(c *cursor, id *ID) bool {
	annex := c.lit("na to ")
	if !chain(c, id) {
		return false
	}
	if !number(c, id) {
		return c.miss("a number")
	}
	if id.Flavour == ETSI {
		return etsiTail(c, id)
	}
	for _, step := range numberedTail {
		if c.done() {
			break
		}
		step(c, id)
	}
	if annex {
		id.Supplements = append(id.Supplements, Supplement{Kind: "NA"})
	}
	return true
}

// numberedTail reads what may follow the number, in this order.
var numberedTail = [...]func(*cursor, *ID){
	parts, groups, numberedVersion, date, latePart, language, edition, date, supplements, language, form, groups,
}

// numberedVersion reads the version of an adopted ETSI standard, "BS EN 301
// 549 V3.2.1:2021", and of a BSI Flex.
func numberedVersion(c *cursor, id *ID) {
	if id.Publishers[len(id.Publishers)-1] == "HD" {
		harmonisation(c, id)
		return
	}
	if outer := id.outer(); outer == "BSI Flex" || strings.Contains(id.Number, " ") && outer != "NF" {
		version(c, id, "v", 3)
	}
}

// harmonisation reads the issue of a harmonization document, "S2".
func harmonisation(c *cursor, id *ID) {
	m := c.pos
	if c.sp() && c.lit("s") {
		if n := c.digits(1, 1); n != "" && n != "0" && !isLetter(c.peek()) {
			id.Version = n
			return
		}
	}
	c.pos = m
}

// latePart reads a part that stands behind the date, "ISO 15489:2016 Part 1".
func latePart(c *cursor, id *ID) {
	if len(id.Parts) > 0 {
		return
	}
	m := c.pos
	if p := spelledPart(c); p != "" && !id.likeETSI(p) {
		id.Parts = []string{p}
	} else {
		c.pos = m
	}
}

// likeETSI says whether the part would make the number one of ETSI's, "EN
// 301-549".
func (id *ID) likeETSI(part string) bool {
	return len(part) == 3 && len(id.Number) == 3 && id.Number[0] == '3' && id.Publishers[len(id.Publishers)-1] == "EN"
}

// outer is the outermost publisher.
func (id *ID) outer() string { return id.Publishers[0] }

// number reads the number. A plain EN number in ETSI's range turns the
// designation into one of ETSI, or of a national body that adopts it.
func number(c *cursor, id *ID) bool {
	last := id.Publishers[len(id.Publishers)-1]
	if last == "EN" || last == "CEN/CLC/ETSI" {
		m := c.pos
		n := etsiNumber(c)
		if n != "" && last == "EN" && n[0] != '3' {
			c.pos, n = m, ""
		}
		if n != "" {
			id.Number = n
			if len(id.Publishers) == 1 {
				id.Flavour, id.Publishers[0] = ETSI, "ETSI"
				if last == "EN" {
					id.Type = "EN"
				}
			}
			return true
		}
	}
	if last == "NF" || last == "JIS" {
		return frenchNumber(c, id)
	}
	m := c.pos
	n := c.digits(1, 6)
	if n == "" {
		return false
	}
	switch {
	case n[0] == '0' && id.Type == "VDE":
	case n[0] == '0':
		c.pos = m
		return false
	case id.Type == "AU" && isLetter(c.peek()) && !isLetter(c.at(1)):
		n = strings.ToLower(c.s[m : c.pos+1])
		c.pos++
	}
	if b := c.peek() | 0x20; b == 'x' && len(n) == 4 && n[2:] == "00" && !isAlnum(c.at(1)) {
		c.pos++ // "2700x"
		n, id.Series = n+"0", true
	}
	id.Number = n
	return true
}

// frenchNumber reads the class of an NF standard, such as "Z 42" of "NF Z
// 42-013", and of a JIS; the rest is read as parts.
func frenchNumber(c *cursor, id *ID) bool {
	class := c.letters(1, 1)
	if class == "" {
		return false
	}
	c.gap()
	n := c.digits(1, 5)
	if n == "" {
		return false
	}
	id.Number = strings.ToUpper(class) + " " + n
	return true
}

// parts reads "-4-2", "Part 1", ": Part 1" and, of British standards, ":4".
func parts(c *cursor, id *ID) {
	for {
		m := c.pos
		p := ""
		if c.eat('-') {
			p = hyphenPart(c)
		} else if p = spelledPart(c); p == "" && id.Flavour == BSI && len(id.Parts) == 0 && c.eat(':') {
			// "BS 1192:4"; above that it is a year of two digits.
			if p = c.digits(1, 2); len(p) == 2 && p > "49" {
				p = ""
			}
		}
		if p == "" || len(id.Parts) == 0 && id.likeETSI(p) {
			c.pos = m
			return
		}
		id.Parts = append(id.Parts, p)
	}
}

// hyphenPart reads a part behind its hyphen: digits, or a letter or two and
// digits ("B02"). Four digits that can be a year are none.
func hyphenPart(c *cursor) string {
	m := c.pos
	if n := c.digits(1, 5); n != "" {
		if !isLetter(c.peek()) && !isYear(n) {
			return n
		}
	} else if c.letters(1, 2) != "" && c.digits(1, 3) != "" && !isLetter(c.peek()) {
		return strings.ToUpper(c.s[m:c.pos])
	}
	c.pos = m
	return ""
}

func spelledPart(c *cursor) string {
	m := c.pos
	c.sp()
	if c.eat(':') || c.eat(',') {
		c.sp()
	}
	if c.word("part") || c.word("parts") || c.word("pt") {
		c.eat('.')
		c.sp()
		if n := c.digits(1, 4); n != "" && !isYear(n) && !isLetter(c.peek()) {
			return n
		}
	}
	c.pos = m
	return ""
}

// wildcard reads the part of "62443-x".
func wildcard(c *cursor) bool {
	m := c.pos
	if c.lit("-x") && !isAlnum(c.peek()) {
		return true
	}
	c.pos = m
	return false
}

// groups reads the marks of all parts and of a series.
func groups(c *cursor, id *ID) {
	m := c.pos
	switch {
	case id.AllParts || id.Series:
	case c.lit("~(all parts)"), c.word("~all parts"), c.lit(", all parts"):
		id.AllParts = true
		return
	case c.word("~series"), c.lit("~(series)"):
		id.Series = true
		n := c.pos
		if c.lit(" of standards") && !isLetter(c.peek()) {
			return
		}
		c.pos = n
		return
	case wildcard(c):
		id.Series = true
		for wildcard(c) {
		}
		return
	case c.word(" family of standards"), c.word(" family"):
		id.Series = true
		return
	}
	c.pos = m
}

var languages = [...]struct{ lit, code string }{
	{"en", "E"}, {"fr", "F"}, {"ru", "R"}, {"de", "D"}, {"es", "S"}, {"ar", "A"},
	{"e", "E"}, {"f", "F"}, {"r", "R"}, {"d", "D"}, {"s", "S"}, {"a", "A"},
}

// language reads "(E)", "(en)", "(E/F)".
func language(c *cursor, id *ID) {
	m := c.pos
	c.sp()
	got := ""
	if id.Language == "" && c.eat('(') {
		for range 3 {
			code := ""
			for i := range languages {
				if c.word(languages[i].lit) {
					code = languages[i].code
					break
				}
			}
			if code == "" {
				break
			}
			if got += code; c.eat(')') {
				id.Language = got
				return
			}
			if !c.eat('/') {
				break
			}
			got += "/"
		}
	}
	c.pos = m
}

var ordinals = [...]string{"first", "second", "third", "fourth", "fifth", "sixth"}

// edition reads "Ed. 2.1", "Edition 3", ", 4th edition", "(Second Edition)".
func edition(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	if c.sp(); c.pos == m {
		return
	}
	bracket := c.eat('(')
	n := ""
	switch {
	case c.word("edition"), c.word("ed"), c.word("edn"):
		c.eat('.')
		c.sp()
		n = c.dotted(2)
	default:
		n = ordinal(c)
		c.sp()
		if n != "" && !c.word("edition") && !c.word("ed") && !c.word("edn") {
			n = ""
		}
		if n != "" && bracket {
			c.eat('.')
		}
	}
	n = strings.TrimSuffix(n, ".0")
	if n == "" || n[0] == '0' || bracket && !c.eat(')') || isLetter(c.peek()) {
		c.pos = m
		return
	}
	id.Edition = n
}

// ordinal reads "2nd", "5.1" or "second" and gives the number.
func ordinal(c *cursor) string {
	m := c.pos
	if n := c.dotted(2); n != "" {
		for _, suffix := range [...]string{"st", "nd", "rd", "th"} {
			if c.word(suffix) {
				return n
			}
		}
		if isSpace(c.peek()) {
			return n
		}
	}
	c.pos = m
	for i, w := range ordinals {
		if c.word(w) {
			return "123456"[i : i+1]
		}
	}
	return ""
}

var forms = [...]struct{ lit, form string }{
	{"tracked changes", "TC"}, {"tc", "TC"}, {"csv", "CSV"}, {"rlv", "RLV"}, {"exv", "EXV"}, {"cmv", "CMV"}, {"prv", "PRV"}, {"log", "LOG"}, {"ser", "SER"},
}

// form reads " - TC", "-TC", " CSV" and the like.
func form(c *cursor, id *ID) {
	m := c.pos
	c.sp()
	dash := c.eat('-')
	if dash {
		c.sp()
	}
	for i := range forms {
		// "TC" alone may be a technical committee.
		if !dash && (c.pos == m || forms[i].form == "TC") || id.Form != "" {
			continue
		}
		if c.word(forms[i].lit) && !isDigit(c.peek()) {
			id.Form = forms[i].form
			return
		}
	}
	c.pos = m
}
