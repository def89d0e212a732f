package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const (
	// maxYAML bounds the YAML that is changed, in bytes.
	maxYAML = 4 << 20
	// maxParsed bounds what is parsed to find the edits that can be made, in
	// bytes; each try parses the whole file, or text of a JSON file.
	maxParsed = 8 << 20
)

// yamlKeeper lets through edits after which the file still parses, to the same
// structure with the same values, but for texts in which what was meant is
// replaced. Edits in comments are fine too. Where edits together are not, each
// half is tried.
func yamlKeeper(src []byte, maxParsed int) keeper {
	return func(edits []Edit) map[int]string {
		if len(src) > maxYAML {
			return all(edits, "the file is too large to be changed without damage")
		}
		before, err := yamlScalars(src)
		if err != nil {
			return all(edits, "the file is no valid YAML")
		}
		y := &yamlCheck{src: src, before: before, reasons: map[int]string{}, left: maxParsed}
		var kept []int
		for i := range edits {
			kept = append(kept, i)
		}
		kept = y.halve(edits, kept)
		// Halves that are fine apart are mostly fine together.
		if len(kept) > 0 && len(kept) < len(edits) && !y.fine(edits, kept) {
			return all(edits, "it would change the structure of the file")
		}
		return y.reasons
	}
}

type yamlCheck struct {
	src     []byte
	before  []yamlScalar
	reasons map[int]string
	left    int // bytes that may still be parsed
}

// halve gives those of the edits that can be made.
func (y *yamlCheck) halve(edits []Edit, at []int) []int {
	switch {
	case len(at) == 0:
		return nil
	case y.left < 0:
		for _, i := range at {
			y.reasons[i] = "too many others would change the structure of the file"
		}
		return nil
	case y.fine(edits, at):
		return at
	case len(at) == 1:
		y.reasons[at[0]] = "it would change the structure of the file"
		return nil
	}
	half := len(at) / 2
	return append(y.halve(edits, at[:half:half]), y.halve(edits, at[half:])...)
}

// fine says whether the edits leave all as it was, but for what they replace.
func (y *yamlCheck) fine(edits []Edit, at []int) bool {
	var some []Edit
	for _, i := range at {
		some = append(some, edits[i])
	}
	y.left -= len(y.src)
	after, err := yamlScalars(Apply(y.src, some))
	if err != nil || len(after) != len(y.before) {
		return false
	}
	next := 0 // of the edits
	for i, old := range y.before {
		// The edits that belong here begin before the next scalar does.
		first := next
		for next < len(some) && (i+1 == len(y.before) || y.before[i+1].start > some[next].From) {
			next++
		}
		if !old.becomes(after[i], some[first:next]) {
			return false
		}
	}
	return true
}

// yamlScalar is a node of a YAML stream, by what must not change.
type yamlScalar struct {
	shape string // kind, tag, anchor, style and depth
	value string
	key   bool
	start int // byte of the file
}

// becomes says whether the edits make now of s.
func (s yamlScalar) becomes(now yamlScalar, edits []Edit) bool {
	if s.shape != now.shape || s.key != now.key {
		return false
	}
	if s.value == now.value {
		return true
	}
	if s.key {
		return false
	}
	// Line ends within a text may be folded, so white space is compared as
	// one space.
	rest, want := oneSpace(s.value), oneSpace(now.value)
	var b strings.Builder
	for _, e := range edits {
		head, tail, ok := strings.Cut(rest, oneSpace(e.Old))
		if !ok {
			continue // it stands in a comment behind
		}
		b.WriteString(head)
		b.WriteString(e.New)
		rest = tail
	}
	return b.String()+rest == want
}

func oneSpace(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// yamlScalars lists the nodes of a stream in the order of the file.
func yamlScalars(src []byte) ([]yamlScalar, error) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	lister := &yamlLister{cursor: newCursor(src)}
	for {
		var doc yaml.Node
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			return lister.nodes, nil
		} else if err != nil {
			return nil, err
		}
		lister.add(&doc, 0, false)
	}
}

type yamlLister struct {
	nodes  []yamlScalar
	cursor *cursor
}

func (l *yamlLister) add(n *yaml.Node, depth int, key bool) {
	shape := fmt.Sprint(depth, " ", n.Kind, " ", n.Style, " ", n.Tag, " ", n.Anchor)
	l.nodes = append(l.nodes, yamlScalar{shape: shape, value: n.Value, key: key, start: l.cursor.offset(n.Line, n.Column)})
	if n.Kind == yaml.AliasNode {
		return // its content is elsewhere
	}
	for i, c := range n.Content {
		l.add(c, depth+1, n.Kind == yaml.MappingNode && i%2 == 0)
	}
}

// cursor leads from lines and columns, which count characters, to bytes. It is
// fast where it is asked in the order of the file.
type cursor struct {
	src              []byte
	lines            []int // where each begins
	line, column, at int   // what it was asked last, and the answer
}

func newCursor(src []byte) *cursor {
	first := 0
	if bytes.HasPrefix(src, byteOrderMark) {
		first = len(byteOrderMark)
	}
	c := &cursor{src: src, lines: []int{first}}
	for i, b := range src {
		if b == '\n' || b == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			c.lines = append(c.lines, i+1)
		}
	}
	return c
}

// offset is the byte at which a character stands; of none the nearest before.
func (c *cursor) offset(line, column int) int {
	switch {
	case line < 1:
		return 0
	case line > len(c.lines):
		return len(c.src)
	case line != c.line || column < c.column:
		c.line, c.column, c.at = line, 1, c.lines[line-1]
	}
	for ; c.column < column && c.at < len(c.src); c.column++ {
		_, size := utf8.DecodeRune(c.src[c.at:])
		c.at += size
	}
	return c.at
}
