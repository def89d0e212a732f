package fix

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/etalon-registry/etalon/service/check"
)

// Edit replaces bytes of a file.
type Edit struct {
	From, To int    // bytes of the file
	Old, New string // what stands there, and what shall
	Finding  int    // index in the report
}

// Skip is a replacement that is not made.
type Skip struct {
	Finding int    // index in the report
	Reason  string // a clause in plain words: "the file is no text"
}

// Safe allows what needs no decision by a person.
func Safe(f check.Finding) bool { return f.Safe }

// Plan says which bytes of src to replace. src is the file that the report's
// document was read from. Findings that have no replacement, that are waived,
// or that allow refuses are left out of account; allow nil stands for Safe.
// Of several replacements for the same text that of the gravest finding is
// taken. Edits are in the order of the file and don't overlap; skipped is in
// the order of the findings.
func Plan(rep check.Report, src []byte, allow func(check.Finding) bool) (edits []Edit, skipped []Skip) {
	if rep.Document == nil {
		return nil, nil
	}
	return plan(rep, src, rep.Document.Source, allow)
}

// sourceOf leads from bytes of the document's text to those of its file.
type sourceOf func(start, end int) (from, to int, ok bool)

func plan(rep check.Report, src []byte, source sourceOf, allow func(check.Finding) bool) ([]Edit, []Skip) {
	if allow == nil {
		allow = Safe
	}
	p := &planner{rep: rep, src: src, source: source}
	for i, f := range rep.Findings {
		if f.Replacement != "" && f.Waived == "" && allow(f) {
			p.candidate(i, f)
		}
	}
	p.settle()
	p.keepStructure()
	slices.SortFunc(p.skipped, func(a, b Skip) int { return cmp.Compare(a.Finding, b.Finding) })
	return p.edits, p.skipped
}

// planner collects edits.
type planner struct {
	rep     check.Report
	src     []byte
	source  sourceOf
	edits   []Edit
	skipped []Skip
}

func (p *planner) skip(finding int, reason string) {
	p.skipped = append(p.skipped, Skip{Finding: finding, Reason: reason})
}

// candidate adds the edit of a finding, if its text can be replaced at all.
func (p *planner) candidate(i int, f check.Finding) {
	enc, ok := encoders[p.rep.Document.Format]
	if !ok {
		p.skip(i, "the file is no text; change it by hand")
		return
	}
	if f.Start < 0 || f.End <= f.Start || f.End > len(p.rep.Document.Text) {
		p.skip(i, "the finding is about no text")
		return
	}
	if p.inRange(f) {
		p.skip(i, "it is cited as one of a range")
		return
	}
	from, to, ok := p.source(f.Start, f.End)
	if !ok || from < 0 || to < from || to > len(p.src) {
		p.skip(i, "the file spells the text in another way, by escapes or another encoding")
		return
	}
	old := p.rep.Document.Text[f.Start:f.End]
	if string(p.src[from:to]) != old {
		p.skip(i, "the file has changed since it was read")
		return
	}
	if old == f.Replacement {
		return
	}
	if !isASCII(f.Replacement) && !utf8.Valid(p.src) {
		p.skip(i, "the encoding of the file may lack a character of the replacement")
		return
	}
	text, reason := enc(old, f.Replacement)
	if reason != "" {
		p.skip(i, reason)
		return
	}
	p.edits = append(p.edits, Edit{From: from, To: to, Old: old, New: text, Finding: i})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// settle keeps of edits that overlap the one of the gravest finding, of equal
// ones the first.
func (p *planner) settle() {
	all := slices.Clone(p.edits)
	slices.SortStableFunc(all, func(a, b Edit) int {
		return cmp.Or(
			cmp.Compare(p.rep.Findings[b.Finding].Severity, p.rep.Findings[a.Finding].Severity),
			cmp.Compare(a.From, b.From),
		)
	})
	p.edits = p.edits[:0]
	for _, e := range all {
		at, _ := slices.BinarySearchFunc(p.edits, e, func(a, b Edit) int { return cmp.Compare(a.To, b.From+1) })
		switch {
		case at == len(p.edits) || p.edits[at].From >= e.To:
			p.edits = slices.Insert(p.edits, at, e)
		case p.edits[at].From == e.From && p.edits[at].To == e.To && p.edits[at].New == e.New:
			// The same is done already.
		default:
			p.skip(e.Finding, "another replacement is made at the same place")
		}
	}
}

// Apply gives src with the edits made. Edits that are not of src, or that
// overlap one before, are left out; those of Plan never are.
func Apply(src []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.From, b.From) })
	var out bytes.Buffer
	out.Grow(len(src))
	done := 0
	for _, e := range edits {
		if e.From < done || e.To < e.From || e.To > len(src) || string(src[e.From:e.To]) != e.Old {
			continue
		}
		out.Write(src[done:e.From])
		out.WriteString(e.New)
		done = e.To
	}
	out.Write(src[done:])
	return out.Bytes()
}

// Diff is the difference of two versions of a file in the unified format, with
// three lines around each change, as patch and "git apply" take it. It is empty
// where there is none.
func Diff(name string, before, after []byte) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, name)
	name = strings.TrimPrefix(name, "/")
	if strings.Contains(name, " ") {
		name += "\t" // says that the name ends here, and not at the space
	}
	text := string(diff.Diff("a/"+name, before, "b/"+name, after))
	_, text, _ = strings.Cut(text, "\n") // "diff a/x b/x" says nothing more
	return text
}
