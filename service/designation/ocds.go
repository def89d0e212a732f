package designation

import "strings"

var ocdsStarts = []start{{"ocds_", parseOCDSRepository}}

// ocdsExtensions are identifiers in the extension registry that are plain
// words. Others are told from the sentence by an underscore or a version.
var ocdsExtensions = [...]string{
	"bids", "budget", "charges", "enquiries", "finance", "links", "location", "lots", "memberof", "metrics", "milestonedocuments",
	"options", "partyscale", "requirements", "shareholders", "signatories", "submissionterms", "techniques",
}

// ocdsSingular maps names of repositories to identifiers of extensions.
var ocdsSingular = map[string]string{"bid": "bids", "enquiry": "enquiries", "lot": "lots", "requirement": "requirements"}

// ocdsTail reads behind "OCDS" a version, or "extension bids 1.1.5", or "bids
// extension 1.1.5".
func ocdsTail(c *cursor, id *ID) {
	m := c.pos
	if id.Number == "OCDS" && c.sp() {
		first := c.word("extension")
		if first {
			c.eat(':')
			c.sp()
		}
		name := extensionName(c)
		if name != "" && (first || c.sp() && c.word("extension")) {
			id.Type, id.Number = "extension", name
			if namedVersion(c, id); id.Version != "" || isExtension(name) {
				return
			}
		}
		id.Type, id.Number, id.Version = "", "OCDS", ""
	}
	c.pos = m
	namedVersion(c, id)
}

func extensionName(c *cursor) string {
	m := c.pos
	if !isLetter(c.peek()) {
		return ""
	}
	for isAlnum(c.peek()) || c.peek() == '_' && isAlnum(c.at(1)) {
		c.pos++
	}
	switch name := strings.ToLower(c.s[m:c.pos]); name {
	case "extension", "extensions", "v", "ver", "version":
		c.pos = m
		return ""
	default:
		return name
	}
}

func isExtension(name string) bool {
	for _, e := range ocdsExtensions {
		if e == name {
			return true
		}
	}
	return strings.Contains(name, "_")
}

// parseOCDSRepository reads "ocds_bid_extension", also with "@v1.1.5".
func parseOCDSRepository(c *cursor, id *ID) bool {
	c.lit("ocds_")
	name, ok := strings.CutSuffix(extensionName(c), "_extension")
	if !ok {
		return c.miss("the name of an OCDS extension")
	}
	if s, ok := ocdsSingular[name]; ok {
		name = s
	}
	id.Flavour, id.Publishers, id.Type, id.Number = OCDS, []string{"OCP"}, "extension", name
	m := c.pos
	c.eat('@')
	if namedVersion(c, id); id.Version == "" {
		c.pos = m
		if !isExtension(name) {
			return c.miss("a version")
		}
	}
	return true
}

func writeOCDS(b *strings.Builder, id *ID) {
	if id.Type == "" {
		writeNamed(b, id)
		return
	}
	b.WriteString("OCDS extension ")
	b.WriteString(id.Number)
	put(b, " ", id.Version)
}
