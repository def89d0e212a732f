package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// cited is an edition that the document cites.
type cited struct {
	work, edition string // keys of the standard and of the edition, adoptions undone
	chain         string // publishers as cited
	known         bool   // by facts, not by form alone
	first         int    // citation
}

// mixedEditions finds standards that are cited in two editions, once each, at
// the first place of the second edition.
func mixedEditions(c *checker) {
	seen := map[string][]cited{}
	told := map[string]bool{}
	c.once(func(at int, _ *Citation, f *Facts, _ int) {
		if !f.ID.Dated() || f.ID.Flavour == designation.Etalon || drafted(f.ID) {
			return
		}
		at, ok := c.firstSure(c.byFacts[c.report.FactsOf[at]])
		now := edition(f)
		if !ok || told[now.work] {
			return
		}
		now.first = at
		for _, before := range seen[now.work] {
			if now.differs(before) && !c.alternatives(before.first, at) {
				told[now.work] = true
				first, second := min(at, before.first), max(at, before.first)
				c.add(second, Finding{Message: c.mixed(first, second)})
				return
			}
		}
		seen[now.work] = append(seen[now.work], now)
	})
}

// alternatives says whether the document offers the designations of two
// citations beside each other somewhere: "TLS 1.2 or 1.3".
func (c *checker) alternatives(a, b int) bool {
	const most = 20 // of the places that are looked at
	as, bs := c.byFacts[c.report.FactsOf[a]], c.byFacts[c.report.FactsOf[b]]
	for _, i := range as[:min(len(as), most)] {
		for _, j := range bs[:min(len(bs), most)] {
			from, to := c.report.Citations[min(i, j)].End, c.report.Citations[max(i, j)].Start
			if from <= to && to-from <= maxBetween && joins(c.report.Document.Text[from:to]) {
				return true
			}
		}
	}
	return false
}

// maxBetween is how far alternatives may be apart, in bytes.
const maxBetween = 200

// joins says whether a text within one sentence joins what stands around it by
// "or", "and" or a slash.
func joins(between string) bool {
	if strings.Contains(between, "\n\n") {
		return false
	}
	for _, end := range [...]string{". ", ".\n", "; ", ";\n", "? ", "! "} {
		if strings.Contains(between, end) {
			return false
		}
	}
	for i, line := range strings.Split(between, "\n") {
		if i > 0 && beginsItem(line) {
			return false
		}
	}
	return strings.Contains(between, "/") || slices.ContainsFunc(words(between), func(w string) bool { return w == "or" || w == "and" })
}

// differs says whether two are editions that cannot be one text. By form alone
// only those by the same publishers can be compared: an adoption may bear
// another year.
func (e cited) differs(o cited) bool {
	return e.edition != o.edition && (e.chain == o.chain || e.known && o.known)
}

// firstSure is the first of some citations that is not weak.
func (c *checker) firstSure(places []int) (int, bool) {
	for _, at := range places {
		if c.report.Citations[at].Confidence > citation.Weak {
			return at, true
		}
	}
	return 0, false
}

// edition is what a dated designation cites, traced to what it adopts: by the
// facts where there are such, else by its form.
func edition(f *Facts) cited {
	id := f.ID.Base()
	for down, ok := id.Adopts(); ok; down, ok = down.Adopts() {
		id = down
	}
	id = joint(id)
	out := cited{work: id.Undated().Key(), edition: datedKey(id, f.ID), chain: strings.Join(joint(f.ID).Publishers, " ")}
	if f.Outcome != OutcomeFound || f.Edition == nil {
		return out
	}
	out.known = true
	core := f.Edition.Designation
	for _, a := range f.Adoptions {
		if a.Degree == standard.NotEquivalent {
			continue
		}
		core = a.Target
		if a.Edition != nil && a.Edition.Designation != "" {
			core = a.Edition.Designation
		}
	}
	if coreID, err := designation.Parse(core); err == nil && coreID.Dated() && f.Method != resolve.DigestMatch {
		out.work, out.edition = joint(coreID).Undated().Key(), datedKey(joint(coreID.Base()), coreID)
	}
	return out
}

// datedKey is the key of a base with the amendments that are consolidated in
// the designation: those are another edition, one that stands alone is not.
func datedKey(base, whole designation.ID) string {
	for _, s := range whole.Supplements {
		if s.Consolidated {
			base.Supplements = append(base.Supplements, s)
		}
	}
	return base.Key()
}

func (c *checker) mixed(first, second int) string {
	a, b := &c.report.Citations[first], &c.report.Citations[second]
	return fmt.Sprintf("The document cites one standard in two editions: %s (%s) and %s (%s).", a.ID, placeText(a.Place), b.ID, placeText(b.Place))
}

// placeText is a place in words, as short as finds it.
func placeText(p document.Place) string {
	var parts []string
	if p.Page > 0 {
		parts = append(parts, fmt.Sprintf("page %d", p.Page))
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", p.Line))
	}
	if p.Cell != "" {
		parts = append(parts, p.Cell)
	}
	if p.Part != "" {
		parts = append(parts, p.Part)
	}
	if len(parts) == 0 && p.Heading != "" {
		parts = append(parts, fmt.Sprintf("under %q", p.Heading))
	}
	if len(parts) == 0 {
		return "place unknown"
	}
	return strings.Join(parts, ", ")
}
