package release

import (
	"strings"
	"testing"
	"testing/fstest"
)

// file is a catalogue file of one authority with the standards of these ids.
func file(authority, title string, ids ...string) *fstest.MapFile {
	var b strings.Builder
	b.WriteString("authority:\n  id: " + authority + "\n  title: " + title + "\nstandards:\n")
	for _, id := range ids {
		b.WriteString("  - {id: " + id + ", title: T, kind: FORMAT, scheme: DATE}\n")
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

func TestReadCatalogues(t *testing.T) {
	all, err := ReadCatalogues(fstest.MapFS{
		"c/a.yaml":        file("a", "A", "one"),
		"c/b/first.yaml":  file("b", "B", "two", "three"),
		"c/b/second.yaml": file("b", "B", "four"),
		"c/b/notes.txt":   &fstest.MapFile{Data: []byte("not read")},
		"other/d.yaml":    file("d", "D"),
	}, "c")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		got = append(got, string(c.Authority.ID)+":")
		for _, s := range c.Standards {
			got = append(got, s.Record.Name.Standard)
		}
	}
	if want := "a: one b: two three four"; strings.Join(got, " ") != want {
		t.Errorf("read %q, want %q", strings.Join(got, " "), want)
	}
}

func TestReadCataloguesRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"two titles": {
			fstest.MapFS{"c/x.yaml": file("a", "A", "one"), "c/y.yaml": file("a", "Another", "two")},
			"c/y.yaml: tells something else of the authority a",
		},
		"a standard twice": {
			fstest.MapFS{"c/x.yaml": file("a", "A", "s"), "c/y.yaml": file("a", "A", "s")},
			"c/y.yaml: a/s is in c/x.yaml already",
		},
		"no catalogue file": {fstest.MapFS{"c/x.yaml": {Data: []byte("authority: 7")}}, "c/x.yaml:\n"},
		"no directory":      {fstest.MapFS{}, "c"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := ReadCatalogues(tc.files, "c")
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v, want %q", all, err, tc.want)
			}
		})
	}
}
