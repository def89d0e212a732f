package lockfile

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const schemaFile = "../../../docs/standards-lock.schema.json"

func instance(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemaTakesWhatIsWritten(t *testing.T) {
	schema := compiled(t)
	empty := &File{}
	for _, text := range [][]byte{made(t).Bytes(), empty.Bytes()} {
		if err := schema.Validate(instance(t, text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

// TestSchemaAgreesWithParse changes the example in one place each, and asks
// both what they think of it.
func TestSchemaAgreesWithParse(t *testing.T) {
	schema := compiled(t)
	standards := func(root map[string]any) []any { return root["standards"].([]any) }
	first := func(root map[string]any) map[string]any { return standards(root)[0].(map[string]any) }
	step := func(root map[string]any) map[string]any { return first(root)["next"].([]any)[0].(map[string]any) }
	open := func(root map[string]any) map[string]any { return root["unresolved"].([]any)[0].(map[string]any) }
	tests := map[string]struct {
		change func(root map[string]any)
		ok     bool
	}{
		"nothing":              {func(map[string]any) {}, true},
		"no registry":          {func(m map[string]any) { delete(m, "registry") }, true},
		"as of a month":        {func(m map[string]any) { m["as-of"] = "2024-10" }, true},
		"nothing unresolved":   {func(m map[string]any) { delete(m, "unresolved") }, true},
		"no status":            {func(m map[string]any) { delete(first(m), "status") }, true},
		"no files":             {func(m map[string]any) { delete(first(m), "files") }, true},
		"another form":         {func(m map[string]any) { m["lock"] = 2 }, false},
		"no form":              {func(m map[string]any) { delete(m, "lock") }, false},
		"no revision":          {func(m map[string]any) { delete(m, "revision") }, false},
		"a negative revision":  {func(m map[string]any) { m["revision"] = -1 }, false},
		"no list":              {func(m map[string]any) { delete(m, "standards") }, false},
		"an unknown field":     {func(m map[string]any) { m["time"] = "now" }, false},
		"no citation":          {func(m map[string]any) { delete(first(m), "cites") }, false},
		"no reference":         {func(m map[string]any) { delete(first(m), "ref") }, false},
		"a range":              {func(m map[string]any) { first(m)["ref"] = "iso/iso-1@^1" }, false},
		"no digest":            {func(m map[string]any) { delete(first(m), "digest") }, false},
		"another digest":       {func(m map[string]any) { first(m)["digest"] = "md5:00" }, false},
		"a draft":              {func(m map[string]any) { first(m)["status"] = "DRAFT" }, false},
		"undated: false":       {func(m map[string]any) { first(m)["undated"] = false }, false},
		"no day":               {func(m map[string]any) { first(m)["since"] = "soon" }, false},
		"unknown in an entry":  {func(m map[string]any) { first(m)["title"] = "x" }, false},
		"a step with no day":   {func(m map[string]any) { delete(step(m), "effective") }, false},
		"a step with no state": {func(m map[string]any) { delete(step(m), "status") }, false},
		"unknown in a step":    {func(m map[string]any) { step(m)["by"] = "x" }, false},
		"an unknown outcome":   {func(m map[string]any) { open(m)["outcome"] = "found" }, false},
		"no outcome":           {func(m map[string]any) { delete(open(m), "outcome") }, false},
		"a file that is empty": {func(m map[string]any) { first(m)["files"] = []any{""} }, false},
		"a file given twice":   {func(m map[string]any) { first(m)["files"] = []any{"a", "a"} }, false},
	}
	for name, test := range tests {
		root := instance(t, made(t).Bytes()).(map[string]any)
		test.change(root)
		text, err := json.Marshal(root) // JSON is YAML
		if err != nil {
			t.Fatal(err)
		}
		schemaErr := schema.Validate(instance(t, text))
		_, parseErr := Parse(text)
		if (schemaErr == nil) != test.ok {
			t.Errorf("%s: the schema says %v", name, schemaErr)
		}
		if (parseErr == nil) != test.ok {
			t.Errorf("%s: Parse says %v", name, parseErr)
		}
	}
}

func TestSchemaHasTheFieldsOfTheReader(t *testing.T) {
	r := newReader()
	r.Mappings = map[string][]string{}
	r.file(made(t).Bytes())
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{"lock": keys(schema.Properties)}
	for _, name := range []string{"standard", "step", "citation"} {
		got[name] = keys(schema.Defs[name].Properties)
	}
	for _, names := range r.Mappings {
		slices.Sort(names)
	}
	if diff := cmp.Diff(r.Mappings, got); diff != "" {
		t.Errorf("fields (-reader +schema):\n%s", diff)
	}
}

func keys(m map[string]any) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
