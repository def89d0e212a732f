package pdftext

// cffEncoding reads the encoding of a bare CFF font whose glyphs have names:
// Adobe's technical note 5176. It is nil where the font has no own encoding.
func cffEncoding(program []byte) *encoding {
	c := cff{program}
	if len(program) < 4 {
		return nil
	}
	_, at := c.index(int(program[2]), 0)
	top, next := c.index(at, 0)
	strings := next
	if top == nil {
		return nil
	}
	keys := topDict(top)
	charset, where, glyphs := keys[15], keys[16], keys[17]
	if charset <= 2 || glyphs == 0 {
		return nil
	}
	count := c.u16(glyphs)
	names := c.charset(charset, count, strings)
	if where == 0 {
		return standard
	}
	if where == 1 {
		return nil
	}
	return c.codes(where, names)
}

type cff struct{ data []byte }

func (c cff) u8(at int) int {
	if at < 0 || at >= len(c.data) {
		return 0
	}
	return int(c.data[at])
}

func (c cff) u16(at int) int { return c.u8(at)<<8 | c.u8(at+1) }

// index gives an item of an INDEX, nil where there is none, and what follows
// the INDEX.
func (c cff) index(at, item int) (data []byte, next int) {
	count, size := c.u16(at), c.u8(at+2)
	if count == 0 || size == 0 || size > 4 {
		return nil, at + 2
	}
	offset := func(i int) int {
		v := 0
		for j := range size {
			v = v<<8 | c.u8(at+3+i*size+j)
		}
		return v
	}
	base := at + 3 + (count+1)*size - 1
	next = base + offset(count)
	if item < count {
		from, to := base+offset(item), base+offset(item+1)
		if from >= 0 && from <= to && to <= len(c.data) {
			data = c.data[from:to]
		}
	}
	return data, next
}

// topDict gives the last operand of each operator of one byte.
func topDict(data []byte) map[int]int {
	keys := map[int]int{}
	last := 0
	for i := 0; i < len(data); i++ {
		b := int(data[i])
		at := func(n int) int {
			if i+n < len(data) {
				return int(data[i+n])
			}
			return 0
		}
		switch {
		case b == 12:
			i++
			last = 0
		case b <= 21:
			keys[b] = last
			last = 0
		case b == 28:
			last = at(1)<<8 | at(2)
			i += 2
		case b == 29:
			last = at(1)<<24 | at(2)<<16 | at(3)<<8 | at(4)
			i += 4
		case b == 30:
			for i++; i < len(data) && data[i]&0xf != 0xf; i++ {
			}
		case b >= 32 && b <= 246:
			last = b - 139
		case b >= 247 && b <= 250:
			last = (b-247)*256 + at(1) + 108
			i++
		case b >= 251 && b <= 254:
			last = -(b-251)*256 - at(1) - 108
			i++
		}
	}
	return keys
}

// charset gives the names of the glyphs. Those of the 391 standard strings are
// left out unless they are ASCII, which stand in order.
func (c cff) charset(at, count, strings int) []string {
	names := make([]string, 1, min(count+1, 1<<16))
	add := func(sid int) { names = append(names, c.name(sid, strings)) }
	format := c.u8(at)
	at++
	for len(names) < count && at < len(c.data) {
		sid := c.u16(at)
		at += 2
		left := 0
		switch format {
		case 1:
			left = c.u8(at)
			at++
		case 2:
			left = c.u16(at)
			at += 2
		}
		for i := 0; i <= left && len(names) < count; i++ {
			add(sid + i)
		}
	}
	return names
}

// name gives the text of the glyph with a string's id.
func (c cff) name(sid, strings int) string {
	const standardStrings = 391
	switch {
	case sid >= standardStrings:
		s, _ := c.index(strings, sid-standardStrings)
		if text := glyphText(string(s)); text != "" {
			return text
		}
		return numberedGlyph(string(s))
	case sid >= 1 && sid <= 95:
		return standard[sid+31]
	case sid >= 96 && sid <= 149:
		// The rest of the standard encoding, in its order.
		for code, n := 0xa1, 96; code < 256; code++ {
			if standard[code] == "" {
				continue
			}
			if n == sid {
				return standard[code]
			}
			n++
		}
	}
	return ""
}

func (c cff) codes(at int, names []string) *encoding {
	var e encoding
	set := func(code, glyph int) {
		if code < 256 && glyph < len(names) {
			e[code] = names[glyph]
		}
	}
	format, count := c.u8(at)&0x7f, c.u8(at+1)
	at += 2
	glyph := 1
	for range count {
		code := c.u8(at)
		at++
		left := 0
		if format == 1 {
			left = c.u8(at)
			at++
		}
		for i := range left + 1 {
			set(code+i, glyph)
			glyph++
		}
	}
	return &e
}
