package designation

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ParseError says why a text is no designation.
type ParseError struct {
	// Input is the text, cut to 80 bytes.
	Input string
	// Pos is the byte offset in the text at which reading stopped.
	Pos int
	// Want is what was expected there, in a few words.
	Want string
}

// Error is one line for people.
func (e *ParseError) Error() string {
	return fmt.Sprintf("designation: %q at byte %d: want %s", e.Input, e.Pos, e.Want)
}

// Parse parses a whole designation of at most 512 bytes. Case, Unicode
// hyphens and spaces, and common variants of spelling do not matter; white
// space around it is ignored. The error is a *ParseError.
func Parse(s string) (ID, error) {
	if len(s) > maxInput {
		return ID{}, newError(s, maxInput, fmt.Sprintf("at most %d bytes", maxInput))
	}
	t := strings.TrimSpace(s)
	lead := strings.Index(s, t)
	c, at := newCursor(t)
	c.whole = true
	id, ok := parse(&c)
	if !ok {
		return ID{}, newError(s, lead+offset(at, c.far), c.want)
	}
	if !c.done() {
		return ID{}, newError(s, lead+offset(at, c.pos), "the end")
	}
	return id, nil
}

// ParsePrefix parses the longest designation that s begins with, and gives
// its length in bytes of s. A designation never ends within a run of letters
// or digits. At most 512 bytes of s are read. The ID may share memory with s.
// The error is a *ParseError.
func ParsePrefix(s string) (ID, int, error) {
	t := s
	if len(t) > maxInput {
		t = t[:maxInput]
		for len(t) > 0 && !utf8.RuneStart(s[len(t)]) {
			t = t[:len(t)-1]
		}
	}
	c, at := newCursor(t)
	id, ok := parse(&c)
	if !ok {
		return ID{}, 0, newError(s, offset(at, c.far), c.want)
	}
	return id, end(t, at, c.pos), nil
}

func newCursor(s string) (cursor, []int32) {
	p, at := plain(s)
	return cursor{s: p, want: "a designation"}, at
}

// parse tries the grammars whose first word matches, and keeps the longest
// match; of equal ones the first in the table.
func parse(c *cursor) (best ID, ok bool) {
	b := toLower(c.peek())
	if b >= utf8.RuneSelf {
		b = highBucket
	}
	most := 0
	var id ID
	for i := range starts[b] {
		st := &starts[b][i]
		c.pos = 0
		if !c.lit(st.lit) {
			continue
		}
		c.pos = 0
		id = ID{}
		if !st.parse(c, &id) || c.pos <= most {
			continue
		}
		if !c.atEnd() {
			c.miss("the end of the number")
			continue
		}
		best, most, ok = id, c.pos, true
	}
	c.pos = most
	return best, ok
}

// offset maps a position in the plain text back to the text.
func offset(at []int32, pos int) int {
	if at == nil {
		return pos
	}
	return int(at[pos])
}

// end maps the end of a match back to the text: just behind the last
// character matched, before any invisible ones that follow it.
func end(s string, at []int32, pos int) int {
	if at == nil || pos == 0 {
		return pos
	}
	last := int(at[pos-1])
	_, n := utf8.DecodeRuneInString(s[last:])
	return last + n
}

func newError(s string, pos int, want string) error {
	const most = 80
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return &ParseError{Input: s, Pos: pos, Want: want}
}

// start is one way for a designation to begin, and the grammar to use then.
type start struct {
	lit   string
	parse func(*cursor, *ID) bool
}

// highBucket holds the starts whose first byte is not ASCII.
const highBucket = 0

// starts holds the table of starts by first byte.
var starts = indexStarts()

func indexStarts() (index [128][]start) {
	add := func(st start) {
		b := st.lit[0]
		if b >= utf8.RuneSelf {
			b = highBucket
		}
		index[b] = append(index[b], st)
	}
	for _, family := range [][]start{
		numberedStarts(), etsiStarts, ietfStarts, ituStarts, w3cStarts, ieeeStarts, nistStarts, ansiStarts,
		unStarts, hl7Starts, nhsStarts, modStarts, ocdsStarts, industryStarts, seriesStarts(), isoURNStarts, etalonStarts, namedStarts(),
	} {
		for _, st := range family {
			add(st)
		}
	}
	return index
}
