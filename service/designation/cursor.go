package designation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxInput bounds what is read of a text, in bytes. The longest real
// designations are about 120 bytes long.
const maxInput = 512

// cursor walks over a text that is already in plain form (see plain). All its
// methods either match and move, or leave the position as it was.
type cursor struct {
	s   string
	pos int
	// far and want describe the farthest failure, for the error message.
	far  int
	want string
	// whole says that nothing but the designation is expected.
	whole bool
}

func (c *cursor) done() bool { return c.pos >= len(c.s) }

// peek is the next byte, or 0 at the end.
func (c *cursor) peek() byte { return c.at(0) }

// at is the byte i places ahead, or 0 beyond the end.
func (c *cursor) at(i int) byte {
	if c.pos+i < len(c.s) {
		return c.s[c.pos+i]
	}
	return 0
}

// miss notes what was expected here, and reports false.
func (c *cursor) miss(want string) bool {
	if c.pos >= c.far {
		c.far, c.want = c.pos, want
	}
	return false
}

// sp skips white space and says whether there was any.
func (c *cursor) sp() bool {
	m := c.pos
	for isSpace(c.peek()) {
		c.pos++
	}
	return c.pos > m
}

// gap skips what may stand between a publisher and a number: white space,
// underscores, at most one hyphen, colon or full stop.
func (c *cursor) gap() {
	c.spUnder()
	if b := c.peek(); b == '-' || b == ':' || b == '.' {
		m := c.pos
		c.pos++
		c.spUnder()
		if !isAlnum(c.peek()) {
			c.pos = m
		}
	}
}

func (c *cursor) spUnder() {
	for isSpace(c.peek()) || c.peek() == '_' {
		c.pos++
	}
}

// eat matches one byte.
func (c *cursor) eat(b byte) bool {
	if c.peek() != b || c.done() {
		return false
	}
	c.pos++
	return true
}

// lit matches text without regard to ASCII case. In lower, ' ' stands for
// white space and '~' for any run of white space, hyphens and underscores,
// also none. All other bytes stand for themselves, letters in lower case.
func (c *cursor) lit(lower string) bool {
	m := c.pos
	for i := 0; i < len(lower); i++ {
		switch p := lower[i]; p {
		case ' ':
			if !c.sp() {
				c.pos = m
				return false
			}
		case '~':
			for b := c.peek(); isSpace(b) || b == '-' || b == '_'; b = c.peek() {
				c.pos++
			}
		default:
			if c.pos >= len(c.s) || toLower(c.s[c.pos]) != p {
				c.pos = m
				return false
			}
			c.pos++
		}
	}
	return true
}

// word is lit, not followed by a letter.
func (c *cursor) word(lower string) bool {
	m := c.pos
	if c.lit(lower) && !isLetter(c.peek()) {
		return true
	}
	c.pos = m
	return false
}

// digits matches a whole run of digits whose length is within bounds.
func (c *cursor) digits(least, most int) string {
	m := c.pos
	i := m
	for i < len(c.s) && isDigit(c.s[i]) {
		i++
	}
	if n := i - m; n < least || n > most {
		return ""
	}
	c.pos = i
	return c.s[m:i]
}

// letters matches a whole run of letters whose length is within bounds.
func (c *cursor) letters(least, most int) string {
	m := c.pos
	i := m
	for i < len(c.s) && isLetter(c.s[i]) {
		i++
	}
	if n := i - m; n < least || n > most {
		return ""
	}
	c.pos = i
	return c.s[m:i]
}

// dotted matches digits ("." digits)*, with at most groups groups.
func (c *cursor) dotted(groups int) string {
	m := c.pos
	if c.digits(1, 5) == "" {
		return ""
	}
	for i := 1; i < groups; i++ {
		n := c.pos
		if !c.eat('.') || c.digits(1, 5) == "" {
			c.pos = n
			break
		}
	}
	return c.s[m:c.pos]
}

// atEnd says whether a designation may end here: no letter or digit follows.
func (c *cursor) atEnd() bool {
	if c.done() {
		return true
	}
	b := c.peek()
	if b < utf8.RuneSelf {
		return !isAlnum(b)
	}
	r, _ := utf8.DecodeRuneInString(c.s[c.pos:])
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func isSpace(b byte) bool {
	return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f' || b == '\v'
}
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isAlnum(b byte) bool  { return isDigit(b) || isLetter(b) }

func toLower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// plain gives s with every Unicode hyphen as "-", every white space as " ",
// full-width ASCII as ASCII, and invisible format characters left out. The
// second result maps byte offsets in it to byte offsets in s; it is nil where
// s is plain already.
func plain(s string) (string, []int32) {
	i := 0
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	if i == len(s) {
		return s, nil
	}
	var b strings.Builder
	b.Grow(len(s))
	at := make([]int32, 0, len(s)+1)
	for i, r := range s {
		r = plainRune(r)
		if r < 0 {
			continue
		}
		n := b.Len()
		b.WriteRune(r)
		for ; n < b.Len(); n++ {
			at = append(at, int32(i))
		}
	}
	return b.String(), append(at, int32(len(s)))
}

// plainRune is the plain form of r, negative where r is left out.
func plainRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r >= 0x2010 && r <= 0x2015, r == 0x2043, r == 0x2212, r == 0xFE58, r == 0xFE63, r == 0xFF0D:
		return '-'
	case r == 0xFF5C:
		return '|'
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFF01 + '!'
	case isInvisible(r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// isInvisible says whether r is a format character that a reader cannot see:
// soft hyphen, zero-width space and joiners, directional marks, word joiner,
// byte order mark.
func isInvisible(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2064 || r == 0xFEFF
}
