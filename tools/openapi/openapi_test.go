package openapi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const getStandard = `{
  "openapi": "3.1.0", "info": {"title": "standard"}, "tags": [{"name": "Registry"}],
  "paths": {"/v1/authorities/{name}/standards/{name_1}": {"get": {
    "operationId": "Get",
    "parameters": [
      {"name": "name", "in": "path"}, {"name": "name_1", "in": "path"}, {"name": "name", "in": "query"}
    ]}}},
  "components": {"schemas": {"Standard": {"type": "object", "maximum": 9007199254740993}}}
}`

const updateStandard = `{
  "openapi": "3.1.0", "info": {"title": "write"}, "tags": [{"name": "Registry"}, {"name": "Publishing"}],
  "paths": {"/v1/authorities/{standard.name}/standards/{standard.name_1}": {"patch": {
    "operationId": "Update",
    "parameters": [{"name": "standard.name", "in": "path"}, {"name": "standard.name_1", "in": "path"}]}}},
  "components": {"schemas": {"Standard": {"type": "object", "maximum": 9007199254740993}, "Mask": {"type": "string"}}}
}`

func TestJoin(t *testing.T) {
	dir := writeDocuments(t, map[string]string{
		"etalon/v1/standard.openapi.json":   getStandard,
		"etalon/v1/publishing.openapi.json": updateStandard,
	})
	if err := Join(dir); err != nil {
		t.Fatal(err)
	}

	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if want := []string{Name, "openapi.go"}; !slices.Equal(names, want) {
		t.Errorf("files: got %q, want %q", names, want)
	}

	text, err := os.ReadFile(filepath.Join(dir, Name))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
		Tags       []struct{ Name string }
		Components struct {
			Schemas map[string]struct{ Maximum json.Number }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	item := doc.Paths["/v1/authorities/{authority}/standards/{standard}"]
	if len(doc.Paths) != 1 || len(item) != 2 {
		t.Fatalf("paths: got %v, want one path with get and patch", doc.Paths)
	}
	type parameter = struct{ Name, In string }
	want := []parameter{{"authority", "path"}, {"standard", "path"}, {"name", "query"}}
	if got := item["get"].Parameters; !slices.Equal(got, want) {
		t.Errorf("get: got %v, want %v", got, want)
	}
	if got := item["patch"].Parameters; !slices.Equal(got, want[:2]) {
		t.Errorf("patch: got %v, want %v", got, want[:2])
	}
	if len(doc.Tags) != 2 || len(doc.Components.Schemas) != 2 {
		t.Errorf("got %d tags and %d schemas, want 2 and 2", len(doc.Tags), len(doc.Components.Schemas))
	}
	if got := doc.Components.Schemas["Standard"].Maximum; got != "9007199254740993" {
		t.Errorf("a number beyond 2^53: got %s, want it unchanged", got)
	}
}

func TestJoinRefuses(t *testing.T) {
	tests := map[string]string{
		"another operation at one path and method": `{"paths": {"/v1/authorities/{name}/standards/{name_1}": {"get": {"operationId": "Other"}}}}`,
		"another component of one name":            `{"components": {"schemas": {"Standard": {"type": "string"}}}}`,
		"two parameters of one name":               `{"paths": {"/v1/standards/{parent}/standards/{name}": {"get": {}}}}`,
		"no JSON":                                  `{`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			dir := writeDocuments(t, map[string]string{"a.openapi.json": getStandard, "b.openapi.json": text})
			if err := Join(dir); err == nil {
				t.Error("got nil, want an error")
			}
			if _, err := os.Stat(filepath.Join(dir, "a.openapi.json")); err != nil {
				t.Errorf("the input is gone: %v", err)
			}
		})
	}
}

func TestRenameParameters(t *testing.T) {
	tests := map[string]string{
		"/v1/authorities/{name}":                                   "/v1/authorities/{authority}",
		"/v1/authorities/{parent}/standards":                       "/v1/authorities/{authority}/standards",
		"/v1/authorities/{name}/standards/{name_1}:setTag":         "/v1/authorities/{authority}/standards/{standard}:setTag",
		"/v1/authorities/{version.name}/versions/{version.name_1}": "/v1/authorities/{authority}/versions/{version}",
		"/v1/blobs/{digest}":                                       "/v1/blobs/{digest}",
		"/v1/resolve":                                              "/v1/resolve",
	}
	for path, want := range tests {
		got, err := renameParameters(path, nil)
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", path, got, err, want)
		}
	}
}

func writeDocuments(t *testing.T, documents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range documents {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
