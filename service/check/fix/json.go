package fix

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// jsonKeeper lets through edits within a string that is a value, if the string
// then is the old one with the one text replaced.
func jsonKeeper(src []byte) keeper {
	return func(edits []Edit) map[int]string {
		if !validJSON(src) {
			return all(edits, "the file is no valid JSON")
		}
		texts := jsonStrings(src)
		out := map[int]string{}
		within := map[int][]int{} // the edits of each text
		for i, e := range edits {
			at, _ := slices.BinarySearchFunc(texts, e.From, func(s jsonString, from int) int { return s.end - from })
			switch {
			case at == len(texts) || e.From <= texts[at].start || e.To >= texts[at].end:
				out[i] = "it does not stand in a text of the file"
			case texts[at].key:
				out[i] = "it stands in the name of a field"
			default:
				within[at] = append(within[at], i)
			}
		}
		left := maxParsed
		for _, at := range slices.Sorted(maps.Keys(within)) {
			some := within[at]
			all := make([]Edit, len(some))
			for n, i := range some {
				all[n] = edits[i]
			}
			if sameElse(src, texts[at], all) {
				continue
			}
			for n, i := range some {
				if left -= texts[at].end - texts[at].start; left < 0 || !sameElse(src, texts[at], all[n:n+1]) {
					out[i] = "the file spells the text in another way, by escapes or another encoding"
				}
			}
		}
		return out
	}
}

// validJSON takes one value, or several as JSON Lines has them.
func validJSON(src []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(src, byteOrderMark)))
	for {
		var v json.RawMessage
		if err := dec.Decode(&v); errors.Is(err, io.EOF) {
			return true
		} else if err != nil {
			return false
		}
	}
}

// jsonString is a string with its quotes: src[start:end].
type jsonString struct {
	start, end int
	key        bool
}

// jsonStrings finds the strings of valid JSON, in order.
func jsonStrings(src []byte) []jsonString {
	var out []jsonString
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"':
			end := i + 1
			for end < len(src) && src[end] != '"' {
				if src[end] == '\\' {
					end++
				}
				end++
			}
			out = append(out, jsonString{start: i, end: min(end+1, len(src))})
			i = end
		case c == ':' && len(out) > 0:
			out[len(out)-1].key = true
		}
	}
	return out
}

// sameElse says whether the string reads as before with only the texts
// replaced.
func sameElse(src []byte, s jsonString, edits []Edit) bool {
	var want strings.Builder
	var raw []byte
	part := func(inner []byte) bool {
		text, ok := unquote(inner)
		want.WriteString(text)
		raw = append(raw, inner...)
		return ok
	}
	done := s.start + 1
	for _, e := range edits {
		if !part(src[done:e.From]) || !part([]byte(e.New)) {
			return false
		}
		done = e.To
	}
	if !part(src[done : s.end-1]) {
		return false
	}
	whole, ok := unquote(raw)
	return ok && whole == want.String()
}

// unquote reads what stands between the quotes of a string.
func unquote(inner []byte) (string, bool) {
	var s string
	err := json.Unmarshal(slices.Concat([]byte{'"'}, inner, []byte{'"'}), &s)
	return s, err == nil
}
