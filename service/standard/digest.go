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
	if len(h) != 2*len(d) || strings.ToLower(h) != h {
		return d, fmt.Errorf("%w: digest %q wants 64 lower-case hexadecimal digits", ErrMalformed, clip(s))
	}
	if _, err := hex.Decode(d[:], []byte(h)); err != nil {
		return Digest{}, fmt.Errorf("%w: digest %q: %v", ErrMalformed, clip(s), err)
	}
	return d, nil
}

// IsZero says whether d is the zero value, which is the digest of nothing.
func (d Digest) IsZero() bool { return d == Digest{} }

// Hex is the digest's 64 hexadecimal digits, without the prefix.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// String is the text form; of the zero value it is empty.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return digestPrefix + d.Hex()
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
