package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// adopts says whether what is cited adopts an international or European
// standard: on record, or by the form of its designation.
func adopts(f *Facts) bool {
	for _, a := range f.Adoptions {
		if a.Degree == standard.NotEquivalent {
			continue
		}
		id := parsed(a.Target)
		if id.IsZero() && a.Edition != nil {
			id = parsed(a.Edition.Designation)
		}
		if international(id) {
			return true
		}
	}
	return international(f.ID)
}

func ukOnlyStandard(c *checker) {
	c.once(func(at int, _ *Citation, f *Facts, times int) {
		if f.Outcome != OutcomeFound && f.Outcome != NoCurrentEdition || !ukStandard(f.ID) || adopts(f) || len(f.Equivalents) == 0 {
			return
		}
		texts := distinct(f.Equivalents)
		var names []string
		for i := range texts[:min(len(texts), 3)] {
			names = append(names, shown(&texts[i]))
		}
		c.add(at, Finding{
			Message: fmt.Sprintf("%s is a United Kingdom standard that adopts no internationally recognised equivalent, although %s %s on record (Procurement Act 2023, s. 56(3))%s.",
				f.ID, listed(names), isAre(len(names)), cites(times)),
			Ref: texts[0].refText(), Link: texts[0].IRI,
		})
	})
}

// distinct are editions without adoptions of others among them: "EN ISO
// 19650-2:2018" beside "ISO 19650-2:2018" is one text.
func distinct(editions []Edition) []Edition {
	return slices.DeleteFunc(slices.Clone(editions), func(e Edition) bool {
		for down, ok := parsed(e.Designation).Adopts(); ok; down, ok = down.Adopts() {
			key := down.Key()
			if slices.ContainsFunc(editions, func(o Edition) bool { return designation.Key(o.Designation) == key }) {
				return true
			}
		}
		return false
	})
}

// refText is the reference of an edition; empty where it is not registered.
func (e *Edition) refText() string {
	if e.Ref.Name.IsZero() {
		return ""
	}
	return e.Ref.String()
}

// cites says how often something is cited, where that is more than once.
func cites(times int) string {
	if times < 2 {
		return ""
	}
	return fmt.Sprintf("; it is cited %d times", times)
}

// equivalenceUnknown finds United Kingdom standards of which nothing is on
// record, all in one finding.
func equivalenceUnknown(c *checker) {
	var uk []int
	for i := range c.byFacts {
		f := &c.report.Facts[i]
		if f.Outcome == OutcomeFound && ukStandard(f.ID) && !adopts(f) && len(f.Equivalents) == 0 && !f.Sparse {
			uk = append(uk, i)
		}
	}
	c.together(uk, func(facts int) string {
		return fmt.Sprintf("%s is a United Kingdom standard that adopts nothing on record, and no internationally recognised equivalent is on record either.",
			c.report.Facts[facts].ID)
	}, func(n int, names string) string {
		return fmt.Sprintf("%d United Kingdom standards adopt nothing on record, and no internationally recognised equivalents are on record either: %s.", n, names)
	})
}

func adoptionLag(c *checker) {
	c.once(func(at int, _ *Citation, f *Facts, _ int) {
		if f.Outcome != OutcomeFound || f.Edition == nil || !inForce(f.Edition.Status) {
			return
		}
		if f.Current != nil && f.Current.Ref != f.Edition.Ref {
			return // a newer edition of the adoption itself is there
		}
		for _, a := range f.Adoptions {
			if a.Degree == standard.NotEquivalent || a.Edition == nil || a.Current == nil || a.Edition.Ref == a.Current.Ref ||
				a.Current.Released.Compare(a.Edition.Released) <= 0 || !inForce(a.Current.Status) {
				continue
			}
			c.add(at, Finding{
				Message: fmt.Sprintf("%s adopts %s, whereas %s is current%s; no adoption of it is on record.",
					shown(f.Edition), shown(a.Edition), shown(a.Current), since(a.Current.Released)),
				Ref: a.Current.refText(), Link: a.Current.IRI,
			})
			return
		}
	})
}

// missingOrEquivalent finds United Kingdom standards beside none of whose
// citations equivalents are allowed, in a document that has no clause for all.
// All are one finding.
func missingOrEquivalent(c *checker) {
	var uk []int
	for i := range c.byFacts {
		id := c.report.Facts[i].ID
		if ukStandard(id) && !id.IsZero() && id.Flavour != designation.Etalon {
			uk = append(uk, i)
		}
	}
	if len(uk) == 0 || c.coversAll() {
		return
	}
	uk = slices.DeleteFunc(uk, func(facts int) bool { return c.anyAllowsEquivalents(c.byFacts[facts]) })
	c.together(uk, func(facts int) string {
		return fmt.Sprintf("%s is a United Kingdom standard, and the document does not say that an equivalent standard is accepted (Procurement Act 2023, s. 56(4)); write \"or equivalent\" or add a clause for all%s.",
			c.report.Facts[facts].ID, cites(len(c.byFacts[facts])))
	}, func(n int, names string) string {
		return fmt.Sprintf("%d United Kingdom standards are cited, and the document does not say that equivalent standards are accepted (Procurement Act 2023, s. 56(4)): %s. Write \"or equivalent\" beside each, or add one clause for all.",
			n, names)
	})
}

func (c *checker) anyAllowsEquivalents(places []int) bool {
	const most = 20 // of places that are looked at
	doc := c.report.Document
	for _, at := range places[:min(len(places), most)] {
		cite := &c.report.Citations[at]
		from, to := unit(doc, cite.Start, cite.End)
		if allowsEquivalents(doc.Text[from:to]) || allowsEquivalents(cite.Place.Heading) ||
			allowsEquivalents(leadIn(doc.Text, from)) || allowsEquivalents(tableHead(doc, from)) || allowsEquivalents(tableContext(doc, cite.Start)) {
			return true
		}
	}
	return false
}

// coversAll says whether the document has a clause by which references to
// standards take equivalents in: a sentence that allows them, speaks of
// references to standards in general, and cites none itself.
func (c *checker) coversAll() bool {
	text := c.report.Document.Text
	next := 0         // citation
	const most = 5000 // of the word that are looked at
	for i, n := 0, 0; i < len(text) && n < most; n++ {
		at := nextEquivalent(text, i)
		if at < 0 {
			return false
		}
		i = at + 1
		from, to := sentenceAround(text, at)
		for next < len(c.report.Citations) && c.report.Citations[next].End <= from {
			next++
		}
		if next < len(c.report.Citations) && c.report.Citations[next].Start < to {
			continue
		}
		if s := text[from:to]; allowsEquivalents(s) && general(s) {
			return true
		}
	}
	return false
}

// general says whether a sentence speaks of references to standards as such.
func general(s string) bool {
	words := strings.Fields(strings.ToLower(s))
	var standards, refers, all bool
	for _, w := range words {
		w = strings.Trim(w, ".,;:()\"'“”‘’")
		switch w {
		case "standard", "standards", "specification", "specifications", "norm", "norms":
			standards = true
		case "reference", "referenced", "refer", "refers", "referred", "cited", "citation", "citations", "named", "mentioned", "quoted", "stated", "specified", "listed":
			refers = true
		case "references":
			refers, all = true, true
		case "any", "all", "every", "each", "where", "wherever", "whenever", "a", "such":
			all = true
		}
	}
	return standards && refers && all
}

// sentenceAround is the sentence that a byte stands in.
func sentenceAround(text string, at int) (from, to int) {
	from, to = around(text, at, at, maxUnit)
	for i := at - 1; i > from; i-- {
		if (text[i] == ' ' || text[i] == '\n') && strings.IndexByte(".!?", text[i-1]) >= 0 {
			from = i + 1
			break
		}
	}
	for i := at; i < to; i++ {
		if strings.IndexByte(".!?", text[i]) >= 0 && (i+1 == to || text[i+1] == ' ' || text[i+1] == '\n') {
			return from, i + 1
		}
	}
	return from, to
}
