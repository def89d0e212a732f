package standard

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *Manifest {
	return &Manifest{
		Name: ocds, Version: "1.1.5",
		Files: []File{
			{Path: "schema/release.json", MediaType: "application/schema+json", Role: RoleSchema, Size: 123, Digest: DigestOf([]byte("a"))},
			{Path: "docs/\"q\" \u00e9\u2028.md", Size: 0, Digest: DigestOf([]byte("b"))},
		},
		Links:   []Link{{URL: "https://x.example/?a=1&b=<2>", Title: "Tab\tand \u0001", Role: RoleSpec}, {URL: "https://a.example"}},
		Members: []Member{{ID: "buyer", Title: "Buyer", Kind: "data element"}, {ID: "Zone"}},
	}
}

// golden is the canonical form of sample, written by hand.
const golden = `{"etalonManifest":1,` +
	`"files":[` +
	`{"digest":"sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d","path":"docs/\"q\" ` + "\u00e9\u2028" + `.md","size":0},` +
	`{"digest":"sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","mediaType":"application/schema+json","path":"schema/release.json","role":"SCHEMA","size":123}],` +
	`"links":[{"url":"https://a.example"},{"role":"SPEC","title":"Tab\tand \u0001","url":"https://x.example/?a=1&b=<2>"}],` +
	`"members":[{"id":"Zone"},{"id":"buyer","kind":"data element","title":"Buyer"}],` +
	`"name":"ocp/ocds","version":"1.1.5"}`

func TestManifestGolden(t *testing.T) {
	m := sample()
	before := sample()
	if diff := cmp.Diff(golden, string(m.Canonical())); diff != "" {
		t.Error(diff)
	}
	if want := Digest(sha256.Sum256([]byte(golden))); m.Digest() != want {
		t.Errorf("digest %v, want %v", m.Digest(), want)
	}
	if diff := cmp.Diff(before, m); diff != "" {
		t.Errorf("Canonical changed the manifest: %s", diff)
	}
	slices.Reverse(m.Files)
	slices.Reverse(m.Links)
	slices.Reverse(m.Members)
	if m.Digest() != before.Digest() {
		t.Error("the order of lists changes the digest")
	}
	if errs := m.Check(); len(errs) > 0 {
		t.Error(errs)
	}
	back, err := ParseManifest([]byte(golden))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back); diff != "" {
		t.Error(diff)
	}
	empty := &Manifest{Name: ocds, Version: "2"}
	if got, want := string(empty.Canonical()), `{"etalonManifest":1,"name":"ocp/ocds","version":"2"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every part of a manifest that tells versions apart is in the digest.
func TestManifestDigestCovers(t *testing.T) {
	seen := map[Digest]int{sample().Digest(): -1}
	for i, change := range []func(*Manifest){
		func(m *Manifest) { m.Name.Standard = "x" },
		func(m *Manifest) { m.Version = "1.1.6" },
		func(m *Manifest) { m.Files[0].Path = "x" },
		func(m *Manifest) { m.Files[0].MediaType = "" },
		func(m *Manifest) { m.Files[0].Role = RoleSpec },
		func(m *Manifest) { m.Files[0].Size = 124 },
		func(m *Manifest) { m.Files[0].Digest[31]++ },
		func(m *Manifest) { m.Files = m.Files[:1] },
		func(m *Manifest) { m.Links[0].Title = "" },
		func(m *Manifest) { m.Links[0].MediaType = "text/html" },
		func(m *Manifest) { m.Links[0].Role = 0 },
		func(m *Manifest) { m.Links = nil },
		func(m *Manifest) { m.Members[0].ID = "b" },
		func(m *Manifest) { m.Members[0].Title = "B" },
		func(m *Manifest) { m.Members[0].Kind = "" },
		func(m *Manifest) { m.Members = nil },
	} {
		m := sample()
		change(m)
		if j, taken := seen[m.Digest()]; taken {
			t.Errorf("change %d has the digest of %d", i, j)
		}
		seen[m.Digest()] = i
	}
}

func TestManifestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Manifest)
		errors int
	}{
		"fine":         {func(*Manifest) {}, 0},
		"names":        {func(m *Manifest) { m.Name, m.Version = Name{}, "1.x" }, 2},
		"paths":        {func(m *Manifest) { m.Files[0].Path, m.Files[1].Path = "../a", "" }, 2},
		"same path":    {func(m *Manifest) { m.Files[0].Path, m.Files[1].Path = "a", "A" }, 1},
		"not NFC":      {func(m *Manifest) { m.Files[0].Path = "e\u0301" }, 1},
		"sizes":        {func(m *Manifest) { m.Files[0].Size, m.Files[1].Size = -1, 1<<53 }, 2},
		"no digest":    {func(m *Manifest) { m.Files[0].Digest = Digest{} }, 1},
		"role":         {func(m *Manifest) { m.Files[0].Role = 99 }, 1},
		"same link":    {func(m *Manifest) { m.Links[1].URL = m.Links[0].URL }, 1},
		"link text":    {func(m *Manifest) { m.Links[1].Title = "\xff" }, 1},
		"same member":  {func(m *Manifest) { m.Members[1].ID = m.Members[0].ID }, 1},
		"blank member": {func(m *Manifest) { m.Members[1].ID = " " }, 1},
		"member text":  {func(m *Manifest) { m.Members[1].Kind = "\xff" }, 1},
	} {
		m := sample()
		c.change(m)
		errs := m.Check()
		if len(errs) != c.errors {
			t.Errorf("%s: %v, want %d", name, errs, c.errors)
		}
		for _, err := range errs {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestParseManifestRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":         "",
		"white space":     strings.Replace(golden, `,"name"`, `, "name"`, 1),
		"tail":            golden + "\n",
		"twice":           golden + golden,
		"unknown key":     strings.Replace(golden, `{"etalonManifest"`, `{"a":1,"etalonManifest"`, 1),
		"key twice":       strings.Replace(golden, `"name":"ocp/ocds"`, `"name":"ocp/ocds","name":"ocp/ocds"`, 1),
		"key case":        strings.Replace(golden, `"name":`, `"Name":`, 1),
		"key order":       `{"etalonManifest":1,"version":"1","name":"ocp/ocds"}`,
		"list order":      `{"etalonManifest":1,"members":[{"id":"b"},{"id":"a"}],"name":"ocp/ocds","version":"1"}`,
		"empty list":      `{"etalonManifest":1,"files":[],"name":"ocp/ocds","version":"1"}`,
		"null":            `{"etalonManifest":1,"files":null,"name":"ocp/ocds","version":"1"}`,
		"needless escape": strings.Replace(golden, "ocp/ocds", `ocp\/ocds`, 1),
		"upper hex":       strings.Replace(golden, "sha256:3e", "sha256:3E", 1),
		"float":           strings.Replace(golden, `"size":123`, `"size":123.0`, 1),
		"format":          strings.Replace(golden, `Manifest":1`, `Manifest":2`, 1),
		"role case":       strings.Replace(golden, `SCHEMA`, `schema`, 1),
		"bad UTF-8":       strings.Replace(golden, "Buyer", "\xff", 1),
		"array":           "[]",
	} {
		if m, err := ParseManifest([]byte(s)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, %v; want ErrMalformed", name, m, err)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(`{"etalonManifest":1,"name":"ocp/ocds","version":"2"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseManifest(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if string(m.Canonical()) != string(b) || m.Digest() != DigestOf(b) {
			t.Fatalf("%q comes back as %q", b, m.Canonical())
		}
	})
}

// What the writer writes is what JSON readers read.
func FuzzCanonicalText(f *testing.F) {
	f.Add("a\"\\\b\t\n\f\r\x01\u2028\x7f\u00e9\U0001f600\xff")
	f.Fuzz(func(t *testing.T, s string) {
		var w jsonWriter
		w.text(s)
		var back string
		if err := json.Unmarshal(w.buf, &back); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); len(back) < len(want) || strings.Contains(want, "\ufffd") == false && back != want {
			t.Fatalf("%q comes back as %q", s, back)
		}
	})
}
