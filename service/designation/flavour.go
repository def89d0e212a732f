package designation

import "fmt"

// Flavour is the family of rules by which a designation is written. It says
// who numbers, not who owns: "BS EN ISO 9001" is of flavour BSI.
type Flavour uint8

// The flavours. Their numbers are not stored anywhere; their names are.
const (
	FlavourUnknown Flavour = iota
	ISO                    // ISO, alone or with partners other than IEC; IWA
	IEC                    // IEC, alone or with partners other than ISO; CISPR
	ISOIEC                 // ISO/IEC, also with IEEE
	BSI                    // British: BS, PD, PAS, DD, BSI Flex, with what they adopt
	CEN                    // CEN and CENELEC: EN, HD, ENV, CWA, CEN/TS, CLC/TR
	ETSI                   // ETSI deliverables
	ThreeGPP               // 3GPP specifications
	IETF                   // RFC, BCP, STD, FYI and Internet-Drafts
	ITU                    // ITU-T and ITU-R Recommendations
	W3C                    // W3C short names, dated documents, named specifications, WCAG
	OASIS                  // OASIS specifications
	IEEE                   // IEEE standards
	ECMA                   // Ecma standards and technical reports
	NIST                   // NIST SP, FIPS, IR and other series
	ANSI                   // ANSI and the bodies that it accredits
	ASTM                   // ASTM standards
	DIN                    // German: DIN, with what it adopts
	National               // other national bodies, with what they adopt
	UN                     // UN/CEFACT, UN/EDIFACT, UNTDID, UN/LOCODE, UN M.49
	HL7                    // HL7, FHIR releases, FHIR canonical URLs with a version
	OCDS                   // Open Contracting: OCDS, its extensions, OC4IDS
	Peppol                 // Peppol specifications
	NHS                    // English health information standards: DCB, DAPB, SCCI, ISB
	MOD                    // UK defence: DEF STAN, JSP, DEFCON
	OGC                    // OGC documents and named specifications
	Industry               // other numbered or versioned works: ICAO Doc, ISAE, SSAE, BSI TR (German), PCI DSS
	Etalon                 // the registry's own references, "etalon:..."
	flavourEnd
)

var flavourNames = [flavourEnd]string{
	"unknown", "ISO", "IEC", "ISO/IEC", "BSI", "CEN", "ETSI", "3GPP", "IETF", "ITU", "W3C", "OASIS", "IEEE",
	"ECMA", "NIST", "ANSI", "ASTM", "DIN", "national", "UN", "HL7", "OCDS", "Peppol", "NHS", "MOD", "OGC",
	"industry", "etalon",
}

// String is the flavour's name, as used in tables and reports.
func (f Flavour) String() string {
	if f >= flavourEnd {
		return fmt.Sprintf("Flavour(%d)", uint8(f))
	}
	return flavourNames[f]
}

// ParseFlavour is the inverse of String. The error names the text.
func ParseFlavour(s string) (Flavour, error) {
	for f, n := range flavourNames {
		if n == s {
			return Flavour(f), nil
		}
	}
	return FlavourUnknown, fmt.Errorf("designation: no flavour %q", s)
}

// Valid says whether f is one of the flavours, and not FlavourUnknown.
func (f Flavour) Valid() bool { return f > FlavourUnknown && f < flavourEnd }
