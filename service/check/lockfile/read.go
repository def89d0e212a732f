package lockfile

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// MaxBytes bounds a lock.
const MaxBytes = 16 << 20

// reader reads a lock.
type reader struct{ strictyaml.Reader }

type node = strictyaml.Node

func newReader() *reader {
	return &reader{strictyaml.Reader{Form: strictyaml.Form{
		Name:      FileName,
		MaxBytes:  MaxBytes,
		Empty:     FileName + " is empty; write it with \"etalon lock\"",
		NoAnchors: "anchors and aliases have no place in a lock; write the value out",
		Verbatim:  true,
		Brief:     true,
		Sentinel:  standard.ErrMalformed,
	}}}
}

// err is the outcome of the walk.
func (r *reader) err() error {
	problems := Problems(r.Problems())
	if len(problems) == 0 {
		return nil
	}
	for i := range problems {
		problems[i].Field = ""
	}
	return problems
}

// document is the root of a lock. What a merge left behind is a likelier cause
// than wrong YAML, and told of alone.
func (r *reader) document(data []byte) (node, bool) {
	if len(data) <= MaxBytes && r.conflicts(data) {
		return node{}, false
	}
	return r.Document(data)
}

func (r *reader) conflicts(data []byte) bool {
	line, found := 0, false
	for text := range bytes.Lines(data) {
		line++
		if bytes.HasPrefix(text, []byte("<<<<<<< ")) || bytes.HasPrefix(text, []byte(">>>>>>> ")) {
			r.ReportLine(line, "a merge left a conflict here; keep either side and run \"etalon lock\" again")
			found = true
		}
	}
	return found
}

func (r *reader) list(item func(node)) func(node) {
	return func(n node) { r.List(n, item) }
}

func into[T any](r *reader, dst *T, parse func(string) (T, error)) func(node) {
	return strictyaml.Into(&r.Reader, dst, parse)
}

func parseTrue(s string) (bool, error) {
	if s != "true" {
		return false, fmt.Errorf("wants true; remove the field where it is not so")
	}
	return true, nil
}

func parseUint(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, fmt.Errorf("%q is no number from 0", strictyaml.Clip(s))
	}
	return n, nil
}
