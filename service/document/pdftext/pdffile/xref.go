package pdffile

import "bytes"

// readXref follows the cross-reference from the end of the file backwards.
// Where it finds none it leaves the trailer empty.
func (f *File) readXref() {
	f.trailer = Dict{}
	tail := f.data[max(0, len(f.data)-2048):]
	at := bytes.LastIndex(tail, []byte("startxref"))
	if at < 0 {
		return
	}
	l := Lexer{Data: tail, Pos: at + len("startxref")}
	t := l.Next()
	if t.Kind != Number {
		return
	}
	seen := map[int]bool{}
	next := []int{number(t)}
	for len(next) > 0 && f.budget.Step(100) {
		offset := next[len(next)-1]
		next = next[:len(next)-1]
		if seen[offset] {
			continue
		}
		seen[offset] = true
		d := f.readSection(offset + f.header)
		if d == nil {
			continue
		}
		for key, v := range d {
			if _, ok := f.trailer[key]; !ok {
				f.trailer[key] = v
			}
		}
		if prev, ok := Int(d["Prev"]); ok {
			next = append(next, prev)
		}
		// A hybrid file's stream counts before the older sections.
		if hybrid, ok := Int(d["XRefStm"]); ok {
			next = append(next, hybrid)
		}
	}
}

func number(t Token) int { return int(min(max(t.Num, -1), 1<<31)) }

// readSection reads one table or stream and gives its trailer, or nil.
func (f *File) readSection(offset int) Dict {
	if offset < 0 || offset >= len(f.data) {
		return nil
	}
	p := &Parser{Lexer: Lexer{Data: f.data, Pos: offset}, budget: f.budget, file: f, plain: true}
	t := p.Next()
	if t.Kind == Keyword && string(t.Bytes) == "xref" {
		return f.readTable(p)
	}
	gen, obj := p.Next(), p.Next()
	if t.Kind != Number || gen.Kind != Number || obj.Kind != Keyword || string(obj.Bytes) != "obj" {
		return nil
	}
	d, ok := p.Value().(Dict)
	if !ok {
		return nil
	}
	stream, ok := p.stream(d).(*Stream)
	if !ok {
		return nil
	}
	f.readXrefStream(stream)
	return d
}

func (f *File) readTable(p *Parser) Dict {
	for f.budget.Err() == nil {
		t := p.Next()
		if t.Kind == Keyword && string(t.Bytes) == "trailer" {
			d, _ := p.Value().(Dict)
			return d
		}
		count := p.Next()
		if t.Kind != Number || count.Kind != Number {
			return nil
		}
		num := number(t)
		for i := range number(count) {
			back := p.Pos
			offset, gen, kind := p.Next(), p.Next(), p.Next()
			if kind.Kind != Keyword || offset.Kind != Number || gen.Kind != Number || !f.budget.Step(3) {
				// The count was a lie.
				p.Pos = back
				break
			}
			// Some writers begin a table at 1 that holds object 0.
			if i == 0 && num == 1 && string(kind.Bytes) == "f" && gen.Num == 65535 {
				num = 0
			}
			if string(kind.Bytes) == "n" && offset.Num > 0 {
				f.add(num+i, entry{offset: f.offset(number(offset)), known: true}, false)
			}
		}
	}
	return nil
}

// readXrefStream reads a cross-reference stream: ISO 32000-1, 7.5.8.
func (f *File) readXrefStream(s *Stream) {
	widths := f.Floats(s.Dict["W"], 3)
	if widths == nil {
		return
	}
	var w [3]int
	total := 0
	for i, x := range widths {
		if x < 0 || x > 8 {
			return
		}
		w[i] = int(x)
		total += w[i]
	}
	if total == 0 {
		return
	}
	data := f.Decode(nil, s)
	index := f.Array(s.Dict["Index"])
	if len(index) < 2 {
		index = Array{int64(0), int64(len(data) / total)}
	}
	for i := 0; i+1 < len(index); i += 2 {
		first, count := f.Int(index[i]), f.Int(index[i+1])
		for j := range count {
			if len(data) < total || !f.budget.Step(1) {
				return
			}
			f.addRow(first+j, data, w)
			data = data[total:]
		}
	}
}

func (f *File) addRow(num int, row []byte, w [3]int) {
	field := func(i, absent int) int {
		if w[i] == 0 {
			return absent
		}
		v := 0
		for _, b := range row[:w[i]] {
			v = (v<<8 | int(b)) & (1<<40 - 1)
		}
		row = row[w[i]:]
		return v
	}
	kind, second, third := field(0, 1), field(1, 0), field(2, 0)
	switch kind {
	case 1:
		f.add(num, entry{offset: f.offset(second), known: true}, false)
	case 2:
		if second > 0 && second <= maxObjects {
			f.add(num, entry{offset: int32(min(third, maxObjects)), in: int32(second), known: true}, false)
		}
	}
}

func (f *File) offset(n int) int32 { return int32(min(n+f.header, len(f.data))) }

// add notes where an object is. Newer sections are read first, so the first
// entry counts, unless over says otherwise. Free entries are not noted: what is
// deleted is not referred to, and in hybrid files free entries are in use.
func (f *File) add(num int, e entry, over bool) {
	if num < 0 || num > maxObjects {
		return
	}
	if num >= len(f.xref) {
		if num >= cap(f.xref) {
			grown := make([]entry, num+1, max(num+1, min(2*len(f.xref), maxObjects+1)))
			copy(grown, f.xref)
			f.xref = grown
		}
		f.xref = f.xref[:num+1]
	}
	if over || !f.xref[num].known {
		f.xref[num] = e
	}
}

// rebuild finds the objects by their "n g obj". Later ones win, as in a file
// that was updated.
func (f *File) rebuild() {
	f.rebuilt = true
	f.forget()
	oldXref, oldTrailer := f.xref, f.trailer
	f.xref = nil
	defer func() {
		if f.Catalog() == nil && oldTrailer["Root"] != nil {
			f.xref, f.trailer = oldXref, oldTrailer
			f.forget()
		}
	}()
	trailer := Dict{}
	keep := func(d Dict) {
		for _, key := range []Name{"Root", "Encrypt", "ID", "Info"} {
			if v, ok := d[key]; ok {
				trailer[key] = v
			}
		}
	}
	packed, catalog := f.findObjects(keep)
	f.findTrailers(keep)
	f.trailer = trailer
	if _, ok := trailer["Encrypt"]; ok && f.crypt == nil {
		// Object streams can't be read before the key is known.
		f.crypt, _ = f.newCrypt(f.Dict(trailer["Encrypt"]))
		f.forget()
	}
	for _, num := range packed {
		if s := f.unpack(num); s != nil {
			for i, n := range s.numbers {
				f.add(int(n), entry{offset: int32(i), in: int32(num), known: true}, false)
			}
		}
	}
	if f.Catalog() == nil && catalog >= 0 {
		trailer["Root"] = Ref{Num: catalog}
	}
	if f.Catalog() == nil {
		f.findCatalog()
	}
}

// findObjects adds every object that begins somewhere in the file, and hands
// the dictionaries of cross-reference streams to keep. It gives the numbers of
// those that have further objects packed in them, and of the last that looks
// like the catalogue, -1 where none does.
func (f *File) findObjects(keep func(Dict)) (packed []int, catalog int) {
	catalog = -1
	for pos := 0; f.budget.Err() == nil; {
		next := bytes.Index(f.data[pos:], []byte("obj"))
		f.budget.Step(max(next, 0)>>6 + 1)
		if next < 0 {
			break
		}
		at := pos + next
		pos = at + len("obj")
		num, start, ok := objectHead(f.data, at)
		if !ok {
			continue
		}
		f.add(num, entry{offset: int32(start), known: true}, true)
		// Only what may matter here is read now.
		peek := f.data[pos:min(len(f.data), pos+512)]
		if end := bytes.Index(peek, []byte("endobj")); end >= 0 {
			peek = peek[:end]
		}
		switch {
		case bytes.Contains(peek, []byte("/ObjStm")):
			packed = append(packed, num)
		case bytes.Contains(peek, []byte("/XRef")):
			p := &Parser{Lexer: Lexer{Data: f.data, Pos: pos}, budget: f.budget, file: f, plain: true}
			if d, ok := p.Value().(Dict); ok {
				keep(d)
			}
		case bytes.Contains(peek, []byte("/Catalog")):
			catalog = num
		}
	}
	return packed, catalog
}

func (f *File) findTrailers(keep func(Dict)) {
	for pos := 0; f.budget.Err() == nil; {
		next := bytes.Index(f.data[pos:], []byte("trailer"))
		f.budget.Step(max(next, 0)>>6 + 1)
		if next < 0 {
			return
		}
		pos += next + len("trailer")
		p := &Parser{Lexer: Lexer{Data: f.data, Pos: pos}, budget: f.budget, file: f, plain: true}
		if d, ok := p.Value().(Dict); ok {
			keep(d)
		}
	}
}

// findCatalog looks through all objects, for a catalogue in an object stream.
func (f *File) findCatalog() {
	for num := range f.xref {
		if f.budget.Err() != nil {
			return
		}
		if d, ok := f.object(num).(Dict); ok && f.Name(d["Type"]) == "Catalog" {
			f.trailer["Root"] = Ref{Num: num}
			if f.Catalog() != nil {
				return
			}
		}
	}
}

// objectHead reads "n g " backwards from an "obj" at data[at:].
func objectHead(data []byte, at int) (num, start int, ok bool) {
	i := at
	_, i, ok = numberBefore(data, i)
	if !ok {
		return 0, 0, false
	}
	num, i, ok = numberBefore(data, i)
	if !ok || num > maxObjects {
		return 0, 0, false
	}
	return num, i, true
}

func numberBefore(data []byte, at int) (value, start int, ok bool) {
	i := at
	for i > 0 && IsSpace(data[i-1]) && at-i < 16 {
		i--
	}
	end := i
	for i > 0 && data[i-1] >= '0' && data[i-1] <= '9' && end-i < 10 {
		i--
	}
	if i == end {
		return 0, 0, false
	}
	for _, c := range data[i:end] {
		value = value*10 + int(c-'0')
	}
	return value, i, true
}
