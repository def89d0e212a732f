package designation

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is one line of testdata/designations.txt.
type row struct {
	line                  int
	input, canonical, key string
	fields                string
}

func readTable(t testing.TB) []row {
	t.Helper()
	f, err := os.Open("testdata/designations.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []row
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		if sc.Text() == "" || strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		col := strings.Split(sc.Text(), "\t")
		if len(col) != 4 {
			t.Fatalf("line %d has %d columns, want 4", n, len(col))
		}
		rows = append(rows, row{n, strings.ReplaceAll(col[0], `\n`, "\n"), col[1], col[2], col[3]})
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// describe prints the fields of an ID as the table does.
func describe(id ID) string {
	list := []string{"flavour=" + id.Flavour.String()}
	add := func(name, value string) {
		if value != "" {
			list = append(list, name+"="+value)
		}
	}
	mark := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	add("pub", strings.Join(id.Publishers, ">"))
	add("type", id.Type)
	list = append(list, "num="+id.Number)
	add("parts", strings.Join(id.Parts, ","))
	add("allparts", mark(id.AllParts))
	add("series", mark(id.Series))
	add("stage", id.Stage)
	add("date", id.Date)
	add("edition", id.Edition)
	add("version", id.Version)
	var supplements []string
	for _, s := range id.Supplements {
		text := "/"
		if s.Consolidated {
			text = "+"
		}
		if s.Stage != "" {
			text += s.Stage + "."
		}
		text += s.Kind
		if s.Number != "" || s.Date != "" {
			text += " " + s.Number
		}
		if s.Date != "" {
			text += ":" + s.Date
		}
		supplements = append(supplements, text)
	}
	add("suppl", strings.Join(supplements, ","))
	add("lang", id.Language)
	add("level", id.Level)
	add("form", id.Form)
	add("member", id.Member)
	return strings.Join(list, "; ")
}

func TestDesignations(t *testing.T) {
	rows := readTable(t)
	if len(rows) < 1000 {
		t.Errorf("the table has %d designations, want at least 1000", len(rows))
	}
	flavours := map[Flavour]int{}
	for _, r := range rows {
		id, err := Parse(r.input)
		if err != nil {
			t.Errorf("line %d: %v", r.line, err)
			continue
		}
		flavours[id.Flavour]++
		got := row{r.line, r.input, id.String(), id.Key(), describe(id)}
		if d := cmp.Diff(r, got, cmp.AllowUnexported(row{})); d != "" {
			t.Errorf("line %d, %q (-want +got):\n%s", r.line, r.input, d)
		}
		checkRoundTrip(t, id)
		if got := Key(r.input); got != r.key {
			t.Errorf("Key(%q) = %q, want %q", r.input, got, r.key)
		}
	}
	for f := FlavourUnknown + 1; f < flavourEnd; f++ {
		if flavours[f] < 4 {
			t.Errorf("flavour %v has %d designations in the table, want 4 or more", f, flavours[f])
		}
		back, err := ParseFlavour(f.String())
		if err != nil || back != f {
			t.Errorf("ParseFlavour(%q) = %v, %v", f.String(), back, err)
		}
	}
}

// checkRoundTrip checks all that holds of every parsed ID.
func checkRoundTrip(t *testing.T, id ID) {
	t.Helper()
	s := id.String()
	back, err := Parse(s)
	if err != nil {
		t.Errorf("Parse of the canonical form: %v", err)
		return
	}
	if d := cmp.Diff(id, back); d != "" {
		t.Errorf("Parse(%q) differs (-first +again):\n%s", s, d)
	}
	key := id.Key()
	if got := Key(key); got != key {
		t.Errorf("Key of key %q is %q", key, got)
	}
	if got := Key(s); got != key {
		t.Errorf("Key(%q) = %q, want %q", s, got, key)
	}
	und := id.Undated()
	if und.Dated() {
		t.Errorf("%q: Undated gives %q, which is dated", s, und)
	}
	if got := Key(und.String()); got != und.Key() {
		t.Errorf("%q: undated %q has key %q, by its text %q", s, und, und.Key(), got)
	}
	if low, ok := id.Adopts(); ok {
		if got := Key(low.String()); got != low.Key() {
			t.Errorf("%q: adopts %q of key %q, by its text %q", s, low, low.Key(), got)
		}
	}
	for _, p := range id.Prefixes() {
		if p == "" || strings.TrimSpace(p) != p {
			t.Errorf("%q: bad prefix %q", s, p)
		}
	}
	prefixes := id.Prefixes()
	if !slices.IsSortedFunc(prefixes, func(a, b string) int { return len(b) - len(a) }) && id.Flavour != UN && id.numbered() {
		t.Errorf("%q: prefixes %q are not longest first", s, prefixes)
	}
	got, n, err := ParsePrefix(s + ", and more")
	if err != nil || n != len(s) || got.Key() != key {
		t.Errorf("ParsePrefix(%q + more) = %q, %d, %v", s, got, n, err)
	}
}
