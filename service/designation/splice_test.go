package designation

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
)

var splices = flag.Int("splices", 30_000, "texts that TestSplices tries")

// TestSplices tries texts put together from pieces of real designations: most
// are wrong in a way that bytes at random never are. Whatever of them parses
// has to satisfy all that holds of IDs, and IDs of one key have to agree.
func TestSplices(t *testing.T) {
	rows := readTable(t)
	random := rand.New(rand.NewPCG(1, 2))
	byKey := map[string]ID{}
	parsed := 0
	var last ID
	for range *splices {
		s := splice(random, rows)
		id, _, err := ParsePrefix(s)
		if err != nil {
			continue
		}
		parsed++
		checkRoundTrip(t, id)
		key := id.Key()
		if other, ok := byKey[key]; ok && describe(id.keyed()) != describe(other.keyed()) {
			t.Errorf("key %q of %s and of %s", key, describe(id), describe(other))
		}
		if c := Compare(id, last); (c == 0) != (key == last.Key()) || c != -Compare(last, id) {
			t.Errorf("Compare of %q and %q = %d, reversed %d", id, last, c, Compare(last, id))
		}
		byKey[key], last = id, id
		if t.Failed() {
			t.Fatalf("with %q", s)
		}
	}
	if parsed < *splices/10 {
		t.Errorf("only %d of %d texts parse", parsed, *splices)
	}
}

// splice cuts pieces out of two designations and joins them, and may change
// what stands between.
func splice(random *rand.Rand, rows []row) string {
	pick := func() string {
		r := rows[random.IntN(len(rows))]
		if random.IntN(2) == 0 {
			return r.input
		}
		return r.canonical
	}
	a, b := pick(), pick()
	s := a[:random.IntN(len(a)+1)] + b[random.IntN(len(b)+1):]
	for range random.IntN(3) {
		i := random.IntN(len(s) + 1)
		marks := []string{" ", "-", "/", ":", "+", "(", ")", ".", ",", "A1", "AC", "1", "0", "2018", " Part 1", "/Amd 1", " Ed. 2", " v2", "pr", "EN ", "ISO", " series", "(E)", "\u2011", "\u200b"}
		s = s[:i] + marks[random.IntN(len(marks))] + s[i:]
	}
	switch random.IntN(8) {
	case 0:
		s = strings.ToLower(s)
	case 1:
		s = strings.ToUpper(s)
	case 2:
		s = strings.ReplaceAll(s, " ", "")
	}
	return strings.TrimSpace(s)
}
