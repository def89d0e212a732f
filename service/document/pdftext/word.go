package pdftext

import (
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

const (
	// maxWords is how many words one page may have.
	maxWords = 500_000
	// wordGap parts two words, in parts of the size of the text.
	wordGap = 0.13
	// wordGapSpaced is that gap on pages that paint their spaces.
	wordGapSpaced = 0.215
)

// word is a run of glyphs without a gap. Its coordinates are those of a page
// whose text is level: x to the right, y upwards, in points.
type word struct {
	text   string
	x0, x1 float64
	y      float64 // of the baseline
	size   float64
	angle  int16
	spaced bool // a space stands before it
	margin bool // the file says that it belongs to the page's head or foot
	// raised by so much against the text that it stands by; its y and size are
	// then that text's.
	raise  float64
	height float64 // size as painted, where raised
}

// wordMaker gathers glyphs into words, in the order in which they are painted.
type wordMaker struct {
	budget *pdffile.Budget
	words  []word
	open   word
	text   []byte
	space  bool
	last   string // text of the last glyph, and where it stands
	lastX  float64
	lastX1 float64
}

// add takes a glyph at x, y with its end at x1.
func (m *wordMaker) add(g word) {
	if g.text == "" {
		m.extend(g)
		return
	}
	if g.text == " " {
		m.extend(g)
		m.flush()
		m.space = true
		return
	}
	if len(m.text) > 0 {
		gap := g.x0 - m.open.x1
		sameLine := g.angle == m.open.angle && near(g.y, m.open.y, 0.08*m.open.size) &&
			near(g.size, m.open.size, 0.1*m.open.size) && g.margin == m.open.margin
		if sameLine && g.text == m.last && m.lastX1 > m.lastX && near(g.x0, m.lastX, min(0.12*g.size, 0.4*(m.lastX1-m.lastX))) {
			return // painted twice, to look bold
		}
		if !sameLine || gap > wordGap*g.size || gap < -0.4*g.size || len(m.text) > 1<<12 {
			m.flush()
		}
	}
	if len(m.text) == 0 {
		m.open = g
		m.open.spaced = m.space
		m.space = false
	}
	m.text = append(m.text, g.text...)
	m.open.x1 = max(m.open.x1, g.x1)
	m.last, m.lastX, m.lastX1 = g.text, g.x0, g.x1
}

// extend widens the open word by a glyph without text.
func (m *wordMaker) extend(g word) {
	if len(m.text) > 0 && g.text == "" && near(g.y, m.open.y, 0.1*g.size) && near(g.x0, m.open.x1, g.size) {
		m.open.x1 = max(m.open.x1, g.x1)
	}
}

func (m *wordMaker) flush() {
	if len(m.text) == 0 {
		return
	}
	m.open.text = string(m.text)
	m.text = m.text[:0]
	if strings.Trim(m.open.text, "\u00a0 ") == "" {
		m.space = true
		return
	}
	if len(m.words) >= maxWords {
		m.budget.Fail(fmt.Errorf("%w: one of its pages has more than %d words; split it or print it anew", ErrTooLarge, maxWords))
		return
	}
	m.words = append(m.words, m.open)
}

func near(a, b, by float64) bool { return a-b <= by && b-a <= by }

// settle puts raised and lowered words (marks of footnotes, indices) onto the
// line that they stand by. A mark follows its word, or begins a footnote.
func settle(words []word) {
	for i := range words {
		c := &words[i]
		if len(c.text) > 24 || c.raise != 0 {
			continue
		}
		switch {
		case i > 0 && stands(c, &words[i-1], c.x0-words[i-1].x1):
			rest(c, &words[i-1])
		case i+1 < len(words) && stands(c, &words[i+1], words[i+1].x0-c.x1):
			rest(c, &words[i+1])
		}
	}
}

// stands says whether c is a raised or lowered neighbour of base, gap apart.
func stands(c, base *word, gap float64) bool {
	if c.angle != base.angle || gap < -0.4*base.size || gap > 0.7*base.size || len([]rune(c.text)) > 8 {
		return false
	}
	if base.raise != 0 {
		return near(c.y, base.y+base.raise, 0.05*base.size) && near(c.size, base.height, 0.1*base.size)
	}
	up := c.y - base.y
	if c.size <= 0.85*base.size {
		return up >= 0.12*base.size && up <= 0.8*base.size || up <= -0.05*base.size && up >= -0.45*base.size
	}
	return c.size <= 1.05*base.size && up >= 0.25*base.size && up <= 0.6*base.size && allDigits(c.text)
}

func rest(c, base *word) {
	raise, size := c.y-base.y, base.size
	c.raise, c.height = raise, c.size
	c.y, c.size = base.y, size
	if raise > 0 {
		c.text = superscript(c.text)
	}
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
