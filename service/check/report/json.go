package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/check"
)

// writeJSON writes one object: the documents, each as CheckDocument of the
// public contract answers, and the notice.
func writeJSON(w io.Writer, reports []check.Report, _ Options) error {
	m := documentsMessage{Documents: []responseMessage{}, Notice: check.Notice}
	for _, rep := range reports {
		m.Documents = append(m.Documents, message(rep))
	}
	b, err := indented(m)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// writeYAML writes the same as writeJSON.
func writeYAML(w io.Writer, reports []check.Report, opts Options) error {
	var b bytes.Buffer
	if err := writeJSON(&b, reports, opts); err != nil {
		return err
	}
	var n yaml.Node // keeps the order of the keys
	if err := yaml.Unmarshal(b.Bytes(), &n); err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	plain(&n)
	b.Reset()
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(&n), enc.Close()); err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	_, err := w.Write(escaped(b.String()))
	return err
}

// plain drops the styles that came from JSON, but for quotes where escapes are
// needed: the encoder's block style loses tabs at the beginning of lines.
func plain(n *yaml.Node) {
	n.Style = 0
	if strings.ContainsFunc(n.Value, func(r rune) bool { return r < ' ' || unseen(r) }) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		plain(c)
	}
}

// indented is v as JSON for people and programs. What is no visible character
// is escaped, so that a terminal shows it, and so that YAML takes it.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escaped(b.String()), nil
}

// escaped is text of JSON or YAML with escapes for what nobody sees, which
// only stands between double quotes there.
func escaped(s string) []byte {
	var out bytes.Buffer
	for _, r := range s {
		if unseen(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.Bytes()
}

// unseen: characters of the basic plane that show nothing, or turn the
// direction of writing.
func unseen(r rune) bool { return r >= 0x7f && r <= 0xffff && !unicode.IsGraphic(r) }
