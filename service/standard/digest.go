package standard

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Digest is a SHA-256. Its text form is "sha256:" and 64 lower-case
// hexadecimal digits; ParseDigest and String are inverses on that form.
type Digest [sha256.Size]byte

const digestPrefix = "sha256:"

// DigestOf is the digest of b.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// ParseDigest parses the text form. Upper-case digits are refused.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	h, ok := strings.CutPrefix(s, digestPrefix)
	if !ok {
		return d, fmt.Errorf("%w: digest %q does not start with %q", ErrMalformed, clip(s), digestPrefix)
	}
	if len(h) != 2*len(d) {
		return d, digestError(s)
	}
	for i := range d {
		hi, lo := hexValue[h[2*i]], hexValue[h[2*i+1]]
		if hi|lo > 0xf {
			return Digest{}, digestError(s)
		}
		d[i] = hi<<4 | lo
	}
	return d, nil
}

func digestError(s string) error {
	return fmt.Errorf("%w: digest %q wants 64 lower-case hexadecimal digits after %q", ErrMalformed, clip(s), digestPrefix)
}

// hexValue is the value of a lower-case hexadecimal digit; 0xff of any other
// byte.
var hexValue = func() (t [256]byte) {
	for c := range t {
		t[c] = 0xff
	}
	for v, c := range []byte("0123456789abcdef") {
		t[c] = byte(v)
	}
	return t
}()

// IsZero says whether d is the zero value, which is the digest of nothing.
func (d Digest) IsZero() bool { return d == Digest{} }

// Hex is the digest's 64 hexadecimal digits, without the prefix.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// String is the text form; of the zero value it is empty.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	var b [len(digestPrefix) + 2*len(d)]byte
	copy(b[:], digestPrefix)
	hex.Encode(b[len(digestPrefix):], d[:])
	return string(b[:])
}

// MarshalText gives the text form.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText takes the text form, or nothing for the zero value.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Digest{}
		return nil
	}
	v, err := ParseDigest(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
