package check

import (
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// TestMeantFor: what is suggested for a standard that is not registered is
// what a careful person would accept.
func TestMeantFor(t *testing.T) {
	for _, tt := range []struct {
		written, meant string
		want           likeness
	}{
		{"ISO 27001", "ISO/IEC 27001", sameMeant},
		{"BS 301549", "ETSI EN 301 549", sameMeant},
		{"BS 9001", "ISO 9001", sameMeant},
		{"BS 9001", "BS EN ISO 9001", sameMeant},
		{"EN 9001:2015", "ISO 9001:2015", sameMeant},
		{"BS 1192-2", "PAS 1192-2", sameMeant},
		{"ISO 9010", "ISO 9001", slipMeant},
		{"ISO/IEC 27010", "ISO/IEC 27001", slipMeant},
		{"ISO/IEC 2701", "ISO/IEC 27001", slipMeant},
		{"ISO/IEC 270011", "ISO/IEC 27001", slipMeant},
		{"ISO/IEC 27901", "ISO/IEC 27001", slipMeant},
		{"BS EN ISO 9010", "ISO 9001", slipMeant},
		{"DCB0219", "DCB0129", notMeant},

		{"RFC 5764", "RFC 5746", notMeant},
		{"RFC 5764", "RFC 2560", notMeant},
		{"BS 7858:2012", "RFC 7858", notMeant},
		{"BS 7858:2012", "ISO 20121", notMeant},
		{"SOC 2", "ISO 26000", notMeant},
		{"SOC 2", "SOC 3", notMeant},
		{"CSA CCM 3.0", "NIST SP 800-30", notMeant},
		{"BS 1192-4", "PAS 1192-2", notMeant},
		{"BS 1192-4", "BS 1192", notMeant},
		{"ISO/IEC 37001", "ISO/IEC 27001", notMeant},
		{"ISO/IEC 27123", "ISO/IEC 27001", notMeant},
		{"ISO 900", "ISO 9001", notMeant},
		{"DIN 9001", "BS 9001", notMeant},
		{"DIN EN ISO 9001", "BS EN ISO 9001", notMeant},
		{"ISAE 3402", "SSAE 3402", notMeant},
		{"BSI TR-02102-2", "BS 2102-2", notMeant},
	} {
		a, b := parsed(tt.written), parsed(tt.meant)
		if a.IsZero() || b.IsZero() {
			t.Errorf("%q or %q is no designation", tt.written, tt.meant)
		}
		if got := meantFor(a, b); got != tt.want {
			t.Errorf("meantFor(%q, %q) is %d, want %d", tt.written, tt.meant, got, tt.want)
		}
	}
}

func TestSlipped(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"9001", "9001", true}, {"9001", "9010", true}, {"9001", "9002", false}, {"27001", "27002", true}, {"9001", "90001", true}, {"90019", "9001", true},
		{"9001", "9100", false}, {"9001", "900", false}, {"9001", "1901", false}, {"27001", "27110", false}, {"9001", "900123", false},
		{"12A4", "1234", false}, {"", "", false}, {"1234", "2134", false}, {"12345", "12354", true},
	} {
		if slipped(tt.a, tt.b) != tt.want || slipped(tt.b, tt.a) != tt.want {
			t.Errorf("slipped(%q, %q) is not %t", tt.a, tt.b, tt.want)
		}
	}
}

// TestLikely: a slip that could be of several numbers is none.
func TestLikely(t *testing.T) {
	of := func(names ...string) (cs []resolve.Candidate) {
		for _, n := range names {
			cs = append(cs, resolve.Candidate{Name: must(standard.ParseName(n))})
		}
		return cs
	}
	for _, tt := range []struct{ text, from, want string }{
		{"ISO/IEC 2701", "iso/iso-iec-27001 iso/iso-iec-27701 ietf/rfc7231", ""},
		{"ISO/IEC 2701", "iso/iso-iec-27001 bsi/bs-en-iso-iec-27001 ietf/rfc7231", "iso/iso-iec-27001 bsi/bs-en-iso-iec-27001"},
		{"ISO 9010", "x/one bsi/bs-en-iso-9001 iso/iso-9001 iso/none", "bsi/bs-en-iso-9001 iso/iso-9001"},
		{"BS 9001", "bsi/bs-10012 bsi/bs-en-iso-9001", "bsi/bs-en-iso-9001"},
		{"RFC 9111", "ietf/rfc9110 ietf/rfc9114", ""},
	} {
		l := lookup{view: view, id: parsed(tt.text), at: now}
		var got []string
		for _, c := range l.likely(of(strings.Fields(tt.from)...)) {
			got = append(got, c.Name.String())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.text, got, tt.want)
		}
	}
}
