package designation

// isYear says whether s is a year in which a standard can have appeared.
func isYear(s string) bool {
	return len(s) == 4 && (s[:2] == "19" || s[:2] == "20")
}

// date reads ":2018", " : 2018", ":2018-12", "-2018" and " (2018)" once.
func date(c *cursor, id *ID) {
	if id.Date == "" {
		id.Date = anyDate(c)
	}
}

func anyDate(c *cursor) string {
	m := c.pos
	c.sp()
	if c.eat(':') {
		c.sp()
		if d := yearMonth(c); d != "" {
			return d
		}
	}
	c.pos = m
	if c.eat('-') {
		if d := yearMonth(c); d != "" {
			return d
		}
	}
	c.pos = m
	// "ISO 27001 2013", but in a sentence the year may be another matter.
	if c.whole && c.sp() {
		if d := yearMonth(c); d != "" && c.done() {
			return d
		}
	}
	c.pos = m
	return bracketDate(c)
}

// bracketDate reads "(2018)", "(2018-12)" and "(12/2018)".
func bracketDate(c *cursor) string {
	m := c.pos
	c.sp()
	if c.eat('(') {
		c.sp()
		d := yearMonth(c)
		if d == "" {
			d = monthYear(c)
		}
		if c.sp(); d != "" && c.eat(')') {
			return d
		}
	}
	c.pos = m
	return ""
}

// yearMonth reads YYYY or YYYY-MM, not followed by a letter or digit.
func yearMonth(c *cursor) string {
	m := c.pos
	y := c.digits(4, 4)
	if !isYear(y) {
		c.pos = m
		return ""
	}
	end := c.pos
	if c.eat('-') && isMonth(c.digits(2, 2)) && !isLetter(c.peek()) {
		return c.s[m:c.pos]
	}
	if c.pos = end; isLetter(c.peek()) {
		c.pos = m
		return ""
	}
	return y
}

// monthYear reads MM/YYYY and gives YYYY-MM.
func monthYear(c *cursor) string {
	m := c.pos
	mm := c.digits(2, 2)
	if isMonth(mm) && (c.eat('/') || c.eat('.')) {
		if y := c.digits(4, 4); isYear(y) {
			return y + "-" + mm
		}
	}
	c.pos = m
	return ""
}

func isMonth(s string) bool {
	return len(s) == 2 && s >= "01" && s <= "12"
}
