package pdffile

// A value of a PDF file is nil, bool, int64, float64, String, Name, Array,
// Dict, *Stream or Ref.
type (
	// Name is a name without its slash, its #xx unfolded.
	Name string
	// String is a string's bytes, decrypted.
	String string
	// Array is a sequence of values.
	Array []any
	// Dict is a dictionary.
	Dict map[Name]any
	// Ref leads to an object.
	Ref struct{ Num, Gen int }
)

// Stream is a dictionary with bytes, still packed: see File.Decode.
type Stream struct {
	Dict Dict
	raw  []byte
	ref  Ref
	// clear: not encrypted of itself, since it is a cross-reference or came
	// out of an object stream.
	clear bool
}

// Int gives a number as an int within ±2³¹, and whether v is a number.
func Int(v any) (int, bool) {
	const most = 1 << 31
	switch n := v.(type) {
	case int64:
		return int(min(max(n, -most), most)), true
	case float64:
		if n != n {
			return 0, false
		}
		return int(min(max(n, -most), most)), true
	}
	return 0, false
}

// Float gives a number as a float64, and whether v is a number.
func Float(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}
