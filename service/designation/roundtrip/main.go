// Command roundtrip checks a table of designations, one a line: it prints each
// that does not parse, or whose canonical form does not parse back to the same,
// and counts the rest by flavour. Where a line has further columns, separated
// by tabs, the second is the canonical form and the third the key to expect.
// Lines that begin with "#" are comments; "\n" in the first column is a line
// break. Exit code 1 says that something was wrong, 2 that a file could not be
// read. Without arguments it reads standard input.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

func main() {
	names := os.Args[1:]
	if len(names) == 0 {
		names = []string{"/dev/stdin"}
	}
	wrong := 0
	right := map[designation.Flavour]int{}
	for _, name := range names {
		f, err := os.Open(name)
		if err == nil {
			var n int
			n, err = check(os.Stdout, f, name, right)
			wrong += n
			_ = f.Close()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "roundtrip:", err)
			os.Exit(2)
		}
	}
	total := 0
	for f := designation.FlavourUnknown + 1; f.Valid(); f++ {
		if right[f] > 0 {
			fmt.Printf("%-10s %5d\n", f, right[f])
			total += right[f]
		}
	}
	fmt.Printf("%-10s %5d right, %d wrong\n", "all", total, wrong)
	if wrong > 0 {
		os.Exit(1)
	}
}

// check reads one table, writes a line for each wrong designation, counts the
// right ones by flavour, and gives the number of wrong ones.
func check(w io.Writer, r io.Reader, name string, right map[designation.Flavour]int) (wrong int, err error) {
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		col := strings.Split(line, "\t")
		f, problem := checkRow(col)
		if problem == "" {
			right[f]++
			continue
		}
		wrong++
		if _, err := fmt.Fprintf(w, "%s:%d: %s\n", name, n, problem); err != nil {
			return wrong, err
		}
	}
	return wrong, sc.Err()
}

// checkRow gives the flavour, or what is wrong with the row.
func checkRow(col []string) (designation.Flavour, string) {
	id, err := designation.Parse(strings.ReplaceAll(col[0], `\n`, "\n"))
	if err != nil {
		return 0, err.Error()
	}
	s := id.String()
	back, err := designation.Parse(s)
	switch {
	case err != nil:
		return 0, fmt.Sprintf("canonical form of %q: %v", col[0], err)
	case back.String() != s || back.Key() != id.Key():
		return 0, fmt.Sprintf("%q gives %q, which gives %q", col[0], s, back)
	case len(col) > 1 && col[1] != s:
		return 0, fmt.Sprintf("%q gives %q, want %q", col[0], s, col[1])
	case len(col) > 2 && col[2] != id.Key():
		return 0, fmt.Sprintf("%q has key %q, want %q", col[0], id.Key(), col[2])
	}
	return id.Flavour, ""
}
