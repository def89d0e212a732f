package pdftext

import (
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// encoding maps codes to text, "" where a code has none.
type encoding [256]string

// The encodings that fonts build on: ISO 32000-1, annex D.
var (
	winAnsi  = fromCharmap(charmap.Windows1252, map[byte]string{0x7f: "•", 0x81: "•", 0x8d: "•", 0x8f: "•", 0x90: "•", 0x9d: "•", 0xad: "-"})
	macRoman = fromCharmap(charmap.Macintosh, map[byte]string{0xdb: "¤"})
	standard = fromNames(map[byte]string{0x27: "quoteright", 0x60: "quoteleft"}, 0xa1, `
		exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft
		guillemotleft guilsinglleft guilsinglright fi fl - endash dagger daggerdbl periodcentered -
		paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand
		- questiondown - grave acute circumflex tilde macron breve dotaccent dieresis - ring cedilla -
		hungarumlaut ogonek caron emdash - - - - - - - - - - - - - - - - AE - ordfeminine - - - -
		Lslash Oslash OE ordmasculine - - - - - ae - - - dotlessi - - lslash oslash oe germandbls`)
	symbol = fromNames(map[byte]string{
		0x22: "universal", 0x24: "existential", 0x27: "suchthat", 0x2a: "asteriskmath", 0x2d: "minus",
		0x40: "congruent", 0x5c: "therefore", 0x5e: "perpendicular", 0x60: "overscore", 0x7e: "similar",
		0x41: "Alpha", 0x42: "Beta", 0x43: "Chi", 0x44: "Delta", 0x45: "Epsilon", 0x46: "Phi", 0x47: "Gamma",
		0x48: "Eta", 0x49: "Iota", 0x4a: "theta1", 0x4b: "Kappa", 0x4c: "Lambda", 0x4d: "Mu", 0x4e: "Nu",
		0x4f: "Omicron", 0x50: "Pi", 0x51: "Theta", 0x52: "Rho", 0x53: "Sigma", 0x54: "Tau", 0x55: "Upsilon",
		0x56: "sigma1", 0x57: "Omega", 0x58: "Xi", 0x59: "Psi", 0x5a: "Zeta",
		0x61: "alpha", 0x62: "beta", 0x63: "chi", 0x64: "delta", 0x65: "epsilon", 0x66: "phi", 0x67: "gamma",
		0x68: "eta", 0x69: "iota", 0x6a: "phi1", 0x6b: "kappa", 0x6c: "lambda", 0x6d: "mu", 0x6e: "nu",
		0x6f: "omicron", 0x70: "pi", 0x71: "theta", 0x72: "rho", 0x73: "sigma", 0x74: "tau", 0x75: "upsilon",
		0x76: "omega1", 0x77: "omega", 0x78: "xi", 0x79: "psi", 0x7a: "zeta",
	}, 0xa0, `
		Euro Upsilon1 minute lessequal fraction infinity florin club diamond heart spade arrowboth
		arrowleft arrowup arrowright arrowdown degree plusminus second greaterequal multiply proportional
		partialdiff bullet divide notequal equivalence approxequal ellipsis - - carriagereturn aleph
		Ifraktur Rfraktur weierstrass circlemultiply circleplus emptyset intersection union propersuperset
		reflexsuperset notsubset propersubset reflexsubset element notelement angle gradient registerserif
		copyrightserif trademarkserif product radical dotmath logicalnot logicaland logicalor arrowdblboth
		arrowdblleft arrowdblup arrowdblright arrowdbldown lozenge angleleft registersans copyrightsans
		trademarksans summation`)
	dingbats = func() *encoding {
		var e encoding
		for code := 0x21; code <= 0xfe; code++ {
			if code < 0x7f || code > 0xa0 {
				e[code] = string(rune(0x2700 + code - 0x20))
			}
		}
		e[' '], e[0x6c], e[0x6e], e[0x75], e[0x76] = " ", "●", "■", "◆", "❖"
		return &e
	}()
	wingdings = func() *encoding {
		var e encoding
		for code := 0x21; code < 256; code++ {
			e[code] = "\ufffd"
		}
		for code, s := range map[byte]string{
			' ': " ", 0x6c: "●", 0x6e: "■", 0x71: "❑", 0x72: "❒", 0x76: "❖", 0x9f: "•", 0xa7: "▪", 0xa8: "◻",
			0xd8: "➢", 0xe0: "→", 0xfb: "✗", 0xfc: "✓", 0xfe: "☑", 0x6f: "□", 0xa1: "○", 0x73: "⬧", 0x77: "⬥",
		} {
			e[code] = s
		}
		return &e
	}()
)

func fromCharmap(m *charmap.Charmap, others map[byte]string) *encoding {
	var e encoding
	for code := ' '; code < 256; code++ {
		e[code] = string(m.DecodeByte(byte(code)))
	}
	for code, s := range others {
		e[code] = s
	}
	return &e
}

// fromNames makes an encoding of ASCII, some names, and a run of names from a
// code on, in which "-" is a hole.
func fromNames(some map[byte]string, from int, run string) *encoding {
	var e encoding
	for code := ' '; code <= '~'; code++ {
		e[code] = string(code)
	}
	for code, name := range some {
		e[code] = glyphText(name)
	}
	for i, name := range strings.Fields(run) {
		if name != "-" {
			e[from+i] = glyphText(name)
		}
	}
	return &e
}

// baseEncoding gives the encoding of a name, or nil.
func baseEncoding(name string) *encoding {
	switch name {
	case "WinAnsiEncoding":
		return winAnsi
	case "MacRomanEncoding":
		return macRoman
	case "StandardEncoding":
		return standard
	}
	return nil
}

// symbolic gives the encoding of a font of symbols by the font's name, or nil.
func symbolic(font string) *encoding {
	name := strings.ToLower(font)
	if _, after, ok := strings.Cut(name, "+"); ok {
		name = after
	}
	switch {
	case strings.HasPrefix(name, "symbol"):
		return symbol
	case strings.Contains(name, "zapfdingbats"):
		return dingbats
	case strings.HasPrefix(name, "wingdings"):
		return wingdings
	}
	return nil
}
