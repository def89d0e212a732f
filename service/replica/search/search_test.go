package search

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
)

func name(s string) standard.Name {
	n, err := standard.ParseName(s)
	if err != nil {
		panic(err)
	}
	return n
}

func std(n, title, description string, designations ...string) Part {
	p := Part{Name: name(n), Kind: standard.Specification, Texts: []Text{
		{FieldName, n}, {FieldTitle, title}, {FieldDescription, description},
	}}
	for _, d := range designations {
		p.Texts = append(p.Texts, Text{FieldDesignation, d})
	}
	return p
}

var catalogue = []Part{
	std("iso/iso-19650-1", "Organization of information about construction works: concepts", "Building information modelling, part one", "ISO 19650-1"),
	std("iso/iso-19650-2", "Organization of information about construction works: delivery phase", "Information management with BIM", "ISO 19650-2"),
	{Name: name("iso/iso-19650-2"), Version: "2018", Texts: []Text{{FieldDesignation, "ISO 19650-2:2018"}}},
	{Name: name("iso/iso-19650-2"), Alias: "bs en iso 19650-2", Texts: []Text{{FieldDesignation, "BS EN ISO 19650-2"}}},
	std("etsi/en-301-549", "Accessibility requirements for ICT products and services", "Web, documents, software", "EN 301 549"),
	std("ocp/ocds", "Open Contracting Data Standard", "Publishes data and documents at all stages of contracting"),
	{Name: name("ocp/ocds"), Version: "1.1.5", Texts: []Text{{FieldLabel, "1.1.5"}}, Members: []standard.Member{
		{ID: "Release.ocid", Title: "Open contracting identifier"}, {ID: "Tender.procurementMethod", Title: "Procurement method"},
	}},
	std("ietf/rfc-3339", "Date and Time on the Internet: Timestamps", "A profile of ISO 8601", "RFC 3339"),
	std("w3c/wcag", "Web Content Accessibility Guidelines", "Zugänglichkeit für Menschen; wcag", "WCAG 2.2"),
	std("cz/reditelstvi", "Ředitelství silnic a dálnic", "Číselník"),
	std("jp/jis", "日本産業規格", "文字コード", "JIS X 0208"),
}

func load(parts []Part) (*Writer, *Index) {
	w := NewWriter()
	return w, w.Load(slices.Values(parts))
}

func found(x *Index, text string) []string {
	var out []string
	for _, h := range x.Search(Query{Text: text, Limit: 10}).Hits {
		out = append(out, h.Name.String())
	}
	return out
}

func TestSearch(t *testing.T) {
	_, x := load(catalogue)
	for _, c := range []struct {
		text string
		want []string
	}{
		{"19650-2", []string{"iso/iso-19650-2"}},
		{"iso19650", []string{"iso/iso-19650-1", "iso/iso-19650-2"}},
		{"ISO 19650-2:2018", []string{"iso/iso-19650-2"}},
		{"ISO 19650‑2", []string{"iso/iso-19650-2"}}, // with a non-breaking hyphen
		{"EN301549", []string{"etsi/en-301-549"}},
		{"EN 301549", []string{"etsi/en-301-549"}},
		{"en 301 549", []string{"etsi/en-301-549"}},
		{"301-549", []string{"etsi/en-301-549"}},
		{"rfc3339", []string{"ietf/rfc-3339"}},
		{"RFC 33", []string{"ietf/rfc-3339"}},
		{"ocds", []string{"ocp/ocds"}},
		{"ocp/ocds", []string{"ocp/ocds"}},
		{"open contr", []string{"ocp/ocds"}},
		{"the contracting of data", []string{"ocp/ocds"}},
		{"ocds ocid", []string{"ocp/ocds"}}, // one word in the standard, one in a member
		{"zuganglichkeit", []string{"w3c/wcag"}},
		{"REDITELSTVI", []string{"cz/reditelstvi"}},
		{"číselník", []string{"cz/reditelstvi"}},
		{"産業", []string{"jp/jis"}},
		{"accesibility guidelines", []string{"w3c/wcag"}},
		{"timestmaps", []string{"ietf/rfc-3339"}},
		{"nothing-like-it", nil},
		{"", nil},
		{"  -- ", nil},
	} {
		got := found(x, c.text)
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestRanking(t *testing.T) {
	_, x := load(catalogue)
	for text, first := range map[string]string{
		"wcag":                 "w3c/wcag",
		"accessibility":        "w3c/wcag",
		"iso 19650-2":          "iso/iso-19650-2",
		"information delivery": "iso/iso-19650-2",
		"BSEN ISO 19650":       "iso/iso-19650-2",
	} {
		if got := found(x, text); len(got) == 0 || got[0] != first {
			t.Errorf("%q: got %v, want %s first", text, got, first)
		}
	}
}

func TestHit(t *testing.T) {
	_, x := load(catalogue)
	for text, want := range map[string]Hit{
		"ocid":             {Name: name("ocp/ocds"), Version: "1.1.5", Member: 0},
		"procurement meth": {Name: name("ocp/ocds"), Version: "1.1.5", Member: 1},
		"open contracting": {Name: name("ocp/ocds"), Member: -1},
		"bsenise":          {},
		"bseniso":          {Name: name("iso/iso-19650-2"), Member: -1},
		"iso 2018":         {Name: name("iso/iso-19650-2"), Version: "2018", Member: -1},
	} {
		var got Hit
		if hits := x.Search(Query{Text: text, Limit: 1}).Hits; len(hits) > 0 {
			got = hits[0]
		}
		got.Score = 0
		if got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestFilters(t *testing.T) {
	parts := slices.Clone(catalogue)
	for i := range parts {
		if parts[i].Name.Authority == "iso" && parts[i].id() == "" {
			parts[i].Kind, parts[i].Sectors = standard.Guidance, []string{"construction"}
		}
	}
	_, x := load(parts)
	for _, c := range []struct {
		q    Query
		want int
	}{
		{Query{Text: "information"}, 2},
		{Query{Text: "information", Kinds: []standard.Kind{standard.Guidance, standard.API}}, 2},
		{Query{Text: "information", Kinds: []standard.Kind{standard.API}}, 0},
		{Query{Text: "information", Sectors: []string{"construction"}}, 2},
		{Query{Text: "information", Sectors: []string{"health"}}, 0},
		{Query{Text: "accessibility", Authority: "etsi"}, 1},
		{Query{Text: "accessibility"}, 2},
	} {
		if got := x.Search(c.q).Total; got != c.want {
			t.Errorf("%+v: got %d, want %d", c.q, got, c.want)
		}
	}
}

func TestPages(t *testing.T) {
	var parts []Part
	for i := range 300 {
		p := std("a/s-"+string(rune('a'+i%26))+string(rune('a'+i/26)), "register", "")
		for range i % 5 {
			p.Texts = append(p.Texts, Text{FieldDescription, "register register"})
		}
		parts = append(parts, p)
	}
	_, x := load(parts)
	all := x.Search(Query{Text: "register", Limit: 1000})
	if all.Total != 300 || len(all.Hits) != 300 {
		t.Fatalf("got %d hits of %d, want 300", len(all.Hits), all.Total)
	}
	var paged []Hit
	for off := 0; off < 320; off += 37 {
		r := x.Search(Query{Text: "register", Offset: off, Limit: 37})
		if r.Total != 300 {
			t.Fatalf("total %d, want 300", r.Total)
		}
		paged = append(paged, r.Hits...)
	}
	if diff := cmp.Diff(all.Hits, paged); diff != "" {
		t.Errorf("pages differ from the whole:\n%s", diff)
	}
	if !slices.IsSortedFunc(all.Hits, func(a, b Hit) int { return int((b.Score - a.Score) * 1e6) }) {
		t.Error("not best first")
	}
}

func TestSimilar(t *testing.T) {
	_, x := load(catalogue)
	for text, want := range map[string]string{
		"ocp/ocsd":         "ocp/ocds",
		"ocp/odcs@1.1":     "ocp/ocds",
		"iso/iso19650-2":   "iso/iso-19650-2",
		"ISO 19650-2:2017": "iso/iso-19650-2",
		"RFC 3338":         "ietf/rfc-3339",
	} {
		got := x.Similar(text, 3)
		if len(got) == 0 || got[0].String() != want || len(got) > 3 {
			t.Errorf("%q: got %v, want %s first", text, got, want)
		}
	}
	if got := x.Similar("ocds", 0); got != nil {
		t.Errorf("none asked for, got %v", got)
	}
}
