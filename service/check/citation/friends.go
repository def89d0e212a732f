package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// This file tells designations from what only looks like one: the words of
// other languages, film speeds, plugs, degrees, people's own RFCs.

// judge says how sure the candidate is, and whether it is one at all. It may
// take from the ID what the text does not mean.
func (s *scanner) judge(c *candidate, id *designation.ID) (Confidence, bool) {
	if s.runsOn(c) {
		return 0, false
	}
	sure, ok := Certain, true
	switch id.Flavour {
	case designation.Etalon:
		return Certain, true
	case designation.ISO, designation.IEC, designation.ISOIEC, designation.BSI, designation.CEN, designation.DIN, designation.National:
		sure, ok = s.judgeNumbered(c, id)
	case designation.ETSI:
		ok = s.judgeETSI(c, id)
	case designation.IETF:
		ok = s.judgeIETF(c, id)
	case designation.NIST:
		ok = s.judgeNIST(c, id)
	case designation.IEEE:
		ok = !(s.unitFollows(c.end) && s.text[c.end] == '-') && (id.Dated() || len(id.Number) > 2 && !isYear(id.Number) && !(id.Number[0] == 'C' && len(id.Number) == 2))
	case designation.ANSI, designation.ASTM:
		ok = judgeANSI(c, id)
	case designation.MOD:
		ok = s.judgeMOD(c, id)
	case designation.NHS:
		ok = digitsIn(s.text[c.start:c.end]) >= 4
	case designation.Industry:
		ok = (id.Type != "" || s.judgeNamed(c, id)) && (id.Type != "GPG" || s.judgeGuide(c, id))
	case designation.W3C, designation.OASIS, designation.OGC, designation.HL7, designation.OCDS, designation.Peppol, designation.UN:
		ok = s.judgeNamed(c, id)
	}
	if c.traits&(Glued|Elided) != 0 {
		sure = min(sure, Likely)
	}
	return sure, ok
}

// judgeGuide tells the government's Good Practice Guides from the advice that
// others call so.
func (s *scanner) judgeGuide(c *candidate, id *designation.ID) bool {
	if len(id.Number) < 2 {
		return false
	}
	if c.anchor.word == "gpg" {
		return true
	}
	if number(id.Number) > maxGuide || !strings.HasPrefix(s.text[c.start:], "Good Practice Guide") {
		return false
	}
	return identityGuides[id.Number] || s.anyBeside(c, "NCSC", "CESG", "GDS", "GPG")
}

// maxGuide is the number of the last of the Good Practice Guides, with room.
const maxGuide = 60

// identityGuides are those on identity and authentication, which are cited
// without their publisher.
var identityGuides = map[string]bool{"43": true, "44": true, "45": true, "46": true, "53": true}

// runsOn says whether the digits go on behind the candidate in a way that
// makes it another thing: a decimal, or groups of thousands.
func (s *scanner) runsOn(c *candidate) bool {
	t := s.text[c.end:min(c.end+6, len(s.text))]
	if len(t) < 2 || c.traits&Glued != 0 {
		return false
	}
	if n := digitsBefore(s.text[:c.end]); n == 0 || n > 3 {
		return false
	}
	return t[0] == '.' && isDigit(t[1]) || t[0] == ',' && digitRun(t, 1) == 3
}

// digitsBefore is the length of the run of digits that s ends in.
func digitsBefore(s string) int {
	n := 0
	for n < len(s) && n < 8 && isDigit(s[len(s)-1-n]) {
		n++
	}
	return n
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}

// films are the speeds of film and sensors.
var films = map[string]bool{"25": true, "50": true, "64": true, "100": true, "125": true, "160": true, "200": true, "400": true, "800": true,
	"1600": true, "3200": true, "6400": true, "12800": true, "25600": true, "51200": true}

// judgeNumbered judges what ISO, IEC, CEN and the national bodies number.
func (s *scanner) judgeNumbered(c *candidate, id *designation.ID) (Confidence, bool) {
	s.takeYear(c, id)
	if len(id.Date) == 7 && c.end+1 < len(s.text) && s.text[c.end] == '-' && isDigit(s.text[c.end+1]) {
		return 0, false // "iso8601: 2001-12-14" is an example
	}
	outer := id.Publishers[0]
	fixed := id.Dated() || len(id.Parts) > 0
	n := number(id.Number)
	year := isYear(id.Number)
	sure := Certain
	switch {
	case strings.Contains(id.Number, " "):
		return Certain, c.upper || outer != "EN"
	case n < 100 && !fixed && !smallNumber(outer, n):
		return 0, false
	case n < 10 && len(id.Parts) == 1 && id.Date == "" && len(id.Parts[0]) > 2:
		return 0, false
	case !fixed && n < 1000 && outer != "ISO/IEC" && s.unitFollows(c.end):
		return 0, false
	}
	if year && len(id.Parts) > 0 && id.Parts[0][0] == '0' {
		return 0, false // a date, "ISO-2024-01"
	}
	switch outer {
	case "ISO":
		if id.Date == "" && len(id.Parts) == 0 && id.Type == "" && films[id.Number] {
			return 0, false
		}
		if year && !fixed && n > 1985 && n != 2022 {
			sure = Weak
		}
	case "IEC", "ISO/IEC", "CISPR", "IWA":
		if n < 100 && !fixed && outer == "IEC" {
			return 0, false
		}
	case "EN", "ENV":
		if !s.judgeEuropean(c, id, fixed, n) {
			return 0, false
		}
	case "HD":
		return Certain, n >= 10_000 || len(id.Parts) > 0 || n != 720 && n != 1080 && n != 1440 && s.harmonised(c)
	case "BS", "PD", "PAS", "DD":
		if !s.judgeBritish(c, id, fixed, n) {
			return 0, false
		}
	case "DIN":
		if !c.upper && n < 1000 && len(id.Publishers) == 1 && !fixed {
			return 0, false
		}
	case "AS", "SS", "DS", "NS", "SN", "PN", "I.S.":
		if s.shoutBefore(c.start) || outer == "I.S." && len(id.Publishers) > 1 && id.Publishers[1] != "EN" {
			return 0, false
		}
	}
	return sure, true
}

// smallNumber says whether an undated number below 100 is one that is cited
// so.
func smallNumber(outer string, n int) bool {
	switch outer {
	case "EN", "BS":
		return n == 54 || n == 71 || n == 81
	case "PAS":
		return n > 20
	case "IWA":
		return true
	}
	return false
}

// takeYear takes a year in brackets out of the ID: it may be the edition, but
// also the year of what is said of the standard.
func (s *scanner) takeYear(c *candidate, id *designation.ID) {
	raw := s.text[c.start:c.end]
	i := strings.LastIndexByte(raw, '(')
	if i < 1 || len(raw)-i != 6 || raw[len(raw)-1] != ')' || raw[i+1:len(raw)-1] != id.Date || !isYear(id.Date) {
		return
	}
	id.Date = ""
	c.end = c.start + len(strings.TrimRight(raw[:i], " \t\r\n\u00a0"))
}

// judgeEuropean tells EN from the English language, and "en" from a word of
// French, Spanish and others.
func (s *scanner) judgeEuropean(c *candidate, id *designation.ID, fixed bool, n int) bool {
	if len(id.Parts) > 0 && isLetter(id.Parts[0][0]) {
		return false // "EN16931-R004" names a rule
	}
	if len(id.Publishers) > 1 || id.Type != "" || id.Stage != "" {
		return true
	}
	if !c.upper {
		return id.Date != "" && n >= 100 || len(id.Parts) > 0 && n >= 1000 || n == 16931 || n == 50600
	}
	if isYear(id.Number) && !fixed && (n < 1990 || n > 1999) {
		return false
	}
	// "EN 12 EN" is the foot of a page of the Official Journal.
	rest := strings.TrimLeft(s.text[c.end:min(c.end+16, len(s.text))], " ")
	return fixed || !strings.HasPrefix(rest, "EN") || len(rest) > 2 && isAlnum(rest[2])
}

// judgeBritish tells the series of BSI from degrees, postcodes, words.
func (s *scanner) judgeBritish(c *candidate, id *designation.ID, fixed bool, n int) bool {
	if len(id.Publishers) > 1 || id.Type != "" {
		return true
	}
	if isYear(id.Number) && !fixed {
		return false
	}
	outer := id.Publishers[0]
	if !c.upper {
		return n >= 1000 && outer != "PAS" || outer == "BS" && n >= 100 && fixed || outer == "PAS" && n >= 100 && fixed
	}
	if n < 100 && outer != "PAS" && id.Date == "" && len(id.Parts) > 0 && n < 10 {
		return false
	}
	return outer != "PD" && outer != "DD" || fixed || n >= 1000 && !isYear(id.Number)
}

// harmonised says whether the text behind speaks of a document rather than of
// a screen: "HD 384 S2", "HD 308".
func (s *scanner) harmonised(c *candidate) bool {
	rest := strings.TrimLeft(s.text[c.end:min(c.end+8, len(s.text))], " ")
	return len(rest) > 1 && rest[0] == 'S' && isDigit(rest[1])
}

// judgeETSI asks of types without "ETSI" that they be in capitals and in the
// range of numbers that the type has.
func (s *scanner) judgeETSI(c *candidate, id *designation.ID) bool {
	if c.anchor.word == "etsi" || id.Type == "EN" && (c.upper || id.Version != "") {
		return true
	}
	if id.Type == "EN" {
		return strings.HasPrefix(id.Number, "301 549") || strings.HasPrefix(id.Number, "319 ")
	}
	first := map[string]byte{"TS": '1', "TR": '1', "ES": '2', "ETS": '3'}[id.Type]
	return c.upper && id.Number[0] == first
}

// judgeNIST asks of "SP" and "FIPS" alone that the number be one of theirs.
func (s *scanner) judgeNIST(c *candidate, id *designation.ID) bool {
	switch id.Type {
	case "SP":
		if c.anchor.word == "sp" || !hasFold(c.anchor.word, "nist") && c.anchor.word != "special" {
			for _, series := range [...]string{"500-", "800-", "1500-", "1800-"} {
				if strings.HasPrefix(id.Number, series) {
					return true
				}
			}
			return false
		}
	case "FIPS":
		raw := s.text[c.start:c.end]
		return id.Version != "" || len(id.Number) == 3 || c.anchor.word != "fips" || strings.Contains(strings.ToLower(raw), "pub")
	}
	return true
}

func judgeANSI(c *candidate, id *designation.ID) bool {
	n := id.Number
	switch id.Publishers[0] {
	case "ANSI":
		// "ANSI 256", "ANSI C89"
		return strings.ContainsAny(n, ".-") || len(id.Parts) > 0 || len(n) > 2 && n[0] == 'X' || id.Date != "" && !isDigit(n[0])
	case "UL":
		return len(n) > 2 || n == "94"
	case "TIA", "ISA":
		return len(n) > 2 || id.Publishers[0] == "ISA"
	case "SAE", "ASME":
		return isLetter(n[0])
	}
	return c.upper
}

func (s *scanner) judgeMOD(c *candidate, id *designation.ID) bool {
	switch id.Type {
	case "JSP":
		return c.upper && len(id.Number) >= 3 && !s.decimalFollows(c.end)
	case "DEFCON":
		return c.upper && len(id.Number) >= 2
	}
	return true
}

func (s *scanner) decimalFollows(i int) bool {
	return i+1 < len(s.text) && s.text[i] == '.' && isDigit(s.text[i+1])
}

// judgeNamed asks for a version where a bare name is only the name of a
// technology.
func (s *scanner) judgeNamed(c *candidate, id *designation.ID) bool {
	if isNamed(id) && !strings.Contains(id.Version, ".") && id.Stage == "" && letterThenDigit(s.text[c.start:c.end]) && id.Flavour != designation.HL7 {
		return false // "ARIA27" is something within
	}
	if strings.HasPrefix(id.Number, "Cyber Essentials") && !strings.Contains(id.Version, ".") {
		return false // "Cyber Essentials 3 days"
	}
	switch id.Flavour {
	case designation.UN:
		return id.Type == "Recommendation" || id.Number == "M.49" || id.Version != "" || id.Type == "UNTDID" || id.Type == "UNCL"
	case designation.OGC:
		return id.Version != "" || isDigit(id.Number[0])
	case designation.W3C:
		return id.Version != "" || id.Stage != "" || c.anchor.word == "http" || c.anchor.word == "https"
	case designation.HL7:
		return id.Version != "" || strings.HasPrefix(id.Number, "v")
	}
	return id.Version != ""
}

// shoutBefore says whether the word before i is in capitals, as in a heading,
// where "IS" and "AS" are words as well.
func (s *scanner) shoutBefore(i int) bool {
	j := i
	for j > 0 && i-j < 8 && isSpace(s.text[j-1]) {
		j--
	}
	k := j
	for k > 0 && j-k < 32 && isLetter(s.text[k-1]) {
		k--
	}
	return j-k > 1 && isUpper(s.text[k:j])
}
