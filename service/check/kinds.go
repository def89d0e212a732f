package check

import (
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// ukStandard says whether a designation is one of what the rules take for a
// United Kingdom standard in section 56 of the Procurement Act 2023: those of
// the British Standards Institution, whatever they adopt, and of those that
// others make for use in the United Kingdom or a part of it, Defence Standards
// and the information standards of the English health service. Policy papers
// (JSP) and conditions of contract (DEFCON) are no standards.
func ukStandard(id designation.ID) bool {
	switch id.Flavour {
	case designation.BSI:
		return len(id.Publishers) > 0 && id.Publishers[0] != "OHSAS"
	case designation.MOD:
		return id.Type == "DEF STAN"
	case designation.NHS:
		return true
	}
	return false
}

// international says whether a designation is one of an international or
// European body, or adopts one by its form ("BS EN ISO", "BS EN").
func international(id designation.ID) bool {
	for {
		switch id.Flavour {
		case designation.ISO, designation.IEC, designation.ISOIEC, designation.ITU, designation.CEN, designation.ETSI,
			designation.ThreeGPP, designation.IETF, designation.W3C, designation.OASIS, designation.IEEE, designation.ECMA,
			designation.UN, designation.HL7, designation.OCDS, designation.Peppol, designation.OGC:
			return true
		}
		down, ok := id.Adopts()
		if !ok {
			return false
		}
		id = down
	}
}

// drafted says whether a designation is one of a text before publication.
func drafted(id designation.ID) bool {
	switch id.Flavour {
	case designation.IETF:
		return strings.HasPrefix(id.Number, "draft-")
	case designation.W3C:
		return slices.Contains([]string{"WD", "CR", "CRD", "PR", "PER", "ED", "DNOTE"}, id.Stage)
	}
	return id.Stage != "" || slices.ContainsFunc(id.Supplements, func(s designation.Supplement) bool { return s.Stage != "" })
}
