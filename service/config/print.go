package config

import (
	"bytes"
	"fmt"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// masked stands for a secret that is set.
const masked = "********"

// YAML is the effective configuration as a file that Parse would read, with
// secrets masked.
func (c *Config) YAML() ([]byte, error) {
	// A set of flags bound to a copy reads every value in the order of the
	// usage text. Binding resets to defaults what has no default of its own,
	// so the copy is restored after it.
	bound := *c
	f := flags(&bound)
	bound = *c
	root := &yaml.Node{Kind: yaml.MappingNode}
	f.VisitAll(func(fl *pflag.Flag) {
		if fl.Name == "config" {
			return
		}
		root.Content = append(root.Content, scalar(fl.Name), value(fl))
	})
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("print settings: %w", err)
	}
	return b.Bytes(), enc.Close()
}

func value(fl *pflag.Flag) *yaml.Node {
	if list, ok := fl.Value.(pflag.SliceValue); ok {
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, s := range list.GetSlice() {
			n.Content = append(n.Content, scalar(s))
		}
		return n
	}
	s := fl.Value.String()
	if secrets[fl.Name] && s != "" {
		s = masked
	}
	switch fl.Value.Type() {
	case "bool", "int", "float64":
		return &yaml.Node{Kind: yaml.ScalarNode, Value: s}
	}
	return scalar(s)
}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if s == "" {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
