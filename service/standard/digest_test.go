package standard

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func TestDigest(t *testing.T) {
	sum := sha256.Sum256([]byte("etalon"))
	want := "sha256:" + hex.EncodeToString(sum[:])
	d := DigestOf([]byte("etalon"))
	if d.String() != want || d.IsZero() || d.Hex() != want[7:] {
		t.Errorf("got %v, want %s", d, want)
	}
	if back, err := ParseDigest(want); back != d || err != nil {
		t.Errorf("%v, %v", back, err)
	}
	if (Digest{}).String() != "" {
		t.Error("the zero digest has text")
	}
	for _, s := range []string{"", want[7:], strings.ToUpper(want), "sha256:" + strings.ToUpper(want[7:]), want[:70], want + "0", want[:70] + "g", want[:70] + "\xff", "sha1:" + want[7:]} {
		if got, err := ParseDigest(s); !errors.Is(err, ErrMalformed) || !got.IsZero() {
			t.Errorf("ParseDigest(%q) = %v, %v", s, got, err)
		}
	}
	for _, want := range []Digest{{}, d} {
		text, _ := want.MarshalText()
		got := Digest{1}
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Errorf("%q gives %v, %v", text, got, err)
		}
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("a", MaxNameLen)
	for s, ok := range map[string]bool{
		"ocp/ocds": true, long + "/" + long: true, "a/b-2": true,
		"": false, "ocp": false, "/": false, "ocp/": false, "ocp/-a": false, "ocp/1a": false, "ocp/a/b": false, "ocp/a_b": false, long + "a/b": false, "ocp/é": false,
	} {
		n, err := ParseName(s)
		if (err == nil) != ok || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("ParseName(%q) = %v, %v", s, n, err)
		}
		if ok && n.String() != s {
			t.Errorf("%q prints as %q", s, n)
		}
	}
	if !(Name{"a", "z"}).Less(Name{"b", "a"}) || !(Name{"a", "a"}).Less(Name{"a", "b"}) || (Name{"a", "b"}).Less(Name{"a", "b"}) {
		t.Error("order of names")
	}
	for s, ok := range map[string]bool{
		"1.1.5": true, "R4": true, "D.96A": true, "2018+A1-2020": true, "4.0-Update-4": true, strings.Repeat("1", 64): true, "a": true, "x": true,
		"": false, ".1": false, "-1": false, "a b": false, "1/2": false, "1@2": false, "1#2": false, "é": false, strings.Repeat("1", 65): false,
		"latest": false, "LATEST": false, "recommended": false, "1.x": false, "^1": false, "*": false,
	} {
		if _, err := ParseVersionID(s); (err == nil) != ok || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("ParseVersionID(%q): %v", s, err)
		}
	}
	if VersionID("R4B").Fold() != VersionID("r4b").Fold() {
		t.Error("ids that differ by case only are not the same")
	}
}
