package document

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// readODT reads an OpenDocument text, packed or flat (.fodt): the body with
// text boxes, tables, indexes and results of fields, then footnotes and
// endnotes, comments, headers and footers. Not read are deleted text, hidden
// text, automatic numbers of headings and lists, drawings, descriptions of
// pictures, embedded objects.
func readODT(data []byte, b *budget) (*Document, error) {
	o := &odt{out: blocks{budget: b}, styles: map[string]odtStyle{}}
	if !bytes.HasPrefix(data, []byte("PK")) {
		open := func() (*xmlReader, error) {
			return newXMLReader("document", &metered{bytes.NewReader(data), b, "document"}, b)
		}
		return o.read(open, open, open)
	}
	p, err := openParts(data, b)
	if err != nil {
		return nil, err
	}
	if err := checkODTEncryption(p); err != nil {
		return nil, err
	}
	content := func() (*xmlReader, error) { return p.open("content.xml") }
	var styles func() (*xmlReader, error)
	if p.has("styles.xml") {
		styles = func() (*xmlReader, error) { return p.open("styles.xml") }
	}
	return o.read(content, styles, styles)
}

// checkODTEncryption refuses packages whose manifest tells how parts are
// encrypted.
func checkODTEncryption(p *parts) error {
	if !p.has("META-INF/manifest.xml") {
		return nil
	}
	x, err := p.open("META-INF/manifest.xml")
	if err != nil {
		return err
	}
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		if e.Name.Local == "encryption-data" {
			return errEncryptedPackage
		}
		return x.each(element, nil)
	}
	return x.each(element, nil)
}

type odt struct {
	out    blocks
	styles map[string]odtStyle
	hidden int // pieces of hidden text that were left out
}

// read reads the body, with styles and headers from where they stand.
func (o *odt) read(content, styles, headers func() (*xmlReader, error)) (*Document, error) {
	if styles != nil {
		if err := o.pass(styles, o.readStyles); err != nil {
			return nil, err
		}
	}
	if err := o.pass(content, o.readBody); err != nil {
		return nil, err
	}
	if headers != nil {
		if err := o.pass(headers, o.readHeaders); err != nil {
			return nil, err
		}
	}
	if o.out.err != nil {
		return nil, o.out.err
	}
	where := o.out.places()
	doc := &Document{Format: ODT, Text: where.text, places: where}
	if o.hidden > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("hidden text was not read: %d pieces", o.hidden))
	}
	return doc, nil
}

func (o *odt) pass(open func() (*xmlReader, error), read func(*xmlReader) error) error {
	x, err := open()
	if err != nil {
		return err
	}
	return read(x)
}

func (o *odt) readBody(x *xmlReader) error {
	found := false
	r := &odtReader{odt: o, x: x, number: map[string]int32{}}
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch odf(e.Name) {
		case "office:document", "office:document-content":
			return x.each(element, nil)
		case "office:automatic-styles":
			return o.styleGroup(x)
		case "office:body":
			found = true
			return x.each(r.element, nil)
		}
		return nil
	}
	if err := x.each(element, nil); err != nil {
		return err
	}
	if !found {
		return broken("it has no text")
	}
	return r.readLater()
}

func (o *odt) readHeaders(x *xmlReader) error {
	seen := map[string]bool{}
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		kind := ""
		switch odf(e.Name) {
		case "office:document", "office:document-styles", "office:master-styles", "style:master-page":
			return x.each(element, nil)
		case "style:header", "style:header-left", "style:header-first":
			kind = "header"
		case "style:footer", "style:footer-left", "style:footer-first":
			kind = "footer"
		}
		if kind == "" || attr(e, "display") == "false" {
			return nil
		}
		r := &odtReader{odt: o, x: x, number: map[string]int32{}}
		o.out.within(part{name: kind})
		return o.out.once(seen, func() error { return x.each(r.element, nil) })
	}
	return x.each(element, nil)
}

// odf gives the usual name of an element of OpenDocument, "text:p"; "" of any
// other.
func odf(name xml.Name) string {
	rest, ok := strings.CutPrefix(name.Space, "urn:oasis:names:tc:opendocument:xmlns:")
	if !ok {
		return ""
	}
	module, _, _ := strings.Cut(rest, ":")
	if module == "drawing" {
		module = "draw"
	}
	return module + ":" + name.Local
}

type odtStyle struct {
	parent              string
	superscript, hidden *bool
}

// readStyles reads the styles of a whole file.
func (o *odt) readStyles(x *xmlReader) error {
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch odf(e.Name) {
		case "office:document", "office:document-styles":
			return x.each(element, nil)
		case "office:styles", "office:automatic-styles":
			return o.styleGroup(x)
		}
		return nil
	}
	return x.each(element, nil)
}

func (o *odt) styleGroup(x *xmlReader) error {
	return x.each(func(e xml.StartElement) error {
		if odf(e.Name) != "style:style" {
			return nil
		}
		if len(o.styles) > 10*maxParts { // they are made for each odd piece of text
			return tooLarge("it has more than %d styles", 10*maxParts)
		}
		style := odtStyle{parent: attr(e, "parent-style-name")}
		name := attr(e, "name")
		err := x.each(func(e xml.StartElement) error {
			if odf(e.Name) != "style:text-properties" {
				return nil
			}
			if position := attr(e, "text-position"); position != "" {
				raised := isRaised(position)
				style.superscript = &raised
			}
			for _, a := range e.Attr {
				if a.Name.Local == "display" && odf(a.Name) == "text:display" {
					hidden := a.Value == "none"
					style.hidden = &hidden
				}
			}
			return nil
		}, nil)
		o.styles[name] = style
		return err
	}, nil)
}

// isRaised reads "super 58%" and "33% 58%": where text stands, and its size.
func isRaised(position string) bool {
	where, _, _ := strings.Cut(strings.TrimSpace(position), " ")
	if where == "super" {
		return true
	}
	percent, err := strconv.ParseFloat(strings.TrimSuffix(where, "%"), 64)
	return err == nil && percent > 0
}

// look gives the style of text that was based so before.
func (o *odt) look(name string, base runStyle) runStyle {
	superscript, hidden := false, false
	for n := 0; n < maxStyleChain && name != ""; n++ {
		style := o.styles[name]
		if !superscript && style.superscript != nil {
			base.superscript, superscript = *style.superscript, true
		}
		if !hidden && style.hidden != nil {
			base.hidden, hidden = *style.hidden, true
		}
		name = style.parent
	}
	return base
}
