package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	tests := map[string]struct {
		want, got map[string]string
		err       []string // parts of the error, none for nil
	}{
		"equal":   {want: map[string]string{"a/b": "1"}, got: map[string]string{"a/b": "1"}},
		"changed": {want: map[string]string{"a/b": "1"}, got: map[string]string{"a/b": "2"}, err: []string{"a/b: out of date"}},
		"missing": {want: map[string]string{"a": "1", "b": "1"}, got: map[string]string{"a": "1"}, err: []string{"b: missing"}},
		"left over": {
			want: map[string]string{"a": "1"}, got: map[string]string{"a": "1", "c/d": "1"},
			err: []string{"c/d: not generated any more"},
		},
		"all at once": {
			want: map[string]string{"a": "1", "b": "1"}, got: map[string]string{"a": "2", "c": "1"},
			err: []string{"a: out of date", "b: missing", "c: not generated any more"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := compare(writeTree(t, test.want), writeTree(t, test.got))
			if (err != nil) != (len(test.err) > 0) {
				t.Fatalf("got %v, want %q", err, test.err)
			}
			for _, part := range test.err {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want %q in it", err, part)
				}
			}
		})
	}
	if err := compare(writeTree(t, nil), filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("no gen folder at all: got nil, want an error")
	}
}

func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
