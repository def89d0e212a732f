package designation

import "strings"

// A series is a run of numbered works of one publisher, "LPS 1175". The
// series are data; each names the shape that its numbers have and the mark
// that its editions bear.
type series struct {
	// lits are what it begins with, in lower case.
	lits []string
	// pub and typ are the publisher and the type; typ is printed, with sep
	// between it and the number.
	pub, typ, sep string
	// number reads the number in canonical form, or gives "".
	number func(*cursor) string
	// tail reads what may follow.
	tail func(*cursor, *ID)
	// part is what is printed before a part, date what before a date.
	part, date string
}

var seriesTable = []series{
	{lits: []string{"vdi/vde"}, pub: "VDI", typ: "VDI/VDE", sep: " ", number: plainNumber(4, 4), tail: sheetTail, part: " Blatt ", date: ":"},
	{lits: []string{"vdi"}, pub: "VDI", typ: "VDI", sep: " ", number: plainNumber(4, 4), tail: sheetTail, part: " Blatt ", date: ":"},
	{lits: []string{"cibse"}, pub: "CIBSE", typ: "CIBSE", sep: " ", number: cibseNumber, tail: dateTail, date: ":"},
	{lits: []string{"htm", "health technical memorandum"}, pub: "NHS", typ: "HTM", sep: " ", number: memorandumNumber(4), tail: memorandumTail, part: " Part ", date: ":"},
	{lits: []string{"hbn", "health building note"}, pub: "NHS", typ: "HBN", sep: " ", number: memorandumNumber(2), tail: memorandumTail, part: " Part ", date: ":"},
	{lits: []string{"soc", "aicpa soc"}, pub: "AICPA", typ: "SOC", sep: " ", number: controlNumber, tail: reportType},
	{lits: []string{"iatf"}, pub: "IATF", typ: "IATF", sep: " ", number: plainNumber(5, 5), tail: dateTail, date: ":"},
	{lits: []string{"sa"}, pub: "SAI", typ: "SA", number: only("8000"), tail: dateTail, date: ":"},
	{lits: []string{"as9", "as 9", "as-9"}, pub: "SAE", typ: "AS", number: aerospaceNumber, tail: revisionTail},
	{lits: []string{"lps"}, pub: "LPCB", typ: "LPS", sep: " ", number: plainNumber(4, 4), tail: issueTail},
	{lits: []string{"mil~std"}, pub: "US DoD", typ: "MIL-STD", sep: "-", number: plainNumber(2, 5), tail: revisionTail},
	{lits: []string{"mil~hdbk"}, pub: "US DoD", typ: "MIL-HDBK", sep: "-", number: plainNumber(2, 4), tail: revisionTail},
	{lits: []string{"stanag"}, pub: "NATO", typ: "STANAG", sep: " ", number: plainNumber(4, 4), tail: func(*cursor, *ID) {}},
	{lits: []string{"aqap"}, pub: "NATO", typ: "AQAP", sep: "-", number: plainNumber(2, 4), tail: func(*cursor, *ID) {}},
	{lits: []string{"nlt"}, pub: "CEDEX", typ: "NLT", sep: "-", number: plainNumber(3, 3), tail: dateTail, date: ":"},
	{lits: []string{"etag"}, pub: "EOTA", typ: "ETAG", sep: " ", number: guidelineNumber, tail: guidelineTail, part: "-", date: ":"},
	{lits: []string{"bes"}, pub: "BRE", typ: "BES", sep: " ", number: plainNumber(4, 4), tail: issueTail},
	{lits: []string{"uax", "unicode standard annex"}, pub: "Unicode", typ: "UAX", sep: " #", number: annexNumber, tail: func(*cursor, *ID) {}},
	{lits: []string{"ciria"}, pub: "CIRIA", typ: "CIRIA", sep: " ", number: ciriaNumber, tail: func(*cursor, *ID) {}},
	{lits: []string{"gpg", "good practice guide (gpg)", "good practice guide"}, pub: "HM Government", typ: "GPG", sep: " ", number: plainNumber(1, 3), tail: func(*cursor, *ID) {}},
	{lits: []string{"dmrb", "design manual for roads and bridges"}, pub: "National Highways", typ: "DMRB", sep: " ", number: highwaysNumber, tail: func(*cursor, *ID) {}},
	{lits: []string{"govs"}, pub: "HM Government", typ: "GovS", sep: " ", number: functionNumber, tail: func(*cursor, *ID) {}},
	{lits: []string{"ppn", "procurement policy note"}, pub: "Cabinet Office", typ: "PPN", sep: " ", number: noteNumber, tail: func(*cursor, *ID) {}},
	{lits: []string{"ech"}, pub: "eCH", typ: "eCH", sep: "-", number: paddedNumber, tail: versionTail},
	{lits: []string{"bsi~standard"}, pub: "German BSI", typ: "BSI-Standard", sep: " ", number: protectionNumber, tail: func(*cursor, *ID) {}},
}

// seriesOf finds the series of a type.
func seriesOf(typ string) *series {
	for i := range seriesTable {
		if seriesTable[i].typ == typ {
			return &seriesTable[i]
		}
	}
	return nil
}

func seriesStarts() []start {
	var list []start
	for i := range seriesTable {
		s := &seriesTable[i]
		for _, lit := range s.lits {
			list = append(list, start{lit, s.parser(lit)})
		}
	}
	return list
}

func (s *series) parser(lit string) func(*cursor, *ID) bool {
	return func(c *cursor, id *ID) bool {
		c.lit(lit)
		if s.typ == "AS" {
			c.pos-- // its first digit
		} else {
			c.gap()
		}
		if c.word("no") {
			c.eat('.')
			c.gap()
		}
		id.Flavour, id.Publishers, id.Type = Industry, []string{s.pub}, s.typ
		if id.Number = s.number(c); id.Number == "" {
			return c.miss("a number")
		}
		s.tail(c, id)
		return true
	}
}

func (s *series) write(b *strings.Builder, id *ID) {
	b.WriteString(s.typ)
	b.WriteString(s.sep)
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteString(s.part + p)
	}
	switch s.typ {
	case "AS", "MIL-STD", "MIL-HDBK":
		b.WriteString(id.Version)
	default:
		put(b, " V", id.Version)
	}
	put(b, " Issue ", id.Edition)
	put(b, s.date, id.Date)
	put(b, " ", id.Level)
	for i := range id.Supplements {
		b.WriteByte('/')
		writeSupplement(b, id, &id.Supplements[i])
	}
}

func plainNumber(least, most int) func(*cursor) string {
	return func(c *cursor) string {
		m := c.pos
		n := c.digits(least, most)
		if n == "" || n[0] == '0' {
			c.pos = m
			return ""
		}
		return n
	}
}

func paddedNumber(c *cursor) string { return c.digits(4, 4) }

func only(number string) func(*cursor) string {
	return func(c *cursor) string {
		m := c.pos
		if n := c.digits(1, 5); n == number {
			return n
		}
		c.pos = m
		return ""
	}
}

// memorandumNumber reads "02-01", and the plain numbers of the older ones.
func memorandumNumber(plainDigits int) func(*cursor) string {
	return func(c *cursor) string {
		m := c.pos
		if c.digits(2, 2) != "" && c.eat('-') && c.digits(2, 2) != "" {
			return c.s[m:c.pos]
		}
		c.pos = m
		return plainNumber(plainDigits, plainDigits)(c)
	}
}

func memorandumTail(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.eat(':')
	c.sp()
	if c.word("part") {
		c.sp()
		if p := c.letters(1, 1); p != "" && !isAlnum(c.peek()) {
			id.Parts = []string{strings.ToUpper(p)}
			m = c.pos
		}
	}
	c.pos = m
	dateTail(c, id)
	for {
		m := c.pos
		s, ok := supplement(c)
		if !ok || s.Kind != "Suppl" || s.Date != "" || len(id.Supplements) > 0 {
			c.pos = m
			return
		}
		s.Consolidated = false
		id.Supplements = append(id.Supplements, s)
	}
}

func dateTail(c *cursor, id *ID) { id.Date = anyDate(c) }

// sheetTail reads "Blatt 1" and the date.
func sheetTail(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.sp()
	p := ""
	if c.word("blatt") || c.word("bl") || c.word("part") {
		c.eat('.')
		c.sp()
		p = c.digits(1, 3)
	}
	if p == "" || isLetter(c.peek()) {
		c.pos = m
	} else {
		id.Parts = []string{trimZeros(p)}
	}
	dateTail(c, id)
}

// cibseNumber reads "TM54", "AM 10" and "Guide A".
func cibseNumber(c *cursor) string {
	m := c.pos
	if c.word("guide") {
		c.sp()
		if l := c.letters(1, 1); l != "" && !isAlnum(c.peek()) {
			return "Guide " + strings.ToUpper(l)
		}
	} else if l := strings.ToUpper(c.letters(2, 3)); l == "TM" || l == "AM" || l == "KS" || l == "LG" || l == "SLL" {
		c.gap()
		if n := plainNumber(1, 2)(c); n != "" {
			return l + n
		}
	}
	c.pos = m
	return ""
}

// ciriaNumber reads "C753", also behind "Report".
func ciriaNumber(c *cursor) string {
	m := c.pos
	if c.word("report") {
		c.gap()
	}
	if l := strings.ToUpper(c.letters(1, 3)); l == "C" || l == "SP" || l == "R" || l == "FR" || l == "PR" {
		if n := plainNumber(1, 4)(c); n != "" {
			return l + n
		}
	}
	c.pos = m
	return ""
}

// guidelineNumber reads the padded number of a guideline for European
// technical approval, "032".
func guidelineNumber(c *cursor) string {
	m := c.pos
	if n := c.digits(3, 3); n != "" && n[0] == '0' {
		return n
	}
	c.pos = m
	return ""
}

// guidelineTail reads a part and the edition, "-1:2013"; a blank before the
// year is usual.
func guidelineTail(c *cursor, id *ID) {
	m := c.pos
	if c.eat('-') {
		if p := c.digits(1, 2); p != "" && !isAlnum(c.peek()) {
			id.Parts = []string{trimZeros(p)}
			m = c.pos
		}
	}
	c.pos = m
	if id.Date = anyDate(c); id.Date != "" || !c.sp() {
		return
	}
	y := c.digits(4, 4)
	if y < "1988" || y > "2099" || isAlnum(c.peek()) {
		c.pos = m
		return
	}
	id.Date = y
}

// annexNumber reads "15" and "#15".
func annexNumber(c *cursor) string {
	c.eat('#')
	return plainNumber(1, 2)(c)
}

func controlNumber(c *cursor) string {
	m := c.pos
	if n := c.digits(1, 1); n >= "1" && n <= "3" {
		return n
	}
	c.pos = m
	return ""
}

// reportType reads the type of a report, "Type II".
func reportType(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.sp()
	if c.eat('(') {
		c.pos = m
		return
	}
	if c.word("type") {
		c.gap()
		switch {
		case c.word("ii"), c.lit("2"):
			id.Level = "Type 2"
		case c.word("i"), c.lit("1"):
			id.Level = "Type 1"
		}
		if id.Level != "" && !isAlnum(c.peek()) {
			return
		}
		id.Level = ""
	}
	c.pos = m
}

// aerospaceNumber reads the numbers of the 9100 series.
func aerospaceNumber(c *cursor) string {
	m := c.pos
	if n := c.digits(4, 4); strings.HasPrefix(n, "91") {
		return n
	}
	c.pos = m
	return ""
}

// revisionTail reads the letter of a revision, "D" or "Rev. D".
func revisionTail(c *cursor, id *ID) {
	m := c.pos
	if c.sp() && (c.word("revision") || c.word("rev")) {
		c.eat('.')
		c.sp()
	} else {
		c.pos = m
	}
	if l := c.letters(1, 1); l != "" && !isAlnum(c.peek()) {
		id.Version = strings.ToUpper(l)
		return
	}
	c.pos = m
}

// issueTail reads "Issue 8" and ": Issue 7.2".
func issueTail(c *cursor, id *ID) {
	m := c.pos
	if !c.eat(',') {
		c.eat(':')
	}
	c.sp()
	if c.word("issue") || c.word("iss") {
		c.eat('.')
		c.sp()
		if n := c.dotted(2); n != "" && n[0] != '0' && !isLetter(c.peek()) {
			id.Edition = n
			return
		}
	}
	c.pos = m
}

func versionTail(c *cursor, id *ID) { version(c, id, "v", 3) }

// protectionNumber reads "200-2".
func protectionNumber(c *cursor) string {
	m := c.pos
	if n := c.digits(3, 3); (n == "100" || n == "200") && c.eat('-') && c.digits(1, 1) != "" {
		return c.s[m:c.pos]
	}
	c.pos = m
	return ""
}
