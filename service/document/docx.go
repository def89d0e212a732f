package document

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// readDOCX reads a Word document as it shows when all tracked changes are
// accepted: the body, then footnotes, endnotes, comments, headers and footers.
// Read are text boxes, content controls, results of fields, text of links,
// inserted and moved-in text. Not read are deleted and moved-away text, hidden
// text, instructions of fields, automatic numbers of headings and lists,
// charts, pictures and their descriptions, embedded files.
func readDOCX(data []byte, b *budget) (*Document, error) {
	p, err := openParts(data, b)
	if err != nil {
		return nil, err
	}
	main, err := p.mainPart()
	if err != nil {
		return nil, err
	}
	relations, err := p.relations(main)
	if err != nil {
		return nil, err
	}
	d := &docx{parts: p, out: blocks{budget: b}, noteNumbers: map[noteID]int32{}, noteCount: map[string]int32{}}
	for _, r := range relations {
		if r.kind == "styles" && p.has(r.target) {
			if d.styles, err = readWordStyles(p, r.target); err != nil {
				return nil, err
			}
		}
	}
	if err := d.read(main, relations); err != nil {
		return nil, err
	}
	where := d.out.places()
	return &Document{Format: DOCX, Text: where.text, Notes: d.notes(), places: where}, nil
}

type docx struct {
	*parts
	styles wordStyles
	out    blocks

	noteNumbers map[noteID]int32 // of footnotes and endnotes, as they are referred to
	noteCount   map[string]int32 // by kind
	hidden      int              // pieces of hidden text that were left out
	foreign     int              // parts in other formats, likewise
}

type noteID struct {
	kind string // "footnote", "endnote"
	id   string
}

func (d *docx) read(main string, relations []relation) error {
	if err := d.story(main, part{}); err != nil {
		return err
	}
	for _, kind := range []string{"footnotes", "endnotes", "comments"} {
		for _, r := range relations {
			if r.kind == kind && d.has(r.target) {
				if err := d.story(r.target, part{}); err != nil {
					return err
				}
			}
		}
	}
	for _, kind := range []string{"header", "footer"} {
		seen := map[string]bool{}
		for _, r := range relations {
			if r.kind != kind || !d.has(r.target) {
				continue
			}
			err := d.out.once(seen, func() error { return d.story(r.target, part{name: kind}) })
			if err != nil {
				return err
			}
		}
	}
	return d.out.err
}

func (d *docx) notes() []string {
	var notes []string
	if d.hidden > 0 {
		notes = append(notes, fmt.Sprintf("hidden text was not read: %d pieces", d.hidden))
	}
	if d.foreign > 0 {
		notes = append(notes, fmt.Sprintf("embedded documents were not read: %d", d.foreign))
	}
	return notes
}

// story reads one part: the body, all footnotes, a header.
func (d *docx) story(name string, where part) error {
	x, err := d.open(name)
	if err != nil {
		return err
	}
	d.out.within(where)
	w := &wordReader{docx: d, x: x}
	err = x.each(w.element, nil)
	w.flushCarry()
	return err
}

// wordReader reads one part of a Word document.
type wordReader struct {
	*docx
	x *xmlReader

	para    *wordParagraph   // that is open; nil between paragraphs
	run     runStyle         // of the text that comes
	fields  []bool           // that are open: whether their result has begun
	tables  int32            // that stand in no other
	table   *cell            // row and column where the innermost table stands
	carry   *strings.Builder // of a paragraph whose end was deleted; nil is none
	held    int              // bytes of all paragraphs that are open or carried
	number  int32            // of the comment
	mathSup bool             // in an exponent
}

type wordParagraph struct {
	text    *strings.Builder
	base    runStyle
	level   int  // of the heading, from 1; 0 is none
	deleted bool // its end is: the next paragraph goes on in it
}

// element reads one element. What is not known is gone through: it may hold
// paragraphs. Text counts in few elements only, so nothing slips in.
func (w *wordReader) element(e xml.StartElement) error {
	if w.out.err != nil {
		return w.out.err
	}
	switch office(e.Name) {
	case nsWord:
		return w.word(e)
	case nsMath:
		return w.math(e)
	case nsDrawing:
		switch e.Name.Local {
		case "p":
			return w.paragraph()
		case "t":
			return w.x.each(skip, w.text)
		}
	case nsCompatibility:
		if e.Name.Local == "AlternateContent" {
			return w.alternatives()
		}
	}
	return w.x.each(w.element, nil)
}

func (w *wordReader) word(e xml.StartElement) error {
	switch e.Name.Local {
	case "p":
		return w.paragraph()
	case "r":
		return w.textRun()
	case "tbl":
		return w.tableElement()
	case "tr":
		return w.row()
	case "tc":
		return w.cellElement()
	case "footnote", "endnote", "comment":
		return w.note(e)
	case "del", "moveFrom", "sdtPr", "sdtEndPr", "sectPr", "tblPr", "tblGrid", "tblPrEx", "rt", "rubyPr", "docPartPr":
		return nil
	case "altChunk":
		w.foreign++
		return nil
	case "pPr":
		return w.paragraphProperties()
	case "rPr":
		style, err := readRunStyle(w.x, w.run, w.styles)
		w.run = style
		return err
	}
	if w.para != nil {
		return w.inline(e)
	}
	return w.x.each(w.element, nil)
}

// alternatives reads the first choice of several forms of the same content,
// and the fallback only where that has no text.
func (w *wordReader) alternatives() error {
	before, taken := w.written(), false
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "Choice":
			if taken {
				return nil
			}
			taken = true
		case "Fallback":
			if w.written() != before {
				return nil
			}
		}
		return w.x.each(w.element, nil)
	}, nil)
}

// written is how much text was read so far.
func (w *wordReader) written() int {
	n := len(w.out.text)
	if w.para != nil {
		n += w.para.text.Len()
	}
	return n
}

// note reads a footnote, endnote or comment.
func (w *wordReader) note(e xml.StartElement) error {
	kind := e.Name.Local
	switch attr(e, "type") {
	case "separator", "continuationSeparator", "continuationNotice":
		return nil
	}
	where := part{name: kind}
	if kind == "comment" {
		w.number++
		where.number = w.number
	} else {
		where.number = w.noteNumbers[noteID{kind, attr(e, "id")}]
	}
	w.out.within(where)
	w.tables = 0
	err := w.x.each(w.element, nil)
	w.flushCarry()
	return err
}

func (w *wordReader) tableElement() error {
	outer := w.out.now.cell
	inner := &cell{outer: outer}
	if outer == nil {
		w.tables++
		inner.table = w.tables
	} else {
		outer.tables++
		inner.table = outer.tables
	}
	w.flushCarry()
	before := w.table
	w.table = inner
	err := w.x.each(w.element, nil)
	w.table, w.out.now.cell = before, outer
	return err
}

func (w *wordReader) row() error {
	if w.table == nil {
		return w.x.each(w.element, nil)
	}
	w.table.row++
	w.table.column = 1
	deleted := false
	return w.x.each(func(e xml.StartElement) error {
		switch {
		case deleted:
			return nil
		case office(e.Name) != nsWord || e.Name.Local != "trPr":
			return w.element(e)
		}
		return w.x.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "gridBefore":
				w.table.column += spanOf(attr(e, "val"))
			case "del":
				deleted = true
				w.table.row--
			}
			return nil
		}, nil)
	}, nil)
}

func (w *wordReader) cellElement() error {
	if w.table == nil {
		return w.x.each(w.element, nil)
	}
	at := *w.table
	w.out.now.cell = &at
	width := int32(1)
	err := w.x.each(func(e xml.StartElement) error {
		if office(e.Name) != nsWord || e.Name.Local != "tcPr" {
			return w.element(e)
		}
		return w.x.each(func(e xml.StartElement) error {
			if e.Name.Local == "gridSpan" {
				width = spanOf(attr(e, "val"))
			}
			return nil
		}, nil)
	}, nil)
	w.flushCarry()
	w.table.column += width
	w.out.now.cell = w.table.outer
	return err
}
