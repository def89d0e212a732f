package strictyaml

import (
	"fmt"
	"iter"

	"go.yaml.in/yaml/v3"
)

// Node is a place in a document. The zero Node is the file as a whole.
type Node struct {
	*yaml.Node
	// Path leads from the root, such as "files[2].path"; empty: the root. That
	// of a key is the path of its mapping.
	Path string
}

// IsText says whether the node is a scalar, null ones too.
func (n Node) IsText() bool { return n.Kind == yaml.ScalarNode }

// IsNull says whether nothing was written.
func (n Node) IsNull() bool { return n.IsText() && n.Tag == "!!null" }

// IsMapping says whether the node has fields.
func (n Node) IsMapping() bool { return n.Kind == yaml.MappingNode }

// Entries are the keys and values of a mapping in their order, repeated ones
// and keys that are no words too.
func (n Node) Entries() iter.Seq2[Node, Node] {
	return func(yield func(key, value Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if !yield(Node{key, n.Path}, Node{n.Content[i+1], join(n.Path, key.Value)}) {
				return
			}
		}
	}
}

// Field is the first value of a field of a mapping; false where it has none.
func (n Node) Field(name string) (Node, bool) {
	for key, value := range n.Entries() {
		if key.Value == name {
			return value, true
		}
	}
	return Node{}, false
}

// Has says whether a mapping has a field, an empty one too.
func (n Node) Has(name string) bool {
	_, ok := n.Field(name)
	return ok
}

// At is the value of a field of a mapping, the mapping itself where it has
// none: the place to tell of what is wrong with the field.
func (n Node) At(name string) Node {
	if value, ok := n.Field(name); ok {
		return value
	}
	return n
}

func (n Node) item(i int) Node {
	return Node{n.Content[i], fmt.Sprintf("%s[%d]", n.Path, i)}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
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
