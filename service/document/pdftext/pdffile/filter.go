package pdffile

import (
	"bytes"
	"compress/flate"
	"io"
)

// inflater is a flate reader that is used again.
type inflater struct {
	reader io.ReadCloser
	source bytes.Reader
	chunk  []byte
}

// Decode unpacks a stream into buf[:0], which may be nil. Data that is damaged
// gives what stands before the damage. Images are not unpacked: they give nil.
func (f *File) Decode(buf []byte, s *Stream) []byte {
	if s == nil {
		return buf[:0]
	}
	raw := s.raw
	if f.crypt != nil && !s.clear {
		raw = f.crypt.decryptStream(f, s)
	}
	names, parms := f.filters(s.Dict)
	data, unpacked := raw, false
	for i, name := range names {
		var out []byte
		if i == len(names)-1 {
			out = buf[:0]
		}
		switch name {
		case "FlateDecode", "Fl":
			data = f.predict(f.inflate(out, data), parms[i])
		case "LZWDecode", "LZW":
			early := true
			if n, ok := Int(f.Resolve(parms[i]["EarlyChange"])); ok {
				early = n != 0
			}
			data = f.predict(f.unLZW(out, data, early), parms[i])
		case "ASCII85Decode", "A85":
			data = f.unASCII85(out, data)
		case "ASCIIHexDecode", "AHx":
			data = f.unHex(out, data)
		case "RunLengthDecode", "RL":
			data = f.unRunLength(out, data)
		case "Crypt":
			continue
		default:
			return buf[:0]
		}
		unpacked = true
		if f.budget.Err() != nil {
			return buf[:0]
		}
	}
	if !unpacked && f.full(0, len(raw)) {
		return buf[:0]
	}
	if !unpacked {
		// A copy: the caller may write into it.
		data = append(buf[:0], data...)
	}
	return data
}

// filters gives the names of a stream's filters and the parameters of each.
func (f *File) filters(d Dict) ([]Name, []Dict) {
	filter, parm := d["Filter"], d["DecodeParms"]
	if filter == nil {
		filter = d["F"]
	}
	if parm == nil {
		parm = d["DP"]
	}
	switch v := f.Resolve(filter).(type) {
	case Name:
		p := f.Resolve(parm)
		if list, ok := p.(Array); ok && len(list) > 0 {
			p = list[0]
		}
		return []Name{v}, []Dict{f.Dict(p)}
	case Array:
		var names []Name
		var dicts []Dict
		list := f.Array(parm)
		for i, item := range v[:min(len(v), 16)] {
			names = append(names, f.Name(item))
			var p Dict
			if i < len(list) {
				p = f.Dict(list[i])
			}
			dicts = append(dicts, p)
		}
		return names, dicts
	}
	return nil, nil
}

// full says whether a stream has no more room, and pays for n more bytes.
func (f *File) full(size, n int) bool {
	if size+n > MaxStream {
		f.budget.Fail(errStream)
	}
	return !f.budget.expand(n)
}

func (f *File) inflate(out, data []byte) []byte {
	in := &f.inflater
	if in.reader == nil {
		in.chunk = make([]byte, 32<<10)
		in.reader = flate.NewReader(&in.source)
	}
	// Two bytes of zlib header come first; its checksum is not looked at, since
	// damaged text is better than none.
	body := data
	if len(body) >= 2 && body[0]&0x0f == 8 && (int(body[0])<<8|int(body[1]))%31 == 0 {
		body = body[2:]
	}
	in.source.Reset(body)
	if err := in.reader.(flate.Resetter).Reset(&in.source, nil); err != nil {
		return out
	}
	for {
		n, err := in.reader.Read(in.chunk)
		if f.full(len(out), n) {
			return out
		}
		out = append(out, in.chunk[:n]...)
		if err != nil {
			return out
		}
	}
}

// unLZW unpacks the LZW of PDF: codes of 9 to 12 bits, highest bit first.
func (f *File) unLZW(out, data []byte, early bool) []byte {
	const clearCode, endCode = 256, 257
	var prefix [4096]uint16
	var suffix [4096]byte
	var length [4096]int
	for i := range 256 {
		suffix[i], length[i] = byte(i), 1
	}
	next, width, last := 258, 9, -1
	ahead := 0
	if early {
		ahead = 1
	}
	bits, have := 0, 0
	for _, b := range data {
		bits, have = bits<<8|int(b), have+8
		if have < width {
			continue
		}
		have -= width
		code := bits >> have & (1<<width - 1)
		bits &= 1<<have - 1
		switch {
		case code == endCode:
			return out
		case code == clearCode:
			next, width, last = 258, 9, -1
			continue
		case code > next || code == next && last < 0:
			return out
		}
		whole := code
		if code == next {
			whole = last
		}
		size := length[whole]
		extra := 0
		if code == next {
			extra = 1
		}
		if f.full(len(out), size+extra) {
			return out
		}
		start := len(out)
		for range size + extra {
			out = append(out, 0)
		}
		for i, c := start+size-1, whole; i >= start; i-- {
			out[i] = suffix[c]
			c = int(prefix[c])
		}
		if extra == 1 {
			out[start+size] = out[start]
		}
		if last >= 0 && next < 4096 {
			prefix[next], suffix[next], length[next] = uint16(last), out[start], length[last]+1
			next++
		}
		if next+ahead >= 1<<width && width < 12 {
			width++
		}
		last = code
	}
	return out
}

func (f *File) unASCII85(out, data []byte) []byte {
	if f.full(len(out), len(data)) {
		return out
	}
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
	if end := bytes.IndexByte(data, '~'); end >= 0 {
		data = data[:end]
	}
	var group uint32
	count := 0
	for _, c := range data {
		switch {
		case c == 'z' && count == 0:
			if f.full(len(out), 4) {
				return out
			}
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group = group*85 + uint32(c-'!')
			if count++; count == 5 {
				out = append(out, byte(group>>24), byte(group>>16), byte(group>>8), byte(group))
				group, count = 0, 0
			}
		}
	}
	if count > 1 {
		for i := count; i < 5; i++ {
			group = group*85 + 84
		}
		for i := range count - 1 {
			out = append(out, byte(group>>(24-8*i)))
		}
	}
	return out
}

func (f *File) unHex(out, data []byte) []byte {
	if f.full(len(out), len(data)/2) {
		return out
	}
	l := Lexer{Data: append([]byte{'<'}, data...)}
	return append(out, l.hex().Bytes...)
}

func (f *File) unRunLength(out, data []byte) []byte {
	for len(data) > 0 && data[0] != 128 {
		n := int(data[0])
		data = data[1:]
		if n < 128 {
			n = min(n+1, len(data))
			if f.full(len(out), n) {
				return out
			}
			out = append(out, data[:n]...)
			data = data[n:]
			continue
		}
		if len(data) == 0 || f.full(len(out), 257-n) {
			return out
		}
		out = append(out, bytes.Repeat(data[:1], 257-n)...)
		data = data[1:]
	}
	return out
}
