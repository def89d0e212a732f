package designation

import (
	"strings"
	"unicode"
)

// Prefixes are the registration prefixes under which id falls, longest first,
// in canonical spelling. The first of them that an authority owns decides who
// may claim id. They are made so:
//
//   - The chain of publishers with the type behind it where there is one,
//     then the chain alone: "ISO/IEC TR", "ISO/IEC".
//   - Each joint publication without its last partner: "ISO".
//   - The chain without its innermost publisher, and so on: "BS EN ISO",
//     "BS EN", "BS".
//   - Series that are cited without their publisher fall under the series,
//     then the publisher: "RFC", "IETF"; "FIPS", "NIST"; "WCAG", "W3C".
//   - Stages, numbers, parts and dates play no part.
//
// References to the registry itself and addresses fall under none.
func (id ID) Prefixes() []string {
	switch id.Flavour {
	case FlavourUnknown, Etalon:
		return nil
	case HL7:
		if id.Type == "canonical" {
			return nil
		}
		return []string{"HL7 " + id.Number, "HL7"}
	case ETSI:
		list := []string{"ETSI " + id.Type, "ETSI"}
		if id.Type == "EN" {
			list = append(list, "EN")
		}
		return list
	case UN:
		return unPrefixes(id)
	}
	if id.numbered() || id.Flavour == ASTM || id.Flavour == IEEE || id.Flavour == ECMA || id.Flavour == ITU || id.Flavour == ANSI || id.Flavour == ThreeGPP {
		return chainPrefixes(id)
	}
	pub := id.Publishers[0]
	switch {
	case id.Flavour == NIST && id.Type != "FIPS":
		return []string{"NIST " + id.Type, pub}
	case id.Flavour == Industry && id.Type == "Doc":
		return []string{"ICAO Doc", pub}
	case id.Flavour == Industry && id.Type == "TR":
		return []string{"BSI TR"}
	case id.Flavour == OCDS:
		if id.Number == "OC4IDS" {
			return []string{"OC4IDS", pub}
		}
		return []string{"OCDS", pub}
	case id.Type != "" && id.Type != "Internet-Draft":
		return []string{id.Type, pub}
	case isNamed(id.Number) && id.Number != pub:
		if strings.HasPrefix(id.Number, pub+" ") {
			return []string{id.Number, pub}
		}
		if !isFree(id.Number) {
			return []string{pub + " " + id.Number, pub}
		}
		return []string{id.Number, pub}
	}
	return []string{pub}
}

func unPrefixes(id ID) []string {
	switch id.Type {
	case "":
		if id.Number == "M.49" {
			return []string{"UN"}
		}
		return []string{id.Number, "UN"}
	case "EDIFACT":
		return []string{"UN/EDIFACT", "UN"}
	case "Recommendation":
		return []string{"UN/CEFACT", "UN"}
	}
	return []string{id.Type, "UN"}
}

func chainPrefixes(id ID) []string {
	list := make([]string, 0, 6)
	if id.Type != "" {
		var b strings.Builder
		writeChain(&b, &ID{Flavour: id.Flavour, Publishers: id.Publishers, Type: id.Type})
		list = append(list, b.String())
	}
	for n := len(id.Publishers) - 1; n >= 0; n-- {
		outer := strings.Join(id.Publishers[:n], " ")
		if outer != "" {
			outer += " "
		}
		level := id.Publishers[n]
		for level != "" {
			list = append(list, outer+level)
			last := max(strings.LastIndexByte(level, '/'), 0)
			if level == "AS/NZS" {
				break
			}
			level = level[:last]
		}
	}
	return list
}

// Prefixes are those of the designation that s is. A text of no known form,
// such as "HSDS 3.0", falls under its leading words, longest first, and under
// the letters that it begins with: an authority may own a prefix that nobody
// has heard of yet. Addresses fall under none.
func Prefixes(s string) []string {
	if id, err := Parse(s); err == nil {
		return id.Prefixes()
	}
	return wordPrefixes(s)
}

// prefixWords is how many words a prefix of a text of no known form has at
// the most.
const prefixWords = 4

func wordPrefixes(s string) []string {
	s = visible(s)
	if s == "" || isAddress(s) {
		return nil
	}
	words := strings.Fields(s)
	var list []string
	for n := min(len(words), prefixWords); n > 0; n-- {
		list = append(list, strings.Join(words[:n], " "))
	}
	first := words[0]
	for i := len(first) - 1; i > 0; i-- {
		if first[i] == '/' {
			list = append(list, first[:i])
		}
	}
	letters := strings.IndexFunc(first, func(r rune) bool { return !unicode.IsLetter(r) })
	if letters > 1 && first[letters] != '/' {
		list = append(list, first[:letters])
	}
	return list
}

// PrefixKey is the normal form of a registration prefix, by which an owned
// prefix and one given by Prefixes are compared: "iso / iec  TR" and "ISO/IEC
// TR" have the same.
func PrefixKey(s string) string {
	s = fold(visible(s))
	for _, cut := range [...]string{" /", "/ "} {
		s = strings.ReplaceAll(s, cut, "/")
	}
	return s
}
