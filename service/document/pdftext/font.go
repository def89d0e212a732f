package pdftext

import (
	"strings"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
	"github.com/etalon-registry/etalon/service/document/pdftext/standardfont"
)

// unknown stands for a glyph whose meaning the file does not tell.
const unknown = "\ufffd"

// font says what codes mean and how wide their glyphs are, in parts of the size.
type font struct {
	name string
	// Simple fonts have codes of one byte.
	simple *simpleFont
	// Composite fonts have codes as their encoding says.
	encoding  *cmap
	utf16     bool // codes are UTF-16 by themselves
	toUnicode *cmap
	glyphs    map[uint32]rune // of an embedded program, by glyph id
	widths    widths
	cache     map[uint32]glyph
	vertical  bool
	// tall is the height of a glyph by which a Type 3 font's size is judged; 0
	// for others.
	tall float64
	// mute: the file does not say what the codes mean.
	mute   bool
	weight int // of memory, about
}

type simpleFont [256]glyph

// glyph is what a code paints.
type glyph struct {
	text  string
	width float32
}

type widths struct {
	absent float32
	one    map[uint32]float32
	runs   []widthRun
}

type widthRun struct {
	lo, hi uint32
	width  float32
}

func (w *widths) of(cid uint32) float32 {
	if x, ok := w.one[cid]; ok {
		return x
	}
	for _, run := range w.runs {
		if cid >= run.lo && cid <= run.hi {
			return run.width
		}
	}
	return w.absent
}

// next decodes the first code of s. n is 0 at its end.
func (f *font) next(s []byte) (g glyph, n int) {
	if len(s) == 0 {
		return glyph{}, 0
	}
	if f.simple != nil {
		return f.simple[s[0]], 1
	}
	code, n := f.encoding.next(s)
	key := code | uint32(n)<<28
	g, ok := f.cache[key]
	if !ok {
		cid := f.encoding.cid(code)
		g = glyph{text: f.compositeText(code, cid), width: f.widths.of(cid)}
		if len(f.cache) > 1<<16 {
			clear(f.cache)
		}
		f.cache[key] = g
	}
	return g, n
}

func (f *font) compositeText(code, cid uint32) string {
	if s, ok := f.toUnicode.lookup(code); ok {
		return cleaned(s, f.name)
	}
	if f.utf16 {
		return cleaned(string(rune(code)), f.name)
	}
	if r, ok := f.glyphs[cid]; ok {
		return cleaned(string(r), f.name)
	}
	return unknown
}

// loader makes fonts out of a file's dictionaries.
type loader struct {
	file   *pdffile.File
	budget *pdffile.Budget
}

func (l loader) load(d pdffile.Dict) *font {
	f := &font{name: string(l.file.Name(d["BaseFont"])), weight: 8 << 10}
	if s := l.file.Stream(d["ToUnicode"]); s != nil {
		if m := parseCMap(l.file.Decode(nil, s), l.budget); !m.empty() {
			f.toUnicode = m
			f.weight += 64 * (len(m.text) + len(m.ranges))
		}
	}
	if l.file.Name(d["Subtype"]) == "Type0" {
		l.loadComposite(f, d)
	} else {
		l.loadSimple(f, d)
	}
	return f
}

func (l loader) loadSimple(f *font, d pdffile.Dict) {
	var text encoding
	descriptor := l.file.Dict(d["FontDescriptor"])
	known := l.encodingOf(f, d, descriptor, &text)
	f.simple = &simpleFont{}
	for code := range 256 {
		s, ok := f.toUnicode.lookup(uint32(code))
		if !ok {
			s = text[code]
		}
		if s == "" && !ok {
			f.simple[code].text = unknown
			continue
		}
		f.simple[code].text = cleaned(s, f.name)
	}
	f.mute = !known && f.toUnicode == nil
	l.simpleWidths(f, d, descriptor)
}

// encodingOf fills in what codes mean where ToUnicode does not say. known is
// false where that is a guess.
func (l loader) encodingOf(f *font, d, descriptor pdffile.Dict, text *encoding) (known bool) {
	subtype := l.file.Name(d["Subtype"])
	flags := l.file.Int(descriptor["Flags"])
	embedded := descriptor["FontFile"] != nil || descriptor["FontFile2"] != nil || descriptor["FontFile3"] != nil
	base := standard
	if subtype == "TrueType" {
		base = winAnsi
	}
	known = !embedded || flags&4 == 0
	if s := symbolic(f.name); s != nil {
		base, known = s, true
	} else if own := l.embedded(descriptor, embedded && flags&4 != 0); own != nil {
		base, known = own, true
	}
	var differences pdffile.Array
	switch e := l.file.Resolve(d["Encoding"]).(type) {
	case pdffile.Name:
		if named := baseEncoding(string(e)); named != nil && (symbolic(f.name) == nil) {
			base, known = named, true
		}
	case pdffile.Dict:
		if named := baseEncoding(string(l.file.Name(e["BaseEncoding"]))); named != nil {
			base = named
		}
		differences = l.file.Array(e["Differences"])
		known = known || len(differences) > 0
	}
	*text = *base
	code := 0
	for _, item := range differences[:min(len(differences), 4096)] {
		switch v := l.file.Resolve(item).(type) {
		case pdffile.Name:
			if code >= 0 && code < 256 {
				text[code] = glyphText(string(v))
				if text[code] == "" {
					text[code] = numberedGlyph(string(v))
				}
			}
			code++
		default:
			code, _ = pdffile.Int(v)
		}
	}
	return known
}

func (l loader) simpleWidths(f *font, d, descriptor pdffile.Dict) {
	scale := 0.001
	if l.file.Name(d["Subtype"]) == "Type3" {
		if m := l.file.Floats(d["FontMatrix"], 6); m != nil && m[0] != 0 {
			scale = m[0]
			if box := l.file.Floats(d["FontBBox"], 4); box != nil {
				// What is far from a letter's height is no measure.
				if tall := abs(box[3]-box[1]) * abs(m[3]); tall > 0.3 && tall < 3 {
					f.tall = tall
				}
			}
		}
	}
	list := l.file.Array(d["Widths"])
	if list == nil && l.file.Name(d["Subtype"]) != "Type3" {
		for code := range f.simple {
			for _, r := range f.simple[code].text {
				f.simple[code].width += float32(standardfont.Width(f.name, r) * scale)
			}
		}
		return
	}
	if absent, ok := pdffile.Float(l.file.Resolve(descriptor["MissingWidth"])); ok {
		for code := range f.simple {
			f.simple[code].width = float32(absent * scale)
		}
	}
	first := l.file.Int(d["FirstChar"])
	for i, item := range list[:min(len(list), 256)] {
		if w, ok := pdffile.Float(l.file.Resolve(item)); ok && first+i >= 0 && first+i < 256 {
			f.simple[first+i].width = float32(w * scale)
		}
	}
}

func (l loader) loadComposite(f *font, d pdffile.Dict) {
	f.cache = map[uint32]glyph{}
	switch e := l.file.Resolve(d["Encoding"]).(type) {
	case pdffile.Name:
		name := string(e)
		f.vertical = strings.HasSuffix(name, "-V")
		f.utf16 = strings.Contains(name, "UCS2") || strings.Contains(name, "UTF16")
	case *pdffile.Stream:
		f.encoding = parseCMap(l.file.Decode(nil, e), l.budget)
		f.vertical = f.encoding.vertical
		f.weight += 32 * len(f.encoding.cids)
	}
	list := l.file.Array(d["DescendantFonts"])
	if len(list) == 0 {
		f.mute = f.toUnicode == nil
		return
	}
	descendant := l.file.Dict(list[0])
	f.widths.absent = 1
	if w, ok := pdffile.Float(l.file.Resolve(descendant["DW"])); ok {
		f.widths.absent = float32(w / 1000)
	}
	l.compositeWidths(f, l.file.Array(descendant["W"]))
	if f.toUnicode == nil && !f.utf16 {
		f.glyphs = l.glyphsOf(l.file.Dict(descendant["FontDescriptor"]))
		f.weight += 16 * len(f.glyphs)
	}
	f.mute = f.toUnicode == nil && !f.utf16 && len(f.glyphs) == 0
}

// compositeWidths reads "c [w1 w2 ...]" and "first last w".
func (l loader) compositeWidths(f *font, list pdffile.Array) {
	f.widths.one = map[uint32]float32{}
	for i := 0; i+1 < len(list) && l.budget.Step(1); {
		first := l.file.Int(list[i])
		if run, ok := l.file.Resolve(list[i+1]).(pdffile.Array); ok {
			for j, item := range run {
				if w, ok := pdffile.Float(l.file.Resolve(item)); ok && first >= 0 && len(f.widths.one) < 1<<16 {
					f.widths.one[uint32(first+j)] = float32(w / 1000)
				}
			}
			i += 2
			continue
		}
		if i+2 >= len(list) {
			break
		}
		last := l.file.Int(list[i+1])
		w, _ := pdffile.Float(l.file.Resolve(list[i+2]))
		if first >= 0 && last >= first && len(f.widths.runs) < 1<<10 {
			f.widths.runs = append(f.widths.runs, widthRun{uint32(first), uint32(last), float32(w / 1000)})
		}
		i += 3
	}
	f.weight += 16 * len(f.widths.one)
}

// cleaned makes text of what a font says its glyph means.
func cleaned(s, fontName string) string {
	plain := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			out.WriteByte(' ')
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == '\ufeff' || r == '\u200b' || r == '\u2060':
		case r == '\u00ad':
			out.WriteByte('-')
		case r >= 0xfb00 && r <= 0xfb06:
			out.WriteString(ligatures[r-0xfb00])
		case r >= 0xe000 && r <= 0xf8ff:
			out.WriteString(privateUse(r, fontName))
		case r >= 0xfff0 || r == 0xfffe:
			if r >= 0x10000 && r < 0xf0000 {
				out.WriteRune(r)
			} else {
				out.WriteString(unknown)
			}
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

var ligatures = [...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}

// privateUse reads what fonts of symbols keep at U+F020 to U+F0FF.
func privateUse(r rune, fontName string) string {
	if r >= 0xf020 && r <= 0xf0ff {
		if e := symbolic(fontName); e != nil && e[r-0xf000] != "" {
			return e[r-0xf000]
		}
		if r == 0xf0b7 || r == 0xf0a7 {
			return "•"
		}
	}
	return unknown
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
