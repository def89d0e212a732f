package designation

import "strings"

// A named specification is known by a name and a version, "SAML 2.0". The
// names are data; one grammar reads them all.
type named struct {
	flavour Flavour
	// pub is the publisher, which may stand before any of the names.
	pub string
	// name is the canonical name; ID.Number holds it.
	name string
	// also lists other names, in lower case.
	also []string
	// free says that the name needs neither publisher nor version to be
	// plain, and that it is printed without the publisher.
	free bool
}

var namedTable = []named{
	{W3C, "W3C", "WCAG", []string{"web content accessibility guidelines (wcag)", "web content accessibility guidelines"}, true},
	{W3C, "W3C", "ATAG", []string{"authoring tool accessibility guidelines"}, true},
	{W3C, "W3C", "UAAG", nil, true},
	{W3C, "W3C", "WAI-ARIA", []string{"aria"}, true},
	{W3C, "W3C", "XML", []string{"extensible markup language (xml)"}, false},
	{W3C, "W3C", "XML Schema", []string{"xsd"}, false},
	{W3C, "W3C", "XML Signature", []string{"xmldsig"}, false},
	{W3C, "W3C", "XML Encryption", []string{"xmlenc"}, false},
	{W3C, "W3C", "XHTML", nil, false},
	{W3C, "W3C", "HTML", nil, false},
	{W3C, "W3C", "CSS", nil, false},
	{W3C, "W3C", "SVG", nil, false},
	{W3C, "W3C", "MathML", nil, false},
	{W3C, "W3C", "XSLT", nil, false},
	{W3C, "W3C", "XPath", nil, false},
	{W3C, "W3C", "XQuery", nil, false},
	{W3C, "W3C", "XForms", nil, false},
	{W3C, "W3C", "RDF", nil, false},
	{W3C, "W3C", "RDFa", nil, false},
	{W3C, "W3C", "Turtle", nil, false},
	{W3C, "W3C", "OWL", nil, false},
	{W3C, "W3C", "SPARQL", nil, false},
	{W3C, "W3C", "SHACL", nil, false},
	{W3C, "W3C", "SKOS", nil, false},
	{W3C, "W3C", "PROV-O", nil, false},
	{W3C, "W3C", "DCAT", nil, false},
	{W3C, "W3C", "JSON-LD", nil, false},
	{W3C, "W3C", "SOAP", nil, false},
	{W3C, "W3C", "WSDL", nil, false},
	{W3C, "W3C", "WS-Addressing", nil, false},
	{W3C, "W3C", "WS-Policy", nil, false},
	{W3C, "W3C", "EPUB", nil, false},
	{W3C, "W3C", "WOFF", nil, false},
	{W3C, "W3C", "DID", []string{"did core"}, false},
	{W3C, "W3C", "Verifiable Credentials Data Model", []string{"vc data model"}, false},
	{W3C, "W3C", "Web Authentication", []string{"webauthn"}, false},

	{OASIS, "OASIS", "SAML", []string{"security assertion markup language"}, false},
	{OASIS, "OASIS", "XACML", nil, false},
	{OASIS, "OASIS", "UBL", []string{"universal business language"}, false},
	{OASIS, "OASIS", "OpenDocument", []string{"odf", "open document format"}, false},
	{OASIS, "OASIS", "ebMS", []string{"ebxml messaging services"}, false},
	{OASIS, "OASIS", "ebCore", nil, false},
	{OASIS, "OASIS", "ebRIM", nil, false},
	{OASIS, "OASIS", "AS4", nil, false},
	{OASIS, "OASIS", "CAP", []string{"common alerting protocol"}, false},
	{OASIS, "OASIS", "EDXL-DE", nil, false},
	{OASIS, "OASIS", "EDXL-HAVE", nil, false},
	{OASIS, "OASIS", "STIX", nil, false},
	{OASIS, "OASIS", "TAXII", nil, false},
	{OASIS, "OASIS", "CSAF", nil, false},
	{OASIS, "OASIS", "SARIF", nil, false},
	{OASIS, "OASIS", "MQTT", nil, false},
	{OASIS, "OASIS", "AMQP", nil, false},
	{OASIS, "OASIS", "KMIP", nil, false},
	{OASIS, "OASIS", "CMIS", nil, false},
	{OASIS, "OASIS", "OData", nil, false},
	{OASIS, "OASIS", "OSLC Core", nil, false},
	{OASIS, "OASIS", "TOSCA", nil, false},
	{OASIS, "OASIS", "DITA", nil, false},
	{OASIS, "OASIS", "DocBook", nil, false},
	{OASIS, "OASIS", "XLIFF", nil, false},
	{OASIS, "OASIS", "genericode", nil, false},
	{OASIS, "OASIS", "UDDI", nil, false},
	{OASIS, "OASIS", "SPML", nil, false},
	{OASIS, "OASIS", "WSRP", nil, false},
	{OASIS, "OASIS", "WS-BPEL", nil, false},
	{OASIS, "OASIS", "WS-Security", []string{"wss"}, false},
	{OASIS, "OASIS", "WS-SecurityPolicy", nil, false},
	{OASIS, "OASIS", "WS-Trust", nil, false},
	{OASIS, "OASIS", "WS-ReliableMessaging", nil, false},
	{OASIS, "OASIS", "WS-Federation", nil, false},
	{OASIS, "OASIS", "BDX SMP", []string{"bdxr smp"}, false},
	{OASIS, "OASIS", "BDX Location", []string{"bdxl"}, false},
	{OASIS, "OASIS", "LegalDocML", []string{"akoma ntoso"}, false},
	{OASIS, "OASIS", "LegalRuleML", nil, false},

	{OGC, "OGC", "WMS", []string{"web map service"}, false},
	{OGC, "OGC", "WFS", []string{"web feature service"}, false},
	{OGC, "OGC", "WCS", nil, false},
	{OGC, "OGC", "WMTS", nil, false},
	{OGC, "OGC", "WPS", nil, false},
	{OGC, "OGC", "CSW", nil, false},
	{OGC, "OGC", "GML", []string{"geography markup language"}, false},
	{OGC, "OGC", "CityGML", nil, false},
	{OGC, "OGC", "IndoorGML", nil, false},
	{OGC, "OGC", "KML", nil, false},
	{OGC, "OGC", "SLD", nil, false},
	{OGC, "OGC", "GeoPackage", nil, false},
	{OGC, "OGC", "GeoSPARQL", nil, false},
	{OGC, "OGC", "SensorThings", []string{"sensorthings api"}, false},

	{Peppol, "Peppol", "Peppol BIS Billing", []string{"peppol bis billing", "bis billing", "openpeppol bis billing"}, true},
	{Peppol, "Peppol", "Peppol BIS Order Only", nil, true},
	{Peppol, "Peppol", "Peppol BIS Ordering", nil, true},
	{Peppol, "Peppol", "Peppol BIS Order Agreement", nil, true},
	{Peppol, "Peppol", "Peppol BIS Advanced Ordering", nil, true},
	{Peppol, "Peppol", "Peppol BIS Catalogue without response", nil, true},
	{Peppol, "Peppol", "Peppol BIS Catalogue Only", nil, true},
	{Peppol, "Peppol", "Peppol BIS Catalogue", nil, true},
	{Peppol, "Peppol", "Peppol BIS Despatch Advice", nil, true},
	{Peppol, "Peppol", "Peppol BIS Invoice Response", nil, true},
	{Peppol, "Peppol", "Peppol BIS Message Level Response", nil, true},
	{Peppol, "Peppol", "Peppol BIS Punch Out", []string{"peppol bis punchout"}, true},
	{Peppol, "Peppol", "Peppol BIS", nil, true},
	{Peppol, "Peppol", "Peppol AS4 Profile", nil, true},
	{Peppol, "Peppol", "Peppol SMP", nil, true},
	{Peppol, "Peppol", "Peppol PINT", nil, true},

	{OCDS, "OCP", "OCDS", []string{"open contracting data standard (ocds)", "open contracting data standard"}, true},
	{OCDS, "OCP", "OC4IDS", []string{"open contracting for infrastructure data standard"}, true},

	{UN, "UN", "UN/LOCODE", []string{"unece un/locode", "unlocode"}, true},
	{UN, "UN", "UNSPSC", nil, true},
	{UN, "UN", "UN/CEFACT CCTS", []string{"ccts"}, true},
	{UN, "UN", "UN/CEFACT CII", []string{"un/cefact cross industry invoice", "cii"}, true},

	{Industry, "PCI", "PCI DSS", []string{"pci-dss"}, true},
	{Industry, "NIST", "NIST CSF", []string{"nist cybersecurity framework (csf)", "nist cybersecurity framework"}, true},
	{Industry, "CSA", "CSA CCM", nil, true},
	{Industry, "OWASP", "OWASP ASVS", nil, true},
	{Industry, "OpenID", "OpenID Connect Core", nil, true},
	{Industry, "IATI", "IATI", nil, false},
	{Industry, "GS1", "GS1 General Specifications", nil, true},
	{Industry, "OpenAPI", "OpenAPI", []string{"openapi specification"}, false},
	{Industry, "AsyncAPI", "AsyncAPI", nil, false},
	{Industry, "IETF", "TLS", nil, false},
	{Industry, "SEMIC", "DCAT-AP", nil, false},
	{Industry, "JSON Schema", jsonSchema, nil, false},
	{Industry, "NCSC", "Cyber Essentials Plus", nil, false},
	{Industry, "NCSC", "Cyber Essentials", nil, false},
	{Industry, "buildingSMART", "BCF", nil, false},
	{Industry, "buildingSMART", "IDS", nil, false},
	{Industry, "GLEIF", "LEI-CDF", nil, false},
}

// namedStarts makes a start of each name, alone and behind its publisher.
func namedStarts() []start {
	var list []start
	for i := range namedTable {
		n := &namedTable[i]
		for _, lit := range append([]string{strings.ToLower(n.name)}, n.also...) {
			pub := strings.ToLower(n.pub) + " "
			list = append(list, start{lit, n.parser(lit, n.free)})
			if !strings.HasPrefix(lit, pub) {
				list = append(list, start{pub + lit, n.parser(pub+lit, true)})
			}
		}
	}
	return list
}

func (n *named) parser(lit string, plain bool) func(*cursor, *ID) bool {
	return func(c *cursor, id *ID) bool {
		c.lit(lit)
		glued := c.pos
		if isLetter(c.peek()) {
			return c.miss("the end of the name")
		}
		id.Flavour, id.Publishers, id.Number = n.flavour, []string{n.pub}, n.name
		switch {
		case n.flavour == OCDS:
			ocdsTail(c, id)
		case n.flavour == UN:
			directory(c, id)
		case n.name == jsonSchema:
			schemaDraft(c, id)
		default:
			namedVersion(c, id)
		}
		if id.Version == "" && !plain {
			return c.miss("a version")
		}
		if id.Number == "WCAG" {
			wcag(c, id, glued)
		} else if n.flavour == W3C {
			edition(c, id)
		}
		return true
	}
}

// namedVersion reads " 2.0", " v2.0", "2.1", ", version 1.2", "-2.1", with a
// suffix for a version before the final one.
func namedVersion(c *cursor, id *ID) {
	m := c.pos
	version(c, id, "v", 4)
	if isYear(id.Version) {
		id.Version, c.pos = "", m
		return
	}
	if id.Version != "" {
		prerelease(c, id)
		return
	}
	if bracketVersion(c, id); id.Version != "" {
		return
	}
	hyphen := !c.sp() && c.eat('-')
	if v := c.dotted(4); v != "" && !isYear(v) && !isLetter(c.peek()) && (!hyphen || strings.Contains(v, ".")) {
		id.Version = v
		prerelease(c, id)
		return
	}
	c.pos = m
}

// bracketVersion reads " (v3.1)" and " (version 3.1)".
func bracketVersion(c *cursor, id *ID) {
	m := c.pos
	if c.sp(); c.eat('(') && (c.word("version") || c.word("v")) {
		c.eat('.')
		c.sp()
		if v := c.dotted(4); v != "" && c.eat(')') && !isAlnum(c.peek()) {
			id.Version = v
			return
		}
	}
	c.pos = m
}

const jsonSchema = "JSON Schema"

// schemaDraft reads the version of JSON Schema, "draft-07" and "2020-12"; its
// drafts of the latter kind are cited with the word as well.
func schemaDraft(c *cursor, id *ID) {
	m := c.pos
	c.eat(',')
	c.sp()
	draft := c.word("draft")
	if draft && !c.eat('-') {
		c.sp()
	}
	k := c.pos
	switch n := c.digits(1, 4); {
	case len(n) == 4 && isYear(n) && c.eat('-') && isMonth(c.digits(2, 2)):
		id.Version = c.s[k:c.pos]
	case draft && len(n) < 3 && trimZeros(n) >= "1" && len(trimZeros(n)) == 1:
		id.Version = "draft-0" + trimZeros(n)
	}
	if id.Version == "" || isAlnum(c.peek()) || (c.peek() == '-' || c.peek() == '.') && isDigit(c.at(1)) {
		c.pos, id.Version = m, ""
	}
}

var prereleases = [...]string{"alpha", "beta", "rc", "draft", "ballot", "snapshot", "pre", "dev"}

// prerelease reads "-rc.1" and the like behind a version.
func prerelease(c *cursor, id *ID) {
	m := c.pos
	if c.eat('-') {
		for _, w := range prereleases {
			if c.word(w) {
				e := c.pos
				if c.eat('.'); c.dotted(2) == "" {
					c.pos = e
				}
				if isLetter(c.peek()) {
					break
				}
				id.Version += strings.ToLower(c.s[m:c.pos])
				return
			}
		}
	}
	c.pos = m
}

// writeNamed prints the name, with its publisher unless the name is plain
// without, and the version. Works of the industry are cited without, as in
// "TLS 1.2", but their bare names need it.
func writeNamed(b *strings.Builder, id *ID) {
	if !isFree(id.Number) && (id.Flavour != Industry || id.Version == "") {
		b.WriteString(id.Publishers[0])
		b.WriteByte(' ')
	}
	b.WriteString(id.Number)
	put(b, " ", id.Version)
	if id.Edition != "" {
		b.WriteString(" (Edition " + id.Edition + ")")
	}
	if id.Number == "WCAG" {
		put(b, " ", id.Level)
	}
}

func isFree(name string) bool {
	for i := range namedTable {
		if namedTable[i].name == name {
			return namedTable[i].free
		}
	}
	return false
}
