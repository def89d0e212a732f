package standard

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestCheckPath(t *testing.T) {
	for _, p := range []string{"a", "schema/2022-10-07", "a b/c (1).json", "$ref", "LICENCE", "...", "..a", "a..", ".gitignore", "ab:c", "1:a", "é", "e\u0301", strings.Repeat("a", 1024), "日本/規格.pdf", "~a", "C", "C/:"} {
		if err := CheckPath(p, 0); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	for p, says := range map[string]string{
		"": "empty", "/a": "absolute", "a//b": "empty segment", "a/": "empty segment", "..": "\"..\"", "a/../b": "\"..\"", "./a": "\".\"", "a/.": "\".\"",
		`a\b`: "backslash", `\\host\a`: "backslash", "C:": "drive", "c:/a": "drive", "C:a": "drive", "a\x00b": "control", "a\nb": "control", "a\u0085": "control", "a\x7f": "control",
		"a\xff": "UTF-8", strings.Repeat("a", 1025): "1025 bytes, at most 1024",
	} {
		if err := CheckPath(p, 0); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want ErrMalformed with %q", p, err, says)
		}
	}
	if err := CheckPath("abc", 2); err == nil {
		t.Error("the given limit does not hold")
	}
}

func TestNormalPath(t *testing.T) {
	for in, want := range map[string]string{"e\u0301/a": "\u00e9/a", "\u212b": "\u00c5", "a": "a"} {
		if got, err := NormalPath(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	// U+212A KELVIN SIGN is K in NFC, and then a drive letter.
	if p, err := NormalPath("\u212a:a"); err == nil {
		t.Errorf("took %q", p)
	}
}

func TestCheckPaths(t *testing.T) {
	paths := []string{
		0: "a/b.json", 1: "A/B.json", 2: "../x", 3: "caf\u00e9", 4: "cafe\u0301", 5: "CAFE\u0301",
		6: "fine (1)", 7: "a/b.json", 8: "stra\u00dfe", 9: "STRASSE", 10: "d", 11: "D/e", 12: "d2/e", 13: "", 14: "x/y/z", 15: "x/y",
		16: "\u03c3", 17: "\u03c2",
	}
	want := map[int]string{1: "letter case", 2: "\"..\"", 4: "twice", 5: "letter case", 7: "twice", 9: "letter case", 11: "is a file", 13: "empty", 14: "is a file", 17: "letter case"}
	last := -1
	for _, p := range CheckPaths(paths) {
		says, expected := want[p.Index]
		if !expected || !errors.Is(p.Err, ErrMalformed) || !strings.Contains(p.Err.Error(), says) {
			t.Errorf("%d: %v; want %q", p.Index, p.Err, says)
		}
		if p.Index <= last {
			t.Errorf("%d comes after %d", p.Index, last)
		}
		last = p.Index
		delete(want, p.Index)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	if got := CheckPathsMax([]string{"abc", "a"}, 2); len(got) != 1 || got[0].Index != 0 {
		t.Errorf("limit of 2: %v", got)
	}
	if got := CheckPaths([]string{"a", "b/c", "b/d"}); got != nil {
		t.Errorf("fine paths: %v", got)
	}
}

func FuzzNormalPath(f *testing.F) {
	for _, s := range []string{"a/b", "e\u0301", "../x", "C:a", "\u212a:a", "a\\b", "a//b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := NormalPath(s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := NormalPath(p)
		if err != nil || again != p || !norm.NFC.IsNormalString(p) {
			t.Fatalf("%q becomes %q becomes %q, %v", s, p, again, err)
		}
		if err := CheckPath(p, len(p)); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"..", ".", ""} {
			for seg := range strings.SplitSeq(p, "/") {
				if seg == bad {
					t.Fatalf("%q has a segment %q", p, bad)
				}
			}
		}
		if strings.ContainsAny(p, "\x00\\\n") {
			t.Fatalf("took %q", p)
		}
		if s != p && len(CheckPathsMax([]string{s, p}, 1<<20)) == 0 {
			t.Fatalf("%q and %q were both taken", s, p)
		}
	})
}
