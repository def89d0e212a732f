package pdftext

import (
	"bytes"
	"fmt"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

const (
	maxOperands = 1 << 16
	maxSaved    = 1 << 12
	maxForms    = 20      // nested
	maxPainted  = 100_000 // forms in a file
)

// content runs the operators of content streams: ISO 32000-1, annex A. It
// keeps words, rules (lines that part rows), and whether there are images.
type content struct {
	loader
	fonts       *fontCache
	make        wordMaker
	rules       []rule
	path        []rule
	upright     []rule
	uprightPath []rule
	images      bool
	mute        map[string]bool // fonts that do not say what their codes mean
	width       float64         // of the page
	height      float64
	painted     *int
	nested      int
	active      map[int]bool

	resources *resources
	state     state
	saved     []state
	lost      int // saves beyond maxSaved
	marks     []mark

	operands []operand
	arena    []byte
	dict     pdffile.Dict
	move     [2]float64
}

// state is the graphics state, as far as text needs it.
type state struct {
	ctm, tm, line                matrix
	font                         *font
	size, spacing, words, scaled float64
	leading, rise                float64
}

type operand struct {
	kind     pdffile.Kind
	num      float64
	from, to int // within the arena
}

// mark is a piece of marked content.
type mark struct {
	margin bool
	// actual is what its glyphs mean together; used is set once it is written.
	actual string
	used   bool
}

// resources are the named things that a content stream uses.
type resources struct {
	dict  pdffile.Dict
	fonts map[string]*font
}

func (c *content) run(data []byte) {
	p := pdffile.NewParser(data, c.budget)
	c.clear()
	for c.budget.Step(1) {
		t := p.Next()
		switch t.Kind {
		case pdffile.EOF:
			return
		case pdffile.Keyword:
			c.operator(string(t.Bytes), p)
			c.clear()
		case pdffile.OpenDict:
			c.dict, _ = p.ValueOf(t).(pdffile.Dict)
		case pdffile.Number, pdffile.Text, pdffile.NameToken:
			if len(c.operands) < maxOperands {
				from := len(c.arena)
				c.arena = append(c.arena, t.Bytes...)
				c.operands = append(c.operands, operand{t.Kind, t.Num, from, len(c.arena)})
			}
		}
	}
}

func (c *content) clear() {
	c.operands, c.arena, c.dict = c.operands[:0], c.arena[:0], nil
}

// num gives the operand i of the last n, 0 where it is missing.
func (c *content) num(i, n int) float64 {
	at := len(c.operands) - n + i
	if at < 0 || at >= len(c.operands) {
		return 0
	}
	return c.operands[at].num
}

// last gives the bytes of the last operand.
func (c *content) last(kind pdffile.Kind) []byte {
	for i := len(c.operands) - 1; i >= 0; i-- {
		if o := c.operands[i]; o.kind == kind {
			return c.arena[o.from:o.to]
		}
	}
	return nil
}

func (c *content) operator(op string, p *pdffile.Parser) {
	s := &c.state
	switch op {
	case "q":
		c.save()
	case "Q":
		c.restore()
	case "cm":
		s.ctm = c.matrix().times(s.ctm)
	case "BT":
		s.tm, s.line = identity, identity
	case "Tf":
		s.size = c.num(0, 1)
		s.font = c.font(string(c.last(pdffile.NameToken)))
	case "Tc":
		s.spacing = c.num(0, 1)
	case "Tw":
		s.words = c.num(0, 1)
	case "Tz":
		s.scaled = c.num(0, 1) / 100
	case "TL":
		s.leading = c.num(0, 1)
	case "Ts":
		s.rise = c.num(0, 1)
	case "Td":
		c.newLine(c.num(0, 2), c.num(1, 2))
	case "TD":
		s.leading = -c.num(1, 2)
		c.newLine(c.num(0, 2), c.num(1, 2))
	case "Tm":
		s.tm = c.matrix()
		s.line = s.tm
	case "T*":
		c.newLine(0, -s.leading)
	case "Tj":
		c.show(c.last(pdffile.Text))
	case "'":
		c.newLine(0, -s.leading)
		c.show(c.last(pdffile.Text))
	case "\"":
		s.words, s.spacing = c.num(0, 3), c.num(1, 3)
		c.newLine(0, -s.leading)
		c.show(c.last(pdffile.Text))
	case "TJ":
		c.showAll()
	case "Do":
		c.paint(string(c.last(pdffile.NameToken)))
	case "BI":
		c.images = true
		skipImage(p)
	case "BMC", "BDC":
		c.beginMark(op == "BDC")
	case "EMC":
		if n := len(c.marks); n > 0 {
			c.marks = c.marks[:n-1]
		}
	default:
		c.draw(op)
	}
}

func (c *content) matrix() matrix {
	return matrix{c.num(0, 6), c.num(1, 6), c.num(2, 6), c.num(3, 6), c.num(4, 6), c.num(5, 6)}
}

func (c *content) save() {
	if len(c.saved) < maxSaved {
		c.saved = append(c.saved, c.state)
		return
	}
	c.lost++
}

func (c *content) restore() {
	if c.lost > 0 {
		c.lost--
		return
	}
	if n := len(c.saved); n > 0 {
		// The text matrices are not part of the state that is saved.
		tm, line := c.state.tm, c.state.line
		c.state = c.saved[n-1]
		c.state.tm, c.state.line = tm, line
		c.saved = c.saved[:n-1]
	}
}

func (c *content) newLine(x, y float64) {
	c.state.line = matrix{1, 0, 0, 1, x, y}.times(c.state.line)
	c.state.tm = c.state.line
}

// font gives the font that the resources have under a name.
func (c *content) font(name string) *font {
	if f, ok := c.resources.fonts[name]; ok {
		return f
	}
	v := c.file.Dict(c.resources.dict["Font"])[pdffile.Name(name)]
	f := c.fonts.get(c.loader, v)
	c.resources.fonts[name] = f
	return f
}

// paint runs a form, or notes an image.
func (c *content) paint(name string) {
	v := c.file.Dict(c.resources.dict["XObject"])[pdffile.Name(name)]
	stream := c.file.Stream(v)
	if stream == nil {
		return
	}
	if c.file.Name(stream.Dict["Subtype"]) != "Form" {
		c.images = true
		return
	}
	ref, _ := v.(pdffile.Ref)
	c.form(stream, ref.Num, identity)
}

// form runs a form's own content. placed comes after the form's own matrix.
func (c *content) form(stream *pdffile.Stream, num int, placed matrix) {
	if num != 0 && c.active[num] || c.nested >= maxForms {
		return
	}
	if *c.painted++; *c.painted > maxPainted {
		c.budget.Fail(fmt.Errorf("%w: it paints more than %d forms; print it anew", ErrTooLarge, maxPainted))
		return
	}
	inner := *c
	if own := c.file.Dict(stream.Dict["Resources"]); own != nil {
		inner.resources = &resources{own, map[string]*font{}}
	}
	inner.nested++
	inner.operands, inner.arena, inner.saved, inner.marks, inner.lost = nil, nil, nil, nil, 0
	if c.margin() {
		inner.marks = []mark{{margin: true}}
	}
	inner.state.ctm = matrixOf(c.file.Floats(stream.Dict["Matrix"], 6)).times(placed).times(c.state.ctm)
	c.active[num] = true
	inner.run(c.file.Decode(nil, stream))
	delete(c.active, num)
	c.make, c.images = inner.make, inner.images || c.images
	c.rules, c.upright = inner.rules, inner.upright
}

func (c *content) beginMark(properties bool) {
	m := mark{}
	if len(c.marks) >= maxSaved {
		return
	}
	d := c.dict
	if properties && d == nil && len(c.operands) > 1 {
		d = c.file.Dict(c.file.Dict(c.resources.dict["Properties"])[pdffile.Name(c.last(pdffile.NameToken))])
	}
	if len(c.operands) > 0 {
		tag := c.operands[0]
		m.margin = string(c.arena[tag.from:tag.to]) == "Artifact" && c.file.Name(d["Type"]) == "Pagination"
	}
	if s, ok := c.file.Resolve(d["ActualText"]).(pdffile.String); ok {
		m.actual = actualText([]byte(s))
	}
	c.marks = append(c.marks, m)
}

// actualText reads a replacement of glyphs: a ligature's letters, a hyphen. It
// is "" for longer ones, which are not known to stand in one place.
func actualText(b []byte) string {
	const most = 4
	text := string(b)
	if bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		text = utf16Text(b[2:])
	}
	if len([]rune(text)) > most {
		return ""
	}
	return cleaned(text, "")
}

func (c *content) margin() bool {
	for _, m := range c.marks {
		if m.margin {
			return true
		}
	}
	return false
}

// skipImage moves past an inline image.
func skipImage(p *pdffile.Parser) {
	for {
		t := p.Next()
		if t.Kind == pdffile.EOF {
			return
		}
		if t.Kind == pdffile.Keyword && string(t.Bytes) == "ID" {
			break
		}
	}
	data := p.Data
	for at := p.Pos; at < len(data); {
		n := bytes.Index(data[at:], []byte("EI"))
		if n < 0 {
			p.Pos = len(data)
			return
		}
		at += n + len("EI")
		before, after := data[at-3], byte(' ')
		if at < len(data) {
			after = data[at]
		}
		if pdffile.IsSpace(before) && pdffile.IsSpace(after) && printable(data[at:min(len(data), at+16)]) {
			p.Pos = at
			return
		}
	}
	p.Pos = len(data)
}

func printable(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && !pdffile.IsSpace(c) {
			return false
		}
	}
	return true
}
