package main

import (
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/designation"
)

func TestCheck(t *testing.T) {
	table := "# comment\n\nISO 9001:2015\nISO27001\tISO 27001\tiso 27001\nBS EN\\nISO 1\tBS EN ISO 1\n" +
		"nothing\nISO 1\tISO 2\nISO 1\tISO 1\tother\n"
	var out strings.Builder
	right := map[designation.Flavour]int{}
	wrong, err := check(&out, strings.NewReader(table), "t", right)
	if err != nil || wrong != 3 || right[designation.ISO] != 2 || right[designation.BSI] != 1 {
		t.Errorf("wrong %d, right %v, %v", wrong, right, err)
	}
	want := `t:6: designation: "nothing" at byte 0: want a designation
t:7: "ISO 1" gives "ISO 1", want "ISO 2"
t:8: "ISO 1" has key "iso 1", want "other"
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
