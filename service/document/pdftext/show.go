package pdftext

import (
	"math"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// Text below this size, in points, is not there to be read (some tools leave
// their marks so), unless the page is small as well.
const (
	tiny     = 1.5
	tinyPage = 300.0
)

// showAll shows the strings of TJ with the shifts between them.
func (c *content) showAll() {
	for _, o := range c.operands {
		switch o.kind {
		case pdffile.Number:
			shift := -o.num / 1000 * c.state.size
			if c.state.font != nil && c.state.font.vertical {
				c.advance(0, shift)
			} else {
				c.advance(shift*c.state.scaled, 0)
			}
		case pdffile.Text:
			c.show(c.arena[o.from:o.to])
		}
	}
}

func (c *content) advance(x, y float64) {
	m := &c.state.tm
	m.e += m.a*x + m.c*y
	m.f += m.b*x + m.d*y
}

// show makes glyphs of a string.
func (c *content) show(s []byte) {
	f := c.state.font
	if f == nil {
		return
	}
	st := &c.state
	m := st.tm.times(st.ctm)
	// One unit along the line and up from it, as painted.
	along, up := math.Hypot(m.a, m.b), math.Hypot(m.c, m.d)
	size := abs(st.size) * up
	if f.tall > 0 {
		size *= f.tall
	}
	shown := size >= tiny || c.height < tinyPage
	if f.mute && shown && len(s) > 0 {
		c.mute[f.name] = true
	}
	forward := st.size * st.scaled
	angle := degrees(m.a*forward, m.b*forward)
	if f.vertical {
		angle = degrees(-m.c*st.size, -m.d*st.size)
		along = up
	}
	glyph := word{size: size, angle: angle, margin: c.margin()}
	replaced := c.replacement()
	x, y := 0.0, 0.0 // in text space
	for c.budget.Step(1) {
		g, n := f.next(s)
		if n == 0 {
			break
		}
		glyph.text = g.text
		if replaced != nil {
			glyph.text = ""
			if !replaced.used {
				glyph.text, replaced.used = replaced.actual, true
			}
		}
		px, py := m.apply(x, y+st.rise)
		wide := float64(g.width) * forward
		step := wide + st.spacing*st.scaled
		if n == 1 && s[0] == ' ' {
			step += st.words * st.scaled
		}
		tracked := min(max(st.spacing*st.scaled*sign(forward), 0), 0.5*abs(st.size))
		length := abs(wide) + tracked
		if f.vertical {
			length = abs(st.size)
			step = -st.size + -st.spacing
			y += step
		} else {
			x += step
		}
		if shown && c.inside(px, py) {
			glyph.x0, glyph.y = turned(px, py, angle)
			glyph.x1 = glyph.x0 + length*along
			c.make.add(glyph)
		}
		s = s[n:]
	}
	c.advance(x, y)
}

func sign(x float64) float64 {
	if x < 0 {
		return -1
	}
	return 1
}

// replacement is the innermost marked content with a text of its own.
func (c *content) replacement() *mark {
	for i := len(c.marks) - 1; i >= 0; i-- {
		if c.marks[i].actual != "" {
			return &c.marks[i]
		}
	}
	return nil
}

// inside says whether a point is on the page, or just beside it.
func (c *content) inside(x, y float64) bool {
	const slack = 3
	return x >= -slack && y >= -slack && x <= c.width+slack && y <= c.height+slack
}

// rule is a level line that is painted. In an upright one x and y are swapped.
type rule struct {
	x0, x1, y float64
	area      bool // it is a side of an area
}

const maxRules = 20_000

// draw follows paths, for the rules that part the rows of tables.
func (c *content) draw(op string) {
	switch op {
	case "m":
		c.move = [2]float64{c.num(0, 2), c.num(1, 2)}
	case "l":
		to := [2]float64{c.num(0, 2), c.num(1, 2)}
		c.addRule(c.move, to)
		c.move = to
	case "re":
		x, y, w, h := c.num(0, 4), c.num(1, 4), c.num(2, 4), c.num(3, 4)
		n, m := len(c.path), len(c.uprightPath)
		c.addRule([2]float64{x, y}, [2]float64{x + w, y})
		c.addRule([2]float64{x, y + h}, [2]float64{x + w, y + h})
		c.addRule([2]float64{x, y}, [2]float64{x, y + h})
		c.addRule([2]float64{x + w, y}, [2]float64{x + w, y + h})
		if len(c.path) == n+2 && len(c.uprightPath) == m+2 {
			// Neither side is thin: this is an area, whose edges are rules if
			// they are drawn, and none if it is only filled.
			for i := n; i < n+2; i++ {
				c.path[i].area = true
			}
			for i := m; i < m+2; i++ {
				c.uprightPath[i].area = true
			}
		}
	case "S", "s", "B", "B*", "b", "b*":
		c.keepRules(true)
	case "f", "F", "f*":
		c.keepRules(false)
	case "n":
		c.path, c.uprightPath = c.path[:0], c.uprightPath[:0]
	}
}

func (c *content) keepRules(drawn bool) {
	for _, r := range c.path {
		if (drawn || !r.area) && len(c.rules) < maxRules {
			c.rules = append(c.rules, r)
		}
	}
	for _, r := range c.uprightPath {
		if (drawn || !r.area) && len(c.upright) < maxRules {
			c.upright = append(c.upright, r)
		}
	}
	c.path, c.uprightPath = c.path[:0], c.uprightPath[:0]
}

func (c *content) addRule(from, to [2]float64) {
	if len(c.path)+len(c.uprightPath) >= maxRules {
		return
	}
	x0, y0 := c.state.ctm.apply(from[0], from[1])
	x1, y1 := c.state.ctm.apply(to[0], to[1])
	if x1 < x0 {
		x0, x1 = x1, x0
	}
	if near(y0, y1, 1) && x1-x0 > 4 {
		c.path = append(c.path, rule{x0: x0, x1: x1, y: y0})
	}
	if near(x0, x1, 1) && abs(y1-y0) > 4 {
		c.uprightPath = append(c.uprightPath, rule{x0: min(y0, y1), x1: max(y0, y1), y: x0})
	}
}
