package gateway

import (
	"strconv"
	"strings"
)

// span is a part of some bytes.
type span struct{ offset, length int64 }

// rangeAnswer says how a Range header is answered.
type rangeAnswer uint8

const (
	rangeIgnored rangeAnswer = iota // all of it, with 200
	rangePart                       // a part, with 206
	rangeOutside                    // 416
)

// parseRange reads a Range header for bytes of a known size (RFC 9110, 14.1).
// A header that is malformed, of another unit, or asks for several parts is
// ignored, as the standard allows.
func parseRange(header string, size int64) (span, rangeAnswer) {
	unit, set, ok := strings.Cut(header, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(unit), "bytes") || strings.Contains(set, ",") {
		return span{}, rangeIgnored
	}
	first, last, ok := strings.Cut(strings.TrimSpace(set), "-")
	if !ok {
		return span{}, rangeIgnored
	}
	from, haveFrom, ok1 := position(first)
	to, haveTo, ok2 := position(last)
	switch {
	case !ok1 || !ok2 || !haveFrom && !haveTo:
		return span{}, rangeIgnored
	case !haveFrom && to == 0:
		return span{}, rangeOutside
	case !haveFrom: // the last bytes
		n := min(to, size)
		if n == 0 {
			return span{}, rangeOutside
		}
		return span{size - n, n}, rangePart
	case haveTo && to < from:
		return span{}, rangeIgnored
	case from >= size:
		return span{}, rangeOutside
	case !haveTo || to >= size:
		return span{from, size - from}, rangePart
	}
	return span{from, to - from + 1}, rangePart
}

// position reads digits; a number too large for any blob is the largest.
func position(s string) (n int64, have, ok bool) {
	if s == "" {
		return 0, false, true
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		n = 1<<63 - 1
	}
	return n, true, true
}

// contentRange is the header of a part.
func (s span) contentRange(size int64) string {
	return "bytes " + strconv.FormatInt(s.offset, 10) + "-" + strconv.FormatInt(s.offset+s.length-1, 10) + "/" + strconv.FormatInt(size, 10)
}
