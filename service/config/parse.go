package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/spelling"
)

// ErrHelp is the error of Parse when help was asked for.
var ErrHelp = pflag.ErrHelp

// maxFileBytes bounds the settings file.
const maxFileBytes = 1 << 20

// Parse makes the configuration of the arguments, the environment and the
// file that either of them names, and validates it. lookup is os.LookupEnv in
// the program. Its error holds every problem found, one a line (Problems); it
// is ErrHelp where --help was given.
func Parse(args []string, lookup func(string) (string, bool)) (*Config, error) {
	c := Defaults()
	f := flags(&c)
	f.SetOutput(io.Discard)
	if err := f.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, ErrHelp
		}
		return nil, Problems{err.Error() + "; see etalond --help"}
	}
	var problems Problems
	if extra := f.Args(); len(extra) > 0 {
		problems.add("argument %q is not expected; see etalond --help", extra[0])
	}
	fromFlags := map[string]bool{}
	f.Visit(func(fl *pflag.Flag) { fromFlags[fl.Name] = true })
	fromEnv := environment(f, fromFlags, lookup, &problems)
	if c.ConfigFile != "" {
		file(f, c.ConfigFile, func(name string) bool { return fromFlags[name] || fromEnv[name] }, &problems)
	}
	problems = append(problems, c.Validate()...)
	if len(problems) > 0 {
		return nil, problems
	}
	return &c, nil
}

// Variable is the name of a flag's environment variable.
func Variable(flag string) string {
	return "ETALON_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func environment(f *pflag.FlagSet, skip map[string]bool, lookup func(string) (string, bool), problems *Problems) map[string]bool {
	set := map[string]bool{}
	f.VisitAll(func(fl *pflag.Flag) {
		value, ok := lookup(Variable(fl.Name))
		if !ok || skip[fl.Name] {
			return
		}
		set[fl.Name] = true
		if err := f.Set(fl.Name, value); err != nil {
			problems.add("%s: %s", Variable(fl.Name), plain(err))
		}
	})
	return set
}

// file reads the settings that are not set yet.
func file(f *pflag.FlagSet, path string, isSet func(string) bool, problems *Problems) {
	data, err := os.ReadFile(path)
	if err != nil {
		problems.add("config: %v", err)
		return
	}
	if len(data) > maxFileBytes {
		problems.add("%s has %d bytes, at most %d are allowed", path, len(data), maxFileBytes)
		return
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			problems.add("%s: %v", path, err)
		}
		return
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		problems.add("%s: wants settings, such as \"grpc-listen: 127.0.0.1:7420\"", path)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		where := fmt.Sprintf("%s, line %d", path, key.Line)
		switch {
		case f.Lookup(key.Value) == nil || key.Value == "config":
			problems.add("%s: setting %q is unknown%s", where, key.Value, suggestion(f, key.Value))
		case seen[key.Value]:
			problems.add("%s: %s is given twice", where, key.Value)
		default:
			seen[key.Value] = true
			if err := fileValue(f, key.Value, value, isSet(key.Value)); err != nil {
				problems.add("%s: %s: %s", where, key.Value, plain(err))
			}
		}
	}
}

// fileValue sets a flag to a scalar or a list of scalars. What is set already
// is checked all the same, on a scratch value.
func fileValue(f *pflag.FlagSet, name string, value *yaml.Node, isSet bool) error {
	if isSet {
		scratch := Defaults()
		f = flags(&scratch)
	}
	switch value.Kind {
	case yaml.ScalarNode:
		if value.Tag == "!!null" {
			return errors.New("has no value; give one or remove the line")
		}
		return f.Set(name, value.Value)
	case yaml.SequenceNode:
		list, ok := f.Lookup(name).Value.(pflag.SliceValue)
		if !ok {
			return errors.New("takes one value, not a list")
		}
		items := make([]string, 0, len(value.Content))
		for _, n := range value.Content {
			if n.Kind != yaml.ScalarNode {
				return errors.New("wants a list of texts")
			}
			items = append(items, n.Value)
		}
		return list.Replace(items)
	}
	return errors.New("wants a text or a list of texts")
}

func suggestion(f *pflag.FlagSet, name string) string {
	var names []string
	f.VisitAll(func(fl *pflag.Flag) { names = append(names, fl.Name) })
	if near, ok := spelling.Nearest(name, names); ok {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "; see etalond --help"
}

// plain is what a flag's value said, without pflag's frame around it.
func plain(err error) string {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return invalid.Unwrap().Error()
	}
	return err.Error()
}

// Problems is everything that is wrong with a configuration.
type Problems []string

// Error has one problem a line.
func (p Problems) Error() string { return strings.Join(p, "\n") }

func (p *Problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }
