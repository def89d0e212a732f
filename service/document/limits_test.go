package document

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	long := "twenty bytes of text"
	files := map[string][]byte{
		"a.md": []byte(long), "a.txt": []byte(long), "a.csv": []byte(long), "a.yaml": []byte(long), "a.json": []byte(`"` + long + `"`),
		"a.html": []byte("<p>" + long), "a.docx": buildDOCX(p(r(long))), "a.odt": buildODT("", "<text:p>"+long+"</text:p>", ""),
		"a.xlsx": buildXLSX(`<row><c t="inlineStr"><is><t>` + long + `</t></is></c></row>`),
	}
	for name, data := range files {
		if _, err := Read(context.Background(), name, data, Limits{TextBytes: 40}); err != nil {
			t.Errorf("%s: 40 bytes are not enough: %v", name, err)
		}
		_, err := Read(context.Background(), name, data, Limits{TextBytes: 19})
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "longer than 19 bytes") {
			t.Errorf("%s, of 19 bytes of text: %v", name, err)
		}
		_, err = Read(context.Background(), name, data, Limits{SourceBytes: 10})
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "at most 10 bytes are read") {
			t.Errorf("%s, of 10 bytes: %v", name, err)
		}
		if !strings.HasPrefix(string(data), "PK") {
			continue
		}
		_, err = Read(context.Background(), name, data, Limits{ExpandedBytes: 500})
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "unpacks to more than 500 bytes") {
			t.Errorf("%s, of 500 bytes unpacked: %v", name, err)
		}
		_, err = Read(context.Background(), name, data, Limits{Depth: 2})
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "deeper than 2 levels") {
			t.Errorf("%s, of 2 levels: %v", name, err)
		}
	}
}

func TestSuperscript(t *testing.T) {
	for text, want := range map[string]string{
		"10": "¹⁰", "1,2": "¹,²", "st": "ˢᵗ", "TM": "ᵀᴹ", "(a)": "⁽ᵃ⁾", "[1]": "[1]", "*": "*", "q": "[q]", " 3 ": " ³ ", "1Q": "[1Q]", "": "", " ": " ",
		"é": "[é]", "¹": "¹", "thirteen runes": "thirteen runes", "１": "[１]",
	} {
		if got := superscript(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
