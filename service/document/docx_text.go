package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// paragraph reads one paragraph and writes it as a block. Paragraphs within it,
// of text boxes, are blocks of their own before it, so that they do not tear
// its sentence.
func (w *wordReader) paragraph() error {
	outer, run := w.para, w.run
	w.para, w.run = &wordParagraph{text: w.carry}, runStyle{}
	if w.carry == nil {
		w.para.text = &strings.Builder{}
	}
	w.carry = nil
	err := w.x.each(w.element, nil)
	para := w.para
	w.para, w.run = outer, run
	for i := range w.fields { // instructions do not go on beyond a paragraph
		w.fields[i] = true
	}
	if err == nil && para.deleted {
		w.carry = para.text
		return nil
	}
	w.held -= para.text.Len()
	switch text := para.text.String(); {
	case err != nil:
	case para.level > 0:
		w.out.addHeading(text)
	default:
		w.out.add(text)
	}
	return err
}

// flushCarry writes what a paragraph with a deleted end left, where no other
// paragraph follows.
func (w *wordReader) flushCarry() {
	if w.carry == nil {
		return
	}
	w.held -= w.carry.Len()
	w.out.add(w.carry.String())
	w.carry = nil
}

func (w *wordReader) paragraphProperties() error {
	return w.x.each(func(e xml.StartElement) error {
		if w.para == nil || office(e.Name) != nsWord {
			return nil
		}
		switch e.Name.Local {
		case "pStyle":
			style := w.styles[attr(e, "val")]
			w.para.level, w.para.base = style.level, style.run
			w.run = style.run
		case "outlineLvl":
			w.para.level = outlineLevel(attr(e, "val"))
		case "rPr": // of the paragraph's end
			return w.x.each(func(e xml.StartElement) error {
				if e.Name.Local == "del" || e.Name.Local == "moveFrom" {
					w.para.deleted = true
				}
				return nil
			}, nil)
		}
		return nil
	}, nil)
}

func (w *wordReader) textRun() error {
	before := w.run
	if w.para != nil {
		w.run = w.para.base
	}
	err := w.x.each(w.element, nil)
	w.run = before
	return err
}

// inline reads what stands in a run.
func (w *wordReader) inline(e xml.StartElement) error {
	switch e.Name.Local {
	case "t":
		return w.x.each(skip, w.text)
	case "tab", "ptab":
		w.add("\t")
	case "br", "cr":
		w.add("\n")
	case "noBreakHyphen":
		w.add("\u2011")
	case "sym":
		w.add(symbol(attr(e, "font"), attr(e, "char")))
	case "fldChar":
		w.field(attr(e, "fldCharType"))
	case "footnoteReference":
		w.reference("footnote", e)
	case "endnoteReference":
		w.reference("endnote", e)
	case "delText", "instrText", "delInstrText", "softHyphen":
	default:
		return w.x.each(w.element, nil)
	}
	return nil
}

func (w *wordReader) text(raw []byte) error {
	text := string(raw)
	if w.run.capitals {
		text = strings.ToUpper(text)
	}
	if w.run.superscript {
		text = superscript(text)
	}
	w.add(text)
	return w.out.err
}

// add adds to the paragraph what is to be seen there.
func (w *wordReader) add(text string) {
	if w.para == nil || w.out.err != nil {
		return
	}
	if w.run.hidden {
		w.hidden++
		return
	}
	for _, result := range w.fields {
		if !result {
			return
		}
	}
	if w.out.err = w.out.checkText(len(w.out.text) + w.held + len(text)); w.out.err == nil {
		w.para.text.WriteString(text)
		w.held += len(text)
	}
}

// field follows the beginning of a field, the end of its instructions, and the
// end of its result.
func (w *wordReader) field(kind string) {
	n := len(w.fields)
	switch {
	case kind == "begin" && n < w.out.Depth:
		w.fields = append(w.fields, false)
	case kind == "separate" && n > 0:
		w.fields[n-1] = true
	case kind == "end" && n > 0:
		w.fields = w.fields[:n-1]
	}
}

// reference writes the number of a note. Word numbers notes in the order of
// their references; the number is decimal here whatever its format is.
func (w *wordReader) reference(kind string, e xml.StartElement) {
	id := noteID{kind, attr(e, "id")}
	custom := attr(e, "customMarkFollows")
	if custom != "" && custom != "0" && custom != "false" { // the mark is text
		return
	}
	if _, again := w.noteNumbers[id]; !again {
		n := w.docx.noteCount[kind] + 1
		w.docx.noteCount[kind], w.noteNumbers[id] = n, n
	}
	w.add(superscript(strconv.Itoa(int(w.noteNumbers[id]))))
}

// math reads formulas: their text, with exponents raised.
func (w *wordReader) math(e xml.StartElement) error {
	switch e.Name.Local {
	case "t":
		return w.x.each(skip, w.text)
	case "sup":
		before := w.mathSup
		w.mathSup = true
		err := w.x.each(w.element, nil)
		w.mathSup = before
		return err
	case "r":
		before := w.run
		w.run = runStyle{superscript: w.mathSup}
		err := w.x.each(w.element, nil)
		w.run = before
		return err
	}
	return w.x.each(w.element, nil)
}

// symbol gives a character of a symbol font, which Word keeps in a private
// area of Unicode. Signs that stand for themselves are kept, others are a
// space, so that words around them stay apart.
func symbol(font, code string) string {
	n, err := strconv.ParseUint(code, 16, 32)
	if err != nil {
		return " "
	}
	if n < 0xF000 || n > 0xF0FF {
		if r := rune(n); n >= 0x20 && n < 0xD800 || n > 0xF8FF && n <= 0xFFFD {
			return string(r)
		}
		return " "
	}
	c := rune(n - 0xF000)
	switch {
	case c == 0xB7:
		return "•"
	case !strings.EqualFold(font, "Symbol"):
		return " "
	case c == 0x2D:
		return "\u2212" // minus
	case c > 0x20 && c < 0x40 && strings.ContainsRune(`!#%&()+,./0123456789:;<=>?`, c):
		return string(c)
	case c == 0xB0:
		return "°"
	case c == 0xB1:
		return "±"
	case c == 0xA3:
		return "≤"
	case c == 0xB3:
		return "≥"
	}
	return " "
}
