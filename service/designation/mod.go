package designation

import "strings"

var modStarts = []start{{"def", parseMOD}, {"jsp", parseMOD}, {"mod def", parseMOD}}

// parseMOD reads "DEF STAN 00-056 Issue 5", "Defence Standard 00-56 Part 1",
// "JSP 440", "DEFCON 658 (Edn 10/22)".
func parseMOD(c *cursor, id *ID) bool {
	c.lit("mod ")
	id.Flavour, id.Publishers = MOD, []string{"MOD"}
	switch {
	case c.lit("def~stan~"), c.lit("defence~standard~"):
		return defStan(c, id)
	case c.lit("jsp~"):
		id.Type = "JSP"
	case c.lit("defcon~"):
		id.Type = "DEFCON"
	default:
		return c.miss("DEF STAN, JSP or DEFCON")
	}
	m := c.pos
	n := c.digits(1, 4)
	if n == "" || n[0] == '0' {
		return c.miss("a number")
	}
	if id.Type == "DEFCON" && isLetter(c.peek()) && !isAlnum(c.at(1)) {
		c.pos++
	}
	id.Number = strings.ToUpper(c.s[m:c.pos])
	if id.Type == "JSP" {
		modPart(c, id)
		version(c, id, "v", 2)
	} else {
		defconEdition(c, id)
	}
	return true
}

// defStan reads the number, whose second group has three digits since the
// renumbering of 2014 and may have lost its leading zeros.
func defStan(c *cursor, id *ID) bool {
	id.Type = "DEF STAN"
	m := c.pos
	group := c.digits(2, 2)
	if group == "" || !c.eat('-') {
		c.pos = m
		return c.miss("a number such as 00-056")
	}
	n := c.digits(1, 4)
	if n == "" {
		return c.miss("a number such as 00-056")
	}
	if len(n) < 3 {
		n = "000"[len(n):] + n
	}
	id.Number = group + "-" + n
	modPart(c, id)
	m = c.pos
	c.eat(',')
	c.eat('/')
	c.sp()
	if c.word("issue") || c.word("iss") {
		c.eat('.')
		c.sp()
		if id.Edition = trimZeros(c.digits(1, 2)); id.Edition == "" || isLetter(c.peek()) {
			c.pos, id.Edition = m, ""
		}
	} else {
		c.pos = m
	}
	id.Date = bracketDate(c)
	return true
}

// modPart reads "Part 1" and "-1".
func modPart(c *cursor, id *ID) {
	m := c.pos
	p := spelledPart(c)
	if p == "" && c.eat('-') {
		if p = c.digits(1, 2); isLetter(c.peek()) {
			p = ""
		}
	}
	if p == "" {
		c.pos = m
		return
	}
	id.Parts = []string{p}
}

// defconEdition reads "(Edn 10/22)" and gives YYYY-MM.
func defconEdition(c *cursor, id *ID) {
	m := c.pos
	c.sp()
	bracket := c.eat('(')
	if c.word("edition") || c.word("edn") || c.word("ed") {
		c.eat('.')
		c.sp()
		mm := c.digits(1, 2)
		if len(mm) == 1 {
			mm = "0" + mm
		}
		if isMonth(mm) && c.eat('/') {
			y := c.digits(2, 4)
			if len(y) == 2 && y < "70" {
				y = "20" + y
			} else if len(y) == 2 {
				y = "19" + y
			}
			if isYear(y) && (!bracket || c.eat(')')) {
				id.Date = y + "-" + mm
				return
			}
		}
	}
	c.pos = m
}

func writeMOD(b *strings.Builder, id *ID) {
	b.WriteString(id.Type)
	b.WriteByte(' ')
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteString(" Part " + p)
	}
	put(b, " Issue ", id.Edition)
	put(b, " V", id.Version)
	if id.Type == "DEFCON" && id.Date != "" {
		b.WriteString(" (Edn " + id.Date[5:] + "/" + id.Date[:4] + ")")
	} else if id.Date != "" {
		b.WriteString(" (" + id.Date + ")")
	}
}
