package document

import (
	"encoding/xml"
	"path"
	"strings"
)

// packageFormat tells the format of a package, or says in an error what it is
// that cannot be read.
func packageFormat(data []byte, b *budget) (Format, error) {
	p, err := openParts(data, b)
	if err != nil {
		return "", err
	}
	if p.has("mimetype") && !p.has("[Content_Types].xml") {
		return openDocumentFormat(p)
	}
	if !p.has("[Content_Types].xml") {
		return "", unsupported("a zip archive", unpack)
	}
	main, err := p.mainPart()
	if err != nil {
		return "", err
	}
	kind, err := p.contentType(main)
	if err != nil {
		return "", err
	}
	switch kind = strings.ToLower(kind); {
	case strings.Contains(kind, "sheet.binary"):
		return "", unsupported("a binary Excel workbook (.xlsb)", "save it as .xlsx")
	case strings.Contains(kind, "wordprocessingml"), strings.Contains(kind, "ms-word"):
		return DOCX, nil
	case strings.Contains(kind, "spreadsheetml"), strings.Contains(kind, "ms-excel"):
		return XLSX, nil
	case strings.Contains(kind, "presentationml"), strings.Contains(kind, "powerpoint"):
		return "", unsupported("a PowerPoint presentation", "save it as .pdf")
	}
	return "", unsupported("a package of an unknown kind", saveAsText)
}

func openDocumentFormat(p *parts) (Format, error) {
	kind, err := p.short("mimetype", 200)
	if err != nil {
		return "", err
	}
	switch kind = strings.TrimSpace(kind); kind {
	case "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template",
		"application/vnd.oasis.opendocument.text-web", "application/vnd.oasis.opendocument.text-master":
		return ODT, nil
	case "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet-template":
		return "", unsupported("an OpenDocument spreadsheet (.ods)", "save it as .xlsx or .csv")
	case "application/epub+zip":
		return "", unsupported("an e-book (.epub)", "save it as .html or .pdf")
	}
	if strings.HasPrefix(kind, "application/vnd.oasis.opendocument.") {
		return "", unsupported("an OpenDocument file that is no text", "save it as .pdf")
	}
	return "", unsupported("a package of an unknown kind", saveAsText)
}

// contentType gives the media type of a part.
func (p *parts) contentType(name string) (string, error) {
	x, err := p.open("[Content_Types].xml")
	if err != nil {
		return "", err
	}
	kind, fallback := "", ""
	extension := strings.TrimPrefix(path.Ext(name), ".")
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "Types":
			return x.each(element, nil)
		case "Override":
			if kind == "" && partName(attr(e, "PartName")) == partName(name) {
				kind = attr(e, "ContentType")
			}
		case "Default":
			if strings.EqualFold(attr(e, "Extension"), extension) {
				fallback = attr(e, "ContentType")
			}
		}
		return nil
	}
	if err := x.each(element, nil); err != nil {
		return "", err
	}
	if kind == "" {
		kind = fallback
	}
	return kind, nil
}

// A relation leads from one part to another one.
type relation struct {
	id, kind string // kind is the last word of its type: "header", "worksheet"
	target   string // name of a part
}

// relations gives the relations of a part to other parts, in their order; ""
// stands for the package. There may be none.
func (p *parts) relations(name string) ([]relation, error) {
	folder, file := path.Split(name)
	rels := folder + "_rels/" + file + ".rels"
	if !p.has(rels) {
		return nil, nil
	}
	x, err := p.open(rels)
	if err != nil {
		return nil, err
	}
	var found []relation
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "Relationships":
			return x.each(element, nil)
		case e.Name.Local != "Relationship", attr(e, "TargetMode") == "External":
			return nil
		case len(found) == maxParts:
			return tooLarge("its part %s leads to more than %d parts", rels, maxParts)
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = folder + target
		}
		found = append(found, relation{attr(e, "Id"), path.Base(attr(e, "Type")), strings.TrimPrefix(path.Clean("/"+target), "/")})
		return nil
	}
	return found, x.each(element, nil)
}

// mainPart gives the name of the part that the package is about.
func (p *parts) mainPart() (string, error) {
	relations, err := p.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range relations {
		if r.kind == "officeDocument" {
			return r.target, nil
		}
	}
	return "", broken("the package does not say which of its parts is the document")
}

// The namespaces of Office, in the two editions of its standard.
type namespace int

const (
	nsOther namespace = iota
	nsWord
	nsDrawing
	nsMath
	nsCompatibility
	nsSheet
)

func office(name xml.Name) namespace {
	switch name.Space {
	case "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main":
		return nsWord
	case "http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main":
		return nsDrawing
	case "http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math":
		return nsMath
	case "http://schemas.openxmlformats.org/markup-compatibility/2006":
		return nsCompatibility
	case "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main":
		return nsSheet
	}
	return nsOther
}

// isOn reads the value of a switch such as <w:vanish/>, which is on unless it
// says otherwise.
func isOn(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}
