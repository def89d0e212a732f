package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// wordStyles are the styles of a Word document by their ids, which programs
// translate ("berschrift1"); their names and outline levels they do not.
type wordStyles map[string]wordStyle

type wordStyle struct {
	level int // of a heading, from 1; 0 is none
	run   runStyle
}

// runStyle is what matters of the look of text.
type runStyle struct {
	superscript, hidden bool
	capitals            bool // counts only where it is set on the text itself: of a style it is decoration
}

// styleSource is a style as it is written, before what it is based on counts.
type styleSource struct {
	base  string
	level *int
	run   runChange
}

// runChange is what a style says of its text; nil is nothing.
type runChange struct{ superscript, hidden, capitals *bool }

func (c runChange) apply(to runStyle) runStyle {
	if c.superscript != nil {
		to.superscript = *c.superscript
	}
	if c.hidden != nil {
		to.hidden = *c.hidden
	}
	if c.capitals != nil {
		to.capitals = *c.capitals
	}
	return to
}

func readWordStyles(p *parts, name string) (wordStyles, error) {
	x, err := p.open(name)
	if err != nil {
		return nil, err
	}
	sources := map[string]styleSource{}
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		switch {
		case office(e.Name) != nsWord:
		case e.Name.Local == "styles":
			return x.each(element, nil)
		case e.Name.Local == "style":
			if len(sources) == maxParts {
				return tooLarge("it has more than %d styles", maxParts)
			}
			source, err := readStyle(x)
			sources[attr(e, "styleId")] = source
			return err
		}
		return nil
	}
	if err := x.each(element, nil); err != nil {
		return nil, err
	}
	styles := make(wordStyles, len(sources))
	for id := range sources {
		styles[id] = resolveStyle(sources, id)
	}
	return styles, nil
}

func readStyle(x *xmlReader) (styleSource, error) {
	var s styleSource
	err := x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "name":
			if rest, ok := strings.CutPrefix(strings.ToLower(attr(e, "val")), "heading "); ok && s.level == nil {
				if n, err := strconv.Atoi(rest); err == nil && n >= 1 && n <= 9 {
					s.level = &n
				}
			}
		case "basedOn":
			s.base = attr(e, "val")
		case "pPr":
			return x.each(func(e xml.StartElement) error {
				if e.Name.Local == "outlineLvl" {
					level := outlineLevel(attr(e, "val"))
					s.level = &level
				}
				return nil
			}, nil)
		case "rPr":
			var err error
			s.run, _, err = readRunChange(x)
			return err
		}
		return nil
	}, nil)
	return s, err
}

// maxStyleChain bounds how many styles are based on one another; a circle ends
// there too.
const maxStyleChain = 32

func resolveStyle(sources map[string]styleSource, id string) wordStyle {
	var chain []styleSource
	for len(chain) < maxStyleChain {
		source, ok := sources[id]
		if !ok {
			break
		}
		chain = append(chain, source)
		id = source.base
	}
	var style wordStyle
	for i := len(chain) - 1; i >= 0; i-- {
		style.run = chain[i].run.apply(style.run)
		style.run.capitals = false
		if chain[i].level != nil {
			style.level = *chain[i].level
		}
	}
	return style
}

// readRunChange reads run properties and the id of their character style.
func readRunChange(x *xmlReader) (change runChange, styleID string, err error) {
	err = x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rStyle":
			styleID = attr(e, "val")
		case "vertAlign":
			on := attr(e, "val") == "superscript"
			change.superscript = &on
		case "vanish":
			on := isOn(e)
			change.hidden = &on
		case "caps", "smallCaps":
			on := isOn(e) || change.capitals != nil && *change.capitals
			change.capitals = &on
		}
		return nil
	}, nil)
	return change, styleID, err
}

// readRunStyle gives the style of a run in a paragraph of the given style.
func readRunStyle(x *xmlReader, base runStyle, styles wordStyles) (runStyle, error) {
	change, id, err := readRunChange(x)
	if style, ok := styles[id]; ok {
		base.superscript = base.superscript || style.run.superscript
		base.hidden = base.hidden || style.run.hidden
	}
	return change.apply(base), err
}

// outlineLevel reads levels, which are from 0 to 8 in the file; 9 is body text.
func outlineLevel(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 8 {
		return 0
	}
	return n + 1
}
