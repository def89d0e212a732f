package strictyaml

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var errSentinel = errors.New("malformed")

type thing struct {
	Name  string
	Count int
	Words []string
	Parts []string
}

// read reads a thing, and has its problems.
func read(form Form, data string) (thing, []Problem) {
	if form.MaxBytes == 0 {
		form.MaxBytes = 1 << 20
	}
	r := &Reader{Form: form}
	var th thing
	count := func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, fmt.Errorf("%w: %q is no number", errSentinel, Clip(s))
		}
		return n, nil
	}
	if doc, ok := r.Document([]byte(data)); ok {
		r.Mapping(doc, "thing",
			Required("name", TextInto(r, &th.Name)),
			Optional("count", Into(r, &th.Count, count)),
			Optional("words", func(n Node) {
				r.List(n, func(n Node) {
					if s, ok := r.Text(n); ok {
						th.Words = append(th.Words, s)
					}
				})
			}),
			Optional("parts", func(n Node) {
				part := func(name string) Field {
					return Optional(name, func(Node) { th.Parts = append(th.Parts, name) })
				}
				r.Keyed(n, "parts", "part", "shop", part("wheel"), part("saddle"))
			}),
		)
	}
	return th, r.Problems()
}

func TestReader(t *testing.T) {
	full := Form{Name: "thing.yaml", Empty: "thing.yaml is empty", Sentinel: errSentinel}
	brief := Form{Name: "the file", Mapping: "a mapping", Brief: true}
	verbatim := Form{Name: "lock", Verbatim: true, NoAnchors: "no anchors here", Sentinel: errSentinel}
	tests := map[string]struct {
		form Form
		in   string
		thing
		want string
	}{
		"all":                  {form: full, in: "name: ' a '\ncount: 3\nwords: [1.10, x]\nparts: {wheel: 1}\n", thing: thing{"a", 3, []string{"1.10", "x"}, []string{"wheel"}}},
		"nothing":              {form: full, want: "thing.yaml is empty"},
		"nothing, allowed":     {form: brief},
		"null, allowed":        {form: brief, in: "~"},
		"null":                 {form: full, in: "~", want: "line 1, column 1: wants a mapping of fields, is a text"},
		"a list":               {form: full, in: "- a", want: "line 1, column 1: wants a mapping of fields, is a list"},
		"a list, in brief":     {form: brief, in: "- a", want: "line 1, column 1: wants a mapping"},
		"too long":             {form: Form{Name: "it", MaxBytes: 2}, in: "abc", want: "it has 3 bytes, at most 2 are allowed"},
		"two documents":        {form: full, in: "name: a\n---\nname: b\n", thing: thing{Name: "a"}, want: "line 2, column 1: thing.yaml holds one document; remove the second"},
		"a second, broken":     {form: full, in: "name: a\n---\nb: 1\nc: [\n", thing: thing{Name: "a"}, want: "line 4, column 1: not YAML: did not find expected node content"},
		"no YAML":              {form: full, in: "name: [", want: "line 1, column 1: not YAML: did not find expected node content"},
		"unknown, near":        {form: full, in: "name: a\ncuont: 1\n", thing: thing{Name: "a"}, want: `line 2, column 1: field "cuont" is unknown in this thing; did you mean "count"?`},
		"unknown, far":         {form: full, in: "name: a\nzzzzz: 1\n", thing: thing{Name: "a"}, want: `line 2, column 1: field "zzzzz" is unknown in this thing; known are name, count, words, parts`},
		"unknown part":         {form: full, in: "name: a\nparts: {weel: 1}\n", thing: thing{Name: "a"}, want: `line 2, column 9: parts: part "weel" is unknown in this shop; did you mean "wheel"?`},
		"twice":                {form: full, in: "name: a\nname: b\n", thing: thing{Name: "a"}, want: `line 2, column 1: field "name" is given twice, first in line 1`},
		"twice, in brief":      {form: brief, in: "name: a\nname: b\n", thing: thing{Name: "a"}, want: `line 2, column 1: "name" is given twice, first in line 1`},
		"missing":              {form: full, in: "count: 1\n", thing: thing{Count: 1}, want: `line 1, column 1: field "name" is missing in this thing`},
		"no value":             {form: full, in: "name:\n", want: "line 1, column 6: name: has no value; give one or remove the field"},
		"no item":              {form: full, in: "name: a\nwords: [~]\n", thing: thing{Name: "a"}, want: "line 2, column 9: words[0]: is empty; give a value or remove the item"},
		"an empty text":        {form: full, in: "name: ' '\n", want: "line 1, column 7: name: is empty; give a text or remove the field"},
		"a key that is a list": {form: full, in: "? [x]\n: 1\nname: a\n", thing: thing{Name: "a"}, want: "line 1, column 3: the name of a field wants to be a word"},
		"a control character":  {form: full, in: `name: "a\x07"`, want: `line 1, column 7: name: holds the control character '\a'`},
		"verbatim":             {form: verbatim, in: `name: " a\x07"`, thing: thing{Name: " a\x07"}},
		"a parser's error":     {form: full, in: "name: a\ncount: x\n", thing: thing{Name: "a"}, want: `line 2, column 8: count: "x" is no number`},
		"with its sentinel":    {form: brief, in: "name: a\ncount: x\n", thing: thing{Name: "a"}, want: `line 2, column 8: count: malformed: "x" is no number`},
		"an alias":             {form: full, in: "name: &a b\nwords: *a\n", thing: thing{Name: "b"}, want: "line 2, column 8: words: is an alias (*a); write the value out"},
		"an anchor, refused":   {form: verbatim, in: "name: &a b\n", want: "line 1, column 7: name: no anchors here"},
		"in order":             {form: brief, in: "count: x\nwords: 1\nother: 1\n", want: "line 1, column 1: field \"name\" is missing in this thing\nline 1, column 8: count: malformed: \"x\" is no number\nline 2, column 8: words: wants a list\nline 3, column 1: field \"other\" is unknown in this thing; known are name, count, words, parts"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, problems := read(test.form, test.in)
			if diff := cmp.Diff(test.thing, got); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, Text(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProblemsAreBounded(t *testing.T) {
	var in strings.Builder
	in.WriteString("name: a\n")
	for i := range 3 * MaxProblems {
		fmt.Fprintf(&in, "zzzz%d: 1\n", i)
	}
	_, problems := read(Form{Name: "x"}, in.String())
	if len(problems) != MaxProblems+1 || problems[MaxProblems].String() != "and 200 more problems" {
		t.Errorf("%d problems, the last %v", len(problems), problems[len(problems)-1])
	}
}

func TestNodeFields(t *testing.T) {
	r := &Reader{Form: Form{MaxBytes: 100}}
	doc, ok := r.Document([]byte("a: {b: 1, c: ~}\n"))
	a, has := doc.Field("a")
	if !ok || !has || !doc.IsMapping() || doc.Has("b") {
		t.Fatalf("document %+v, its field %+v", doc, a)
	}
	if c := a.At("c"); c.Path != "a.c" || !c.IsNull() || c.Column != 14 {
		t.Errorf("a.c is %+v", c)
	}
	if d := a.At("d"); d.Node != a.Node {
		t.Errorf("a field that is not there is told of at %q", d.Path)
	}
}

// FuzzReader: no file crashes the reader; every problem says something and
// has a place in the order of the file; what has no problem has its fields.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"name: a\n", "name: &a [*a]\n", "<<: {name: x}\n", "- a\n---\n", "\t", "name: a\nparts: {wheel: ~}\n"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, data string, brief bool) {
		form := Form{Name: "it", Brief: brief, Verbatim: brief, Empty: "it is empty"}
		if brief {
			form.NoAnchors = "no anchors"
		}
		got, problems := read(form, data)
		if len(problems) == 0 && got.Name == "" {
			t.Fatalf("took %+v", got)
		}
		places := problems[:min(len(problems), MaxProblems)]
		if !slices.IsSortedFunc(places, func(a, b Problem) int { return a.Line - b.Line }) {
			t.Fatalf("out of order: %v", places)
		}
		for _, p := range problems {
			if p.Message == "" || p.Line < 0 || p.Column < 0 || (p.Line == 0) != (p.Column == 0) {
				t.Fatalf("problem %+v", p)
			}
		}
	})
}
