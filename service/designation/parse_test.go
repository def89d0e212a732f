package designation

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t testing.TB, s string) ID {
	t.Helper()
	id, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct {
		in   string
		pos  int
		want string
	}{
		{"", 0, "a designation"},
		{"   ", 0, "a designation"},
		{"hello", 0, "a designation"},
		{"ISO", 3, "a number"},
		{"ISO/IEC", 7, "a number"},
		{"ISO date", 4, "a number"},
		{"ISO 0", 4, "a number"},
		{"ISO 1234567", 4, "a number"},
		{"ISO/IEC JTC 1", 8, "a number"},
		{"ISO 9001:2015 and more", 13, "the end"},
		{"  ISO 9001:2015.", 15, "the end"},
		{"ISO 9001:20155", 8, "the end"},
		{"ISO 9001x", 8, "the end of the number"},
		{"ISO\u00a09001:201", 9, "the end"},
		{"RFC 211910", 4, "a number"},
		{"RFC 0", 4, "a number"},
		{"RFC 2119²", 8, "the end"},
		{"Request for Change", 0, "a designation"},
		{"EN", 2, "a number"},
		{"CEN/TC 287", 4, "TS, TR or Guide"},
		{"ETSI", 4, "EN, TS, TR, ES, EG, GS or SR"},
		{"ETSI TS 12", 8, "a number such as 301 549"},
		{"W3C recommendation", 18, "a short name with a version"},
		{"SAML", 4, "a version"},
		{"WCAG 2.1 and 2.2", 8, "the end"},
		{"Section 508", 0, "a designation"},
		{"CISO 27001", 0, "a designation"},
		{"etalon:OCP/ocds", 7, "authority/standard in small letters"},
		{"etalon:ocp/ocds@", 16, "a selector"},
		{"http://example.org/x", 20, "a version behind |"},
		{"DEF STAN 56", 9, "a number such as 00-056"},
	} {
		_, err := Parse(tc.in)
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("Parse(%q) = %v, want a ParseError", tc.in, err)
			continue
		}
		if got := (&ParseError{tc.in, tc.pos, tc.want}); *pe != *got {
			t.Errorf("Parse(%q): got %v, want %v", tc.in, pe, got)
		}
	}
}

func TestParseBounds(t *testing.T) {
	if _, err := Parse("ISO 9001" + strings.Repeat(" ", 600)); err == nil {
		t.Error("Parse takes 600 bytes")
	}
	id := "draft-" + strings.Repeat("a-", 252) + "bc"
	if _, err := Parse(id[:512]); err != nil {
		t.Errorf("Parse of 512 bytes: %v", err)
	}
	got, n, err := ParsePrefix("ISO 9001 " + strings.Repeat("é", 100_000))
	if err != nil || n != 8 || got.String() != "ISO 9001" {
		t.Errorf("ParsePrefix of a long text = %q, %d, %v", got, n, err)
	}
	many := "ISO 9001:2015" + strings.Repeat("+A1", 60)
	if id, n, err := ParsePrefix(many); err != nil || len(id.Supplements) != maxSupplements || n != 13+3*maxSupplements {
		t.Errorf("ParsePrefix with 60 supplements = %d supplements, %d bytes, %v", len(id.Supplements), n, err)
	}
}

func TestParsePrefix(t *testing.T) {
	for _, tc := range []struct{ in, want, match string }{
		{"ISO 9001:2015, or equivalent", "ISO 9001:2015", "ISO 9001:2015"},
		{"ISO 9001-compliant", "ISO 9001", "ISO 9001"},
		{"ISO 27001-certified", "ISO 27001", "ISO 27001"},
		{"ISO 9001 and 14001", "ISO 9001", "ISO 9001"},
		{"ISO 9001:2015/2018", "ISO 9001:2015", "ISO 9001:2015"},
		{"ISO/IEC 27001/27002", "ISO/IEC 27001", "ISO/IEC 27001"},
		{"ISO 19650-1 & -2", "ISO 19650-1", "ISO 19650-1"},
		{"ISO 3166-2:GB", "ISO 3166-2", "ISO 3166-2"},
		{"ISO 9001 (the quality standard)", "ISO 9001", "ISO 9001"},
		{"ISO 9001. The next", "ISO 9001", "ISO 9001"},
		{"ISO 9001 A1 paper", "ISO 9001", "ISO 9001"},
		{"ISO 9001 TC 176", "ISO 9001", "ISO 9001"},
		{"ISO 9001 part of it", "ISO 9001", "ISO 9001"},
		{"ISO 9001 (2 copies)", "ISO 9001", "ISO 9001"},
		{"BS EN\n   ISO 19650\u20112:2018 applies", "BS EN ISO 19650-2:2018", "BS EN\n   ISO 19650\u20112:2018"},
		{"BS EN ISO 9001:2015 - the current edition", "BS EN ISO 9001:2015", "BS EN ISO 9001:2015"},
		{"EN 301 549 is", "EN 301 549", "EN 301 549"},
		{"EN 301 549, V3.2.1 (2021-03).", "EN 301 549 V3.2.1 (2021-03)", "EN 301 549, V3.2.1 (2021-03)"},
		{"EN 301 5490", "EN 301", "EN 301"},
		{"RFC 3339 section 5.6", "RFC 3339", "RFC 3339"},
		{"RFC 2119²", "RFC 2119", "RFC 2119"},
		{"RFC 7230 – 7235", "RFC 7230", "RFC 7230"},
		{"RFC\u200b 3339\u200b, x", "RFC 3339", "RFC\u200b 3339"},
		{"WCAG 2.1 AA.", "WCAG 2.1 AA", "WCAG 2.1 AA"},
		{"WCAG 2.1 a standard", "WCAG 2.1", "WCAG 2.1"},
		{"WCAG 2.2-compliant", "WCAG 2.2", "WCAG 2.2"},
		{"IEEE 802.11-based", "IEEE 802.11", "IEEE 802.11"},
		{"draft-ietf-quic-http-34.", "draft-ietf-quic-http-34", "draft-ietf-quic-http-34"},
		{"etalon:ocp/ocds@1.1.5, and", "etalon:ocp/ocds@1.1.5", "etalon:ocp/ocds@1.1.5"},
		{"NIST SP 800-53 (2020 edition)", "NIST SP 800-53", "NIST SP 800-53"},
		{"UN/EDIFACT messages", "UN/EDIFACT", "UN/EDIFACT"},
		{"OCDS extension for bids", "OCDS", "OCDS"},
		{"DCB0129 and DCB0160", "DCB0129", "DCB0129"},
		{"FHIR resources", "HL7 FHIR", "FHIR"},
	} {
		id, n, err := ParsePrefix(tc.in)
		if err != nil {
			t.Errorf("ParsePrefix(%q): %v", tc.in, err)
			continue
		}
		if id.String() != tc.want || tc.in[:n] != tc.match {
			t.Errorf("ParsePrefix(%q) = %q of %q, want %q of %q", tc.in, id, tc.in[:n], tc.want, tc.match)
		}
	}
}

// TestDistinct checks that no two of a list have the same key.
func TestDistinct(t *testing.T) {
	list := []string{
		"ISO 19650", "ISO 19650 (all parts)", "ISO 19650 series", "ISO 19650-2", "ISO 19650-2:2018", "ISO 19650:2018",
		"EN ISO 19650-2:2018", "BS EN ISO 19650-2:2018", "BS ISO 19650-2:2018", "BS EN 19650-2:2018", "BS 19650-2:2018", "DIN EN ISO 19650-2:2018",
		"ISO/DIS 19650-2:2018", "ISO/FDIS 19650-2:2018", "prEN ISO 19650-2:2018", "FprEN ISO 19650-2:2018", "ISO/TS 19650-2:2018", "ISO/TR 19650-2:2018",
		"ISO/PAS 19650-2:2018", "PAS 19650-2:2018", "PD ISO/TS 19650-2:2018",
		"ISO 8601-1:2019", "ISO 8601-1:2019/Amd 1:2022", "ISO 8601-1:2019/Amd 1", "ISO 8601-1:2019+Amd 1:2022", "ISO 8601-1:2019/Cor 1:2022",
		"ISO 8601-1:2019/DAmd 1:2022", "ISO 8601-1:2019/Amd 2:2022", "ISO 8601-1:2019/Amd 1:2022/Cor 1:2023",
		"ISO 27001", "ISO/IEC 27001", "IEC 27001", "ISO/IEC/IEEE 27001", "ISO 2700", "ISO 27001-1", "ISO 270011",
		"BS 7671:2018", "BS 7671:2018+A1:2020", "BS 7671:2018/A1:2020", "BS 7671:2018+A1:2020+A2:2022", "BS 7671:2018+A2:2022", "BS 7671:2018 - TC",
		"RFC 3339", "BCP 14", "STD 14", "RFC 14", "FYI 14", "draft-ietf-x-y", "draft-ietf-x-y-00", "draft-ietf-x-y-01",
		"EN 301 549", "EN 301 549 V3.2.1", "EN 301 549 V3.1.1", "EN 301 549 (2021-03)", "BS EN 301 549", "EN 301 549-1", "ETSI TS 301 549", "EN 301", "ES 301549",
		"WCAG", "WCAG 2.0", "WCAG 2.1", "WCAG 2", "W3C REC-WCAG21-20180605", "ATAG 2.0",
		"NIST SP 800-53", "NIST SP 800-53 Rev. 4", "NIST SP 800-53 Rev. 5", "NIST SP 800-53A", "NIST SP 800-53A Rev. 5", "NIST IR 8259", "FIPS 140", "FIPS 140-2", "FIPS 140-3",
		"IEEE 802.1X", "IEEE 802.1X-2020", "IEEE P802.1X", "IEEE 802.11", "ECMA-262", "ECMA-262 Ed. 5", "ECMA-262 Ed. 5.1", "ECMA TR/262",
		"ITU-T X.509", "ITU-T X.509 (2019)", "ITU-T X.509 (10/2019)", "ITU-R P.1546", "ITU-T P.1546", "ITU-R P.1546-6",
		"HL7 FHIR", "HL7 FHIR R4", "HL7 FHIR R4B", "HL7 FHIR 4.0.1", "HL7 v2", "HL7 v2.5", "HL7 v2.5.1",
		"http://hl7.org/fhir/Patient|4.0.1", "http://hl7.org/fhir/patient|4.0.1", "http://hl7.org/fhir/Patient", "https://hl7.org/fhir/Patient",
		"OCDS", "OCDS 1.1", "OCDS 1.1.5", "OCDS extension bids", "OCDS extension bids 1.1", "OCDS extension lots 1.1", "OC4IDS 1.1",
		"UNTDID 1001", "UNCL 1001", "UNTDID 1001 D.16B", "UN/EDIFACT D.16B", "UN/EDIFACT INVOIC D.16B", "UN/EDIFACT",
		"DCB0129", "DAPB0129", "SCCI0129", "ISB 0129", "DCB0129 v4.2", "DCB0129 Amd 1/2018", "DEF STAN 00-056", "DEF STAN 00-056 Issue 5", "DEF STAN 00-055",
		"ASTM D638", "ASTM D638-14", "ASTM D638-14a", "ASTM D638M", "ASTM D638-14(2019)", "ASTM D638-14e1",
		"etalon:ocp/ocds", "etalon:ocp/ocds@R4", "etalon:ocp/ocds@r4", "etalon:ocp/ocds#a", "ocp/ocds",
		"RFC 2119²", "RFC 21192", "RFC 2119 2", "iso date", "some text", "some  other text", "urn:oid:1.2", "urn:oid:1.20", "x²", "x2", "C", "C++", "-", "– –",
	}
	keys := map[string]string{}
	for _, s := range list {
		k := Key(s)
		if other, ok := keys[k]; ok {
			t.Errorf("%q and %q have the same key %q", s, other, k)
		}
		keys[k] = s
	}
}

func TestSameKey(t *testing.T) {
	for _, group := range [][]string{
		{"ISO/IEC 27001:2022", "iso/iec 27001:2022", "ISO/IEC27001:2022", "ISO/IEC 27001 : 2022", "ISO\u2009/\u2009IEC\u00a027001\u202f:\u20072022", "ISO/IEC 27001-2022", "ＩＳＯ/IEC ２７００１:2022", "ISO/IEC 27001:2022(E)"},
		{"BS EN ISO 19650-2:2018", "BS EN ISO 19650‐2:2018", "BS EN ISO 19650‑2:2018", "BS EN ISO 19650‒2:2018", "BS EN ISO 19650–2:2018", "BS EN ISO 19650—2:2018", "BS EN ISO 19650―2:2018", "BS EN ISO 19650−2:2018", "BS EN ISO 19650\u00ad-2:2018"},
		{"RFC 822", "RFC822", "RFC-0822", "rfc 0822", "IETF RFC 822", "urn:ietf:rfc:822"},
		{"EN 301 549 V3.2.1", "ETSI EN 301 549 V3.2.1 (2021-03)", "EN 301549 v3.2.1"},
		{"WCAG 2.1", "WCAG 2.1 AA", "wcag2.1", "https://www.w3.org/TR/WCAG21/"},
		{"http://Example.ORG/Path|1.0", "HTTP://example.org/Path|1.0"},
		{"HTTPS://Example.org/A", "https://example.ORG/A", " https://example.org/A "},
		{"URN:OID:1.2.3", "urn:oid:1.2.3"},
		{"urn:ietf:rfc:\x013339", "RFC 3339"},
		{"Some  Text", "some text", "some\u00a0text", " SOME\ntext "},
		{"foo-bar", "foo‐bar", "FOO–BAR"},
		{"ﬁle 3", "file 3", "FILE 3"},
	} {
		want := Key(group[0])
		for _, s := range group[1:] {
			if got := Key(s); got != want {
				t.Errorf("Key(%q) = %q, Key(%q) = %q", s, got, group[0], want)
			}
		}
	}
	for _, s := range []string{"", " ", "\n\u00a0\u200b", "\u00ad"} {
		if got := Key(s); got != "" {
			t.Errorf("Key(%q) = %q, want none", s, got)
		}
	}
}

func TestDerived(t *testing.T) {
	type derived struct {
		undated, base, adopts, whole string
		dated, fixed                 bool
	}
	text := func(id ID, ok bool) string {
		if !ok {
			return ""
		}
		return id.String()
	}
	for in, want := range map[string]derived{
		"BS EN ISO 19650-2:2018":         {"BS EN ISO 19650-2", "BS EN ISO 19650-2:2018", "EN ISO 19650-2:2018", "BS EN ISO 19650", true, true},
		"EN ISO 19650-2:2018":            {"EN ISO 19650-2", "EN ISO 19650-2:2018", "ISO 19650-2:2018", "EN ISO 19650", true, true},
		"ISO 8601-1:2019/Amd 1:2022":     {"ISO 8601-1", "ISO 8601-1:2019", "", "ISO 8601", true, true},
		"BS 7671:2018+A2:2022 - TC":      {"BS 7671", "BS 7671:2018", "", "", true, true},
		"PD CEN/TS 16931-3-2:2020":       {"PD CEN/TS 16931-3-2", "PD CEN/TS 16931-3-2:2020", "CEN/TS 16931-3-2:2020", "PD CEN/TS 16931", true, true},
		"PD IEC TR 62443-3-1":            {"PD IEC TR 62443-3-1", "PD IEC TR 62443-3-1", "IEC TR 62443-3-1", "PD IEC TR 62443", false, false},
		"BS EN 301 549 V3.2.1:2021":      {"BS EN 301 549", "BS EN 301 549 V3.2.1:2021", "EN 301 549 V3.2.1 (2021)", "", true, true},
		"prEN ISO 19650-6":               {"prEN ISO 19650-6", "prEN ISO 19650-6", "ISO 19650-6", "prEN ISO 19650", false, false},
		"RFC 3339":                       {"RFC 3339", "RFC 3339", "", "", false, true},
		"BCP 47":                         {"BCP 47", "BCP 47", "", "", false, false},
		"WCAG 2.2 AA":                    {"WCAG", "WCAG 2.2", "", "", true, true},
		"NIST SP 800-53 Rev. 5":          {"NIST SP 800-53", "NIST SP 800-53 Rev. 5", "", "", true, true},
		"FIPS 140-3":                     {"FIPS 140", "FIPS 140-3", "", "", true, true},
		"ISO 19650 (all parts)":          {"ISO 19650 (all parts)", "ISO 19650 (all parts)", "", "", false, false},
		"DEF STAN 00-056 Part 1 Issue 4": {"DEF STAN 00-056 Part 1", "DEF STAN 00-056 Part 1 Issue 4", "", "DEF STAN 00-056", true, true},
		"http://hl7.org/x|4.0.1":         {"http://hl7.org/x", "http://hl7.org/x|4.0.1", "", "", true, true},
		"etalon:ocp/ocds@1.1#Award":      {"etalon:ocp/ocds#Award", "etalon:ocp/ocds@1.1#Award", "", "", true, true},
	} {
		id := mustParse(t, in)
		got := derived{id.Undated().String(), id.Base().String(), text(id.Adopts()), text(id.WholeStandard()), id.Dated(), id.Fixed()}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(derived{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", in, d)
		}
		if id.String() != mustParse(t, in).String() {
			t.Errorf("%s: a method changed the ID", in)
		}
	}
}

func TestPrefixes(t *testing.T) {
	for in, want := range map[string][]string{
		"BS EN ISO 19650-2:2018":    {"BS EN ISO", "BS EN", "BS"},
		"BS EN ISO/IEC 27001:2023":  {"BS EN ISO/IEC", "BS EN ISO", "BS EN", "BS"},
		"ISO/IEC TR 1234":           {"ISO/IEC TR", "ISO/IEC", "ISO"},
		"ISO/IEC/IEEE 12207":        {"ISO/IEC/IEEE", "ISO/IEC", "ISO"},
		"ISO/TR 1234":               {"ISO/TR", "ISO"},
		"ISO/DIS 9001":              {"ISO"},
		"PD CEN/TS 16931-3-2":       {"PD CEN/TS", "PD CEN", "PD"},
		"prEN ISO 19650-6":          {"EN ISO", "EN"},
		"CWA 16234":                 {"CWA"},
		"PAS 182":                   {"PAS"},
		"EN 301 549":                {"ETSI EN", "ETSI", "EN"},
		"ETSI TS 103 645":           {"ETSI TS", "ETSI"},
		"RFC 3339":                  {"RFC", "IETF"},
		"draft-ietf-quic-http":      {"IETF"},
		"ITU-T X.509":               {"ITU-T"},
		"WCAG 2.2":                  {"WCAG", "W3C"},
		"W3C REC-xml-20081126":      {"W3C"},
		"OASIS UBL 2.1":             {"OASIS UBL", "OASIS"},
		"IEEE 829":                  {"IEEE"},
		"ECMA TR/104":               {"ECMA TR", "ECMA"},
		"NIST SP 800-53":            {"NIST SP", "NIST"},
		"FIPS 140-3":                {"FIPS", "NIST"},
		"ANSI/NISO Z39.50":          {"ANSI/NISO", "ANSI"},
		"AS/NZS ISO 31000":          {"AS/NZS ISO", "AS/NZS"},
		"DIN EN ISO 9001":           {"DIN EN ISO", "DIN EN", "DIN"},
		"UNTDID 1001":               {"UNTDID", "UN"},
		"UN/EDIFACT D.96A":          {"UN/EDIFACT", "UN"},
		"HL7 FHIR R4":               {"HL7 FHIR", "HL7"},
		"OCDS 1.1":                  {"OCDS", "OCP"},
		"OCDS extension bids":       {"OCDS", "OCP"},
		"Peppol BIS Billing 3.0":    {"Peppol BIS Billing", "Peppol"},
		"DCB0129":                   {"DCB", "NHS"},
		"DEF STAN 00-056":           {"DEF STAN", "MOD"},
		"ICAO Doc 9303":             {"ICAO Doc", "ICAO"},
		"etalon:ocp/ocds":           nil,
		"http://hl7.org/fhir/x|4.0": nil,
		"https://example.org/ISO":   nil,
		"HSDS 3.0":                  {"HSDS 3.0", "HSDS"},
		"HSDS-3.0":                  {"HSDS-3.0", "HSDS"},
		"ZED/QQ 12":                 {"ZED/QQ 12", "ZED/QQ", "ZED"},
		"one two three four five":   {"one two three four", "one two three", "one two", "one"},
	} {
		if got := Prefixes(in); !slices.Equal(got, want) {
			t.Errorf("Prefixes(%q) = %q, want %q", in, got, want)
		}
	}
	for _, pair := range [][2]string{{"ISO/IEC TR", "iso / iec  tr"}, {"BS EN", " bs\u00a0en "}} {
		if a, b := PrefixKey(pair[0]), PrefixKey(pair[1]); a != b || a == "" {
			t.Errorf("PrefixKey: %q and %q give %q and %q", pair[0], pair[1], a, b)
		}
	}
}

func TestJointForm(t *testing.T) {
	for in, want := range map[string]string{
		"ISO 27001": "ISO/IEC 27001", "ISO 27001:2013": "ISO/IEC 27001:2013", "BS EN ISO 27001:2017": "BS EN ISO/IEC 27001:2017",
		"ISO 15408-1": "ISO/IEC 15408-1", "ISO 27037": "ISO/IEC 27037", "ISO 7498": "ISO/IEC 7498", "ISO 42001": "ISO/IEC 42001",
		"ISO 9001": "", "ISO 27799": "", "ISO/IEC 27001": "", "IEC 27001": "", "RFC 2119": "", "BS 7810": "", "ISO 1": "", "ISO 99999": "",
	} {
		id := mustParse(t, in)
		got, ok := id.JointForm()
		if ok != (want != "") || ok && (got.String() != want || got.Key() != Key(want)) {
			t.Errorf("JointForm(%q) = %q, %v, want %q", in, got, ok, want)
		}
		if id.String() != in {
			t.Errorf("JointForm changed %q to %q", in, id)
		}
	}
	if !slices.IsSortedFunc(jointNumbers[:], func(a, b [2]int) int { return a[1] - b[0] }) {
		t.Error("jointNumbers are not in ascending order")
	}
}

func TestCompare(t *testing.T) {
	want := []string{
		"BS 476-7:1997", "BS 476-20:1987", "BS 7671", "BS 7671:2018", "BS 7671:2018+A1:2020", "BS 7671:2018+A2:2022", "BS EN ISO 9001:2015",
		"EN 301", "RFC 822", "RFC 2119", "RFC 10000", "ISO 639-2", "ISO 8601:2004", "ISO 8601-1:2019", "ISO 8601-2", "ISO 9001", "ISO 9001:2008", "ISO 9001:2015", "ISO/IEC 27001",
		"NIST SP 800-53 Rev. 4", "NIST SP 800-53 Rev. 5", "WCAG 2.0", "WCAG 2.1",
	}
	var ids []ID
	for _, s := range want {
		ids = append(ids, mustParse(t, s))
	}
	slices.Reverse(ids)
	slices.SortFunc(ids, Compare)
	var got []string
	for _, id := range ids {
		got = append(got, id.String())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	if a, b := mustParse(t, "WCAG 2.1 AA"), mustParse(t, "WCAG 2.1"); !Equal(a, b) || Compare(a, b) != 0 {
		t.Error("a level makes another designation")
	}
}

func TestText(t *testing.T) {
	var id ID
	if err := id.UnmarshalText([]byte("iso 9001 : 2015")); err != nil {
		t.Fatal(err)
	}
	if b, err := id.MarshalText(); err != nil || string(b) != "ISO 9001:2015" {
		t.Errorf("MarshalText = %q, %v", b, err)
	}
	if err := id.UnmarshalText([]byte("nothing")); err == nil || id.String() != "ISO 9001:2015" {
		t.Errorf("UnmarshalText of no designation: %v, left %q", err, id)
	}
	if err := id.UnmarshalText(nil); err != nil || !id.IsZero() || id.String() != "" {
		t.Errorf("UnmarshalText of nothing: %v, left %q", err, id)
	}
	if got := id.Prefixes(); got != nil {
		t.Errorf("Prefixes of the zero value = %q", got)
	}
}
