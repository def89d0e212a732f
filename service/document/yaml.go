package document

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxYAMLCheck bounds the YAML whose syntax is checked, for a note; the check
// cannot be stopped.
const maxYAMLCheck = 1 * mebibyte

// readYAML reads YAML: its text is the source. The scan for paths is tolerant,
// and aliases are not followed, so damaged and malicious YAML is read as well.
func readYAML(data []byte, b *budget) (*Document, error) {
	src, err := plainSource(data, b)
	if err != nil {
		return nil, err
	}
	scan := yamlScan{text: src.text, paths: &paths{text: src.text, most: b.blocks()}, b: b}
	if err := scan.lines(); err != nil {
		return nil, err
	}
	doc := src.document(YAML, func(offset int, place *Place) { place.Part = scan.paths.find(offset) })
	doc.Remarks = append(doc.Remarks, scan.paths.remarks()...)
	if len(src.text) <= maxYAMLCheck {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(src.text), &node); err != nil {
			doc.Remarks = append(doc.Remarks, fmt.Sprintf("this is no valid YAML (%s); it was read as it stands", strings.TrimPrefix(err.Error(), "yaml: ")))
		}
	}
	return doc, nil
}

// yamlScan goes through block YAML line by line and follows its indents.
type yamlScan struct {
	text  string
	paths *paths
	b     *budget

	levels []yamlLevel
	steps  int
}

// A yamlLevel is a mapping or a list of which we are within.
type yamlLevel struct {
	indent int
	list   bool
	items  int
	value  *pathNode // the key or item that is the latest
}

func (y *yamlScan) lines() error {
	for at := 0; at < len(y.text); {
		if y.steps++; y.steps%8192 == 0 {
			if err := y.b.stop(); err != nil {
				return err
			}
		}
		end, next := nextLine(y.text, at)
		line := y.text[at:end]
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...") || strings.HasPrefix(line, "%") {
			y.levels = y.levels[:0]
			y.paths.mark(at, nil)
			if !strings.HasPrefix(line, "--- ") {
				at = next
				continue
			}
			at += 4
			line = y.text[at:end]
		}
		lead := len(line) - len(strings.TrimLeft(line, " "))
		after, err := y.content(at+lead, lead, end)
		if err != nil {
			return err
		}
		at = max(after, next)
	}
	return nil
}

// content takes what stands on a line, from offset at, which is its column
// indent, to end. It gives the offset after it where it goes on over more
// lines, or 0.
func (y *yamlScan) content(at, indent, end int) (int, error) {
	for at < end && y.text[at] != '#' {
		if err := y.b.checkDepth(len(y.levels)); err != nil {
			return 0, err
		}
		line := y.text[at:end]
		if line == "-" || strings.HasPrefix(line, "- ") {
			y.item(at, indent)
			skip := 1 + len(line[1:]) - len(strings.TrimLeft(line[1:], " "))
			at, indent = at+skip, indent+skip
			continue
		}
		width, rest := yamlKey(line)
		if width == 0 {
			return y.value(at, end)
		}
		from, to := at, at+width
		if line[0] == '"' || line[0] == '\'' {
			from, to = from+1, to-1
		}
		y.key(at, from, to, indent)
		at += rest
		at += len(y.text[at:end]) - len(strings.TrimLeft(y.text[at:end], " \t"))
		return y.value(at, end)
	}
	return 0, nil
}

// item begins a value of a list.
func (y *yamlScan) item(at, indent int) {
	y.leave(indent, true)
	if top := y.top(); top == nil || !top.list || top.indent != indent {
		y.levels = append(y.levels, yamlLevel{indent: indent, list: true})
	}
	top := y.top()
	top.value = y.paths.item(y.parent(), at, top.items)
	top.items++
}

// key begins a value of a mapping; its text is text[from:to].
func (y *yamlScan) key(at, from, to, indent int) {
	y.leave(indent, false)
	if top := y.top(); top == nil || top.indent != indent {
		y.levels = append(y.levels, yamlLevel{indent: indent})
	}
	node := y.paths.key(y.parent(), from, to)
	y.top().value = node
}

// leave ends what is indented deeper, and a list beside a key: a list may be
// indented like the key that it is the value of.
func (y *yamlScan) leave(indent int, toList bool) {
	for top := y.top(); top != nil && (top.indent > indent || top.indent == indent && top.list && !toList); top = y.top() {
		y.levels = y.levels[:len(y.levels)-1]
	}
}

func (y *yamlScan) top() *yamlLevel {
	if len(y.levels) == 0 {
		return nil
	}
	return &y.levels[len(y.levels)-1]
}

// parent is the node that the top level is the value of.
func (y *yamlScan) parent() *pathNode {
	if len(y.levels) < 2 {
		return nil
	}
	return y.levels[len(y.levels)-2].value
}

// value takes a value that begins at offset at, on a line that ends at end. It
// gives the offset after it where it goes on over more lines.
func (y *yamlScan) value(at, end int) (int, error) {
	at = skipProperties(y.text, at, end)
	if at >= end {
		return 0, nil
	}
	var node *pathNode
	indent := -1
	if top := y.top(); top != nil {
		node, indent = top.value, top.indent
	}
	switch y.text[at] {
	case '|', '>':
		return y.blockScalar(end, indent), nil
	case '"', '\'':
		return y.lineAfter(closingQuote(y.text, at)), nil
	case '{', '[':
		scan := flow{text: y.text, paths: y.paths, b: y.b, yaml: true}
		after, err := scan.scan(at, node)
		y.paths.mark(after, node)
		return y.lineAfter(after), err
	}
	return 0, nil
}

func (y *yamlScan) lineAfter(at int) int {
	_, next := nextLine(y.text, min(at, len(y.text)))
	return next
}

// blockScalar gives the offset after the lines that are indented deeper.
func (y *yamlScan) blockScalar(end, indent int) int {
	for at := end + 1; at < len(y.text); {
		lineEnd, next := nextLine(y.text, at)
		line := y.text[at:lineEnd]
		bare := strings.TrimLeft(line, " ")
		if strings.TrimSpace(bare) != "" && len(line)-len(bare) <= indent {
			return at
		}
		at = next
	}
	return len(y.text)
}

// skipProperties leaves out a tag and an anchor before a value.
func skipProperties(text string, at, end int) int {
	for at < end && (text[at] == '!' || text[at] == '&') {
		word := strings.IndexByte(text[at:end], ' ')
		if word < 0 {
			return end
		}
		at += word
		at += len(text[at:end]) - len(strings.TrimLeft(text[at:end], " "))
	}
	return at
}

// yamlKey gives the width of the key that line begins with, quotes included,
// and of what stands before its value. Both are 0 where there is no key.
func yamlKey(line string) (width, rest int) {
	if line[0] == '"' || line[0] == '\'' {
		width = closingQuote(line, 0) + 1
		if width > len(line) {
			return 0, 0
		}
		gap := len(line[width:]) - len(strings.TrimLeft(line[width:], " "))
		if !strings.HasPrefix(line[width+gap:], ":") {
			return 0, 0
		}
		return width, width + gap + 1
	}
	if strings.IndexByte("[{|>!&*%@`#", line[0]) >= 0 {
		return 0, 0
	}
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '#' && i > 0 && line[i-1] == ' ':
			return 0, 0
		case line[i] == ':' && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t'):
			return len(strings.TrimRight(line[:i], " ")), i + 1
		}
	}
	return 0, 0
}
