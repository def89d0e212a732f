// Package requestid owns the ids of calls, by which an answer and the server's
// log are brought together: their form, and new ones. It knows no transport.
package requestid

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
)

// MaxLen is the longest id that a client may choose, in bytes.
const MaxLen = 64

// New makes an id: 16 hexadecimal digits at random.
func New() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], rand.Uint64())
	var text [16]byte
	hex.Encode(text[:], b[:])
	return string(text[:])
}

// Valid says whether a client may choose s: 1 to MaxLen letters, digits, ".",
// "_" and "-", so that it stands in a header and in a log as it is.
func Valid(s string) bool {
	if s == "" || len(s) > MaxLen {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
