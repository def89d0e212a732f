package standard

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var ocds = Name{"ocp", "ocds"}

func TestParseRef(t *testing.T) {
	d := DigestOf([]byte("x"))
	text := func(s string) Selector { return Selector{Kind: SelectText, Text: s} }
	ranged := func(s string) Selector { return Selector{Kind: SelectRange, Text: s} }
	for s, want := range map[string]Ref{
		"ocp/ocds":                          {Name: ocds},
		"etalon:ocp/ocds":                   {Name: ocds, Prefixed: true},
		"ocp/ocds@1.1.5":                    {Name: ocds, Selector: text("1.1.5")},
		"ocp/ocds@1.1":                      {Name: ocds, Selector: text("1.1")},
		"ocp/ocds@2018+A1-2020":             {Name: ocds, Selector: text("2018+A1-2020")},
		"ocp/ocds@latest":                   {Name: ocds, Selector: text("latest")},
		"ocp/ocds@R4.x":                     {Name: ocds, Selector: text("R4.x")},
		"ocp/ocds@^1.1":                     {Name: ocds, Selector: ranged("^1.1")},
		"ocp/ocds@>=1.1,<2":                 {Name: ocds, Selector: ranged(">=1.1,<2")},
		"ocp/ocds@1.x":                      {Name: ocds, Selector: ranged("1.x")},
		"ocp/ocds@*":                        {Name: ocds, Selector: ranged("*")},
		"ocp/ocds@" + d.String():            {Name: ocds, Selector: Selector{Kind: SelectDigest, Digest: d}},
		"ocp/ocds#buyer":                    {Name: ocds, Member: "buyer"},
		"ocp/ocds#a@b#c/d e":                {Name: ocds, Member: "a@b#c/d e"},
		"etalon:a/b-2@1.1.5+b#Person.name":  {Name: Name{"a", "b-2"}, Selector: text("1.1.5+b"), Member: "Person.name", Prefixed: true},
		"ocp/ocds@1.1.5#Llywodraeth Cymru ": {Name: ocds, Selector: text("1.1.5"), Member: "Llywodraeth Cymru "},
		"ocp/ocds#naïve":                    {Name: ocds, Member: "naïve"},
	} {
		got, err := ParseRef(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
		if got.String() != s {
			t.Errorf("%q prints as %q", s, got)
		}
	}
}

func TestParseRefRefused(t *testing.T) {
	for s, says := range map[string]string{
		"":                    "authority/standard@version",
		"ocds":                "authority/standard@version",
		"etalon:":             "authority/standard@version",
		"Ocp/ocds":            "authority name",
		"ocp/OCDS":            "standard name",
		"ocp/ocds/1.1.5":      "standard name",
		"ocp/":                "standard name",
		"/ocds":               "authority name",
		"1ocp/ocds":           "authority name",
		"ocp/ocds@":           "selector",
		"ocp/ocds@1.1.5 ":     "selector",
		"ocp/ocds@>=1.1 <2":   "' '",
		"ocp/ocds@1.1.5@2":    "'@'",
		"ocp/ocds@-1":         "selector",
		"ocp/ocds@sha256:abc": "digest",
		"ocp/ocds@sha1:abc":   "':'",
		"ocp/ocds@" + digestPrefix + strings.Repeat("0", 64): "no digest",
		"ocp/ocds@" + strings.Repeat("1", 65):                "selector",
		"ocp/ocds#":                                          "member",
		"ocp/ocds#  ":                                        "blank",
		"ocp/ocds#\u00a0\u2003":                              "blank",
		"ocp/ocds#a\x00b":                                    "control",
		"ocp/ocds#a\u0085b":                                  "control",
		"ocp/ocds#a\xffb":                                    "UTF-8",
		"ocp/ocds#" + strings.Repeat("m", 201):               "201 bytes",
		strings.Repeat("a", 401):                             "400 bytes",
		"etalon:etalon:a/b":                                  "authority name",
		" ocp/ocds":                                          "authority name",
		strings.Repeat("a", 64) + "/b":                       "64 characters",
	} {
		r, err := ParseRef(s)
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q = %v, %v; want ErrMalformed with %q", s, r, err, says)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"ocp/ocds", "etalon:ocp/ocds@1.1.5#buyer", "a/b@^1,<2", "a/b@1.x", "a/b@" + DigestOf(nil).String(), "a/b#x#y@z", "BS EN ISO 19650-2:2018"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRef(s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if r.String() != s {
			t.Fatalf("%q prints as %q", s, r.String())
		}
		if back, err := ParseRef(r.String()); err != nil || back != r {
			t.Fatalf("%q comes back as %v, %v", s, back, err)
		}
		if n, err := ParseName(r.Name.String()); err != nil || n != r.Name {
			t.Fatalf("name %v, %v", n, err)
		}
		switch r.Selector.Kind {
		case SelectRange:
			if !LooksLikeRange(r.Selector.Text) {
				t.Fatalf("%q is no range", r.Selector.Text)
			}
		case SelectText:
			if _, err := ParseVersionID(r.Selector.Text); err != nil && !reservedID(r.Selector.Text) {
				t.Fatalf("%q: %v", r.Selector.Text, err)
			}
		}
	})
}

func TestTags(t *testing.T) {
	for s, want := range map[string][2]bool{ // readable, settable
		"latest": {true, false}, "recommended": {true, true}, "uk-2024": {true, true}, strings.Repeat("a", 32): {true, true},
		"": {}, "Latest": {}, "2024": {}, "a.b": {}, "a_b": {}, strings.Repeat("a", 33): {},
	} {
		_, err := ParseTag(s)
		if set := CheckSettableTag(s); (err == nil) != want[0] || (set == nil) != want[1] {
			t.Errorf("%q: %v, %v; want %v", s, err, set, want)
		}
	}
}

func TestResources(t *testing.T) {
	if got, want := AuthorityName("ocp"), "authorities/ocp"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if id, err := ParseAuthorityResource("authorities/ocp"); id != "ocp" || err != nil {
		t.Errorf("%v, %v", id, err)
	}
	if got, want := ocds.Resource(), "authorities/ocp/standards/ocds"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n, err := ParseStandardResource(ocds.Resource()); n != ocds || err != nil {
		t.Errorf("%v, %v", n, err)
	}
	const id = "2018+A1-2020"
	if got, want := VersionResource(ocds, id), "authorities/ocp/standards/ocds/versions/2018+A1-2020"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n, v, err := ParseVersionResource(VersionResource(ocds, id)); n != ocds || v != id || err != nil {
		t.Errorf("%v, %v, %v", n, v, err)
	}
	if n, v, err := ParseDraftResource(DraftResource(ocds, id)); n != ocds || v != id || err != nil {
		t.Errorf("%v, %v, %v", n, v, err)
	}
	for _, s := range []string{"", "ocp", "authorities/", "authorities/OCP", "authorities/-", "authorities/ocp/", "authorities/ocp/standards", "authorities/ocp/standards/",
		"authorities/ocp/standards/ocds/versions", "authorities/ocp/standards/ocds/versions/", "authorities/ocp/standards/ocds/versions/1.x", "authorities/ocp/standards/ocds/versions/1/2",
		"authorities/a/b/standards/c", "authorities/ocp/standards/a/b/versions/1", "/authorities/ocp", "authorities/ocp/standards/ocds/versions/1.1.5 "} {
		if _, err := ParseAuthorityResource(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("authority %q: %v", s, err)
		}
		if _, err := ParseStandardResource(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("standard %q: %v", s, err)
		}
		if _, _, err := ParseVersionResource(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("version %q: %v", s, err)
		}
		if _, _, err := ParseDraftResource(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("draft %q: %v", s, err)
		}
	}
}

func TestIRI(t *testing.T) {
	for _, c := range []struct{ base, version, member, want string }{
		{"https://etalon.example", "", "", "https://etalon.example/ocp/ocds"},
		{"https://etalon.example/", "1.1.5", "", "https://etalon.example/ocp/ocds/1.1.5"},
		{"https://etalon.example/id", "1.1.5", "Person.surname", "https://etalon.example/id/ocp/ocds/1.1.5#Person.surname"},
		{"https://e", "2018+A1-2020", "a b#c+d%/é", "https://e/ocp/ocds/2018%2BA1-2020#a%20b%23c%2Bd%25/%C3%A9"},
		{"https://e", "", "x", "https://e/ocp/ocds#x"},
	} {
		got := IRI(c.base, ocds, VersionID(c.version), c.member)
		if got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		u, err := url.Parse(got)
		if err != nil || u.Fragment != c.member || c.version != "" && !strings.HasSuffix(u.Path, "/"+c.version) {
			t.Errorf("%s reads as %v, %v", got, u, err)
		}
	}
	if got := AuthorityIRI("https://e/", "ocp"); got != "https://e/ocp" {
		t.Errorf("got %s", got)
	}
}

func TestParseIRI(t *testing.T) {
	const base = "https://etalon.example/id/"
	for _, c := range []struct {
		iri, want string
		under, ok bool
	}{
		{"https://etalon.example/id/ocp/ocds", "ocp/ocds", true, true},
		{"https://etalon.example/id/ocp/ocds/2018%2BA1-2020#a%20b/c", "ocp/ocds@2018+A1-2020#a b/c", true, true},
		{"https://etalon.example/id/ocp/ocds/2018+A1-2020", "ocp/ocds@2018+A1-2020", true, true},
		{"https://etalon.example/ocp/ocds", "", false, false},
		{"https://etalon.example/identity", "", false, false},
		{"https://etalon.example/id/ocp", "", true, false},
		{"https://etalon.example/id/ocp/ocds/", "", true, false},
		{"https://etalon.example/id/ocp/ocds/1/2", "", true, false},
		{"https://etalon.example/id/ocp/ocds/1%2F2", "", true, false},
		{"https://etalon.example/id/ocp/ocds/1%zz", "", true, false},
		{"https://etalon.example/id/ocp/ocds#", "", true, false},
		{"https://etalon.example/id/ocp/ocds#%00", "", true, false},
		{"https://etalon.example/id/ocp/ocds?x=1", "", true, false},
	} {
		r, under, err := ParseIRI(base, c.iri)
		if under != c.under || (err == nil) != (c.ok || !c.under) || err != nil && !errors.Is(err, ErrMalformed) || c.ok && r.String() != c.want {
			t.Errorf("%s: %v, %v, %v", c.iri, r, under, err)
		}
	}
}

func FuzzParseIRI(f *testing.F) {
	f.Add("ocp/ocds/2018+A1-2020#a b")
	f.Add("https://e/ocp/ocds/2018%2BA1-2020#a%20b")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := ParseRef(s); err == nil && (r.Selector.Kind == SelectText && !reservedID(r.Selector.Text) || r.Selector.Kind == SelectDefault) {
			back, under, err := ParseIRI("https://e", IRI("https://e/", r.Name, VersionID(r.Selector.Text), r.Member))
			r.Prefixed = false
			if err != nil || !under || back != r {
				t.Fatalf("%v comes back as %v, %v", r, back, err)
			}
		}
		if _, _, err := ParseIRI("https://e", s); err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatal(err)
		}
	})
}

func BenchmarkParseRef(b *testing.B) {
	for name, s := range map[string]string{"exact": "ocp/ocds@1.1.5", "range": "open-contracting/ocds-profile@>=1.1,<2", "member": "etalon:police/pole@1.1#Person.surname", "digest": "ocp/ocds@" + DigestOf(nil).String()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseRef(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
