package fix

import (
	"bytes"
	"encoding/json"
	"html"
	"strings"
	"unicode"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
)

// An encoder gives a replacement as the file spells it, or the reason why it
// can't stand there.
type encoder func(old, replacement string) (text, reason string)

// encoders are those of the formats that can be changed.
var encoders = map[document.Format]encoder{
	document.Markdown: visibly(without("`*<>[]|\\", "its characters mean something in Markdown")),
	document.Text:     visibly(asItIs),
	document.HTML:     visibly(asHTML),
	document.CSV:      visibly(without(",;|\"", "it would break the row into other cells")),
	document.YAML:     visibly(asItIs), // the structure is compared afterwards
	document.JSON:     visibly(asJSON),
}

func asItIs(_, replacement string) (text, reason string) { return replacement, "" }

// visibly refuses replacements with characters that show nothing.
func visibly(next encoder) encoder {
	return func(old, replacement string) (string, string) {
		if strings.ContainsFunc(replacement, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) {
			return "", "the replacement holds characters that show nothing"
		}
		return next(old, replacement)
	}
}

// without refuses replacements with characters that the text did not have.
func without(chars, reason string) encoder {
	return func(old, replacement string) (string, string) {
		for _, r := range chars {
			if strings.ContainsRune(replacement, r) && !strings.ContainsRune(old, r) {
				return "", reason
			}
		}
		return replacement, ""
	}
}

func asHTML(_, replacement string) (text, reason string) { return html.EscapeString(replacement), "" }

func asJSON(_, replacement string) (text, reason string) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(replacement); err != nil {
		return "", "the replacement can't be written in JSON"
	}
	return strings.Trim(strings.TrimSpace(b.String()), `"`), ""
}

// inRange: the text of such a citation is the whole range's.
func (p *planner) inRange(f check.Finding) bool {
	if f.Citation < 0 || f.Citation >= len(p.rep.Citations) {
		return false
	}
	return p.rep.Citations[f.Citation].Traits&citation.InRange != 0
}

// keepStructure drops the edits that would change more of a file than the
// values that were meant.
func (p *planner) keepStructure() {
	switch p.rep.Document.Format {
	case document.JSON:
		p.keep(jsonKeeper(p.src))
	case document.YAML:
		p.keep(yamlKeeper(p.src, maxParsed))
	}
}

// keeper gives the reason why an edit can't be made; empty: it can.
type keeper func(edits []Edit) map[int]string

func (p *planner) keep(check keeper) {
	if len(p.edits) == 0 {
		return
	}
	reasons := check(p.edits)
	kept := p.edits[:0]
	for i, e := range p.edits {
		if reason := reasons[i]; reason != "" {
			p.skip(e.Finding, reason)
			continue
		}
		kept = append(kept, e)
	}
	p.edits = kept
}

// all gives every edit the same reason.
func all(edits []Edit, reason string) map[int]string {
	out := map[int]string{}
	for i := range edits {
		out[i] = reason
	}
	return out
}
