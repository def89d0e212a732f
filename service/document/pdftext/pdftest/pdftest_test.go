package pdftest_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
)

func TestWrap(t *testing.T) {
	got := pdftest.Wrap("one two  three four", 10, 10*pdftest.Width("Helvetica", "one two"))
	if diff := cmp.Diff([]string{"one two", "three", "four"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The same pages are the same bytes, and what is damaged differs at the end.
func TestMakeIsStable(t *testing.T) {
	pages := [][]string{{"a", "", "b \u2011"}, {"c"}}
	data := pdftest.Make(pages)
	if !bytes.Equal(data, pdftest.Make(pages)) {
		t.Error("made twice it differs")
	}
	damaged := pdftest.Damaged(data)
	at := bytes.LastIndex(data, []byte("startxref"))
	if !bytes.Equal(data[:at], damaged[:at]) || bytes.Equal(data, damaged) {
		t.Error("not only the place of the cross-reference is damaged")
	}
}
