package citation

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found is what the tables say of a citation.
type found struct {
	Span, ID      string
	Start         int
	Markup, Named bool
}

// tableLine is one line of testdata/citations.txt or friends.txt.
type tableLine struct {
	n    int
	text string
	want []found
}

var unescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r")

func readTable(t testing.TB, name string) []tableLine {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []tableLine
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		if line := sc.Text(); line != "" && !strings.HasPrefix(line, "##") {
			lines = append(lines, parseLine(n, line))
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// parseLine takes the marks out of a line of the table.
func parseLine(n int, line string) tableLine {
	l := tableLine{n: n}
	for {
		before, rest, ok := strings.Cut(line, "«")
		l.text += unescape.Replace(before)
		if !ok {
			return l
		}
		inside, after, _ := strings.Cut(rest, "»")
		line = after
		f := found{Start: len(l.text)}
		if inside, f.Markup = strings.CutPrefix(inside, "!"); !f.Markup {
			inside, f.Named = strings.CutPrefix(inside, "~")
		}
		span, ids, ok := strings.Cut(inside, "=")
		f.Span = unescape.Replace(span)
		if !ok {
			ids = span
		}
		for id := range strings.SplitSeq(ids, "; ") {
			f.ID = id
			l.want = append(l.want, f)
		}
		l.text += f.Span
	}
}

func scanned(text string) (list []found) {
	for _, c := range Scan(text) {
		list = append(list, found{c.Text, c.ID.String(), c.Start, c.Markup, c.Named && !c.Markup})
	}
	return list
}

func TestCitations(t *testing.T) {
	lines := readTable(t, "citations.txt")
	if len(lines) < 300 {
		t.Errorf("the table has %d lines, want at least 300", len(lines))
	}
	for _, l := range lines {
		if len(l.want) == 0 {
			t.Errorf("line %d has no mark", l.n)
		}
		if d := cmp.Diff(l.want, scanned(l.text)); d != "" {
			t.Errorf("line %d, %q (-want +got):\n%s", l.n, l.text, d)
		}
	}
}

func TestFriends(t *testing.T) {
	lines := readTable(t, "friends.txt")
	if len(lines) < 60 {
		t.Errorf("the table has %d lines, want at least 60", len(lines))
	}
	for _, l := range lines {
		for _, c := range Scan(l.text) {
			if !c.Markup {
				t.Errorf("line %d: %q is taken for %s in %q", l.n, c.Text, c.ID, l.text)
			}
		}
	}
}
