package release

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const (
	releaseSchema   = "../../docs/etalon-yaml.schema.json"
	catalogueSchema = "../../docs/catalogue.schema.json"
)

func compileSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance is a YAML document as JSON Schema sees it: dates are texts.
func instance(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.DocumentNode:
		return instance(t, n.Content[0])
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = instance(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, instance(t, c))
		}
		return list
	}
	if n.Tag == "!!timestamp" {
		return n.Value
	}
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func readYAML(t *testing.T, data []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return instance(t, &doc)
}

// published are the files of that form that the repository offers besides the
// examples here.
var published = map[string]string{
	"release":   "../../docs/examples/*/etalon.yaml",
	"catalogue": "../starter/catalogue/*.yaml",
}

func examples(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	more, err := filepath.Glob(published[folder])
	if err != nil || len(more) == 0 {
		t.Fatalf("no files at %s: %v", published[folder], err)
	}
	files = append(files, more...)
	out := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[f] = data
	}
	return out
}

// TestExamples: every example is right for the schema and for the parser.
func TestExamples(t *testing.T) {
	for folder, schemaFile := range map[string]string{"release": releaseSchema, "catalogue": catalogueSchema} {
		schema := compileSchema(t, schemaFile)
		for file, data := range examples(t, folder) {
			if err := schema.Validate(readYAML(t, data)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			var err error
			if folder == "release" {
				_, err = Parse(data)
			} else {
				_, err = ParseCatalogue(data)
			}
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestSchemaRefuses: what the parser refuses, the schema refuses too, as far
// as a schema can.
func TestSchemaRefuses(t *testing.T) {
	const head = "name: a/b\nversion: 1.0.0\ntitle: T\nkind: FORMAT\nscheme: SEMVER\n"
	schema := compileSchema(t, releaseSchema)
	if err := schema.Validate(readYAML(t, []byte(head))); err != nil {
		t.Fatal(err)
	}
	for _, more := range []string{
		"titel: x\n", "sequence: 3\n", "released: yesterday\n", "homepage: not a url\n", "tags: [latest]\n",
		"files: [{role: SCHEMA}]\n", "files: [{path: a, glob: b}]\n", "links: [{title: x}]\n",
		"relations: [{type: amends, target: x, degree: IDT}]\n", "relations: [{type: adopts}]\n", "access: FREE\n", "members: [{title: x}]\n",
	} {
		data := []byte(head + more)
		if schema.Validate(readYAML(t, data)) == nil {
			t.Errorf("the schema takes %q", more)
		}
		if _, err := Parse(data); err == nil {
			t.Errorf("the parser takes %q", more)
		}
	}
}

// TestSchemaFields: schema and parser know the same fields, each way.
func TestSchemaFields(t *testing.T) {
	parse := map[string]func(*reader, []byte){
		"release":   func(r *reader, b []byte) { r.release(b) },
		"catalogue": func(r *reader, b []byte) { r.catalogue(b) },
	}
	for folder, file := range map[string]string{"release": releaseSchema, "catalogue": catalogueSchema} {
		got := map[string][]string{}
		for _, data := range examples(t, folder) {
			r := newReader(file)
			r.Mappings = got
			parse[folder](r, data)
		}
		for _, names := range got {
			slices.Sort(names)
		}
		if diff := cmp.Diff(schemaFields(t, file, folder), got); diff != "" {
			t.Errorf("%s: fields (-schema +parser):\n%s", file, diff)
		}
	}
}

// schemaFields are the fields of every kind of mapping in a schema; root names
// the outermost.
func schemaFields(t *testing.T, file, root string) map[string][]string {
	t.Helper()
	type object struct {
		Description string                     `json:"description"`
		Properties  map[string]json.RawMessage `json:"properties"`
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	schema.Defs[root] = schema.object
	out := map[string][]string{}
	for kind, def := range schema.Defs {
		if def.Properties == nil {
			continue
		}
		for name := range def.Properties {
			out[kind] = append(out[kind], name)
		}
		slices.Sort(out[kind])
	}
	return out
}
