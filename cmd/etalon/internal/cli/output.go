package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// format is how a command prints its data.
type format string

// The formats. JSON is a contract: the messages of the public API.
const (
	formatText format = "text"
	formatJSON format = "json"
	formatYAML format = "yaml"
)

func (f *format) String() string {
	if *f == "" {
		return string(formatText)
	}
	return string(*f)
}

// Set is part of the flag's contract.
func (f *format) Set(s string) error {
	switch v := format(strings.ToLower(s)); v {
	case formatText, formatJSON, formatYAML:
		*f = v
		return nil
	}
	return fmt.Errorf("%q is none of text, json, yaml", s)
}

// Type is part of the flag's contract.
func (f *format) Type() string { return "format" }

// text says whether people are to read the output.
func (a *app) text() bool { return a.format == "" || a.format == formatText }

// print writes a message as the user wants it; text writes the text form.
func (a *app) print(m proto.Message, text func(io.Writer)) error {
	if a.text() {
		var b bytes.Buffer
		text(&b)
		_, err := a.Out.Write(b.Bytes())
		return err
	}
	b, err := messageJSON(m)
	if err != nil {
		return err
	}
	return a.printJSON(b)
}

// printJSON writes JSON, indented, or the same as YAML.
func (a *app) printJSON(b []byte) error {
	if a.format == formatYAML {
		return writeYAML(a.Out, b)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err := a.Out.Write(out.Bytes())
	return err
}

// printLine writes a message of a stream: one line of JSON, or a YAML
// document.
func (a *app) printLine(m proto.Message, text func(io.Writer)) error {
	if a.text() {
		return a.print(m, text)
	}
	b, err := messageJSON(m)
	if err != nil {
		return err
	}
	if a.format == formatYAML {
		if _, err := io.WriteString(a.Out, "---\n"); err != nil {
			return err
		}
		return writeYAML(a.Out, b)
	}
	_, err = a.Out.Write(append(b, '\n'))
	return err
}

// messageJSON is a message's JSON without white space: protojson's own varies
// from build to build on purpose.
func messageJSON(m proto.Message) ([]byte, error) {
	b, err := protojson.MarshalOptions{UseProtoNames: false}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeYAML(w io.Writer, b []byte) error {
	// JSON takes a delete character as it is, YAML doesn't.
	b = bytes.ReplaceAll(b, []byte{0x7f}, []byte(`\u007f`))
	var n yaml.Node // keeps the order of the keys
	if err := yaml.Unmarshal(b, &n); err != nil {
		return err
	}
	plain(&n)
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	return errors.Join(enc.Encode(&n), enc.Close())
}

// plain drops the styles that came from JSON, but for strings with control
// characters other than line breaks: some of them in a block can't be read
// back.
func plain(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		if n.SetString(n.Value); strings.ContainsFunc(n.Value, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			n.Style = yaml.DoubleQuotedStyle
		}
	}
	for _, c := range n.Content {
		plain(c)
	}
}

// fields prints names and values, leaving out what is empty.
func fields(w io.Writer, pairs ...string) {
	width := 0
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			width = max(width, lipgloss.Width(pairs[i]))
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		if v := pairs[i+1]; v != "" {
			pad := strings.Repeat(" ", width-lipgloss.Width(pairs[i])+2)
			lines := strings.ReplaceAll(strings.TrimSpace(v), "\n", "\n"+strings.Repeat(" ", width+2))
			fmt.Fprintln(w, pairs[i]+pad+lines)
		}
	}
}
