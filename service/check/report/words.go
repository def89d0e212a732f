package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

// clean is s on one line, with nothing in it that a terminal, or a reader's
// eye, could be led astray by: control characters and those that turn the
// direction of writing are shown as escapes, white space is one space, and
// characters that show nothing are left out.
func clean(s string) string {
	var b strings.Builder
	space := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if invisible(r) {
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// invisible: soft hyphens and joiners, which texts are full of.
func invisible(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF
}

// cutText is s with at most n characters.
func cutText(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return strings.TrimSpace(string(runes[:n-1])) + "…"
	}
	return s
}

// isStdin says whether a document came over standard input.
func isStdin(rep check.Report) bool {
	return rep.Document == nil || rep.Document.Name == "" || rep.Document.Name == "-"
}

// title is what people call the document.
func title(rep check.Report) string {
	if isStdin(rep) {
		return "standard input"
	}
	return clean(rep.Document.Name)
}

// PlaceText is where a person finds a place within its document: "12:8" (line
// and column), "page 3", "Prices!B7", `footnote 4, under "Security"`. Empty:
// the document as a whole.
func PlaceText(p document.Place) string {
	if p.Line > 0 {
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	var parts []string
	if p.Page > 0 {
		parts = append(parts, fmt.Sprintf("page %d", p.Page))
	}
	for _, s := range []string{p.Part, p.Cell} {
		if s = clean(s); s != "" {
			parts = append(parts, s)
		}
	}
	if h := clean(p.Heading); h != "" {
		parts = append(parts, `under "`+cutText(h, 40)+`"`)
	}
	return strings.Join(parts, ", ")
}

func severityText(s check.Severity) string {
	switch s {
	case check.Error:
		return "error"
	case check.Warning:
		return "warning"
	}
	return "info"
}

// subject is what a finding is about: what is cited, in canonical form, else
// what stands there.
func subject(rep check.Report, f check.Finding) string {
	if f.Citation >= 0 && f.Citation < len(rep.Citations) {
		if s := rep.Citations[f.Citation].ID.String(); s != "" {
			return clean(s)
		}
	}
	return clean(f.Text)
}

// advice is what could stand there instead, as a sentence; empty: nothing.
func advice(f check.Finding) string {
	if f.Replacement == "" {
		return ""
	}
	return "Instead: " + clean(f.Replacement)
}

// link leads to the registry's entry; empty where it is no address of the web.
func link(f check.Finding) string {
	if strings.HasPrefix(f.Link, "https://") || strings.HasPrefix(f.Link, "http://") {
		return clean(f.Link)
	}
	return ""
}

// shown are the findings that people want to see.
func shown(rep check.Report, opts Options) []check.Finding {
	var out []check.Finding
	for _, f := range rep.Findings {
		if opts.Waived || f.Waived == "" {
			out = append(out, f)
		}
	}
	return out
}
