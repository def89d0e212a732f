package strictyaml

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

// Form says how a kind of file is spoken of, and what it may hold.
type Form struct {
	Name     string // of the file in messages, such as "etalon.yaml"
	MaxBytes int
	// Empty is what is said of a file with nothing in it; "": it may be empty.
	Empty string
	// NoAnchors is what is said of anchors and aliases. "": anchors that
	// nothing refers to are let pass, and aliases have a message of their own.
	NoAnchors string
	// Verbatim leaves texts as they are for their parsers to judge. Otherwise
	// space around them is dropped and control characters are problems.
	Verbatim bool
	// Mapping is what to call a mapping where one is wanted; "": "a mapping of
	// fields".
	Mapping string
	// Brief leaves out of messages what stands there instead of what is
	// wanted, and that it is a field that is given twice.
	Brief bool
	// Sentinel is the error whose text is dropped in front of what parsers
	// say; nil: none.
	Sentinel error
}

// Reader walks a document and collects what is wrong with it. It is for one
// document and one goroutine.
type Reader struct {
	Form Form
	// Mappings, where set, takes the fields of every kind of mapping that is
	// read, so that tests can compare them with a schema.
	Mappings map[string][]string

	problems []Problem
	more     int // problems beyond MaxProblems
}

// Report adds a problem of a place; of the file for the zero Node.
func (r *Reader) Report(n Node, format string, args ...any) {
	if len(r.problems) == MaxProblems {
		r.more++
		return
	}
	p := Problem{Field: n.Path, Message: fmt.Sprintf(format, args...)}
	if n.Node != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	r.problems = append(r.problems, p)
}

// ReportLine adds a problem of a line, from 1; of the file for 0.
func (r *Reader) ReportLine(line int, format string, args ...any) {
	n := Node{}
	if line > 0 {
		n.Node = &yaml.Node{Line: line, Column: 1}
	}
	r.Report(n, format, args...)
}

// Problems are those found, in the order of the file, at most MaxProblems and
// one that counts the rest. None: the file is right.
func (r *Reader) Problems() []Problem {
	problems := slices.Clone(r.problems)
	Sort(problems)
	if r.more > 0 {
		problems = append(problems, Problem{Message: fmt.Sprintf("and %d more problems", r.more)})
	}
	return problems
}

// Document is the root of the one document in data; false if there is none to
// read, which is no problem where the form may be empty.
func (r *Reader) Document(data []byte) (Node, bool) {
	if len(data) > r.Form.MaxBytes {
		r.Report(Node{}, "%s has %d bytes, at most %d are allowed", r.Form.Name, len(data), r.Form.MaxBytes)
		return Node{}, false
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.empty()
		return Node{}, false
	case err != nil:
		r.syntax(err)
		return Node{}, false
	}
	if err := dec.Decode(&second); err == nil {
		r.Report(Node{Node: &second}, "%s holds one document; remove the second", r.Form.Name)
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.empty()
		return Node{}, false
	}
	root := Node{Node: doc.Content[0]}
	return root, !root.IsNull() || r.Form.Empty != ""
}

func (r *Reader) empty() {
	if r.Form.Empty != "" {
		r.Report(Node{}, "%s", r.Form.Empty)
	}
}

var syntaxLine = regexp.MustCompile(`^yaml: line (\d+): (?s:(.*))$`)

// syntax reports an error of the YAML parser, which gives a line alone.
func (r *Reader) syntax(err error) {
	line, message := 0, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := syntaxLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	r.ReportLine(line, "not YAML: %s", message)
}

// Field is one field of a mapping and what reads its value.
type Field struct {
	name     string
	required bool
	read     func(Node)
}

// Required is a field that a mapping must have.
func Required(name string, read func(Node)) Field { return Field{name, true, read} }

// Optional is a field that a mapping may have.
func Optional(name string, read func(Node)) Field { return Field{name, false, read} }

// Mapping reads a mapping. Unknown, repeated, missing and empty fields are
// problems; what names the kind of mapping for people. It is false where the
// node is no mapping.
func (r *Reader) Mapping(n Node, what string, fields ...Field) bool {
	return r.mapping(n, what, keyWords{"field", what}, fields)
}

// Keyed is Mapping for one whose keys are not called fields: key is what one
// is, in names what it is in.
func (r *Reader) Keyed(n Node, what, key, in string, entries ...Field) bool {
	return r.mapping(n, what, keyWords{key, in}, entries)
}

// keyWords are how the keys of a mapping are spoken of: "field" in "release".
type keyWords struct{ key, in string }

func (r *Reader) mapping(n Node, what string, words keyWords, fields []Field) bool {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if r.Mappings != nil {
		r.Mappings[what] = names
	}
	if !r.kind(n, yaml.MappingNode, cmp.Or(r.Form.Mapping, kindText(yaml.MappingNode))) {
		return false
	}
	seen := make(map[string]int, len(n.Content)/2)
	for key, value := range n.Entries() {
		if !key.IsText() {
			r.Report(key, "the name of a %s wants to be a word", words.key)
			continue
		}
		at := slices.Index(names, key.Value)
		if at < 0 {
			r.unknown(key, words, names)
			continue
		}
		if line, twice := seen[key.Value]; twice {
			r.twice(key, words, line)
			continue
		}
		seen[key.Value] = key.Line
		if value.IsNull() {
			r.Report(value, "has no value; give one or remove the field")
			continue
		}
		fields[at].read(value)
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; f.required && !ok {
			r.Report(n, "%s %q is missing in this %s", words.key, f.name, words.in)
		}
	}
	return true
}

func (r *Reader) unknown(key Node, words keyWords, names []string) {
	hint := "known are " + strings.Join(names, ", ")
	if near, ok := spelling.Nearest(key.Value, names); ok {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	r.Report(key, "%s %q is unknown in this %s; %s", words.key, Clip(key.Value), words.in, hint)
}

func (r *Reader) twice(key Node, words keyWords, line int) {
	subject := words.key + " "
	if r.Form.Brief {
		subject = ""
	}
	r.Report(key, "%s%q is given twice, first in line %d", subject, key.Value, line)
}

// List reads a sequence, item by item; empty items are problems.
func (r *Reader) List(n Node, item func(Node)) {
	if !r.kind(n, yaml.SequenceNode, "a list") {
		return
	}
	for i := range n.Content {
		child := n.item(i)
		if child.IsNull() {
			r.Report(child, "is empty; give a value or remove the item")
			continue
		}
		item(child)
	}
}

// Text reads a scalar as it is written: 1.10 stays "1.10". Nothing is a
// problem.
func (r *Reader) Text(n Node) (string, bool) {
	if !r.kind(n, yaml.ScalarNode, "a text") {
		return "", false
	}
	s := n.Value
	if !r.Form.Verbatim {
		s = strings.TrimSpace(s)
	}
	if s == "" {
		r.Report(n, "is empty; give a text or remove the field")
		return "", false
	}
	if i := strings.IndexFunc(s, isControl); i >= 0 && !r.Form.Verbatim {
		r.Report(n, "holds the control character %q", s[i])
		return "", false
	}
	return s, true
}

func isControl(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f }

// Value reads a text and parses it.
func Value[T any](r *Reader, n Node, parse func(string) (T, error)) (v T, ok bool) {
	s, ok := r.Text(n)
	if !ok {
		return v, false
	}
	v, err := parse(s)
	if err != nil {
		r.Report(n, "%s", r.plain(err))
		return v, false
	}
	return v, true
}

// Into is a reader of a field that parses it into dst.
func Into[T any](r *Reader, dst *T, parse func(string) (T, error)) func(Node) {
	return func(n Node) {
		if v, ok := Value(r, n, parse); ok {
			*dst = v
		}
	}
}

// TextInto is a reader of a field that takes it as written.
func TextInto(r *Reader, dst *string) func(Node) {
	return Into(r, dst, func(s string) (string, error) { return s, nil })
}

func (r *Reader) plain(err error) string {
	if r.Form.Sentinel == nil {
		return err.Error()
	}
	return strings.TrimPrefix(err.Error(), r.Form.Sentinel.Error()+": ")
}

// WantMapping reports a node that is no mapping; form says what is wanted,
// such as "a mapping of tags to versions".
func (r *Reader) WantMapping(n Node, form string) bool {
	return r.kind(n, yaml.MappingNode, form)
}

// kind reports a node of another kind than wanted. Aliases are refused: they
// can make a small file endless.
func (r *Reader) kind(n Node, want yaml.Kind, form string) bool {
	switch anchors := n.Kind == yaml.AliasNode || n.Anchor != ""; {
	case anchors && r.Form.NoAnchors != "":
		r.Report(n, "%s", r.Form.NoAnchors)
	case n.Kind == want:
		return true
	case n.Kind == yaml.AliasNode:
		r.Report(n, "is an alias (*%s); write the value out", Clip(n.Value))
	case r.Form.Brief:
		r.Report(n, "wants %s", form)
	default:
		r.Report(n, "wants %s, is %s", form, kindText(n.Kind))
	}
	return false
}
