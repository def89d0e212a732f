package pdffile

import "fmt"

var errStream = fmt.Errorf("%w: one of its streams unpacks to more than %d bytes; split the file", ErrTooLarge, MaxStream)

// predict undoes a predictor in place: ISO 32000-1, 7.4.4.4.
func (f *File) predict(data []byte, parms Dict) []byte {
	predictor := f.Int(parms["Predictor"])
	if predictor < 2 {
		return data
	}
	or := func(key Name, absent int) int {
		if n, ok := Int(f.Resolve(parms[key])); ok && n > 0 && n < 1<<20 {
			return n
		}
		return absent
	}
	colors, bits, columns := or("Colors", 1), or("BitsPerComponent", 8), or("Columns", 1)
	if colors > 64 || bits > 32 {
		return data
	}
	pixel := max(1, colors*bits/8)
	row := (colors*bits*columns + 7) / 8
	if predictor == 2 {
		if bits != 8 {
			return data
		}
		for start := 0; start < len(data); start += row {
			line := data[start:min(start+row, len(data))]
			for i := pixel; i < len(line); i++ {
				line[i] += line[i-pixel]
			}
		}
		return data
	}
	out := data[:0]
	var above []byte
	for len(data) > 1 && f.budget.Step(1+row>>8) {
		kind := data[0]
		line := data[1:min(1+row, len(data))]
		data = data[1+len(line):]
		unfilter(kind, line, above, pixel)
		start := len(out)
		// One byte a row is saved, so this never runs ahead of what is read.
		out = append(out, line...)
		above = out[start:]
	}
	return out
}

// unfilter undoes one row of a PNG predictor. above is nil in the first row.
func unfilter(kind byte, line, above []byte, pixel int) {
	at := func(row []byte, i int) int {
		if i < 0 || i >= len(row) {
			return 0
		}
		return int(row[i])
	}
	switch kind {
	case 1:
		for i := pixel; i < len(line); i++ {
			line[i] += line[i-pixel]
		}
	case 2:
		for i := range min(len(line), len(above)) {
			line[i] += above[i]
		}
	case 3:
		for i := range line {
			line[i] += byte((at(line, i-pixel) + at(above, i)) / 2)
		}
	case 4:
		for i := range line {
			line[i] += byte(paeth(at(line, i-pixel), at(above, i), at(above, i-pixel)))
		}
	}
}

func paeth(left, up, corner int) int {
	guess := left + up - corner
	dl, du, dc := abs(guess-left), abs(guess-up), abs(guess-corner)
	switch {
	case dl <= du && dl <= dc:
		return left
	case du <= dc:
		return up
	}
	return corner
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
