package release

import (
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// MaxFileBytes bounds a manifest or catalogue file.
const MaxFileBytes = 16 << 20

// reader reads a manifest or a catalogue file.
type reader struct{ strictyaml.Reader }

type node = strictyaml.Node

// newReader is for one file; name is what it is called in messages.
func newReader(name string) *reader {
	return &reader{strictyaml.Reader{Form: strictyaml.Form{
		Name:     name,
		MaxBytes: MaxFileBytes,
		Empty:    name + " is empty",
		Sentinel: standard.ErrMalformed,
	}}}
}

// err is the outcome of the walk.
func (r *reader) err() error { return Problems(r.Problems()).err() }

func value[T any](r *reader, n node, parse func(string) (T, error)) (T, bool) {
	return strictyaml.Value(&r.Reader, n, parse)
}

func into[T any](r *reader, dst *T, parse func(string) (T, error)) func(node) {
	return strictyaml.Into(&r.Reader, dst, parse)
}

func textInto(r *reader, dst *string) func(node) { return strictyaml.TextInto(&r.Reader, dst) }

// listInto is a reader of a list of distinct parsed values.
func listInto[T comparable](r *reader, dst *[]T, parse func(string) (T, error)) func(node) {
	return func(n node) {
		seen := map[T]int{}
		r.List(n, func(n node) {
			v, ok := value(r, n, parse)
			if !ok {
				return
			}
			if line, dup := seen[v]; dup {
				r.Report(n, "%q is given twice, first in line %d", n.Value, line)
				return
			}
			seen[v] = n.Line
			*dst = append(*dst, v)
		})
	}
}
