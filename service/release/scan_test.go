package release

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/corpora"
	"github.com/etalon-registry/etalon/service/standard"
)

func files(content map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for p, c := range content {
		m[p] = &fstest.MapFile{Data: []byte(c)}
	}
	return m
}

func lines(entries []FileEntry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, fmt.Sprintf("%s %s %v %d", e.File.Path, e.File.MediaType, e.File.Role, e.File.Size))
	}
	return out
}

func TestScan(t *testing.T) {
	fsys := files(map[string]string{
		"etalon.yaml":             "x",
		"sub/etalon.yaml":         "openapi: 3.1.0\n",
		".git/config":             "x",
		"a/.hidden":               "x",
		"schema/release.json":     `{"title": "x", "$schema": "https://json-schema.org/draft/2020-12/schema"}`,
		"data.json":               `{"a": 1}`,
		"list.json":               `[1]`,
		"codelists/currency.csv":  "Code\n",
		"codelists/deep/unit.csv": "Code\n",
		"name with $ (1)":         "plain\n",
		"noext":                   `{"k": [1, 2]}`,
		"bytes":                   "\x00\x01",
		"x.proto":                 "syntax",
		"x.xsd":                   "<x/>",
		"examples/x.avsc":         "{}",
	})
	tests := []struct {
		name  string
		rules []FileRule
		want  []string
	}{
		{name: "all", want: []string{
			"bytes application/octet-stream UNSPECIFIED 2",
			"codelists/currency.csv text/csv; charset=utf-8 CODELIST 5",
			"codelists/deep/unit.csv text/csv; charset=utf-8 CODELIST 5",
			"data.json application/json UNSPECIFIED 8",
			"examples/x.avsc application/vnd.apache.avro.schema+json EXAMPLE 2",
			"list.json application/json UNSPECIFIED 3",
			"name with $ (1) text/plain; charset=utf-8 UNSPECIFIED 6",
			"noext application/json UNSPECIFIED 13",
			"schema/release.json application/schema+json SCHEMA 73",
			"sub/etalon.yaml application/vnd.oai.openapi SCHEMA 15",
			"x.proto text/x-protobuf; charset=utf-8 SCHEMA 6",
			"x.xsd application/xsd+xml SCHEMA 4",
		}},
		{name: "first rule wins", rules: []FileRule{
			{Path: "data.json", MediaType: "application/x-own", Role: standard.RoleExample},
			{Glob: "*.json", Role: standard.RoleSpec},
			{Path: "a/.hidden"},
		}, want: []string{
			"a/.hidden text/plain; charset=utf-8 UNSPECIFIED 1",
			"data.json application/x-own EXAMPLE 8",
			"list.json application/json SPEC 3",
		}},
		{name: "globs", rules: []FileRule{{Glob: "**/*.csv"}, {Glob: "schema/**"}}, want: []string{
			"codelists/currency.csv text/csv; charset=utf-8 CODELIST 5",
			"codelists/deep/unit.csv text/csv; charset=utf-8 CODELIST 5",
			"schema/release.json application/schema+json SCHEMA 73",
		}},
	}
	for _, tt := range tests {
		rel := &Release{Files: tt.rules, AllFiles: tt.rules == nil}
		got, err := rel.Scan(fsys)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, lines(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestScanReportsAll(t *testing.T) {
	fsys := files(map[string]string{"a.txt": "x", "A.TXT": "x", "dir/b": "x", "back\\slash": "x"})
	fsys["link"] = &fstest.MapFile{Data: []byte("a.txt"), Mode: fs.ModeSymlink | 0o777}
	_, err := (&Release{AllFiles: true}).Scan(fsys)
	for _, want := range []string{`differs from`, `"back\\slash" has a backslash`, `"link" is a link`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	_, err = (&Release{Files: []FileRule{{Path: "missing", Line: 3}, {Path: "dir", Line: 4}, {Glob: "*.pdf", Line: 5}, {Path: "dir/b", Line: 6}}}).Scan(fsys)
	want := `line 3, column 1: files: path "missing" does not exist
line 4, column 1: files: path "dir" is a folder; for its files write glob: dir/**
line 5, column 1: files: glob "*.pdf" names no file`
	if err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}

// TestScanNormalises: a path is published in NFC, and read as it is on disk.
func TestScanNormalises(t *testing.T) {
	fsys := files(map[string]string{"re\u0301sume\u0301.md": "# x"})
	got, err := (&Release{Files: []FileRule{{Path: "r\u00e9sum\u00e9.md"}}}).Scan(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].File.Path != "r\u00e9sum\u00e9.md" || got[0].Source != "re\u0301sume\u0301.md" {
		t.Fatalf("%+v", got[0])
	}
	if err := got[0].Hash(fsys); err != nil || got[0].File.Digest != standard.DigestOf([]byte("# x")) || got[0].File.Size != 3 {
		t.Fatalf("%+v, %v", got[0], err)
	}
	if fs := Files(got); fs[0] != got[0].File {
		t.Errorf("files %+v", fs)
	}
	delete(fsys, got[0].Source)
	if err := got[0].Hash(fsys); err == nil {
		t.Error("a file that is gone is hashed")
	}
}

func TestMediaType(t *testing.T) {
	long := `{"a": "` + strings.Repeat("x", 2*sniffBytes) + `"}`
	for _, tt := range []struct{ path, content, want string }{
		{"a.JSON", `{"$schema": "http://json-schema.org/draft-04/schema#", "x": {`, "application/json"},
		{"a.json", `{"openapi": "3.1.0"}`, "application/vnd.oai.openapi+json"},
		{"a.json", `{"$schema": "meta.json"}`, "application/json"},
		{"my-schema.json", `{"$schema": "meta.json"}`, "application/schema+json"},
		{"a.json", `not json`, "application/json"},
		{"a", long, "application/json"},
		{"a", "{braces} in text", "text/plain; charset=utf-8"},
		{"a", "", "text/plain; charset=utf-8"},
		{"a", "ends in \xe2\x82", "text/plain; charset=utf-8"},
		{"a", "bad \xe2 middle", "application/octet-stream"},
		{"a.unknown", "text", "text/plain; charset=utf-8"},
		{"a.pdf", "", "application/pdf"},
		{"a.ttl", "", "text/turtle; charset=utf-8"},
		{"a.yaml", "a: b\n", "application/yaml"},
	} {
		if got := MediaType(tt.path, []byte(tt.content)); got != tt.want {
			t.Errorf("MediaType(%q, %.20q) = %s, want %s", tt.path, tt.content, got, tt.want)
		}
	}
}

// TestScanCorpus publishes, as far as this package goes, every real release.
func TestScanCorpus(t *testing.T) {
	releases, err := filepath.Glob(filepath.Join(corpora.Folder(t, "standards"), "*", "*"))
	if err != nil || len(releases) == 0 {
		t.Fatalf("no releases: %v", err)
	}
	for _, dir := range releases {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		fsys := os.DirFS(dir)
		entries, err := (&Release{AllFiles: true}).Scan(fsys)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		for i := range entries {
			if err := entries[i].Hash(fsys); err != nil || entries[i].File.Digest.IsZero() {
				t.Errorf("%s: %v", dir, err)
			}
		}
	}
}
