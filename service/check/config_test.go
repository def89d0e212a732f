package check

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

const schemaFile = "../../docs/etalon-check.schema.json"

func TestParseConfig(t *testing.T) {
	data, err := os.ReadFile("testdata/config/good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseConfig(data)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		AsOf: must(standard.ParseDay("2026-06-01")),
		Rules: map[RuleID]RuleConfig{
			RuleUndatedReference:   {Severity: Error},
			RuleSpelling:           {Off: true},
			RuleEquivalenceUnknown: {Off: true},
			RuleSuperseded:         {Severity: Warning, Paths: []string{"contracts/**", "*.docx"}, Exclude: []string{"contracts/archive/**"}},
			RuleLockDrift:          {},
		},
		Ignore: []string{"vendor/**", "*.tmp.md"},
		Waivers: []Waiver{
			{Rule: RuleWithdrawn, Designation: "PAS 1192-2:2013", Path: "contracts/bridge.docx", Reason: "The asset was built under it.", Until: must(standard.ParseDay("2027-03")), Line: 16},
			{Rule: RuleUnreadable, Reason: "Scanned annexes are checked by hand.", Line: 21},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Waiver{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseConfigProblems(t *testing.T) {
	for file, want := range map[string][]string{
		"many.yaml": {
			`line 1, column 1: field "asof" is unknown in this configuration; did you mean "as-of"?`,
			`line 2, column 8: as-of: "yesterday" is no date; it wants the form 2027-01-31 and must exist`,
			`line 4, column 3: rules: rule "superceded" is unknown in this configuration; did you mean "superseded"?`,
			`line 5, column 14: rules.withdrawn: "fatal" is no severity; it is off, info, warning, error`,
			`line 6, column 14: rules.ambiguous: wants a mapping`,
			`line 8, column 5: rules.deprecated: field "severty" is unknown in this rule; did you mean "severity"?`,
			`line 9, column 12: rules.deprecated.paths: wants a list`,
			`line 10, column 12: rules.spelling: has no value; give one or remove the field`,
			`line 12, column 5: ignore[0]: glob "/etc/**" begins or ends with /; write the folder from here, and /** for all that is in it`,
			`line 13, column 5: ignore[1]: glob "docs/" begins or ends with /; write the folder from here, and /** for all that is in it`,
			`line 14, column 5: ignore[2]: glob "[a": syntax error in pattern; a [ wants its ]`,
			`line 15, column 5: ignore[3]: glob "a\\b" has a backslash; write / between folders`,
			`line 16, column 4: ignore[4]: is empty; give a value or remove the item`,
			`line 18, column 5: waivers[0]: field "reason" is missing in this waiver`,
			`line 19, column 5: waivers[1]: field "rule" is missing in this waiver`,
			`line 20, column 11: waivers[2].rule: findings of waiver-without-reason cannot be waived; set the rule off instead`,
			`line 22, column 12: waivers[3].rule: "nonsense" is no rule`,
			`line 22, column 35: waivers[3].designation: "42 bananas" is no designation; it wants a form such as ISO 9001:2015`,
			`line 22, column 55: waivers[3].reason: is empty; give a text or remove the field`,
			`line 22, column 66: waivers[3].until: "2026-02-30" is no date; it wants the form 2027-01-31 and must exist`,
			`line 23, column 1: "rules" is given twice, first in line 3`,
		},
		"list.yaml":   {`line 1, column 1: wants a mapping`},
		"syntax.yaml": {`line 1, column 1: not YAML: did not find expected ',' or '}'`},
		"two.yaml":    {`line 2, column 1: the file holds one document; remove the second`},
		"alias.yaml":  {`line 2, column 10: waivers: is an alias (*r); write the value out`},
		"stars.yaml":  {`line 1, column 10: ignore[0]: glob "x**": ** stands alone between slashes`},
	} {
		data, err := os.ReadFile(filepath.Join("testdata/config/bad", file))
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseConfig(data)
		if !errors.Is(err, ErrConfig) {
			t.Errorf("%s: error %v, want one of the configuration", file, err)
			continue
		}
		if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
	if _, err := ParseConfig(make([]byte, maxConfigBytes+1)); !errors.Is(err, ErrConfig) {
		t.Errorf("a file that is too large: %v", err)
	}
	many := strings.Repeat("x: 1\n", 3)
	for i := range 150 {
		many += strings.Repeat("y", i+1) + ": 1\n"
	}
	_, err := ParseConfig([]byte(many))
	var ps ConfigProblems
	if !errors.As(err, &ps) || len(ps) != strictyaml.MaxProblems+1 || !strings.Contains(ps[len(ps)-1].Message, "more problems") {
		t.Errorf("%d problems", len(ps))
	}
}

// TestSchemaAgrees: what the parser takes the schema takes, and what is wrong
// by its form both refuse; and they name the same fields.
func TestSchemaAgrees(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	for folder, valid := range map[string]bool{"good": true, "bad": false} {
		files, err := filepath.Glob(filepath.Join("testdata/config", folder, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s: %v", folder, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ParseConfig(data); (err == nil) != valid {
				t.Errorf("%s: the parser says %v", file, err)
			}
			value, ok := instance(data)
			if !ok {
				continue // what is no single YAML document no schema sees
			}
			if err := schema.Validate(value); (err == nil) != valid {
				t.Errorf("%s: the schema says %v", file, err)
			}
		}
	}
	r := newConfigReader()
	r.Mappings = map[string][]string{}
	r.config([]byte("rules: {superseded: {}}\nwaivers: [{rule: superseded, reason: x}]\n"))
	raw, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Properties map[string]json.RawMessage
		Defs       map[string]struct{ Properties map[string]json.RawMessage } `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	for what, props := range map[string]map[string]json.RawMessage{
		"configuration": s.Properties, "rules": s.Defs["rules"].Properties, "rule": s.Defs["rule"].Properties, "waiver": s.Defs["waiver"].Properties,
	} {
		var names []string
		for name := range props {
			names = append(names, name)
		}
		slices.Sort(names)
		want := slices.Clone(r.Mappings[what])
		slices.Sort(want)
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("fields of %s, parser and schema (-parser +schema):\n%s", what, diff)
		}
	}
}

// instance is a YAML document as a schema sees it: dates are texts, and so are
// the words that YAML 1.1 reads as truth values. Aliases are not followed.
func instance(data []byte) (any, bool) {
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil || dec.Decode(&more) == nil {
		return map[string]any{}, err != nil && len(strings.TrimSpace(string(data))) == 0
	}
	ok := true
	var value func(n *yaml.Node) any
	value = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.MappingNode:
			m := map[string]any{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				m[n.Content[i].Value] = value(n.Content[i+1])
			}
			return m
		case yaml.SequenceNode:
			list := []any{}
			for _, c := range n.Content {
				list = append(list, value(c))
			}
			return list
		case yaml.AliasNode:
			ok = false
			return nil
		}
		if n.Tag == "!!null" {
			return nil
		}
		return n.Value
	}
	if len(doc.Content) == 0 {
		return map[string]any{}, false
	}
	v := value(doc.Content[0])
	return v, ok
}

// FuzzParseConfig: no file crashes the parser, and what it takes it takes
// again without a change.
func FuzzParseConfig(f *testing.F) {
	files, err := filepath.Glob("testdata/config/*/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseConfig(data)
		if err != nil {
			var ps ConfigProblems
			if !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("an error without problems: %v", err)
			}
			return
		}
		for id, r := range c.Rules {
			if _, ok := FindRule(id); !ok || r.Severity > Error {
				t.Fatalf("took %s: %+v", id, r)
			}
		}
		for _, w := range c.Waivers {
			if w.Rule == "" || w.Reason == "" || w.Line == 0 {
				t.Fatalf("took %+v", w)
			}
		}
		again, err := ParseConfig(data)
		if err != nil || !cmp.Equal(c, again, cmpopts.IgnoreUnexported(Waiver{})) {
			t.Fatalf("another time: %v", err)
		}
	})
}

// FuzzWaivers: no text crashes the reader of waivers, and each lies within
// what it covers.
func FuzzWaivers(f *testing.F) {
	for _, s := range []string{"<!-- etalon-check: allow superseded ISO 9001:2008 until 2027 -- why -->\nx", "# etalon-check: allow", "etalon-check: allow \n\n\n\xff", "/* etalon-check: allow superseded -- \n*/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, w := range readWaivers(s) {
			if w.start < last || w.from > w.start || w.end > w.to || w.to > len(s) || w.end < w.start {
				t.Fatalf("%+v in %q", w, s)
			}
			if w.problem == "" && len(w.rules) == 0 {
				t.Fatalf("%+v names no rule", w)
			}
			last = w.end
		}
	})
}

// FuzzEquivalents: no text crashes what looks around a citation.
func FuzzEquivalents(f *testing.F) {
	f.Add("These:\n- BS 1 or equivalent\n| a | b |\n", 10, 14)
	f.Add("é\n\nequal or equal\n", 0, 2)
	f.Fuzz(func(t *testing.T, s string, start, end int) {
		if start < 0 || end < start || end > len(s) {
			return
		}
		doc := &document.Document{Format: document.Markdown, Text: s}
		from, to := unit(doc, start, end)
		if from > start || to < end || to > len(s) {
			t.Fatalf("unit of %d-%d in %q is %d-%d", start, end, s, from, to)
		}
		allowsEquivalents(s[from:to])
		allowsEquivalents(leadIn(s, from))
		allowsEquivalents(tableHead(doc, from))
		from, to = sentenceAround(s, start)
		if from > start || to < start {
			t.Fatalf("sentence around %d in %q is %d-%d", start, s, from, to)
		}
	})
}
