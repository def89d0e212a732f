package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
)

// contract reads a document of our JSON as the message of the public contract,
// and gives that message's JSON.
func contract(t testing.TB, data []byte, m proto.Message) any {
	t.Helper()
	if err := protojson.Unmarshal(data, m); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	out, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return value(t, out)
}

func value(t testing.TB, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return v
}

func TestJSONIsThatOfTheContract(t *testing.T) {
	var all struct {
		Documents []json.RawMessage
	}
	if err := json.Unmarshal([]byte(written(t, JSON, fixture(t), Options{})), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Documents) != 3 {
		t.Fatalf("%d documents", len(all.Documents))
	}
	for _, data := range all.Documents {
		if diff := cmp.Diff(contract(t, data, &etalonv1.CheckDocumentResponse{}), value(t, data)); diff != "" {
			t.Errorf("JSON differs from the contract's (-contract +ours):\n%s", diff)
		}
	}
}

// TestFixtureUsesEveryField: else the test above would prove little.
func TestFixtureUsesEveryField(t *testing.T) {
	var all struct {
		Documents []json.RawMessage
	}
	if err := json.Unmarshal([]byte(written(t, JSON, fixture(t), Options{})), &all); err != nil {
		t.Fatal(err)
	}
	// Set aside: what reports don't hold (citations in markup, how old the
	// reader is, a notice of each), and what looks like its neighbours.
	seen := map[protoreflect.FullName]bool{
		"etalon.v1.Citation.markup": true, "etalon.v1.CheckDocumentResponse.staleness_seconds": true,
		"etalon.v1.CheckDocumentResponse.notice": true, "etalon.v1.CitationFacts.equivalents": true,
	}
	fields := map[protoreflect.FullName]bool{}
	for _, data := range all.Documents {
		m := &etalonv1.CheckDocumentResponse{}
		contract(t, data, m)
		walk(m.ProtoReflect(), fields, seen)
	}
	for name := range fields {
		if !seen[name] && strings.HasPrefix(string(name), "etalon.v1.") {
			t.Errorf("%s is nowhere in the JSON", name)
		}
	}
}

// walk notes all fields of the messages in m, and those that are set.
func walk(m protoreflect.Message, fields, seen map[protoreflect.FullName]bool) {
	all := m.Descriptor().Fields()
	for i := range all.Len() {
		fields[all.Get(i).FullName()] = true
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		seen[f.FullName()] = true
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				walk(v.List().Get(i).Message(), fields, seen)
			}
		default:
			walk(v.Message(), fields, seen)
		}
		return true
	})
}

func TestEnumsAreThoseOfTheContract(t *testing.T) {
	names := map[string]map[int32]string{
		"SEVERITY_":   etalonv1.Finding_Severity_name,
		"CONFIDENCE_": etalonv1.Citation_Confidence_name,
		"OUTCOME_":    etalonv1.CitationFacts_Outcome_name,
	}
	for prefix, ours := range map[string][]string{"SEVERITY_": severityNames[:], "CONFIDENCE_": confidenceNames[:], "OUTCOME_": outcomeNames[:]} {
		for i, name := range ours {
			if want := names[prefix][int32(i)]; i > 0 && prefix+name != want {
				t.Errorf("%d is %s, the contract says %q", i, prefix+name, want)
			}
		}
		if len(ours) != len(names[prefix]) {
			t.Errorf("%s has %d values, the contract %d", prefix, len(ours), len(names[prefix]))
		}
	}
	if int(check.Error) != len(severityNames)-1 || int(citation.Certain) != len(confidenceNames)-1 {
		t.Error("a name is missing")
	}
}

func sameAsJSON(t testing.TB, reports []check.Report) {
	t.Helper()
	var fromYAML any
	if err := yaml.Unmarshal([]byte(written(t, YAML, reports, Options{})), &fromYAML); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(value(t, []byte(written(t, JSON, reports, Options{}))), value(t, data)); diff != "" {
		t.Errorf("YAML differs (-JSON +YAML):\n%s", diff)
	}
}

func TestYAMLSaysTheSameAsJSON(t *testing.T) {
	sameAsJSON(t, fixture(t))
	base := wordReport(t)
	rapid.Check(t, func(rt *rapid.T) {
		rep := base
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\u0085", "\u2028x", "\ufeff", "\ufffe", "\x7f", "- a\n b", "1.0", "null", "~", "𝒳", "\U000e0001", "\n\tx", "\tx\ny", " x\n", "\n\n x", "a\n\tb\n"})).Draw(rt, "text")
		rep.Document = &document.Document{Name: text, Format: document.Text, Notes: []string{text}}
		rep.Findings = []check.Finding{{Rule: check.RuleWithdrawn, Citation: -1, Text: text, Message: text, Replacement: text, Waived: text}}
		sameAsJSON(t, []check.Report{rep})
	})
}
