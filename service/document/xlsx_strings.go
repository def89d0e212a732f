package document

import (
	"encoding/xml"
	"strings"
)

// sharedStrings are the texts of a workbook, which cells name by number.
type sharedStrings struct {
	text string
	ends []int32
}

func (s *sharedStrings) read(p *parts, name string) error {
	x, err := p.open(name)
	if err != nil {
		return err
	}
	var all strings.Builder
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch {
		case office(e.Name) != nsSheet:
		case e.Name.Local == "sst":
			return x.each(element, nil)
		case e.Name.Local == "si":
			if len(s.ends) == p.blocks() {
				return tooLarge("it has more than %d different texts", p.blocks())
			}
			text, err := richText(x)
			if err != nil {
				return err
			}
			all.WriteString(text)
			s.ends = append(s.ends, int32(all.Len()))
			return p.checkText(all.Len())
		}
		return nil
	}
	err = x.each(element, nil)
	s.text = all.String()
	return err
}

func (s *sharedStrings) at(n int) string {
	if n < 0 || n >= len(s.ends) {
		return ""
	}
	start := int32(0)
	if n > 0 {
		start = s.ends[n-1]
	}
	return s.text[start:s.ends[n]]
}

// richText reads a text that may change its look: runs of text, some of them
// superscript. How it is pronounced is left out.
func richText(x *xmlReader) (string, error) {
	var b strings.Builder
	var run runChange
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		var err error
		switch e.Name.Local {
		case "t":
			var text string
			if text, err = x.textOf(); run.superscript != nil && *run.superscript {
				text = superscript(text)
			}
			b.WriteString(text)
			if err == nil {
				err = x.b.checkText(b.Len())
			}
		case "r":
			run = runChange{}
			err = x.each(element, nil)
			run = runChange{}
		case "rPr":
			run, _, err = readRunChange(x)
		}
		return err
	}
	err := x.each(element, nil)
	return unescapeControls(b.String()), err
}

// unescapeControls replaces "_x000D_" and its like, which is how control
// characters are written.
func unescapeControls(text string) string {
	if !strings.Contains(text, "_x00") {
		return text
	}
	return strings.NewReplacer("_x000D_", "", "_x000d_", "", "_x000A_", "\n", "_x000a_", "\n", "_x0009_", "\t", "_x005F_", "_", "_x005f_", "_").Replace(text)
}

// textOf reads the text of the element that is open.
func (x *xmlReader) textOf() (string, error) {
	var text string
	err := x.each(skip, func(piece []byte) error {
		if text == "" {
			text = string(piece)
			return nil
		}
		text += string(piece)
		return x.b.checkText(len(text))
	})
	return text, err
}
