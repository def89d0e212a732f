package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// corpus is a folder of annotated documents.
type corpus struct {
	dir  string
	docs []source
}

// source is one document of the folder.
type source struct {
	id, file string
	text     string
	marks    []annotation
}

// annotation is what a person found at one place of the text.
type annotation struct {
	Doc       string   `json:"doc"`
	Start     int      `json:"start"` // in characters
	End       int      `json:"end"`
	Cite      string   `json:"cite"`
	Class     string   `json:"class"`
	Norm      oneOrAll `json:"norm"`
	Canonical oneOrAll `json:"canonical"`
	Flags     []string `json:"flags"`

	// left are the members that the first round did not match.
	left [][]string
}

// The classes of annotations.
const (
	numbered = "numbered"
	named    = "named"
	markup   = "markup"
	negative = "negative"
)

var classes = []string{numbered, named, markup, negative}

// oneOrAll is a string or a list of strings.
type oneOrAll []string

// UnmarshalJSON reads a string, a list of strings or null.
func (o *oneOrAll) UnmarshalJSON(b []byte) error {
	var one *string
	if json.Unmarshal(b, &one) == nil {
		if *o = nil; one != nil {
			*o = oneOrAll{*one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// load reads a folder. Documents that docs.json does not call annotated are
// left out.
func load(dir string) (*corpus, error) {
	var list []struct {
		ID        string `json:"id"`
		File      string `json:"file"`
		Annotated bool   `json:"annotated"`
	}
	b, err := os.ReadFile(filepath.Join(dir, "docs.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("docs.json: %w", err)
	}
	marks, err := loadMarks(filepath.Join(dir, "annotations.jsonl"))
	if err != nil {
		return nil, err
	}
	set := &corpus{dir: dir}
	for _, d := range list {
		if !d.Annotated {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "text", d.ID+".txt"))
		if err != nil {
			return nil, err
		}
		src := source{id: d.ID, file: filepath.Base(d.File), text: string(text), marks: marks[d.ID]}
		if err := src.toBytes(); err != nil {
			return nil, err
		}
		set.docs = append(set.docs, src)
	}
	if len(set.docs) == 0 {
		return nil, errors.New("docs.json names no annotated document")
	}
	slices.SortFunc(set.docs, func(a, b source) int { return strings.Compare(a.id, b.id) })
	return set, nil
}

func loadMarks(path string) (map[string][]annotation, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	marks := map[string][]annotation{}
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var a annotation
		if err := json.Unmarshal(sc.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if !slices.Contains(classes, a.Class) {
			return nil, fmt.Errorf("%s:%d: class %q is not known", path, n, a.Class)
		}
		marks[a.Doc] = append(marks[a.Doc], a)
	}
	return marks, sc.Err()
}

// toBytes turns the offsets of the annotations from characters into bytes,
// and checks that they point at what they cite.
func (s *source) toBytes() error {
	at := make([]int, 0, len(s.text)+1)
	for i := range s.text {
		at = append(at, i)
	}
	at = append(at, len(s.text))
	for i := range s.marks {
		m := &s.marks[i]
		if m.Start < 0 || m.End < m.Start || m.End >= len(at) {
			return fmt.Errorf("%s: annotation %q lies outside of the text", s.id, m.Cite)
		}
		m.Start, m.End = at[m.Start], at[m.End]
		if got := s.text[m.Start:m.End]; got != m.Cite {
			return fmt.Errorf("%s: annotation %q stands where the text has %q", s.id, m.Cite, got)
		}
	}
	return nil
}
