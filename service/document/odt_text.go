package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// odtReader reads the text of one part of an OpenDocument file.
type odtReader struct {
	*odt
	x *xmlReader

	para   *strings.Builder // of the paragraph that is open; nil between them
	space  bool             // it ends with a space
	look   runStyle
	tables int32
	table  *cell // row and column where the innermost table stands
	number map[string]int32
	later  []laterBlock // notes and comments, which are read where they are referred to
	inNote *part
	kept   int // bytes of later, and of all paragraphs that are open
}

// laterBlock is a paragraph that is written after the body.
type laterBlock struct {
	part part
	text string
}

func (r *odtReader) element(e xml.StartElement) error {
	if r.out.err != nil {
		return r.out.err
	}
	name := odf(e.Name)
	switch name {
	case "text:p", "text:h":
		return r.paragraph(e, name == "text:h")
	case "text:note":
		return r.note(e)
	case "office:annotation":
		return r.within("comment", "")
	case "table:table":
		return r.tableElement()
	case "table:table-row":
		return r.row(e)
	case "table:table-cell", "table:covered-table-cell":
		return r.cellElement(e)
	case "text:section":
		if attr(e, "display") == "none" {
			r.hidden++
			return nil
		}
	case "text:tracked-changes", "text:hidden-text", "text:ruby-text", "text:number", "office:forms",
		"office:binary-data", "svg-compatible:title", "svg-compatible:desc", "draw:object", "draw:object-ole",
		"text:table-of-content-source", "text:illustration-index-source", "text:table-index-source",
		"text:object-index-source", "text:user-index-source", "text:alphabetical-index-source",
		"text:bibliography-source", "office:scripts", "text:variable-decls", "text:sequence-decls",
		"text:user-field-decls":
		return nil
	case "":
		if e.Name.Local == "creator" || e.Name.Local == "date" || e.Name.Local == "math" {
			return nil // who commented, and when; formulas say it in words too
		}
	}
	if r.para != nil {
		return r.inline(e, name)
	}
	return r.x.each(r.element, nil)
}

func (r *odtReader) inline(e xml.StartElement, name string) error {
	switch name {
	case "text:s":
		n, err := strconv.Atoi(attr(e, "c"))
		if err != nil {
			n = 1
		}
		r.add(strings.Repeat(" ", min(max(n, 1), 100)))
	case "text:tab":
		r.add("\t")
	case "text:line-break":
		r.add("\n")
	case "text:span":
		before := r.look
		r.look = r.odt.look(attr(e, "style-name"), r.look)
		err := r.x.each(r.element, r.text)
		r.look = before
		return err
	default:
		return r.x.each(r.element, r.text)
	}
	return nil
}

// paragraph reads one paragraph and writes it as a block. Those within it, of
// text boxes, are blocks of their own before it.
func (r *odtReader) paragraph(e xml.StartElement, heading bool) error {
	outer, look := r.para, r.look
	r.para, r.space = &strings.Builder{}, true
	r.look = r.odt.look(attr(e, "style-name"), runStyle{})
	err := r.x.each(r.element, r.text)
	text := r.para.String()
	r.kept -= len(text)
	r.para, r.look, r.space = outer, look, false
	switch {
	case err != nil:
	case r.inNote != nil:
		if text = strings.TrimSpace(text); text != "" {
			r.later = append(r.later, laterBlock{*r.inNote, text})
			r.kept += len(text) + 2
		}
	case heading:
		r.out.addHeading(text)
	default:
		r.out.add(text)
	}
	return err
}

// text takes text as it stands, where any white space is one space.
func (r *odtReader) text(raw []byte) error {
	if r.para == nil {
		return nil
	}
	var b strings.Builder
	for _, c := range raw {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			if !r.space {
				b.WriteByte(' ')
			}
			r.space = true
			continue
		}
		b.WriteByte(c)
		r.space = false
	}
	space := r.space
	r.add(b.String())
	r.space = space
	return r.out.err
}

func (r *odtReader) add(text string) {
	if r.para == nil || text == "" || r.out.err != nil {
		return
	}
	if r.look.hidden {
		r.hidden++
		return
	}
	if r.look.superscript {
		text = superscript(text)
	}
	if r.out.err = r.out.checkText(len(r.out.text) + r.kept + len(text)); r.out.err == nil {
		r.para.WriteString(text)
		r.kept += len(text)
		r.space = false
	}
}

// note reads a footnote or endnote: its mark where it stands, its text later.
func (r *odtReader) note(e xml.StartElement) error {
	kind := "footnote"
	if attr(e, "note-class") == "endnote" {
		kind = "endnote"
	}
	citation := ""
	return r.x.each(func(e xml.StartElement) error {
		switch odf(e.Name) {
		case "text:note-citation":
			return r.x.each(skip, func(text []byte) error {
				citation += string(text)
				r.add(superscript(string(text)))
				return nil
			})
		case "text:note-body":
			return r.within(kind, citation)
		}
		return nil
	}, nil)
}

// within reads a note or comment that stands in a paragraph. Its number is the
// citation if that is one.
func (r *odtReader) within(kind, citation string) error {
	r.number[kind]++
	where := part{kind, r.number[kind]}
	if n, err := strconv.ParseInt(citation, 10, 32); err == nil && n > 0 {
		where.number = int32(n)
	}
	para, look, space, outer := r.para, r.look, r.space, r.inNote
	r.para, r.look, r.inNote = nil, runStyle{}, &where
	err := r.x.each(r.element, nil)
	r.para, r.look, r.space, r.inNote = para, look, space, outer
	return err
}

// readLater writes footnotes, then endnotes, then comments.
func (r *odtReader) readLater() error {
	for _, kind := range []string{"footnote", "endnote", "comment"} {
		for _, block := range r.later {
			if block.part.name == kind {
				r.out.within(block.part)
				r.out.add(block.text)
			}
		}
	}
	return r.out.err
}

func (r *odtReader) tableElement() error {
	outer := r.out.now.cell
	inner := &cell{outer: outer}
	if outer == nil {
		r.tables++
		inner.table = r.tables
	} else {
		outer.tables++
		inner.table = outer.tables
	}
	before := r.table
	r.table = inner
	err := r.x.each(r.element, nil)
	r.table, r.out.now.cell = before, outer
	return err
}

func (r *odtReader) row(e xml.StartElement) error {
	if r.table != nil {
		r.table.row++
		r.table.column = 1
	}
	err := r.x.each(r.element, nil)
	if r.table != nil {
		r.table.row += spanOf(attr(e, "number-rows-repeated")) - 1
	}
	return err
}

func (r *odtReader) cellElement(e xml.StartElement) error {
	if r.table == nil {
		return r.x.each(r.element, nil)
	}
	at := *r.table
	r.out.now.cell = &at
	err := r.x.each(r.element, nil)
	r.table.column += spanOf(attr(e, "number-columns-repeated"))
	r.out.now.cell = r.table.outer
	return err
}
