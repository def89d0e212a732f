package protodeps

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	stale := filepath.Join(dir, "stale.proto")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, []byte("syntax"), 0o644); err != nil {
		t.Fatal(err)
	}

	paths, err := Write(dir)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Errorf("stale file: got %v, want not exist", err)
	}
	for _, want := range []string{
		"buf/validate/validate.proto",
		"google/api/annotations.proto",
		"google/api/field_behavior.proto",
		"google/api/http.proto",
		"google/api/httpbody.proto",
		"google/api/resource.proto",
		"google/rpc/error_details.proto",
		"google/rpc/status.proto",
		"protoc-gen-openapiv3/options/annotations.proto",
	} {
		if !slices.Contains(paths, want) {
			t.Errorf("%s is not importable; got %q", want, paths)
		}
	}
	for _, path := range paths {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			t.Errorf("listed but not written: %v", err)
			continue
		}
		if !strings.Contains(string(text), "\npackage ") {
			t.Errorf("%s has no package line", path)
		}
		if strings.HasPrefix(path, builtin) {
			t.Errorf("%s is built in and must not be written", path)
		}
	}
}
