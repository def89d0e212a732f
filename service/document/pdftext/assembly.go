package pdftext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// assembly gathers the pages and makes one text of them.
type assembly struct {
	budget *pdffile.Budget
	limit  int64
	bytes  int64
	pages  []flatPage
	notes  []string
}

// pageText is a page with what the file itself says is its head and foot.
type pageText struct {
	height       float64
	body, margin []block
}

// flatPage is a page as plain strings.
type flatPage struct {
	blocks []flatBlock
	margin []string
}

type flatBlock struct {
	text string
	// key is what a head or foot is known by, where it stands as one does.
	key  string
	size float64
}

func (a *assembly) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

func (a *assembly) add(p pageText) {
	var flat flatPage
	for _, b := range p.margin {
		flat.margin = append(flat.margin, a.flatten(b))
	}
	for _, b := range p.body {
		const edge = 0.11
		f := flatBlock{text: a.flatten(b), size: b.lines[0].size}
		if b.bottom > (1-edge)*p.height || b.top < edge*p.height {
			f.key = likeness(f.text)
		}
		flat.blocks = append(flat.blocks, f)
	}
	a.pages = append(a.pages, flat)
}

func (a *assembly) flatten(b block) string {
	var text strings.Builder
	for i, l := range b.lines {
		if i > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(strings.TrimRight(l.text, " \t\u00a0"))
	}
	a.bytes += int64(text.Len()) + 2
	if a.bytes > a.limit {
		a.budget.Fail(fmt.Errorf("%w: its text has more than %d bytes; split it, or raise the limit of text", ErrTooLarge, a.limit))
	}
	return text.String()
}

// result joins the pages. Heads and feet, which repeat, stand after the first
// block of a page where that goes on with the sentence of the page before,
// else before it.
func (a *assembly) result() Result {
	repeated := a.repeated()
	var out strings.Builder
	out.Grow(int(min(a.bytes, a.limit)))
	r := Result{Notes: a.notes}
	var last flatBlock // of the running text
	write := func(text, gap string) {
		if text == "" {
			return
		}
		if out.Len() > 0 {
			out.WriteString(gap)
		}
		out.WriteString(text)
	}
	for _, p := range a.pages {
		var body []flatBlock
		margin := p.margin
		for _, b := range p.blocks {
			if b.key != "" && repeated[b.key] {
				margin = append(margin, b.text)
			} else {
				body = append(body, b)
			}
		}
		runsOn := len(body) > 0 && goesOn(last, body[0])
		if runsOn {
			out.WriteByte('\n')
			r.Pages = append(r.Pages, out.Len())
			out.WriteString(body[0].text)
			last, body = body[0], body[1:]
		} else {
			r.Pages = append(r.Pages, a.begin(&out, len(margin)+len(body) > 0))
		}
		gap := "\n\n"
		if !runsOn {
			gap = ""
		}
		for _, text := range margin {
			write(text, gap)
			gap = "\n\n"
		}
		for _, b := range body {
			write(b.text, gap)
			gap = "\n\n"
			last = b
		}
	}
	if out.Len() > 0 {
		out.WriteByte('\n')
	}
	r.Text = out.String()
	return r
}

// begin parts a page from the one before, and gives where it begins.
func (a *assembly) begin(out *strings.Builder, text bool) int {
	if text && out.Len() > 0 {
		out.WriteString("\n\n")
	}
	return out.Len()
}

// repeated finds the keys of blocks that stand on many pages.
func (a *assembly) repeated() map[string]bool {
	count := map[string]int{}
	for _, p := range a.pages {
		seen := map[string]bool{}
		for _, b := range p.blocks {
			if b.key != "" && !seen[b.key] {
				seen[b.key] = true
				count[b.key]++
			}
		}
	}
	often := map[string]bool{}
	for key, n := range count {
		// Odd and even pages, and chapters, may have heads of their own.
		if n >= 3 && n*5 >= len(a.pages) {
			often[key] = true
		}
	}
	return often
}

// likeness is a text with its numbers made equal, "" for long ones.
func likeness(text string) string {
	if len(text) >= 400 {
		return ""
	}
	digits := false
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			if digits {
				return -1
			}
			digits = true
			return '#'
		}
		digits = false
		return r
	}, text)
}

// goesOn says whether the first block of a page goes on with the last one of
// the page before: same size, no end of a sentence, no capital or mark.
func goesOn(last, next flatBlock) bool {
	if last.text == "" || !near(last.size, next.size, 0.05*next.size) || len(last.text) < 60 {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(last.text)
	begin, _ := utf8.DecodeRuneInString(next.text)
	if !unicode.IsLetter(end) && !unicode.IsDigit(end) && end != ',' && end != '-' {
		return false
	}
	// A short number is that of a section or a list.
	return unicode.IsLower(begin) || len(next.text) >= 4 && allDigits(next.text[:4])
}
