package storetest

import (
	"go/parser"
	"go/token"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGuarantees holds the groups of the suite against the guarantees that the
// documentation of package store gives.
func TestGuarantees(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^([A-Z][A-Za-z -]*)\. [A-Z]`).FindAllStringSubmatch("\n"+paragraphStarts(f.Doc.Text()), -1) {
		want = append(want, m[1])
	}
	var got []string
	for _, g := range suite() {
		got = append(got, g.guarantee)
		if len(g.tests) == 0 {
			t.Errorf("%s has no test", g.guarantee)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("guarantees (-documented +tested):\n%s", diff)
	}
}

// paragraphStarts keeps the first line of each paragraph after the heading.
func paragraphStarts(doc string) string {
	_, doc, _ = cutHeading(doc)
	out := ""
	for _, p := range regexp.MustCompile(`\n\s*\n`).Split(doc, -1) {
		out += regexp.MustCompile(`(?s)^\n*(.*?)(\n|$).*`).ReplaceAllString(p, "$1") + "\n"
	}
	return out
}

func cutHeading(doc string) (before, after string, ok bool) {
	loc := regexp.MustCompile(`(?m)^# Guarantees$`).FindStringIndex(doc)
	if loc == nil {
		return "", "", false
	}
	return doc[:loc[0]], doc[loc[1]:], true
}
