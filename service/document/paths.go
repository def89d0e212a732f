package document

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// paths are the places within a structure of keys and lists, YAML or JSON.
type paths struct {
	text  string
	marks []pathMark
	most  int  // marks
	full  bool // there are more values than places are kept for
}

// pathMark says that from offset at on the text belongs to node; nil is the
// whole.
type pathMark struct {
	at   int32
	node *pathNode
}

// A pathNode is a value: that of a key, whose text is kept as a range, or one
// of a list.
type pathNode struct {
	parent   *pathNode
	key, end int32
	index    int32 // from 0; -1 for a key
}

func (p *paths) key(parent *pathNode, from, to int) *pathNode {
	return p.add(from, &pathNode{parent, int32(from), int32(to), -1})
}

func (p *paths) item(parent *pathNode, at, index int) *pathNode {
	return p.add(at, &pathNode{parent: parent, index: int32(index)})
}

func (p *paths) add(at int, node *pathNode) *pathNode {
	p.mark(at, node)
	return node
}

func (p *paths) mark(at int, node *pathNode) {
	if len(p.marks) == p.most {
		p.full = true
		return
	}
	p.marks = append(p.marks, pathMark{int32(at), node})
}

func (p *paths) remarks() []string {
	if !p.full {
		return nil
	}
	return []string{fmt.Sprintf("paths are known of the first %d values only", p.most)}
}

func (p *paths) find(offset int) string {
	i := sort.Search(len(p.marks), func(i int) bool { return int(p.marks[i].at) > offset }) - 1
	if i < 0 || p.full && i == len(p.marks)-1 {
		return ""
	}
	return p.path(p.marks[i].node)
}

const (
	maxPath      = 64  // steps of a path
	maxPathKey   = 100 // bytes of a key
	maxPathBytes = 300 // of all steps
)

// path writes "lots[0].title"; keys that are no plain words as
// `paths["/lots/{id}"]`. Of a path that is longer than maxPath or maxPathBytes
// only the end is written, after "...".
func (p *paths) path(node *pathNode) string {
	var steps []string
	size := 0
	for ; node != nil && len(steps) < maxPath; node = node.parent {
		step := p.step(node)
		if size += len(step); size > maxPathBytes {
			break
		}
		steps = append(steps, step)
	}
	slices.Reverse(steps)
	path := strings.Join(steps, "")
	if node != nil {
		return "..." + path
	}
	return strings.TrimPrefix(path, ".")
}

// step writes "[0]", ".title" or `["/lots/{id}"]`.
func (p *paths) step(node *pathNode) string {
	if node.index >= 0 {
		return fmt.Sprintf("[%d]", node.index)
	}
	key := p.text[node.key:node.end]
	if len(key) > maxPathKey {
		key = key[:runeStart(key, maxPathKey)] + "…"
	}
	if isWord(key) {
		return "." + key
	}
	return fmt.Sprintf("[%q]", key)
}

func isWord(key string) bool {
	return key != "" && strings.IndexFunc(key, func(r rune) bool {
		return r < 0x80 && r != '_' && r != '-' && r != '$' && r != '@' &&
			(r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}
