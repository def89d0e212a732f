package designation

import "strings"

var ituStarts = []start{{"itu", parseITU}, {"ccitt", parseITU}}

// radioSeries are the ITU-R series of two letters and more; those of one
// letter are shared with ITU-T and need the sector.
var radioSeries = [...]string{"BO", "BR", "BS", "BT", "RA", "RS", "SA", "SF", "SM", "SNG", "TF"}

// parseITU reads "ITU-T X.509 (10/2019)", "ITU-T Rec. G.711", "ITU-R
// BT.601-7", and "ITU-T G711" without its point.
func parseITU(c *cursor, id *ID) bool {
	sector := ""
	switch {
	case c.lit("itu~t "), c.lit("itu-t"), c.lit("ccitt "):
		sector = "ITU-T"
	case c.lit("itu~r "), c.lit("itu-r"):
		sector = "ITU-R"
	case !c.lit("itu "):
		return c.miss("ITU-T or ITU-R")
	}
	c.gap()
	if c.word("recommendation") || c.word("rec") {
		c.eat('.')
		c.sp()
	}
	series := strings.ToUpper(c.letters(1, 3))
	if series == "" || !c.eat('.') && !(isDigit(c.peek()) && isDigit(c.at(1))) && !(c.sp() && c.eat('.')) {
		return c.miss("a series, such as X")
	}
	n := c.dotted(4)
	if n == "" || n[0] == '0' {
		return c.miss("a number")
	}
	if sector == "" {
		sector = sectorOf(series)
	}
	if sector == "" {
		return c.miss("the sector: ITU-T or ITU-R")
	}
	id.Flavour, id.Publishers, id.Number = ITU, []string{sector}, series+"."+n
	if sector == "ITU-R" {
		m := c.pos
		if c.eat('-') {
			id.Version = c.digits(1, 2)
		}
		if id.Version == "" || isLetter(c.peek()) {
			c.pos, id.Version = m, ""
		}
	} else {
		parts(c, id)
		ituVersion(c, id)
	}
	groups(c, id)
	date(c, id)
	supplements(c, id)
	groups(c, id)
	return true
}

func ituVersion(c *cursor, id *ID) {
	m := c.pos
	c.sp()
	if c.eat('(') && c.lit("v") {
		if v := c.digits(1, 2); v != "" && c.eat(')') {
			id.Version = v
			return
		}
	}
	c.pos = m
}

func sectorOf(series string) string {
	for _, r := range radioSeries {
		if r == series {
			return "ITU-R"
		}
	}
	if len(series) == 1 && !strings.Contains("FMPSV", series) {
		return "ITU-T"
	}
	return ""
}

func writeITU(b *strings.Builder, id *ID) {
	b.WriteString(id.Publishers[0])
	b.WriteByte(' ')
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteByte('-')
		b.WriteString(p)
	}
	if id.Publishers[0] == "ITU-R" {
		put(b, "-", id.Version)
	} else if id.Version != "" {
		b.WriteString(" (V" + id.Version + ")")
	}
	if d := id.Date; len(d) == 7 {
		b.WriteString(" (" + d[5:] + "/" + d[:4] + ")")
	} else if d != "" {
		b.WriteString(" (" + d + ")")
	}
	writeSupplements(b, id)
	writeGroups(b, id)
}
