package cli

import (
	"bytes"
	"encoding/json"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestYAMLIsReadBack: what JSON says, YAML says too, whatever is in a text.
func TestYAMLIsReadBack(t *testing.T) {
	for _, text := range []string{"", "plain", "yes", "1.0", "two\nlines", "line\n\ttab", "\ttab", "trailing \n", "a: b # c", "\x00\x7f", "é\u2028", "- x", "'\""} {
		want := map[string]any{"text": text}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := writeYAML(&out, b); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := yaml.Unmarshal(out.Bytes(), &got); err != nil || got["text"] != text {
			t.Errorf("%q was written as %q, which reads as %q, %v", text, out.String(), got["text"], err)
		}
	}
}
