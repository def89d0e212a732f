package citation

import "github.com/etalon-registry/etalon/service/designation"

// capsRule says how an anchor's word has to be written.
type capsRule uint8

const (
	anyCase  capsRule = iota
	capitals          // "EN" is also a word of many languages, but not in capitals
)

// anchor is a word that a citation may begin with.
type anchor struct {
	word string
	caps capsRule
	// near is within how many bytes behind the word a digit has to follow.
	near int
	// before is how many bytes of the citation stand before the word.
	before int
	// then, if not 0, is the byte that has to follow the word.
	then byte
	// put stands in the window before what is read.
	put string
	// phrases are what may follow the word.
	phrases []phrase
	read    func(*scanner, *candidate) (designation.ID, bool)
}

// findAnchor looks a word up, whatever its case.
func findAnchor(word string) *anchor {
	if len(word) >= len(anchorIndex) {
		return nil
	}
	first := lower(word[0]) - 'a'
	if len(word) > 1 && anchorPairs[first]&(1<<(lower(word[1])-'a')) == 0 {
		return nil
	}
	list := anchorIndex[len(word)][first]
	for i := range list {
		if foldEqual(word, list[i].word) {
			return &list[i]
		}
	}
	return nil
}

// Distances within which a digit has to follow an anchor's word.
const (
	near = 48 // "ISO/IEC/IEEE", wrapped and indented
	far  = 120
	// nearSmall is for short words in small letters, "bs en iso 9001", of
	// which many are also words of a language.
	nearSmall = 20
)

const longestAnchor = 14

// anchorIndex holds the anchors by length and first letter.
var anchorIndex = indexAnchors()

// anchorPairs holds, by first letter, the second letters that anchors have.
var anchorPairs = pairAnchors()

func pairAnchors() (pairs [26]uint32) {
	for _, slots := range anchorIndex {
		for first, list := range slots {
			for i := range list {
				if w := list[i].word; len(w) > 1 {
					pairs[first] |= 1 << (w[1] - 'a')
				}
			}
		}
	}
	return pairs
}

// wireless is the anchor of "802.1X" without "IEEE".
var wireless = anchor{word: "802", near: 1, put: "IEEE ", read: (*scanner).readShort}

func indexAnchors() (index [longestAnchor + 1][26][]anchor) {
	add := func(a anchor) {
		slot := &index[len(a.word)][a.word[0]-'a']
		*slot = append(*slot, a)
	}
	for _, w := range plainWords {
		add(anchor{word: w, near: near, read: (*scanner).readPlain})
	}
	for _, w := range capitalWords {
		add(anchor{word: w, caps: capitals, near: near, read: (*scanner).readPlain})
	}
	for _, w := range namedWords {
		add(anchor{word: w, near: far, read: (*scanner).readNamed})
	}
	for w, list := range spelled {
		add(anchor{word: w, then: ' ', near: far, phrases: list, read: (*scanner).readPhrase})
	}
	for _, w := range []string{"http", "https", "urn"} {
		add(anchor{word: w, then: ':', near: far, read: (*scanner).readAddress})
	}
	add(anchor{word: "etalon", then: ':', near: far * 2, read: (*scanner).readReference})
	add(anchor{word: "draft", then: '-', near: far, read: (*scanner).readDraft})
	add(anchor{word: "gpp", before: 1, near: near, read: (*scanner).readPlain})
	add(anchor{word: "i", caps: capitals, then: '.', near: near, read: (*scanner).readPlain})
	add(anchor{word: "b", caps: capitals, then: '.', put: "BS", near: 24, read: (*scanner).readDotted})
	add(anchor{word: "ech", then: '-', near: 2, read: (*scanner).readPlain})
	add(anchor{word: "hl", then: '7', near: near, read: (*scanner).readNamed})
	add(anchor{word: "oc", then: '4', near: near, read: (*scanner).readNamed})
	add(anchor{word: "w", then: '3', near: near, read: (*scanner).readNamed})
	for _, w := range []string{"x", "e", "g", "h", "t", "v"} {
		add(anchor{word: w, caps: capitals, then: '.', near: 2, put: "ITU-T ", read: (*scanner).readShort})
	}
	for _, w := range []string{"cd", "cg", "cm", "cs", "gg", "gm", "la", "ld"} {
		add(anchor{word: w, caps: capitals, then: ' ', near: 2, put: "DMRB ", read: (*scanner).readHighways})
	}
	add(anchor{word: "doc", near: 10, put: "ICAO ", read: (*scanner).readShort})
	return index
}

// plainWords begin designations that need no more than their number. The
// words are of any case; judge asks more of those that a sentence may hold.
var plainWords = []string{
	"iso", "iec", "isoiec", "bs", "bsen", "bsiso", "bsiec", "bseniso", "bseniec", "bsi", "en", "eniso", "eniec", "pas", "pd",
	"pren", "preniso", "fpren", "cen", "cenelec", "clc", "cwa", "cispr", "iwa", "ohsas", "din", "dineniso", "dinen",
	"rfc", "rfcs", "ietf", "bcp", "bcps", "nist", "nistir", "fips", "sp", "itu", "ccitt", "ieee", "ecma", "etsi",
	"wcag", "atag", "uaag", "isae", "ssae", "icao", "astm", "ansi", "niso", "incits", "ashrae", "nfpa", "asme",
	"untdid", "uncl", "un", "unece", "dcb", "dapb", "scci", "isb", "dscn", "nhs", "jsp", "defcon", "def", "defstan", "mod",
	"ogc", "vdi", "cibse", "htm", "hbn", "jis", "iatf", "ciria", "gpg", "stanag", "aqap", "dmrb", "govs",
}

// capitalWords are words of some language when not in capitals.
var capitalWords = []string{
	"dd", "hd", "env", "as", "is", "ss", "ds", "ns", "sn", "pn", "nf", "une", "uni", "nen", "nbn", "sfs", "csn",
	"nlt", "etag", "bes", "uax", "std", "fyi", "ts", "tr", "es", "ets", "na", "tia", "ul", "sae", "isa", "gb", "sa", "lps", "mil", "ppn",
}

// namedWords begin the names of versioned works that are unlike other words.
var namedWords = []string{
	"saml", "ubl", "xacml", "odf", "opendocument", "fhir", "ocds", "peppol", "openpeppol", "pci", "owasp", "tls",
	"oasis", "csa", "aicpa", "aria", "wai", "openapi", "asyncapi", "iati", "mqtt", "stix", "taxii", "amqp", "wms", "wfs", "wmts", "gml",
	"citygml", "geopackage", "geosparql", "edifact", "unedifact", "soc", "akn", "webauthn", "xbrl", "dcat",
}

// phrase is a publisher or a series that is spelled out: what follows the
// first word, and what stands for the whole in the window.
type phrase struct{ rest, put string }

// spelled holds the phrases by their first word.
var spelled = map[string][]phrase{
	"british":      {{"standard", "BS "}},
	"european":     {{"standard", "EN "}, {"norm", "EN "}},
	"federal":      {{"information processing standard", "FIPS "}},
	"request":      {{"for comment", "RFC "}},
	"requests":     {{"for comment", "RFC "}},
	"special":      {{"publication", "NIST SP "}},
	"best":         {{"current practice", "IETF BCP "}},
	"internet":     {{"standard", "IETF STD "}},
	"health":       {{"technical memorandum", "HTM "}, {"building note", "HBN "}},
	"publicly":     {{"available specification", "PAS "}},
	"defence":      {{"standard", "DEF STAN "}},
	"web":          {{"content accessibility guideline", "WCAG "}},
	"open":         {{"contracting data standard", "OCDS "}, {"geospatial consortium", "OGC "}},
	"json":         {{"schema", "JSON Schema "}},
	"cyber":        {{"essentials plus", "Cyber Essentials Plus "}, {"essentials", "Cyber Essentials "}},
	"good":         {{"practice guide", "GPG "}},
	"unicode":      {{"standard annex", "UAX "}},
	"organization": {{"control", "SOC "}},
	"organisation": {{"control", "SOC "}},
}
