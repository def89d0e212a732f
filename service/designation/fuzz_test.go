package designation

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzParse(f *testing.F) {
	for _, r := range readTable(f) {
		f.Add(r.input)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := Parse(s)
		if err != nil {
			var pe *ParseError
			if !errors.As(err, &pe) || pe.Pos < 0 || pe.Pos > len(s) || pe.Want == "" {
				t.Fatalf("Parse(%q): bad error %#v", s, err)
			}
			if !id.IsZero() {
				t.Fatalf("Parse(%q) gives an ID with an error", s)
			}
		} else {
			checkRoundTrip(t, id)
		}
		if p, n, err := ParsePrefix(s); err == nil {
			if n <= 0 || n > len(s) {
				t.Fatalf("ParsePrefix(%q) = %d bytes", s, n)
			}
			again, err := Parse(s[:n])
			if err != nil || cmp.Diff(p, again) != "" {
				t.Fatalf("ParsePrefix(%q) = %q, but Parse(%q) = %q, %v", s, p, s[:n], again, err)
			}
		}
	})
}

func FuzzKey(f *testing.F) {
	for _, r := range readTable(f) {
		f.Add(r.input)
	}
	for _, s := range []string{"https://Example.org/A?b#C", "URN:ISBN:978", "ＩＳＯ ９００１", "ﬃ", "İ", "ß", "x²", "\u0345\u0399", "a:b", "ISO:9001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := Key(s)
		if got := Key(k); got != k {
			t.Fatalf("Key(%q) = %q, whose key is %q", s, k, got)
		}
		if strings.TrimSpace(visible(s)) != "" && k == "" {
			t.Fatalf("Key(%q) is empty", s)
		}
		if id, err := Parse(s); err == nil && k != id.Key() {
			t.Fatalf("Key(%q) = %q, want %q", s, k, id.Key())
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, s := range []string{
		"ISO 9001:2015", "BS EN ISO 19650-2:2018", "ISO/IEC 27001:2022", "ISO 8601-1:2019/Amd 1:2022", "BS 7671:2018+A1:2020+A2:2022",
		"ETSI EN 301 549 V3.2.1 (2021-03)", "RFC 3339", "NIST SP 800-53 Rev. 5", "WCAG 2.2 AA", "Peppol BIS Billing 3.0", "BS EN ISO 19650\u20112:2018", "standard",
	} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Parse(s)
			}
		})
	}
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = Key("BS EN ISO 19650-2:2018")
	}
}
