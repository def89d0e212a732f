package document

import "strings"

// flow scans JSON, and the part of YAML that looks like it. It takes whatever
// comes: brackets that do not match and values with no quotes as well.
type flow struct {
	text  string
	paths *paths
	b     *budget
	yaml  bool // "'" quotes, "#" begins a comment, and the scan ends with its bracket
	// onString is told the range of each "..." string, quotes left out.
	onString func(from, to int)

	stack []flowLevel
	steps int
}

type flowLevel struct {
	node   *pathNode // of the list or object itself
	list   bool
	values int       // of the list so far
	value  *pathNode // of the key whose value is to come; nil where a key is
}

// scan reads from offset at on, where the values are those of parent. It gives
// the offset behind what it read.
func (f *flow) scan(at int, parent *pathNode) (int, error) {
	for at < len(f.text) {
		if f.steps++; f.steps%8192 == 0 {
			if err := f.b.stop(); err != nil {
				return 0, err
			}
		}
		switch c := f.text[at]; {
		case c == '{' || c == '[':
			f.stack = append(f.stack, flowLevel{node: f.valueAt(at, parent), list: c == '['})
			if err := f.b.checkDepth(len(f.stack)); err != nil {
				return 0, err
			}
			at++
		case c == '}' || c == ']':
			at++
			if len(f.stack) > 0 {
				f.stack = f.stack[:len(f.stack)-1]
			}
			if f.yaml && len(f.stack) == 0 {
				return at, nil
			}
			f.paths.mark(at, f.current(parent))
		case c == ',':
			if top := f.top(); top != nil {
				top.value = nil
				f.paths.mark(at, top.node)
			}
			at++
		case c == ' ' || c == '\n' || c == '\t' || c == ':':
			at++
		case c == '#' && f.yaml:
			_, at = nextLine(f.text, at)
			at = min(at, len(f.text))
		case c == '"' || c == '\'' && f.yaml:
			at = f.quoted(at, parent)
		default:
			at = f.bare(at, parent)
		}
	}
	return at, nil
}

func (f *flow) top() *flowLevel {
	if len(f.stack) == 0 {
		return nil
	}
	return &f.stack[len(f.stack)-1]
}

func (f *flow) current(parent *pathNode) *pathNode {
	if top := f.top(); top != nil {
		return top.node
	}
	return parent
}

// valueAt gives the node of the value that begins at offset at.
func (f *flow) valueAt(at int, parent *pathNode) *pathNode {
	top := f.top()
	switch {
	case top == nil:
		return parent
	case top.list:
		top.values++
		return f.paths.item(top.node, at, top.values-1)
	case top.value != nil:
		return top.value
	}
	return top.node
}

// scalar takes a key or a value.
func (f *flow) scalar(at, from, to int, parent *pathNode) {
	if top := f.top(); top != nil && !top.list && top.value == nil {
		top.value = f.paths.key(top.node, from, to)
		return
	}
	f.valueAt(at, parent)
}

func (f *flow) quoted(at int, parent *pathNode) int {
	end := closingQuote(f.text, at)
	if f.text[at] == '"' && f.onString != nil {
		f.onString(at+1, end)
	}
	f.scalar(at, at+1, end, parent)
	return min(end+1, len(f.text))
}

func (f *flow) bare(at int, parent *pathNode) int {
	end := at + 1
	for end < len(f.text) && !f.endsBare(end) {
		end++
	}
	f.scalar(at, at, at+len(strings.TrimRight(f.text[at:end], " \t\n")), parent)
	return end
}

// endsBare tells whether a value with no quotes ends before offset at. In YAML
// it may hold spaces, and colons that no space follows.
func (f *flow) endsBare(at int) bool {
	switch c := f.text[at]; c {
	case ',', '{', '}', '[', ']':
		return true
	case ':':
		return !f.yaml || at+1 == len(f.text) || strings.IndexByte(" \t\n,]}", f.text[at+1]) >= 0
	case '#':
		return f.yaml && (f.text[at-1] == ' ' || f.text[at-1] == '\n')
	case '"', ' ', '\t', '\n':
		return !f.yaml
	}
	return false
}

// closingQuote gives the offset of the quote that closes the one at offset at,
// or the end of the text.
func closingQuote(text string, at int) int {
	if text[at] == '\'' {
		for i := at + 1; ; i += 2 {
			n := strings.IndexByte(text[min(i, len(text)):], '\'')
			if n < 0 {
				return len(text)
			}
			if i += n; i+1 == len(text) || text[i+1] != '\'' {
				return i
			}
		}
	}
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return len(text)
}
