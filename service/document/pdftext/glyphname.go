package pdftext

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// glyphNames are the names of glyphs whose character can't be told from the
// name itself: the conventions of the Adobe Glyph List.
var glyphNames = names(`
	space 0020 exclam 0021 quotedbl 0022 numbersign 0023 dollar 0024 percent 0025 ampersand 0026
	quotesingle 0027 parenleft 0028 parenright 0029 asterisk 002A plus 002B comma 002C hyphen 002D
	period 002E slash 002F zero 0030 one 0031 two 0032 three 0033 four 0034 five 0035 six 0036
	seven 0037 eight 0038 nine 0039 colon 003A semicolon 003B less 003C equal 003D greater 003E
	question 003F at 0040 bracketleft 005B backslash 005C bracketright 005D asciicircum 005E
	underscore 005F grave 0060 braceleft 007B bar 007C braceright 007D asciitilde 007E
	exclamdown 00A1 cent 00A2 sterling 00A3 currency 00A4 yen 00A5 brokenbar 00A6 section 00A7
	dieresis 00A8 copyright 00A9 ordfeminine 00AA guillemotleft 00AB guillemetleft 00AB
	logicalnot 00AC sfthyphen 00AD softhyphen 00AD registered 00AE macron 00AF overscore 00AF degree 00B0
	plusminus 00B1 twosuperior 00B2 threesuperior 00B3 acute 00B4 mu 00B5 micro 00B5 paragraph 00B6
	periodcentered 00B7 middot 00B7 cedilla 00B8 onesuperior 00B9 ordmasculine 00BA
	guillemotright 00BB guillemetright 00BB onequarter 00BC onehalf 00BD threequarters 00BE
	questiondown 00BF AE 00C6 Eth 00D0 multiply 00D7 Oslash 00D8 Thorn 00DE germandbls 00DF ae 00E6
	eth 00F0 divide 00F7 oslash 00F8 thorn 00FE Dcroat 0110 dcroat 0111 Hbar 0126 hbar 0127
	dotlessi 0131 IJ 0132 ij 0133 Ldot 013F ldot 0140 Lslash 0141 lslash 0142 napostrophe 0149
	Eng 014A eng 014B OE 0152 oe 0153 Tbar 0166 tbar 0167 longs 017F florin 0192 dotlessj 0237
	circumflex 02C6 caron 02C7 breve 02D8 dotaccent 02D9 ring 02DA ogonek 02DB tilde 02DC hungarumlaut 02DD
	Alpha 0391 Beta 0392 Gamma 0393 Delta 0394 Epsilon 0395 Zeta 0396 Eta 0397 Theta 0398 Iota 0399
	Kappa 039A Lambda 039B Mu 039C Nu 039D Xi 039E Omicron 039F Pi 03A0 Rho 03A1 Sigma 03A3 Tau 03A4
	Upsilon 03A5 Phi 03A6 Chi 03A7 Psi 03A8 Omega 03A9 alpha 03B1 beta 03B2 gamma 03B3 delta 03B4
	epsilon 03B5 zeta 03B6 eta 03B7 theta 03B8 iota 03B9 kappa 03BA lambda 03BB nu 03BD xi 03BE
	omicron 03BF pi 03C0 rho 03C1 sigma1 03C2 sigma 03C3 tau 03C4 upsilon 03C5 phi 03C6 chi 03C7
	psi 03C8 omega 03C9 theta1 03D1 phi1 03D5 omega1 03D6 Upsilon1 03D2 epsilon1 03F5 epsiloninv 03F6
	nbspace 00A0 nonbreakingspace 00A0 nonbreakinghyphen 2011 hyphentwo 2010 figuredash 2012 endash 2013 emdash 2014
	horizontalbar 2015 afii00208 2015 quoteleft 2018 quoteright 2019 quotesinglbase 201A quotereversed 201B
	quotedblleft 201C quotedblright 201D quotedblbase 201E dagger 2020 daggerdbl 2021 bullet 2022
	onedotenleader 2024 twodotenleader 2025 ellipsis 2026 perthousand 2030 minute 2032 second 2033
	guilsinglleft 2039 guilsinglright 203A fraction 2044 Euro 20AC euro 20AC estimated 212E
	afii61289 2113 afii61352 2116 numero 2116 trademark 2122 Ohm 2126 aleph 2135 Ifraktur 2111 Rfraktur 211C weierstrass 2118
	onethird 2153 twothirds 2154 oneeighth 215B threeeighths 215C fiveeighths 215D seveneighths 215E
	arrowleft 2190 arrowup 2191 arrowright 2192 arrowdown 2193 arrowboth 2194 arrowdblleft 21D0
	arrowdblup 21D1 arrowdblright 21D2 arrowdbldown 21D3 arrowdblboth 21D4 carriagereturn 21B5
	universal 2200 partialdiff 2202 existential 2203 emptyset 2205 increment 2206 gradient 2207
	element 2208 notelement 2209 suchthat 220B product 220F summation 2211 minus 2212 asteriskmath 2217
	bulletoperator 2219 radical 221A proportional 221D infinity 221E angle 2220 logicaland 2227
	logicalor 2228 intersection 2229 union 222A integral 222B therefore 2234 similar 223C congruent 2245
	approxequal 2248 notequal 2260 equivalence 2261 lessequal 2264 greaterequal 2265 propersubset 2282
	propersuperset 2283 notsubset 2284 reflexsubset 2286 reflexsuperset 2287 circleplus 2295
	circlemultiply 2297 perpendicular 22A5 dotmath 22C5 angleleft 2329 angleright 232A
	filledbox 25A0 H18533 25AA H18543 25AB triagup 25B2 triagdn 25BC lozenge 25CA circle 25CB H18533 25CF
	openbullet 25E6 spade 2660 club 2663 heart 2665 diamond 2666 checkmark 2713
	registersans 00AE copyrightsans 00A9 trademarksans 2122 registerserif 00AE copyrightserif 00A9
	trademarkserif 2122 ff FB00 fi FB01 fl FB02 ffi FB03 ffl FB04 visiblespace 2423 nulldef 0020 mapsto 21A6
	turnstileleft 22A2 hardspace 00A0 Sscedilla 015E`)

func names(list string) map[string]rune {
	m := map[string]rune{}
	fields := strings.Fields(list)
	for i := 0; i+1 < len(fields); i += 2 {
		code, err := strconv.ParseUint(fields[i+1], 16, 32)
		if err != nil {
			panic("glyph " + fields[i] + ": " + err.Error())
		}
		m[fields[i]] = rune(code)
	}
	return m
}

// accents are the combining characters that end a name: "eacute".
var accents = []struct {
	name string
	mark string
}{
	{"acute", "\u0301"}, {"grave", "\u0300"}, {"circumflex", "\u0302"}, {"dieresis", "\u0308"},
	{"tilde", "\u0303"}, {"ring", "\u030a"}, {"caron", "\u030c"}, {"cedilla", "\u0327"},
	{"ogonek", "\u0328"}, {"macron", "\u0304"}, {"breve", "\u0306"}, {"dotaccent", "\u0307"},
	{"hungarumlaut", "\u030b"}, {"commaaccent", "\u0326"}, {"dot", "\u0307"}, {"tonos", "\u0301"},
}

// glyphText gives the text that a glyph's name means, "" where it has none.
func glyphText(name string) string {
	if s := plainGlyph(name); s != "" {
		return s
	}
	// "a.sc", "one.superior" are variants.
	base, variant, _ := strings.Cut(name, ".")
	if base == "" {
		return ""
	}
	var text strings.Builder
	for part := range strings.SplitSeq(base, "_") {
		s := plainGlyph(part)
		if s == "" {
			return ""
		}
		text.WriteString(s)
	}
	if variant == "superior" || variant == "sups" {
		return superscript(text.String())
	}
	return text.String()
}

func plainGlyph(name string) string {
	if len(name) == 1 && (name[0] >= 'a' && name[0] <= 'z' || name[0] >= 'A' && name[0] <= 'Z') {
		return name
	}
	if r, ok := glyphNames[name]; ok {
		return string(r)
	}
	if s := hexGlyph(name); s != "" {
		return s
	}
	for _, accent := range accents {
		base, ok := strings.CutSuffix(name, accent.name)
		if !ok || base == "" {
			continue
		}
		letter := plainGlyph(base)
		if base == "dotlessi" {
			letter = "i"
		}
		if composed := norm.NFC.String(letter + accent.mark); letter != "" && len([]rune(composed)) == 1 {
			return composed
		}
	}
	if digit, ok := strings.CutSuffix(name, "superior"); ok && digit != "" {
		return superscript(plainGlyph(digit))
	}
	for _, suffix := range []string{"oldstyle", "inferior", "small"} {
		if base, ok := strings.CutSuffix(name, suffix); ok && base != "" {
			return strings.ToLower(plainGlyph(base))
		}
	}
	return ""
}

// hexGlyph reads "uni00E9", "uni00660069" and "u1F600".
func hexGlyph(name string) string {
	if digits, ok := strings.CutPrefix(name, "uni"); ok && len(digits) >= 4 && len(digits)%4 == 0 && len(digits) <= 32 {
		var b []byte
		for i := 0; i < len(digits); i += 4 {
			code, err := strconv.ParseUint(digits[i:i+4], 16, 16)
			if err != nil {
				return ""
			}
			b = append(b, byte(code>>8), byte(code))
		}
		return utf16Text(b)
	}
	if digits, ok := strings.CutPrefix(name, "u"); ok && len(digits) >= 4 && len(digits) <= 6 {
		if code, err := strconv.ParseUint(digits, 16, 32); err == nil && code <= 0x10FFFF {
			return string(rune(code))
		}
	}
	return ""
}

// numberedGlyph reads a name that is a code with letters before it ("a65",
// "g32", "cid:40"), as fonts made from bitmaps have.
func numberedGlyph(name string) string {
	digits := strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:")
	if len(name)-len(digits) > 4 || len(digits) == len(name) {
		return ""
	}
	code, err := strconv.Atoi(digits)
	if err != nil || code <= ' ' || code > '~' {
		return ""
	}
	return string(rune(code))
}

// plain characters and their superscripts, one for one.
const (
	raisedFrom = "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW*"
	raisedTo   = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ*"
)

var raised = func() map[rune]rune {
	m := map[rune]rune{}
	to := []rune(raisedTo)
	for i, r := range []rune(raisedFrom) {
		m[r] = to[i]
	}
	return m
}()

// superscript raises the characters that have a raised form.
func superscript(s string) string {
	return strings.Map(func(r rune) rune {
		if up, ok := raised[r]; ok {
			return up
		}
		return r
	}, s)
}
