package pdffile

import (
	"bytes"
	"fmt"
)

const (
	// maxObjects bounds object numbers. ISO 32000-1, annex C, names 8,388,607
	// as what readers could take; files of 64 MiB have far fewer.
	maxObjects = 4 << 20
	// maxKept is how many values the cache of objects may hold.
	maxKept = 1 << 19
	// maxUnpacked is how many bytes of object streams are kept unpacked.
	maxUnpacked = 32 << 20
	// maxPacked is how many objects one object stream may hold.
	maxPacked = 1 << 18
	// maxResolve is how many references may lead to each other.
	maxResolve = 32
)

// File is an open PDF file. It is for one goroutine.
type File struct {
	data   []byte
	budget *Budget
	// header is where "%PDF-" stands; offsets count from there.
	header  int
	xref    []entry
	trailer Dict
	crypt   *crypt
	rebuilt bool

	kept      map[int]any
	keptNodes int
	loading   map[int]bool
	packed    map[int]*objectStream
	unpacked  int

	inflater inflater
	// endFrom and endAt remember the last search for "endstream".
	endFrom, endAt int
}

// entry is where an object is.
type entry struct {
	// offset of the object from the start of the file; with in != 0, its index
	// within the object stream of that number.
	offset int32
	in     int32
	known  bool
}

// Open finds the objects of a file.
func Open(data []byte, b *Budget) (*File, error) {
	f := &File{
		data: data, budget: b, endFrom: -1,
		kept: map[int]any{}, loading: map[int]bool{}, packed: map[int]*objectStream{},
	}
	if len(data) > 1<<31-1 {
		return nil, fmt.Errorf("%w: %d bytes; split it into files below 2 GiB", ErrTooLarge, len(data))
	}
	f.header = bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-"))
	if f.header < 0 {
		f.header = 0
	}
	f.readXref()
	err := f.unlock()
	if err == nil && f.Catalog() == nil {
		f.rebuild()
		err = f.unlock()
	}
	if b.Err() != nil {
		return nil, b.Err()
	}
	if err != nil {
		return nil, err
	}
	if f.Catalog() == nil {
		return nil, fmt.Errorf("%w: no catalogue of pages among its %d bytes; open it in a viewer and save it anew",
			ErrBroken, len(data))
	}
	return f, nil
}

// unlock reads the encryption and forgets what was read without it.
func (f *File) unlock() error {
	f.crypt = nil
	encrypt := f.Dict(f.trailer["Encrypt"])
	if encrypt == nil {
		return nil
	}
	crypt, err := f.newCrypt(encrypt)
	if err != nil {
		return err
	}
	f.forget()
	f.crypt = crypt
	if ref, ok := f.trailer["Encrypt"].(Ref); ok {
		crypt.self = ref.Num
	}
	return nil
}

func (f *File) forget() {
	clear(f.kept)
	clear(f.packed)
	f.keptNodes, f.unpacked = 0, 0
}

// Catalog gives the root of the document, nil where there is none.
func (f *File) Catalog() Dict {
	root := f.Dict(f.trailer["Root"])
	if root == nil || f.Dict(root["Pages"]) == nil {
		return nil
	}
	return root
}

// Rebuild looks for objects in the bytes themselves instead of trusting the
// cross-reference. It says whether that was new.
func (f *File) Rebuild() bool {
	if f.rebuilt {
		return false
	}
	f.rebuild()
	return true
}

// Objects gives the number above all objects' numbers.
func (f *File) Objects() int { return len(f.xref) }

// Resolve follows references to a value. What leads nowhere is nil.
func (f *File) Resolve(v any) any {
	for range maxResolve {
		ref, ok := v.(Ref)
		if !ok {
			return v
		}
		v = f.object(ref.Num)
	}
	return nil
}

// Dict gives a dictionary, also that of a stream, or nil.
func (f *File) Dict(v any) Dict {
	switch d := f.Resolve(v).(type) {
	case Dict:
		return d
	case *Stream:
		return d.Dict
	}
	return nil
}

// Array gives an array, or nil.
func (f *File) Array(v any) Array {
	a, _ := f.Resolve(v).(Array)
	return a
}

// Stream gives a stream, or nil.
func (f *File) Stream(v any) *Stream {
	s, _ := f.Resolve(v).(*Stream)
	return s
}

// Name gives a name, or "".
func (f *File) Name(v any) Name {
	n, _ := f.Resolve(v).(Name)
	return n
}

// Int gives a number as an int, or 0.
func (f *File) Int(v any) int {
	n, _ := Int(f.Resolve(v))
	return n
}

// Floats gives an array of numbers if it has at least n, else nil.
func (f *File) Floats(v any, n int) []float64 {
	list := f.Array(v)
	if len(list) < n {
		return nil
	}
	numbers := make([]float64, 0, n)
	for _, item := range list[:n] {
		x, ok := Float(f.Resolve(item))
		if !ok {
			return nil
		}
		numbers = append(numbers, x)
	}
	return numbers
}

// Object gives the object of a number, or nil.
func (f *File) Object(num int) any { return f.object(num) }

func (f *File) object(num int) any {
	if num < 0 || num >= len(f.xref) || !f.xref[num].known || !f.budget.Step(1) {
		return nil
	}
	if v, ok := f.kept[num]; ok {
		return v
	}
	if f.loading[num] || len(f.loading) > maxResolve {
		return nil
	}
	f.loading[num] = true
	v, nodes, ok := f.load(num)
	delete(f.loading, num)
	if !ok && len(f.loading) == 0 && f.budget.Err() == nil && f.Rebuild() {
		return f.object(num)
	}
	if f.keptNodes += nodes + 1; f.keptNodes > maxKept {
		clear(f.kept)
		f.keptNodes = nodes
	}
	f.kept[num] = v
	return v
}

// load reads an object. ok is false where the cross-reference is wrong.
func (f *File) load(num int) (v any, nodes int, ok bool) {
	at := f.xref[num]
	if at.in != 0 {
		return f.loadPacked(num, int(at.in), int(at.offset))
	}
	p := &Parser{Lexer: Lexer{Data: f.data, Pos: int(at.offset)}, budget: f.budget, file: f, ref: Ref{num, 0}}
	if at.offset < 0 || p.Pos >= len(f.data) {
		return nil, 0, false
	}
	n, gen, obj := p.Next(), p.Next(), p.Next()
	if n.Kind != Number || gen.Kind != Number || obj.Kind != Keyword || !bytes.HasPrefix(obj.Bytes, []byte("obj")) {
		return nil, 0, false
	}
	if int(n.Num) != num {
		return nil, 0, false
	}
	p.Pos -= len(obj.Bytes) - len("obj")
	p.ref.Gen = int(min(gen.Num, 1<<20))
	p.plain = f.crypt == nil || num == f.crypt.self
	v = p.Value()
	if d, isDict := v.(Dict); isDict {
		if name, _ := d["Type"].(Name); name == "XRef" {
			p.plain = true
		}
		v = p.stream(d)
	}
	return v, p.nodes, true
}

// objectStream is an object stream, unpacked.
type objectStream struct {
	data    []byte
	numbers []int32
	offsets []int32
}

func (f *File) loadPacked(num, in, index int) (any, int, bool) {
	s := f.unpack(in)
	if s == nil {
		return nil, 0, false
	}
	if index < 0 || index >= len(s.numbers) || int(s.numbers[index]) != num {
		index = -1
		for i, n := range s.numbers {
			if int(n) == num {
				index = i
			}
		}
		if index < 0 {
			return nil, 0, false
		}
	}
	p := &Parser{Lexer: Lexer{Data: s.data, Pos: int(s.offsets[index])}, budget: f.budget, file: f, plain: true}
	v := p.Value()
	return v, p.nodes, true
}

// unpack gives the object stream of a number, or nil.
func (f *File) unpack(num int) *objectStream {
	if s, ok := f.packed[num]; ok {
		return s
	}
	if num < 0 || num >= len(f.xref) || f.xref[num].in != 0 {
		return nil
	}
	stream := f.Stream(Ref{Num: num})
	if stream == nil {
		return nil
	}
	data := f.Decode(nil, stream)
	s := &objectStream{data: data}
	first, count := f.Int(stream.Dict["First"]), f.Int(stream.Dict["N"])
	head := Lexer{Data: data}
	for range min(count, len(data)/2, maxPacked) {
		n, offset := head.Next(), head.Next()
		if n.Kind != Number || offset.Kind != Number || !f.budget.Step(2) {
			break
		}
		at := first + int(min(max(offset.Num, 0), 1<<31))
		if at < 0 || at > len(data) || n.Num < 0 || n.Num > maxObjects {
			at, n.Num = len(data), 0
		}
		s.numbers = append(s.numbers, int32(n.Num))
		s.offsets = append(s.offsets, int32(at))
	}
	if f.unpacked += len(data); f.unpacked > maxUnpacked {
		clear(f.packed)
		f.unpacked = len(data)
	}
	f.packed[num] = s
	return s
}

// findEnd finds where a stream without a true length ends. It remembers the
// last answer, so that many such streams are not a scan each.
func (f *File) findEnd(start int) int {
	if f.endFrom < 0 || start < f.endFrom || start > f.endAt {
		f.endFrom = start
		n := bytes.Index(f.data[start:], []byte("endstream"))
		if n < 0 {
			n = len(f.data) - start
		}
		f.endAt = start + n
		f.budget.Step(n >> 6)
	}
	end := f.endAt
	if end > start && f.data[end-1] == '\n' {
		end--
	}
	if end > start && f.data[end-1] == '\r' {
		end--
	}
	return end
}
