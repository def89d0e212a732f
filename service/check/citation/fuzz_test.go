package citation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/designation"
)

func FuzzScan(f *testing.F) {
	for _, name := range []string{"citations.txt", "friends.txt"} {
		for _, l := range readTable(f, name) {
			f.Add(l.text)
		}
	}
	f.Add(plainProse)
	f.Fuzz(func(t *testing.T, text string) {
		checkScan(t, text)
	})
}

// checkScan checks all that holds of every scan.
func checkScan(t *testing.T, text string) {
	t.Helper()
	list := Scan(text)
	for i, c := range list {
		if c.Start < 0 || c.End <= c.Start || c.End > len(text) {
			t.Fatalf("span %d-%d of a text of %d bytes", c.Start, c.End, len(text))
		}
		if c.Text != text[c.Start:c.End] {
			t.Fatalf("Text is %q, the text has %q", c.Text, text[c.Start:c.End])
		}
		if utf8.ValidString(text) && !utf8.ValidString(c.Text) {
			t.Fatalf("%q cuts a character", c.Text)
		}
		if c.Confidence < Weak || c.Confidence > Certain {
			t.Fatalf("%q has confidence %d", c.Text, c.Confidence)
		}
		back, err := designation.Parse(c.ID.String())
		if err != nil || back.Key() != c.ID.Key() {
			t.Fatalf("%q is %q, which reads as %q, %v", c.Text, c.ID, back, err)
		}
		if c.Clause != "" && !strings.Contains(text, c.Clause) {
			t.Fatalf("clause %q is not in the text", c.Clause)
		}
		if i == 0 {
			continue
		}
		before := list[i-1]
		shared := c.Traits&before.Traits&InRange != 0 && c.Start == before.Start && c.End == before.End
		if c.Start < before.End && !shared {
			t.Fatalf("%q at %d and %q at %d overlap", before.Text, before.Start, c.Text, c.Start)
		}
	}
}

// TestScanIsLinear doubles texts that are made to be scanned slowly, and
// compares how many bytes were looked at beyond the one pass.
func TestScanIsLinear(t *testing.T) {
	for _, unit := range []string{
		"ISO ", "ISO/", "ISO-", "iso", "BS EN ", "RFC ", "RFC 2119/", "RFC 2119, ", "ISO 9001/14001/", "ISO 19650-1, -2 and -3, ", "RFC 7230-7299 to ",
		"http://a/rfc2119/", "rfc2119", "rfc2119-", "http://", "etalon:", "etalon:a/b@", "draft-", "draft-ietf-a-", "802.1", "X.509", "Web Content Accessibility ",
		"ISO\n", "ISO\n> ", "ISO                    ", "&nbsp;ISO&nbsp;", "\u00a0ISO\u00a0", "ISO\u00ad", "(ISO) ", "clause 1 of ", "part 2 of ISO 1000 ", "parts 1 to 9 of the ISO 1000, ", "CD 350 ", "CD 350 DMRB ", "RFC 20 ", "WCAG 2.1, ", "ISO 9001+A1", "ISO 9001:2015", "1",
		"ISO standard No. ", "Good ", "urn:iso:std:iso:1", "«", "\x80",
	} {
		small, large := stepsOf(strings.Repeat(unit, 400)), stepsOf(strings.Repeat(unit, 800))
		if large*10 > small*22+10*maxWindow {
			t.Errorf("%q: %d bytes are looked at, twice the text takes %d", unit, small, large)
		}
		if most := 2 * maxWindow * len(unit) * 400; small > most {
			t.Errorf("%q: %d bytes are looked at, want at most %d", unit, small, most)
		}
	}
}

func stepsOf(text string) int {
	s := scanner{text: text}
	s.run()
	return s.steps
}
