package lockfile

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

const (
	// MaxBytes bounds a lock.
	MaxBytes = 16 << 20
	// maxProblems bounds how many problems are reported at once.
	maxProblems = 100
)

// reader walks a YAML document and collects what is wrong with it.
type reader struct {
	problems Problems
	// mappings, where set, takes the fields of every kind of mapping that is
	// read; a test compares them with the schema.
	mappings map[string][]string
}

// field is one field of a mapping and what reads it.
type field struct {
	name     string
	required bool
	read     func(*yaml.Node)
}

func (r *reader) report(n *yaml.Node, format string, args ...any) {
	p := Problem{Message: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	r.problems = append(r.problems, p)
}

// document parses data into the root of its one document; nil if there is
// none to read.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > MaxBytes {
		r.report(nil, "%s has %d bytes, at most %d are allowed", FileName, len(data), MaxBytes)
		return nil
	}
	if r.conflicts(data) {
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.report(nil, "%s is empty; write it with \"etalon lock\"", FileName)
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	if err := dec.Decode(&second); err == nil {
		r.report(&second, "%s holds one document; remove the second", FileName)
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.report(nil, "%s is empty; write it with \"etalon lock\"", FileName)
		return nil
	}
	return doc.Content[0]
}

// conflicts reports what a merge left behind, which is a likelier cause than
// wrong YAML.
func (r *reader) conflicts(data []byte) bool {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if bytes.HasPrefix(text, []byte("<<<<<<< ")) || bytes.HasPrefix(text, []byte(">>>>>>> ")) {
			r.problems = append(r.problems, Problem{Line: line, Column: 1, Message: "a merge left a conflict here; keep either side and run \"etalon lock\" again"})
		}
	}
	return len(r.problems) > 0
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

// mapping reads a mapping. Unknown, repeated and missing fields are problems;
// what names the kind of mapping for people.
func (r *reader) mapping(n *yaml.Node, what string, fields ...field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if r.mappings != nil {
		r.mappings[what] = names
	}
	if !r.kind(n, yaml.MappingNode, "a mapping of fields") {
		return
	}
	seen := make(map[string]int, len(fields))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := -1
		for j, name := range names {
			if key.Kind == yaml.ScalarNode && key.Value == name {
				at = j
			}
		}
		if at < 0 {
			r.unknown(key, what, names)
			continue
		}
		if line, ok := seen[key.Value]; ok {
			r.report(key, "field %q is given twice, first in line %d", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		fields[at].read(value)
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; f.required && !ok {
			r.report(n, "field %q is missing in this %s", f.name, what)
		}
	}
}

func (r *reader) unknown(key *yaml.Node, what string, names []string) {
	if near, ok := spelling.Nearest(key.Value, names); ok {
		r.report(key, "field %q is unknown in this %s; did you mean %q?", clip(key.Value), what, near)
		return
	}
	r.report(key, "field %q is unknown in this %s; known are %s", clip(key.Value), what, strings.Join(names, ", "))
}

// kind reports a node of another kind than wanted. Aliases are refused: they
// can make a small file endless.
func (r *reader) kind(n *yaml.Node, want yaml.Kind, form string) bool {
	switch {
	case n.Kind == want && n.Anchor == "":
		return true
	case n.Anchor != "" || n.Kind == yaml.AliasNode:
		r.report(n, "anchors and aliases have no place in a lock; write the value out")
	default:
		r.report(n, "wants %s", form)
	}
	return false
}

func (r *reader) list(item func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if !r.kind(n, yaml.SequenceNode, "a list") {
			return
		}
		for _, c := range n.Content {
			item(c)
		}
	}
}

// into reads a scalar as it is written ("1.10" stays that) and parses it.
func into[T any](r *reader, dst *T, parse func(string) (T, error)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if !r.kind(n, yaml.ScalarNode, "a text") {
			return
		}
		if n.Value == "" || n.Tag == "!!null" {
			r.report(n, "has no value; give one or remove the field")
			return
		}
		v, err := parse(n.Value)
		if err != nil {
			r.report(n, "%s", plain(err))
			return
		}
		*dst = v
	}
}

func parseTrue(s string) (bool, error) {
	if s != "true" {
		return false, fmt.Errorf("wants true; remove the field where it is not so")
	}
	return true, nil
}

func parseUint(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, fmt.Errorf("%q is no number from 0", clip(s))
	}
	return n, nil
}
