package designation

import "strings"

// This file reads the numbers of series of the United Kingdom's government
// and of its highways.

// highwaysTypes are the disciplines and life cycle stages of the Design Manual
// for Roads and Bridges since 2018.
var highwaysTypes = [...]string{"CD", "CG", "CM", "CS", "GG", "GM", "LA", "LD"}

// highwaysNumber reads "CD 350".
func highwaysNumber(c *cursor) string {
	m := c.pos
	l := strings.ToUpper(c.letters(2, 2))
	for _, t := range highwaysTypes {
		if l != t {
			continue
		}
		c.gap()
		if n := plainNumber(3, 3)(c); n != "" {
			return t + " " + n
		}
	}
	c.pos = m
	return ""
}

// functionNumber reads the padded number of a functional standard, "005".
func functionNumber(c *cursor) string {
	m := c.pos
	if n := c.digits(3, 3); n != "" && n[0] == '0' && n != "000" {
		return n
	}
	c.pos = m
	return ""
}

// noteNumber reads the number of a procurement policy note with its year,
// "06/21", and the plain ones since 2025, "017".
func noteNumber(c *cursor) string {
	m := c.pos
	if n := functionNumber(c); n != "" {
		return n
	}
	if n := c.digits(2, 2); n != "" && n != "00" && c.eat('/') {
		if y := c.digits(2, 2); y >= "08" && y <= "25" {
			return c.s[m:c.pos]
		}
	}
	c.pos = m
	return ""
}
