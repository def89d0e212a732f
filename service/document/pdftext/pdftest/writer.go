package pdftest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
)

// Writer writes the objects of a PDF file, well formed or not.
type Writer struct {
	// Packed as in File.
	Packed bool

	objects []object
}

type object struct {
	body   []byte
	stream bool
}

// Add adds an object and gives its number.
func (w *Writer) Add(body string) int {
	w.objects = append(w.objects, object{body: []byte(body)})
	return len(w.objects)
}

// Reserve gives the number of an object that is set later.
func (w *Writer) Reserve() int { return w.Add("null") }

// Set sets an object.
func (w *Writer) Set(num int, body string) { w.objects[num-1].body = []byte(body) }

// AddStream adds a stream whose dictionary has the entries of dict, and whose
// data is written as it is, or compressed if the writer is packed and dict has
// no entries.
func (w *Writer) AddStream(dict string, data []byte) int {
	num := w.Reserve()
	w.SetStream(num, dict, data)
	return num
}

// SetStream sets an object to a stream.
func (w *Writer) SetStream(num int, dict string, data []byte) {
	if w.Packed && dict == "" {
		dict, data = "/Filter/FlateDecode", Deflate(data)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<<%s/Length %d>>\nstream\n", dict, len(data))
	b.Write(data)
	b.WriteString("\nendstream")
	w.objects[num-1] = object{b.Bytes(), true}
}

// Deflate compresses data as FlateDecode wants it.
func Deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // a bytes.Buffer does not fail
	_ = z.Close()
	return b.Bytes()
}

// Bytes writes the file, with the catalogue at root.
func (w *Writer) Bytes(root int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	if w.Packed {
		w.pack(&b, root)
		return b.Bytes()
	}
	offsets := make([]int, len(w.objects))
	for i, o := range w.objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o.body)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, root, start)
	return b.Bytes()
}

// pack puts all that is no stream into one object stream.
func (w *Writer) pack(b *bytes.Buffer, root int) {
	holder := len(w.objects) + 1
	var head, body bytes.Buffer
	rows := make([]byte, 7*(holder+2))
	row := func(num, kind, second, third int) {
		rows[7*num] = byte(kind)
		binary.BigEndian.PutUint32(rows[7*num+1:], uint32(second))
		binary.BigEndian.PutUint16(rows[7*num+5:], uint16(third))
	}
	count := 0
	for i, o := range w.objects {
		if o.stream {
			row(i+1, 1, b.Len(), 0)
			fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o.body)
			continue
		}
		row(i+1, 2, holder, count)
		fmt.Fprintf(&head, "%d %d ", i+1, body.Len())
		body.Write(o.body)
		body.WriteByte('\n')
		count++
	}
	packed := Deflate(append(head.Bytes(), body.Bytes()...))
	row(holder, 1, b.Len(), 0)
	fmt.Fprintf(b, "%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n",
		holder, count, head.Len(), len(packed), packed)
	start := b.Len()
	row(holder+1, 1, start, 0)
	// Each row is written as its difference to the one above.
	var filtered []byte
	above := make([]byte, 7)
	for i := 0; i < len(rows); i += 7 {
		filtered = append(filtered, 2)
		for j := range 7 {
			filtered = append(filtered, rows[i+j]-above[j])
		}
		above = rows[i : i+7]
	}
	data := Deflate(filtered)
	fmt.Fprintf(b, "%d 0 obj\n<</Type/XRef/W[1 4 2]/Size %d/Root %d 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		holder+1, holder+2, root, len(data), data, start)
}
