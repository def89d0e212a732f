package check

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/spelling"
)

// Limits of a configuration.
const (
	maxConfigBytes    = 1 << 20
	maxConfigProblems = 100
)

// ConfigProblem is one thing that is wrong with a configuration.
type ConfigProblem struct {
	Line, Column int    // from 1; 0: the file as a whole
	Field        string // such as "waivers[2].until"; may be empty
	Message      string
}

// String is the problem in one line.
func (p ConfigProblem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", p.Line, p.Column)
	}
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	return b.String() + p.Message
}

// ConfigProblems is every problem of a configuration, in the order of the
// file. It wraps ErrConfig.
type ConfigProblems []ConfigProblem

// Error has one problem a line.
func (ps ConfigProblems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is(err, ErrConfig) hold.
func (ps ConfigProblems) Unwrap() error { return ErrConfig }

// configReader walks a configuration and collects what is wrong with it.
type configReader struct {
	problems ConfigProblems
	more     int
	// fields, where set, takes the fields of every kind of mapping that is
	// read; a test compares them with the schema.
	fields map[string][]string
}

// configNode is a YAML node with its path from the root.
type configNode struct {
	*yaml.Node
	path string
}

// configField is one field of a mapping and what reads it.
type configField struct {
	name     string
	required bool
	read     func(configNode)
}

func (r *configReader) report(n configNode, format string, args ...any) {
	if len(r.problems) == maxConfigProblems {
		r.more++
		return
	}
	p := ConfigProblem{Field: n.path, Message: fmt.Sprintf(format, args...)}
	if n.Node != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	r.problems = append(r.problems, p)
}

func (r *configReader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b ConfigProblem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if r.more > 0 {
		r.problems = append(r.problems, ConfigProblem{Message: fmt.Sprintf("and %d more problems", r.more)})
	}
	return r.problems
}

// document is the root of the one document; false where the file is empty or
// cannot be read.
func (r *configReader) document(data []byte) (configNode, bool) {
	if len(data) > maxConfigBytes {
		r.report(configNode{}, "the file has %d bytes, at most %d are allowed", len(data), maxConfigBytes)
		return configNode{}, false
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return configNode{}, false
	case err != nil:
		r.syntax(err)
		return configNode{}, false
	}
	if err := dec.Decode(&second); err == nil {
		r.report(configNode{Node: &second}, "the file holds one document; remove the second")
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return configNode{}, false
	}
	root := configNode{Node: doc.Content[0]}
	return root, !root.null()
}

var configSyntax = regexp.MustCompile(`^yaml: line (\d+): (?s:(.*))$`)

// syntax reports an error of the YAML parser, which gives a line alone.
func (r *configReader) syntax(err error) {
	p := ConfigProblem{Message: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := configSyntax.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Column, p.Message = 1, "not YAML: "+m[2]
	}
	r.problems = append(r.problems, p)
}

// mapping reads a mapping. Unknown, repeated, missing and empty fields are
// problems.
func (r *configReader) mapping(n configNode, what string, fields ...configField) {
	if r.fields != nil {
		for _, f := range fields {
			r.fields[what] = append(r.fields[what], f.name)
		}
	}
	if !r.kind(n, yaml.MappingNode, "a mapping") {
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := configNode{n.Content[i], n.path}
		name := key.Value
		at := slices.IndexFunc(fields, func(f configField) bool { return f.name == name })
		switch line, twice := seen[name]; {
		case key.Kind != yaml.ScalarNode || at < 0:
			r.report(key, "%s", unknownField(what, name, fields))
			continue
		case twice:
			r.report(key, "%q is given twice, first in line %d", name, line)
			continue
		}
		seen[name] = key.Line
		value := configNode{n.Content[i+1], strings.TrimPrefix(n.path+"."+name, ".")}
		if value.null() {
			r.report(value, "has no value; give one or remove the field")
			continue
		}
		fields[at].read(value)
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; f.required && !ok {
			r.report(n, "field %q is missing in this %s", f.name, what)
		}
	}
}

func unknownField(what, got string, fields []configField) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	kind := "field"
	if what == "rules" {
		kind, what = "rule", "configuration"
	}
	msg := fmt.Sprintf("%s %q is unknown in this %s", kind, clip(got), what)
	if near, ok := spelling.Nearest(got, names); ok {
		return msg + fmt.Sprintf("; did you mean %q?", near)
	}
	return msg + "; known are " + strings.Join(names, ", ")
}

// list reads a sequence, item by item.
func (r *configReader) list(n configNode, item func(configNode)) {
	if !r.kind(n, yaml.SequenceNode, "a list") {
		return
	}
	for i, c := range n.Content {
		child := configNode{c, fmt.Sprintf("%s[%d]", n.path, i)}
		if child.null() {
			r.report(child, "is empty; give a value or remove the item")
			continue
		}
		item(child)
	}
}

// text reads a scalar as it is written.
func (r *configReader) text(n configNode) (string, bool) {
	if !r.kind(n, yaml.ScalarNode, "a text") {
		return "", false
	}
	s := strings.TrimSpace(n.Value)
	switch {
	case s == "":
		r.report(n, "is empty; give a text or remove the field")
		return "", false
	case strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f }):
		r.report(n, "holds a control character")
		return "", false
	}
	return s, true
}

// kind reports a node of another kind than wanted. Aliases are refused: they
// can make a small file endless.
func (r *configReader) kind(n configNode, want yaml.Kind, form string) bool {
	switch n.Kind {
	case want:
		return true
	case yaml.AliasNode:
		r.report(n, "is an alias (*%s); write the value out", clip(n.Value))
	default:
		r.report(n, "wants %s", form)
	}
	return false
}

func (n configNode) isText() bool { return n.Kind == yaml.ScalarNode }

func (n configNode) null() bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
