package check

import "testing"

// TestMeantFor: what is suggested for a standard that is not registered is
// what a careful person would accept.
func TestMeantFor(t *testing.T) {
	for _, tt := range []struct {
		written, meant string
		want           bool
	}{
		{"ISO 27001", "ISO/IEC 27001", true},
		{"BS 301549", "ETSI EN 301 549", true},
		{"BS 9001", "ISO 9001", true},
		{"BS 9001", "BS EN ISO 9001", true},
		{"EN 9001:2015", "ISO 9001:2015", true},
		{"BS 1192-2", "PAS 1192-2", true},
		{"ISO 9010", "ISO 9001", true},
		{"ISO/IEC 27010", "ISO/IEC 27001", true},
		{"ISO/IEC 2701", "ISO/IEC 27001", true},
		{"ISO/IEC 270011", "ISO/IEC 27001", true},
		{"ISO/IEC 27901", "ISO/IEC 27001", true},
		{"BS EN ISO 9010", "ISO 9001", true},
		{"DCB0219", "DCB0129", true},

		{"RFC 5764", "RFC 5746", false},
		{"RFC 5764", "RFC 2560", false},
		{"BS 7858:2012", "RFC 7858", false},
		{"BS 7858:2012", "ISO 20121", false},
		{"SOC 2", "ISO 26000", false},
		{"SOC 2", "SOC 3", false},
		{"CSA CCM 3.0", "NIST SP 800-30", false},
		{"BS 1192-4", "PAS 1192-2", false},
		{"BS 1192-4", "BS 1192", false},
		{"ISO/IEC 37001", "ISO/IEC 27001", false},
		{"ISO/IEC 27123", "ISO/IEC 27001", false},
		{"ISO 900", "ISO 9001", false},
		{"DIN 9001", "BS 9001", false},
		{"DIN EN ISO 9001", "BS EN ISO 9001", false},
		{"ISAE 3402", "SSAE 3402", false},
		{"BSI TR-02102-2", "BS 2102-2", false},
	} {
		a, b := parsed(tt.written), parsed(tt.meant)
		if a.IsZero() || b.IsZero() {
			t.Errorf("%q or %q is no designation", tt.written, tt.meant)
		}
		if got := meantFor(a, b); got != tt.want {
			t.Errorf("meantFor(%q, %q) is %t", tt.written, tt.meant, got)
		}
	}
}

func TestSlipped(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"9001", "9001", true}, {"9001", "9010", true}, {"9001", "9002", true}, {"9001", "90001", true}, {"90019", "9001", true},
		{"9001", "9100", false}, {"9001", "900", false}, {"9001", "1901", false}, {"27001", "27110", false}, {"9001", "900123", false},
		{"12A4", "1234", false}, {"", "", false}, {"1234", "2134", false}, {"12345", "12354", true},
	} {
		if slipped(tt.a, tt.b) != tt.want || slipped(tt.b, tt.a) != tt.want {
			t.Errorf("slipped(%q, %q) is not %t", tt.a, tt.b, tt.want)
		}
	}
}
