package release

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/spelling"
)

// MaxFileBytes bounds a manifest or catalogue file.
const MaxFileBytes = 16 << 20

// maxProblems bounds how many problems are reported at once.
const maxProblems = 100

// reader walks a YAML document and collects what is wrong with it.
type reader struct {
	problems Problems
	more     int // problems beyond maxProblems
	// mappings, where set, takes the fields of every kind of mapping that is
	// read; the tests compare them with the schema.
	mappings map[string][]string
}

// node is a YAML node with its place in the document.
type node struct {
	*yaml.Node
	field string // path from the root; empty: the root
}

// field is one field of a mapping and what reads it.
type field struct {
	name     string
	required bool
	read     func(node)
}

func (r *reader) report(n node, format string, args ...any) {
	if len(r.problems) == maxProblems {
		r.more++
		return
	}
	p := Problem{Field: n.field, Message: fmt.Sprintf(format, args...)}
	if n.Node != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	r.problems = append(r.problems, p)
}

// err is the outcome of the walk.
func (r *reader) err() error {
	err := r.problems.err()
	if r.more > 0 {
		return append(r.problems, Problem{Message: fmt.Sprintf("and %d more problems", r.more)})
	}
	return err
}

// document parses data into its one document; false if there is none to read.
func (r *reader) document(data []byte, what string) (node, bool) {
	if len(data) > MaxFileBytes {
		r.report(node{}, "%s has %d bytes, at most %d are allowed", what, len(data), MaxFileBytes)
		return node{}, false
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.report(node{}, "%s is empty", what)
		return node{}, false
	case err != nil:
		r.syntax(err)
		return node{}, false
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		r.report(node{Node: &second}, "%s holds one document; remove the second", what)
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.report(node{}, "%s is empty", what)
		return node{}, false
	}
	return node{Node: doc.Content[0]}, true
}

var syntaxLine = regexp.MustCompile(`^yaml: line (\d+): (?s:(.*))$`)

// syntax reports an error of the YAML parser, which gives a line alone.
func (r *reader) syntax(err error) {
	p := Problem{Message: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := syntaxLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Column = 1
		p.Message = "not YAML: " + m[2]
	}
	r.problems = append(r.problems, p)
}

// mapping reads a mapping. Unknown, repeated, missing and null fields are
// problems; what names the kind of mapping for people.
func (r *reader) mapping(n node, what string, fields ...field) bool {
	r.note(what, fields)
	if !r.kind(n, yaml.MappingNode, "a mapping of fields") {
		return false
	}
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := node{key, n.field}
		if key.Kind != yaml.ScalarNode {
			r.report(at, "the name of a field wants to be a word")
			continue
		}
		f := find(fields, key.Value)
		if f == nil {
			r.report(at, "%s", unknownField(what, key.Value, fields))
			continue
		}
		if line, ok := seen[f.name]; ok {
			r.report(at, "field %q is given twice, first in line %d", f.name, line)
			continue
		}
		seen[f.name] = key.Line
		child := node{value, join(n.field, f.name)}
		if isNull(value) {
			r.report(child, "has no value; give one or remove the field")
			continue
		}
		f.read(child)
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; f.required && !ok {
			r.report(n, "field %q is missing in this %s", f.name, what)
		}
	}
	return true
}

func (r *reader) note(what string, fields []field) {
	if r.mappings == nil {
		return
	}
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	r.mappings[what] = names
}

func find(fields []field, name string) *field {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

func unknownField(what, got string, fields []field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	msg := fmt.Sprintf("field %q is unknown in this %s", clip(got), what)
	if near, ok := spelling.Nearest(got, names); ok {
		return msg + fmt.Sprintf("; did you mean %q?", near)
	}
	return msg + "; known are " + strings.Join(names, ", ")
}

// list reads a sequence, item by item.
func (r *reader) list(n node, item func(node)) {
	if !r.kind(n, yaml.SequenceNode, "a list") {
		return
	}
	for i, c := range n.Content {
		child := node{c, fmt.Sprintf("%s[%d]", n.field, i)}
		if isNull(c) {
			r.report(child, "is empty; give a value or remove the item")
			continue
		}
		item(child)
	}
}

// text reads a scalar as it is written: 1.10 stays "1.10". Space around it is
// dropped and nothing is a problem.
func (r *reader) text(n node) (string, bool) {
	if !r.kind(n, yaml.ScalarNode, "a text") {
		return "", false
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		r.report(n, "is empty; give a text or remove the field")
		return "", false
	}
	if i := strings.IndexFunc(s, isControl); i >= 0 {
		r.report(n, "holds the control character %q", s[i])
		return "", false
	}
	return s, true
}

func isControl(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f }

// value reads a text and parses it.
func value[T any](r *reader, n node, parse func(string) (T, error)) (v T, ok bool) {
	s, ok := r.text(n)
	if !ok {
		return v, false
	}
	v, err := parse(s)
	if err != nil {
		r.report(n, "%s", plain(err))
		return v, false
	}
	return v, true
}

// into is a reader of a field that parses it into dst.
func into[T any](r *reader, dst *T, parse func(string) (T, error)) func(node) {
	return func(n node) {
		if v, ok := value(r, n, parse); ok {
			*dst = v
		}
	}
}

// textInto is a reader of a field that takes it as written.
func textInto(r *reader, dst *string) func(node) {
	return into(r, dst, func(s string) (string, error) { return s, nil })
}

// listInto is a reader of a list of distinct parsed values.
func listInto[T comparable](r *reader, dst *[]T, parse func(string) (T, error)) func(node) {
	return func(n node) {
		seen := map[T]int{}
		r.list(n, func(n node) {
			v, ok := value(r, n, parse)
			if !ok {
				return
			}
			if line, dup := seen[v]; dup {
				r.report(n, "%q is given twice, first in line %d", n.Value, line)
				return
			}
			seen[v] = n.Line
			*dst = append(*dst, v)
		})
	}
}

// kind reports a node of another kind than wanted. Aliases are refused: they
// can make a small file endless.
func (r *reader) kind(n node, want yaml.Kind, form string) bool {
	switch {
	case n.Kind == want:
		return true
	case n.Kind == yaml.AliasNode:
		r.report(n, "is an alias (*%s); write the value out", clip(n.Value))
	default:
		r.report(n, "wants %s, is %s", form, kindText(n.Kind))
	}
	return false
}

func kindText(k yaml.Kind) string {
	switch k {
	case yaml.MappingNode:
		return "a mapping of fields"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a text"
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
