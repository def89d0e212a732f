package document

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads what a browser would show of HTML: no scripts, styles,
// templates, comments, addresses of links; not what only browsers without
// scripts show. It goes by tags, not by a tree: nesting costs nothing, and
// tags that are never closed do no harm. What a style sheet hides is read.
func readHTML(data []byte, b *budget) (*Document, error) {
	src, err := newHTMLSource(data, b)
	if err != nil {
		return nil, err
	}
	r := &htmlReader{out: htmlText{blocks: blocks{budget: b}}}
	if err := r.read(src.text); err != nil {
		return nil, err
	}
	r.out.spans.flush()
	where := r.out.places()
	return &Document{
		Format:  HTML,
		Text:    where.text,
		Remarks: src.remarks,
		places:  &htmlPlaces{derivedPlaces{src: src, spans: &r.out.spans}, where},
	}, nil
}

type htmlPlaces struct {
	derivedPlaces
	where *blockPlaces
}

func (p *htmlPlaces) place(offset int) Place {
	place := p.where.place(offset)
	place.Line, place.Column = p.src.lines.find(p.spans.at(offset))
	return place
}

type htmlReader struct {
	out htmlText

	dropped atom.Atom // the element whose text is not read; 0 is none
	depth   int       // of elements of that name within it
	pre     int
	tables  []htmlTable
	count   int32 // of tables that stand in no other
}

type htmlTable struct {
	number, row, column, width int32
	outer                      *cell
}

func (r *htmlReader) read(text string) error {
	tokens := html.NewTokenizer(strings.NewReader(text))
	tokens.AllowCDATA(false)
	xhtml := isXHTML(text)
	done := 0 // offset up to which a superscript was read ahead
	for at, n := 0, 1; ; n++ {
		kind := tokens.Next()
		if kind == html.ErrorToken { // a strings.Reader ends only one way
			r.out.breakBlock()
			return r.out.err
		}
		raw := text[at : at+len(tokens.Raw())]
		at += len(raw)
		switch {
		case at <= done:
		case at-len(raw) < done:
			r.out.skip(at - done)
		case kind == html.TextToken:
			r.text(raw)
		default:
			if xhtml && kind == html.SelfClosingTagToken { // <title/>, <script src="a"/>
				tokens.NextIsNotRawText()
			}
			r.out.skip(len(raw))
			done = at + r.tag(kind, tokens, text[at:])
		}
		if r.out.err != nil {
			return r.out.err
		}
		if n%4096 == 0 {
			if err := r.out.stop(); err != nil {
				return err
			}
		}
	}
}

// isXHTML tells HTML that is XML, where any element can be closed at once.
func isXHTML(text string) bool {
	head := text[:min(len(text), 2048)]
	return strings.HasPrefix(head, "<?xml") || strings.Contains(head, `xmlns="http://www.w3.org/1999/xhtml"`)
}

// tag takes a tag, which rest follows. It gives how much of rest it has read.
func (r *htmlReader) tag(kind html.TokenType, tokens *html.Tokenizer, rest string) int {
	switch kind {
	case html.StartTagToken, html.SelfClosingTagToken:
		name, hasAttr := tokens.TagName()
		a := atom.Lookup(name)
		if a == atom.Sup && r.dropped == 0 {
			return r.out.superscript(rest)
		}
		r.start(a, kind == html.SelfClosingTagToken, tokens, hasAttr)
	case html.EndTagToken:
		name, _ := tokens.TagName()
		r.end(atom.Lookup(name))
	}
	return 0
}

func (r *htmlReader) text(raw string) {
	if r.dropped != 0 {
		r.out.skip(len(raw))
		return
	}
	r.out.add(raw, r.pre > 0)
}

// notShown are the elements whose text no reader sees. Titles of pages are
// shown, in the browser's window.
func notShown(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes,
		atom.Annotation, atom.Rt, atom.Rp, atom.Datalist:
		return true
	}
	return false
}

func (r *htmlReader) start(a atom.Atom, closed bool, tokens *html.Tokenizer, hasAttr bool) {
	if r.dropped != 0 {
		if a == r.dropped && !closed {
			r.depth++
		}
		return
	}
	if notShown(a) {
		if !closed {
			r.dropped, r.depth = a, 1
		}
		return
	}
	switch a {
	case atom.Br:
		r.out.breaks++
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.out.breakBlock()
		r.out.headingNext = true
	case atom.Pre, atom.Textarea, atom.Listing, atom.Xmp, atom.Plaintext:
		r.out.breakBlock()
		if !closed {
			r.pre++
		}
	case atom.Table:
		r.out.breakBlock()
		r.startTable()
	case atom.Tr:
		r.out.breakBlock()
		r.startRow()
	case atom.Td, atom.Th:
		r.out.breakBlock()
		r.startCell(colspan(tokens, hasAttr))
	default:
		if isBlock(a) {
			r.out.breakBlock()
		}
	}
}

func (r *htmlReader) end(a atom.Atom) {
	if r.dropped != 0 {
		if a == r.dropped {
			if r.depth--; r.depth == 0 {
				r.dropped = 0
			}
		}
		return
	}
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.out.breakBlock()
		r.out.leaveHeading()
	case atom.Pre, atom.Textarea, atom.Listing, atom.Xmp, atom.Plaintext:
		r.out.breakBlock()
		r.pre = max(r.pre-1, 0)
	case atom.Table:
		r.out.breakBlock()
		if n := len(r.tables); n > 0 {
			r.out.now.cell = r.tables[n-1].outer
			r.tables = r.tables[:n-1]
		}
	case atom.Td, atom.Th, atom.Tr:
		r.out.breakBlock()
		if n := len(r.tables); n > 0 {
			r.out.now.cell = r.tables[n-1].outer
		}
	default:
		if isBlock(a) {
			r.out.breakBlock()
		}
	}
}

func (r *htmlReader) startTable() {
	if err := r.out.checkDepth(len(r.tables) + 1); err != nil && r.out.err == nil {
		r.out.err = err
	}
	t := htmlTable{outer: r.out.now.cell}
	if t.outer == nil {
		r.count++
		t.number = r.count
	} else {
		t.outer.tables++
		t.number = t.outer.tables
	}
	r.tables = append(r.tables, t)
}

func (r *htmlReader) startRow() {
	if n := len(r.tables); n > 0 {
		t := &r.tables[n-1]
		t.row, t.column, t.width = t.row+1, 1, 0
		r.out.now.cell = t.outer
	}
}

func (r *htmlReader) startCell(width int32) {
	n := len(r.tables)
	if n == 0 {
		return
	}
	t := &r.tables[n-1]
	if t.row == 0 {
		t.row, t.column = 1, 1
	}
	t.column += t.width
	t.width = width
	r.out.now.cell = &cell{outer: t.outer, table: t.number, row: t.row, column: t.column}
}

// colspan reads how many columns a cell takes.
func colspan(tokens *html.Tokenizer, hasAttr bool) int32 {
	for hasAttr {
		var key, value []byte
		key, value, hasAttr = tokens.TagAttr()
		if string(key) == "colspan" {
			return spanOf(string(value))
		}
	}
	return 1
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Button, atom.Caption, atom.Center,
		atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption,
		atom.Figure, atom.Footer, atom.Form, atom.Frameset, atom.Head, atom.Header, atom.Hgroup, atom.Hr, atom.Html,
		atom.Input, atom.Legend, atom.Li, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.Optgroup, atom.Option, atom.P,
		atom.Search, atom.Section, atom.Select, atom.Summary, atom.Tbody, atom.Tfoot, atom.Thead, atom.Title, atom.Ul:
		return true
	}
	return false
}
