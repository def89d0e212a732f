package designation

import (
	"slices"
	"strings"
)

// This file reads the chain of publishers of the numbered flavours: national
// body, European body, international body, and the type and stage after it.

// national is a national body's word for its own standards.
type national struct {
	lit, name string
	flavour   Flavour
	// own says that the body has numbers of its own under the word.
	own bool
}

var nationals = []national{
	{"bs", "BS", BSI, true},
	{"pd", "PD", BSI, true},
	{"dd", "DD", BSI, true},
	{"din", "DIN", DIN, true},
	{"nf", "NF", National, true},
	{"une", "UNE", National, true},
	{"uni", "UNI", National, true},
	{"nen", "NEN", National, true},
	{"nbn", "NBN", National, true},
	{"sfs", "SFS", National, true},
	{"csn", "CSN", National, true},
	{"önorm", "ÖNORM", National, true},
	{"Önorm", "ÖNORM", National, true},
	{"onorm", "ÖNORM", National, true},
	{"as/nzs", "AS/NZS", National, true},
	{"jis", "JIS", National, true},
	{"gb/t", "GB/T", National, true},
	{"gb ", "GB", National, true},
	{"i.s.", "I.S.", National, false},
	{"is en", "I.S.", National, false},
	{"as", "AS", National, false},
	{"ss", "SS", National, false},
	{"ds", "DS", National, false},
	{"ns", "NS", National, false},
	{"sn", "SN", National, false},
	{"pn", "PN", National, false},
}

// regional is a European body's word. needsType says that a type such as
// "/TS" has to follow.
type regional struct {
	lit, name string
	needsType bool
}

var regionals = []regional{
	{"env", "ENV", false},
	{"en", "EN", false},
	{"hd", "HD", false},
	{"cwa", "CWA", false},
	{"cen/cenelec/etsi", "CEN/CLC/ETSI", true},
	{"cen/clc/etsi", "CEN/CLC/ETSI", true},
	{"cen/cenelec", "CEN/CLC", true},
	{"cen-cenelec", "CEN/CLC", true},
	{"cen-clc", "CEN/CLC", true},
	{"cen/clc", "CEN/CLC", true},
	{"cenelec", "CLC", true},
	{"cen", "CEN", true},
	{"clc", "CLC", true},
}

// partners are the international bodies in the order in which joint
// publications name them.
var partners = [...]struct{ lit, name string }{
	{"iso", "ISO"}, {"iec", "IEC"}, {"ieee", "IEEE"}, {"astm", "ASTM"}, {"sae", "SAE"}, {"cie", "CIE"},
	{"hl7", "HL7"}, {"ogc", "OGC"}, {"undp", "UNDP"}, {"idf", "IDF"}, {"asme", "ASME"},
}

func isRegional(p string) bool {
	return slices.ContainsFunc(regionals, func(r regional) bool { return r.name == p })
}

// flavourOf is the flavour of a chain whose outermost publisher is p.
func flavourOf(p string) Flavour {
	for i := range nationals {
		if nationals[i].name == p {
			return nationals[i].flavour
		}
	}
	switch {
	case p == "PAS", p == "OHSAS", p == "BSI Flex":
		return BSI
	case isRegional(p):
		return CEN
	case strings.HasPrefix(p, "ISO/IEC"):
		return ISOIEC
	case strings.HasPrefix(p, "IEC"), p == "CISPR":
		return IEC
	}
	return ISO
}

// numberedStarts lists the words that a numbered designation may begin with.
func numberedStarts() []start {
	var list []start
	add := func(lit string) {
		if !slices.ContainsFunc(list, func(s start) bool { return s.lit == lit }) {
			list = append(list, start{lit, parseNumbered})
		}
	}
	for _, n := range nationals {
		add(n.lit)
	}
	for _, lit := range []string{
		"en", "pren", "fpren", "hd", "prhd", "fprhd", "cen", "cwa", "prcwa", "clc", "prcen", "fprcen", "prclc",
		"fprclc", "iso", "iec", "iwa", "cispr", "ieee/i", "ohsas", "pas", "bsi", "e din", "na to",
	} {
		add(lit)
	}
	return list
}

// chain reads the publishers, the stage and the type.
func chain(c *cursor, id *ID) bool {
	owner := c.lit("bsi ")
	if c.lit("e ") {
		id.Stage = "E"
	}
	nat, ok := chainNational(c, id)
	if !ok || owner && (len(id.Publishers) == 0 || flavourOf(id.Publishers[0]) != BSI) {
		return c.miss("BS, PD, PAS or Flex")
	}
	reg, ok := chainRegional(c, id)
	if !ok {
		return false
	}
	intl := chainInternational(c, id)
	switch {
	case len(id.Publishers) == 0:
		return c.miss("a publisher")
	case nat != nil && !nat.own && len(id.Publishers) == 1:
		return c.miss("EN or ISO")
	}
	switch {
	case intl || reg != nil && reg.needsType:
		typed := chainType(c, id)
		if reg != nil && reg.needsType && !typed {
			return c.miss("TS, TR or Guide")
		}
	case nat != nil && reg == nil:
		chainNationalType(c, id, nat)
	}
	id.Flavour = flavourOf(id.Publishers[0])
	return true
}

// push adds a publisher. The gap behind it is skipped.
func (id *ID) push(c *cursor, name string) {
	if id.Publishers == nil {
		id.Publishers = make([]string, 0, 3)
	}
	id.Publishers = append(id.Publishers, name)
	m := c.pos
	if c.gap(); c.pos == m {
		c.eat('/')
	}
}

func chainNational(c *cursor, id *ID) (*national, bool) {
	for _, lit := range [...]struct{ lit, name string }{
		{"bs pas", "PAS"}, {"pas", "PAS"}, {"bs~ohsas", "OHSAS"}, {"ohsas", "OHSAS"}, {"flex", "BSI Flex"},
	} {
		if c.lit(lit.lit) {
			id.push(c, lit.name)
			return nil, id.Stage == ""
		}
	}
	first := toLower(c.peek())
	for i := range nationals {
		n := &nationals[i]
		if n.lit == "is en" && first == 'i' {
			if c.lit("is ") {
				id.push(c, n.name)
				return n, true
			}
			continue
		}
		if n.lit[0] == first && c.lit(n.lit) {
			id.push(c, n.name)
			return n, id.Stage == "" || n.flavour == DIN
		}
	}
	return nil, id.Stage == ""
}

func chainRegional(c *cursor, id *ID) (*regional, bool) {
	m := c.pos
	stage := ""
	switch {
	case c.lit("fpr"):
		stage = "Fpr"
	case c.lit("pr"):
		stage = "pr"
	}
	first := toLower(c.peek())
	for i := range regionals {
		r := &regionals[i]
		if r.lit[0] != first || !c.lit(r.lit) {
			continue
		}
		if r.needsType {
			// "CEN EN 1234" and "CENELEC HD 384" name the owner besides.
			n := c.pos
			if c.sp() && (c.lit("en") || c.lit("hd") || c.lit("cwa")) && !isLetter(c.peek()) {
				c.pos = n
				c.sp()
				return chainRegional(c, id)
			}
			c.pos = n
		}
		id.push(c, r.name)
		id.Stage += stage
		return r, true
	}
	if stage != "" {
		c.pos = m
		return nil, c.miss("EN")
	}
	return nil, true
}

// chainInternational reads "ISO", "ISO/IEC/IEEE", "IWA" and the like.
func chainInternational(c *cursor, id *ID) bool {
	if c.lit("iec~cispr") || c.lit("iec/cispr") || c.lit("cispr") {
		id.push(c, "CISPR")
		return true
	}
	if c.lit("iso~iwa") || c.lit("iwa") {
		id.push(c, "IWA")
		return true
	}
	m := c.pos
	var set uint
	for end := c.pos; ; {
		i := partner(c)
		if i < 0 || set&(1<<i) != 0 {
			c.pos = end
			break
		}
		set |= 1 << i
		end = c.pos
		c.sp()
		if !c.eat('/') && !(set == 1 && (c.peek() == '-' || c.pos > end)) {
			c.pos = end
			break
		}
		c.eat('-')
		c.sp()
	}
	if set&3 == 0 {
		c.pos = m
		return false
	}
	id.push(c, joint(set))
	return true
}

func partner(c *cursor) int {
	first := toLower(c.peek())
	for i := range partners {
		if partners[i].lit[0] == first && c.lit(partners[i].lit) {
			return i
		}
	}
	return -1
}

// joint is the name of a set of partners, by their index.
func joint(set uint) string {
	switch set {
	case 1:
		return "ISO"
	case 2:
		return "IEC"
	case 3:
		return "ISO/IEC"
	case 7:
		return "ISO/IEC/IEEE"
	}
	var names []string
	for i := range partners {
		if set&(1<<i) != 0 {
			names = append(names, partners[i].name)
		}
	}
	return strings.Join(names, "/")
}

// stages and types as they stand behind an international or European body,
// longer words first where one begins another.
var stagesTypes = [...]struct{ lit, stage, typ string }{
	{"tr", "", "TR"}, {"ts", "", "TS"}, {"pas", "", "PAS"}, {"guide", "", "Guide"}, {"isp", "", "ISP"},
	{"fdis", "FDIS", ""}, {"dis", "DIS", ""}, {"cdv", "CDV", ""}, {"cd", "CD", ""}, {"wd", "WD", ""},
	{"awi", "AWI", ""}, {"nwip", "NWIP", ""}, {"pwi", "PWI", ""}, {"np", "NP", ""}, {"prf", "PRF", ""},
	{"dtr", "D", "TR"}, {"dts", "D", "TS"}, {"dpas", "D", "PAS"}, {"dguide", "D", "Guide"},
	{"pdtr", "PD", "TR"}, {"pdts", "PD", "TS"}, {"fdtr", "FD", "TR"}, {"fdts", "FD", "TS"},
	{"r", "", "R"}, {"srd", "", "SRD"}, {"tta", "", "TTA"},
}

// chainType reads at most one stage and one type; a plain word for "standard"
// is passed over.
func chainType(c *cursor, id *ID) (found bool) {
	for range 2 {
		m, first := c.pos, toLower(c.peek())
		for i := range stagesTypes {
			st := &stagesTypes[i]
			if st.lit[0] != first || !c.word(st.lit) {
				continue
			}
			if st.stage != "" && id.Stage != "" || st.typ != "" && id.Type != "" {
				c.pos = m
				break
			}
			if st.stage != "" {
				id.Stage = st.stage
			}
			if st.typ != "" {
				id.Type, found = st.typ, true
			}
			if c.gap(); c.peek() == '/' {
				c.pos++
			}
			break
		}
		if c.pos == m || id.Type != "" {
			break
		}
	}
	if !found {
		for _, w := range [...]string{"is ", "standard ", "std ", "norm "} {
			if c.lit(w) {
				break
			}
		}
	}
	return found
}

// chainNationalType reads the words of BSI and DIN for kinds of their own.
func chainNationalType(c *cursor, id *ID, nat *national) {
	switch {
	case nat.name == "BS" && c.word("au"):
		id.Type = "AU"
	case nat.name == "DIN" && c.word("spec"):
		id.Type = "SPEC"
	case nat.name == "DIN" && c.word("vde v"):
		id.Type = "VDE V"
	case nat.name == "DIN" && c.word("vde"):
		id.Type = "VDE"
	default:
		return
	}
	c.gap()
}
