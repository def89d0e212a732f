package designation

import (
	"slices"
	"strings"
)

// ID is one parsed designation. The zero value is not valid. IDs are made by
// Parse; compare them by Key. Text fields are in canonical spelling and are
// empty where the designation says nothing.
type ID struct {
	// Flavour says by whose rules the designation is written.
	Flavour Flavour
	// Publishers is the chain of adoption, outermost first: "BS EN ISO/IEC"
	// is {"BS", "EN", "ISO/IEC"}. Joint publishers are one element, joined
	// by "/".
	Publishers []string
	// Type is the kind of document: "TR", "TS", "PAS", "Guide", "SP", "RFC",
	// "EN" (of ETSI). Empty for a plain standard.
	Type string
	// Number is the number or name: "27001", "301 549", "X.509", "802.1X",
	// "800-53A", "WCAG", "draft-ietf-quic-http".
	Number string
	// Parts are the parts, outermost first: "61000-4-2" has {"4", "2"}.
	Parts []string
	// AllParts: "(all parts)". Series: "series". Both differ from neither.
	AllParts, Series bool
	// Stage is that of a text before publication: "DIS", "FDIS", "CD", "pr",
	// "Fpr", "D" (of "DTS"), "P" (of IEEE); in W3C dated names, "REC", "WD".
	Stage string
	// Date of the edition: YYYY, YYYY-MM or YYYY-MM-DD.
	Date string
	// Edition is its number where counted: "2.1" of "Ed. 2.1", "4" of "Issue 4".
	Edition string
	// Version: "3.2.1" of "V3.2.1", "5" of "Rev. 5", "2.2" of "WCAG 2.2",
	// "R4", "D.96A"; in an etalon reference the selector.
	Version string
	// Supplements are the amendments and corrigenda, in the order given.
	Supplements []Supplement
	// Language of the text: "E", "F", "E/F".
	Language string
	// Level of conformance asked for: "A", "AA" or "AAA" of WCAG; "Type 1" or
	// "Type 2" of a SOC report.
	Level string
	// Form of the delivery: "TC" (tracked changes), "CSV", "RLV".
	Form string
	// Member is the part after "#" of an etalon reference.
	Member string
}

// Supplement is an amendment, a corrigendum or the like.
type Supplement struct {
	// Kind: "Amd", "Cor", "Add", "Suppl" (ISO and others); "A", "AC", "C",
	// "NA" (European and British); "Upd" (NIST); "R" (ASTM reapproval).
	Kind string
	// Number as written, without leading zeros; may be empty.
	Number string
	// Date: YYYY or YYYY-MM, or empty.
	Date string
	// Stage of a draft supplement: "D", "FD", "PD", "CD", "pr", "Fpr".
	Stage string
	// Consolidated: written with "+", so it is inside the text designated.
	// Otherwise the supplement itself is designated.
	Consolidated bool
}

// IsZero says whether id is the zero value, which designates nothing.
func (id ID) IsZero() bool { return id.Flavour == FlavourUnknown }

// Dated says whether id carries an edition: a date, an edition or version
// number, or a supplement. "WCAG 2.2" and "FIPS 140-3" do, "ISO 9001" does not.
func (id ID) Dated() bool {
	return id.Date != "" || id.Edition != "" || id.Version != "" || len(id.Supplements) > 0
}

// Fixed says whether id names one text that never changes: it is dated, or of
// a series whose numbers are never used again (an RFC).
func (id ID) Fixed() bool {
	return id.Dated() || id.Flavour == IETF && id.Type == "RFC"
}

// Undated is id without date, edition, version, supplements, language, level
// and form. Stage, parts, AllParts and Series stay.
func (id ID) Undated() ID {
	id = id.Base()
	id.Date, id.Edition, id.Version = "", "", ""
	return id
}

// Base is id without its supplements, language, level and form: the edition
// that "/Amd 1:2022" amends.
func (id ID) Base() ID {
	id.Publishers = slices.Clone(id.Publishers)
	id.Parts = slices.Clone(id.Parts)
	id.Supplements = nil
	id.Language, id.Level, id.Form = "", "", ""
	return id
}

// WholeStandard is id without the parts: "ISO 19650-2:2018" gives "ISO 19650".
// It is undated, for each part has editions of its own. It reports false
// where id has no parts.
func (id ID) WholeStandard() (ID, bool) {
	if len(id.Parts) == 0 {
		return id, false
	}
	id = id.Undated()
	id.Parts = nil
	return id, true
}

// Adopts is the designation that id adopts by its form, one level down: of
// "BS EN ISO 19650-2:2018" it is "EN ISO 19650-2:2018", and of that "ISO
// 19650-2:2018". The year stays, though the adopted edition may bear another.
// It reports false where id adopts nothing.
func (id ID) Adopts() (ID, bool) {
	if !id.numbered() || len(id.Publishers) < 2 {
		return id, false
	}
	id = id.clone()
	id.Publishers = id.Publishers[1:]
	id.Form = ""
	last := id.Publishers[len(id.Publishers)-1]
	if id.Stage == "E" || !slices.ContainsFunc(id.Publishers, isRegional) {
		id.Stage = strings.TrimSuffix(strings.TrimSuffix(id.Stage, "Fpr"), "pr")
		id.Stage = strings.TrimPrefix(id.Stage, "E")
	}
	if len(id.Publishers) == 1 && last == "EN" && strings.Contains(id.Number, " ") {
		id.Flavour, id.Publishers, id.Type = ETSI, []string{"ETSI"}, "EN"
		return id, true
	}
	id.Flavour = flavourOf(id.Publishers[0])
	return id, true
}

func (id ID) clone() ID {
	id.Publishers = slices.Clone(id.Publishers)
	id.Parts = slices.Clone(id.Parts)
	id.Supplements = slices.Clone(id.Supplements)
	return id
}

// numbered says whether id is written by the rules that ISO, CEN and the
// national bodies share (numbered.go).
func (id ID) numbered() bool {
	switch id.Flavour {
	case ISO, IEC, ISOIEC, BSI, CEN, DIN, National:
		return true
	}
	return false
}
