package pdftext

import (
	"bytes"
	"encoding/binary"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// embedded reads the encoding that a font's own program has, where the file
// gives no other. It is nil where there is none.
func (l loader) embedded(descriptor pdffile.Dict, symbols bool) *encoding {
	if s := l.file.Stream(descriptor["FontFile"]); s != nil {
		return type1Encoding(l.file.Decode(nil, s), l.budget)
	}
	if s := l.file.Stream(descriptor["FontFile3"]); s != nil && l.file.Name(s.Dict["Subtype"]) == "Type1C" {
		return cffEncoding(l.file.Decode(nil, s))
	}
	if s := l.file.Stream(descriptor["FontFile2"]); s != nil && symbols {
		return trueTypeEncoding(l.file.Decode(nil, s))
	}
	return nil
}

// type1Encoding reads "dup 65 /A put" from the clear part of a Type 1 font.
func type1Encoding(program []byte, b *pdffile.Budget) *encoding {
	if end := bytes.Index(program, []byte("eexec")); end >= 0 {
		program = program[:end]
	}
	start := bytes.Index(program, []byte("/Encoding"))
	if start < 0 {
		return nil
	}
	p := pdffile.NewParser(program[start+len("/Encoding"):], b)
	if t := p.Next(); t.Kind == pdffile.Keyword && string(t.Bytes) == "StandardEncoding" {
		return standard
	}
	var e encoding
	code, found := -1, false
	for b.Step(1) {
		t := p.Next()
		switch {
		case t.Kind == pdffile.EOF, t.Kind == pdffile.Keyword && (string(t.Bytes) == "def" || string(t.Bytes) == "readonly"):
			if !found {
				return nil
			}
			return &e
		case t.Kind == pdffile.Number:
			code = int(min(max(t.Num, -1), 256))
		case t.Kind == pdffile.NameToken && code >= 0 && code < 256:
			e[code] = glyphText(string(t.Bytes))
			found, code = true, -1
		}
	}
	return nil
}

// glyphsOf reads which character each glyph of an embedded font stands for.
func (l loader) glyphsOf(descriptor pdffile.Dict) map[uint32]rune {
	s := l.file.Stream(descriptor["FontFile2"])
	if s == nil {
		s = l.file.Stream(descriptor["FontFile3"])
	}
	if s == nil {
		return nil
	}
	glyphs := map[uint32]rune{}
	for _, table := range characterTables(l.file.Decode(nil, s)) {
		table.each(func(r rune, id uint32) {
			if old, ok := glyphs[id]; ok && old <= r || r >= 0xe000 && r <= 0xf8ff {
				return
			}
			glyphs[id] = r
		})
	}
	return glyphs
}

// trueTypeEncoding leads from codes through the font's (1,0) or (3,0) table to
// glyphs, and back to characters through its Unicode table.
func trueTypeEncoding(program []byte) *encoding {
	tables := characterTables(program)
	characters := map[uint32]rune{}
	for _, table := range tables {
		if table.unicode {
			table.each(func(r rune, id uint32) {
				if old, ok := characters[id]; !ok || r < old {
					characters[id] = r
				}
			})
		}
	}
	if len(characters) == 0 {
		return nil
	}
	var e encoding
	for _, table := range tables {
		if table.unicode {
			continue
		}
		table.each(func(code rune, id uint32) {
			if code >= 0xf000 && code <= 0xf0ff {
				code -= 0xf000
			}
			if r, ok := characters[id]; ok && code >= 0 && code < 256 && e[code] == "" {
				e[code] = string(r)
			}
		})
	}
	return &e
}

// characterTable is one subtable of a TrueType "cmap".
type characterTable struct {
	data    []byte
	unicode bool
}

// characterTables finds the subtables of an sfnt program.
func characterTables(program []byte) []characterTable {
	u16 := binary.BigEndian.Uint16
	u32 := binary.BigEndian.Uint32
	if len(program) < 12 {
		return nil
	}
	for i := range int(u16(program[4:])) {
		at := 12 + 16*i
		if at+16 > len(program) {
			return nil
		}
		if string(program[at:at+4]) != "cmap" {
			continue
		}
		start := int(u32(program[at+8:]))
		if start < 0 || start+4 > len(program) {
			return nil
		}
		cmap := program[start:]
		var tables []characterTable
		for j := range min(int(u16(cmap[2:])), 32) {
			at := 4 + 8*j
			if at+8 > len(cmap) {
				break
			}
			platform, encoding := u16(cmap[at:]), u16(cmap[at+2:])
			if offset := int(u32(cmap[at+4:])); offset >= 0 && offset+2 <= len(cmap) {
				unicode := platform == 0 || platform == 3 && (encoding == 1 || encoding == 10)
				tables = append(tables, characterTable{cmap[offset:], unicode})
			}
		}
		return tables
	}
	return nil
}

// each calls f with the characters and glyphs of a table of format 0, 4, 6 or
// 12.
func (t characterTable) each(f func(r rune, id uint32)) {
	u16 := func(at int) int {
		if at < 0 || at+2 > len(t.data) {
			return 0
		}
		return int(binary.BigEndian.Uint16(t.data[at:]))
	}
	switch u16(0) {
	case 0:
		for code := 0; code < 256 && 6+code < len(t.data); code++ {
			f(rune(code), uint32(t.data[6+code]))
		}
	case 6:
		first, count := u16(6), u16(8)
		for i := 0; i < count && 12+2*i <= len(t.data); i++ {
			f(rune(first+i), uint32(u16(10+2*i)))
		}
	case 4:
		segments := u16(6) / 2
		left := 1 << 16
		for i := range segments {
			hi, lo := u16(14+2*i), u16(16+2*segments+2*i)
			delta, at := u16(16+4*segments+2*i), 16+6*segments+2*i
			offset := u16(at)
			for code := lo; code <= hi && code < 0xffff && left > 0; code++ {
				left--
				id := code
				if offset != 0 {
					if id = u16(at + offset + 2*(code-lo)); id == 0 {
						continue
					}
				}
				f(rune(code), uint32((id+delta)&0xffff))
			}
		}
	case 12:
		left := 1 << 16
		for at := 16; at+12 <= len(t.data) && left > 0; at += 12 {
			lo, hi := binary.BigEndian.Uint32(t.data[at:]), binary.BigEndian.Uint32(t.data[at+4:])
			id := binary.BigEndian.Uint32(t.data[at+8:])
			for code := lo; code <= hi && code <= 0x10ffff && left > 0; code++ {
				left--
				f(rune(code), id+code-lo)
			}
		}
	}
}
