package designation

import "strings"

// String is the canonical form for people, "BS EN ISO 19650-2:2018". Parse
// reads it back. Of the zero value it is empty.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var b strings.Builder
	b.Grow(48)
	write := writers[id.Flavour]
	if write == nil {
		write = writeNumbered
	}
	write(&b, &id)
	return b.String()
}

// MarshalText is String.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is Parse; empty text gives the zero value.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	got, err := Parse(string(b))
	if err == nil {
		*id = got
	}
	return err
}

// writers print the flavours that do not follow the numbered rules.
var writers = [flavourEnd]func(*strings.Builder, *ID){
	ETSI: writeETSI, ThreeGPP: writeETSI, IETF: writeIETF, ITU: writeITU, W3C: writeW3C, OASIS: writeNamed,
	IEEE: writeIEEE, ECMA: writeECMA, NIST: writeNIST, ANSI: writeANSI, ASTM: writeASTM, UN: writeUN,
	HL7: writeHL7, OCDS: writeOCDS, Peppol: writeNamed, NHS: writeNHS, MOD: writeMOD, OGC: writeOGC,
	Industry: writeIndustry, Etalon: writeEtalon,
}

func writeNumbered(b *strings.Builder, id *ID) {
	writeChain(b, id)
	b.WriteByte(' ')
	b.WriteString(id.Number)
	for _, p := range id.Parts {
		b.WriteByte('-')
		b.WriteString(p)
	}
	if id.Version != "" {
		mark := " V"
		if id.Publishers[len(id.Publishers)-1] == "HD" {
			mark = " S"
		}
		b.WriteString(mark)
		b.WriteString(id.Version)
	}
	if strings.HasPrefix(id.outer(), "GB") {
		put(b, "-", id.Date)
	} else {
		put(b, ":", id.Date)
	}
	if id.Language != "" {
		b.WriteByte('(')
		b.WriteString(id.Language)
		b.WriteByte(')')
	}
	put(b, " Ed. ", id.Edition)
	writeSupplements(b, id)
	switch id.Form {
	case "":
	case "TC":
		b.WriteString(" - TC")
	default:
		put(b, " ", id.Form)
	}
	writeGroups(b, id)
}

// writeChain prints publishers, stage and type.
func writeChain(b *strings.Builder, id *ID) {
	stage, typ := id.Stage, id.Type
	if rest, ok := strings.CutPrefix(stage, "E"); ok {
		b.WriteString("E ")
		stage = rest
	}
	for i, p := range id.Publishers {
		if i > 0 {
			b.WriteByte(' ')
		}
		if isRegional(p) {
			if s, ok := cutPreStage(stage); ok {
				b.WriteString(s)
				stage = stage[len(s):]
			}
		}
		b.WriteString(p)
	}
	switch last := id.Publishers[len(id.Publishers)-1]; {
	case stage == "" && typ == "":
		return
	case typ != "Guide" && (last == "ISO" || last == "CEN" || last == "CLC" || strings.HasPrefix(last, "CEN/")):
		b.WriteByte('/')
	default:
		b.WriteByte(' ')
	}
	b.WriteString(stage)
	if len(stage) > 2 || stage == "CD" || stage == "WD" || stage == "NP" {
		if typ != "" {
			b.WriteByte(' ')
		}
	}
	b.WriteString(typ)
}

func cutPreStage(stage string) (string, bool) {
	for _, s := range [...]string{"Fpr", "pr"} {
		if strings.HasPrefix(stage, s) {
			return s, true
		}
	}
	return "", false
}

func writeGroups(b *strings.Builder, id *ID) {
	if id.AllParts {
		b.WriteString(" (all parts)")
	}
	if id.Series {
		b.WriteString(" series")
	}
}

// put writes before and s, unless s is empty.
func put(b *strings.Builder, before, s string) {
	if s != "" {
		b.WriteString(before)
		b.WriteString(s)
	}
}
