package document

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// readXLSX reads an Excel workbook: of each sheet its name, the cells that hold
// something, row by row, as they are shown, then comments and text boxes.
// Formulas count with the value that was stored for them. Hidden sheets, rows
// and columns are read too: what they say may apply. Not read are charts,
// headers and footers of pages, names and other properties.
func readXLSX(data []byte, b *budget) (*Document, error) {
	p, err := openParts(data, b)
	if err != nil {
		return nil, err
	}
	w := &workbook{parts: p, out: blocks{budget: b, sheets: []string{}}}
	if err := w.read(); err != nil {
		return nil, err
	}
	where := w.out.places()
	return &Document{Format: XLSX, Text: where.text, Remarks: w.remarks, places: where}, nil
}

type workbook struct {
	*parts
	out      blocks
	strings  sharedStrings
	formats  []numberFormat // by the index that cells name
	from1904 bool           // whether days count from 1904
	remarks  []string
}

type sheet struct{ name, id, state string }

func (w *workbook) read() error {
	main, err := w.mainPart()
	if err != nil {
		return err
	}
	relations, err := w.relations(main)
	if err != nil {
		return err
	}
	sheets, err := w.readSheets(main)
	if err != nil {
		return err
	}
	target := map[string]relation{}
	for _, r := range relations {
		target[r.id] = r
		switch {
		case !w.has(r.target):
		case r.kind == "sharedStrings":
			err = w.strings.read(w.parts, r.target)
		case r.kind == "styles":
			w.formats, err = readNumberFormats(w.parts, r.target)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range sheets {
		if err := w.readSheet(s, target[s.id]); err != nil {
			return err
		}
	}
	return w.out.err
}

func (w *workbook) readSheets(main string) ([]sheet, error) {
	x, err := w.open(main)
	if err != nil {
		return nil, err
	}
	var sheets []sheet
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		if office(e.Name) != nsSheet {
			return nil
		}
		switch e.Name.Local {
		case "workbook", "sheets":
			return x.each(element, nil)
		case "workbookPr":
			on := attr(e, "date1904")
			w.from1904 = on == "1" || on == "true"
		case "sheet":
			if len(sheets) == maxParts {
				return tooLarge("it has more than %d sheets", maxParts)
			}
			sheets = append(sheets, sheet{title(attr(e, "name")), attr(e, "id"), attr(e, "state")}) // Excel takes 31 characters
		}
		return nil
	}
	return sheets, x.each(element, nil)
}

func (w *workbook) readSheet(s sheet, r relation) error {
	if r.kind != "worksheet" {
		return nil // a chart, or a dialog of old
	}
	number := int32(len(w.out.sheets))
	w.out.sheets = append(w.out.sheets, s.name)
	w.out.within(part{"name of sheet", number + 1})
	w.out.add(s.name)
	if s.state == "hidden" || s.state == "veryHidden" {
		w.remarks = append(w.remarks, fmt.Sprintf("the sheet %q is hidden; it was read", s.name))
	}
	x, err := w.open(r.target)
	if err != nil {
		return err
	}
	g := &sheetReader{workbook: w, x: x, number: number}
	if err := x.each(g.element, nil); err != nil {
		return err
	}
	relations, err := w.relations(r.target)
	if err != nil {
		return err
	}
	for _, r := range relations {
		switch {
		case !w.has(r.target):
		case r.kind == "comments":
			err = w.readComments(r.target, number)
		case r.kind == "drawing":
			err = w.readDrawing(r.target, s.name)
		}
		if err != nil {
			return err
		}
	}
	return w.out.err
}

// sheetReader reads the cells of one sheet.
type sheetReader struct {
	*workbook
	x           *xmlReader
	number      int32
	row, column int32 // of the latest cell, from 1
}

func (g *sheetReader) element(e xml.StartElement) error {
	if g.out.err != nil {
		return g.out.err
	}
	if office(e.Name) != nsSheet {
		return nil
	}
	switch e.Name.Local {
	case "worksheet", "sheetData":
		return g.x.each(g.element, nil)
	case "row":
		g.row++
		if n, err := strconv.ParseInt(attr(e, "r"), 10, 32); err == nil && n > 0 {
			g.row = int32(n)
		}
		g.column = 0
		return g.x.each(g.element, nil)
	case "c":
		return g.cell(e)
	}
	return nil
}

func (g *sheetReader) cell(e xml.StartElement) error {
	g.column++
	if column, row, ok := parseCellName(attr(e, "r")); ok {
		g.column, g.row = column, row
	}
	value, inline := "", ""
	err := g.x.each(func(e xml.StartElement) error {
		var err error
		switch e.Name.Local {
		case "v":
			value, err = g.x.textOf()
		case "is":
			inline, err = richText(g.x)
		}
		return err
	}, nil)
	if err != nil {
		return err
	}
	if text := g.shown(attr(e, "t"), attr(e, "s"), value, inline); text != "" {
		g.out.now = spot{cell: &cell{table: g.number, row: g.row, column: g.column}}
		g.out.add(text)
	}
	return g.out.err
}

// shown gives a cell's value as the sheet shows it, as far as is simple.
func (g *sheetReader) shown(kind, style, value, inline string) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
			return g.strings.at(n)
		}
		return ""
	case "inlineStr":
		return inline
	case "b":
		if value == "1" {
			return "TRUE"
		}
		return "FALSE"
	case "", "n":
		var format numberFormat
		if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(g.formats) {
			format = g.formats[n]
		}
		return format.show(strings.TrimSpace(value), g.from1904)
	}
	return value // "str", "e", and "d", a date as text
}

// readComments reads what was noted on cells.
func (w *workbook) readComments(name string, number int32) error {
	x, err := w.open(name)
	if err != nil {
		return err
	}
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "comments", "commentList":
			return x.each(element, nil)
		case "comment":
			column, row, ok := parseCellName(attr(e, "ref"))
			w.out.now = spot{part: &part{name: "comment"}}
			if ok {
				w.out.now.cell = &cell{table: number, row: row, column: column}
			}
			return x.each(func(e xml.StartElement) error {
				if e.Name.Local != "text" {
					return nil
				}
				text, err := richText(x)
				w.out.add(text)
				return err
			}, nil)
		}
		return w.out.err
	}
	return x.each(element, nil)
}

// readDrawing reads the text boxes and shapes on a sheet.
func (w *workbook) readDrawing(name, sheet string) error {
	x, err := w.open(name)
	if err != nil {
		return err
	}
	w.out.within(part{name: "text box on " + sheet})
	var text strings.Builder
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "Fallback":
			return nil
		case office(e.Name) == nsDrawing && e.Name.Local == "t":
			piece, err := x.textOf()
			text.WriteString(piece)
			return err
		case office(e.Name) == nsDrawing && e.Name.Local == "br":
			text.WriteString("\n")
		case office(e.Name) == nsDrawing && e.Name.Local == "p":
			text.Reset()
			err := x.each(element, nil)
			w.out.add(text.String())
			return err
		}
		if w.out.err != nil {
			return w.out.err
		}
		return x.each(element, nil)
	}
	return x.each(element, nil)
}

// parseCellName reads "B7" or "$B$7".
func parseCellName(name string) (column, row int32, ok bool) {
	i := 0
	for _, c := range []byte(name) {
		switch {
		case c == '$' && i < len(name)-1:
		case c >= 'A' && c <= 'Z' && row == 0 && column < 1<<14:
			column = column*26 + int32(c-'A') + 1
		case c >= '0' && c <= '9' && row < 1<<24:
			row = row*10 + int32(c-'0')
		default:
			return 0, 0, false
		}
		i++
	}
	return column, row, column > 0 && row > 0
}
