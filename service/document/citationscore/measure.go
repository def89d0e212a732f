package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
)

// report is all that is measured.
type report struct {
	Documents int     `json:"documents"`
	BySpan    outcome `json:"by_span"`
	ByDoc     outcome `json:"by_document"`
}

// outcome is one measure.
type outcome struct {
	Total     score            `json:"total"`
	Documents map[string]score `json:"documents"`
	Flavours  map[string]score `json:"flavours"`
	// Flags and Classes count recall only.
	Flags   map[string]score `json:"flags,omitempty"`
	Classes map[string]score `json:"classes,omitempty"`
	Faults  []fault          `json:"faults,omitempty"`
}

// score counts. Right has halves.
type score struct {
	Wanted int     `json:"wanted"` // annotated
	Found  int     `json:"found"`  // of what was found, what counts
	Right  float64 `json:"right"`
}

func (s score) plus(o score) score {
	return score{s.Wanted + o.Wanted, s.Found + o.Found, s.Right + o.Right}
}

// fault is a miss or something that is wrong.
type fault struct {
	Doc     string `json:"doc"`
	Kind    string `json:"kind"` // missed, wrong, half
	Wanted  string `json:"wanted,omitempty"`
	Found   string `json:"found,omitempty"`
	Context string `json:"context,omitempty"`
}

func newOutcome() outcome {
	return outcome{Documents: map[string]score{}, Flavours: map[string]score{}, Flags: map[string]score{}, Classes: map[string]score{}}
}

// add books a score for a document and a flavour.
func (o *outcome) add(doc, flavour string, s score) {
	o.Total = o.Total.plus(s)
	o.Documents[doc] = o.Documents[doc].plus(s)
	o.Flavours[flavour] = o.Flavours[flavour].plus(s)
}

// measure takes both measures.
func measure(ctx context.Context, set *corpus) (*report, error) {
	r := &report{Documents: len(set.docs), BySpan: newOutcome(), ByDoc: newOutcome()}
	for i := range set.docs {
		src := &set.docs[i]
		r.BySpan.spans(src, citation.Scan(src.text))
		text, err := read(ctx, set, src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", src.file, err)
		}
		r.ByDoc.multiset(src, text, citation.Scan(text))
	}
	return r, nil
}

// flavour is the flavour of an annotation, for the tables.
func (a *annotation) flavour() string {
	if len(a.Canonical) > 0 {
		if id, err := designation.Parse(a.Canonical[0]); err == nil {
			return id.Flavour.String()
		}
	}
	return "unread"
}

// members are the designations that an annotation stands for: one, or those
// of a range. Each is given in all the forms that count as it.
func (a *annotation) members() [][]string {
	if len(a.Canonical) == 1 {
		return [][]string{append(slices.Clone(a.Canonical), a.Norm...)}
	}
	var list [][]string
	for i, c := range a.Canonical {
		forms := []string{c}
		if len(a.Norm) == len(a.Canonical) {
			forms = append(forms, a.Norm[i])
		}
		list = append(list, forms)
	}
	return list
}

// spans measures by span.
func (o *outcome) spans(src *source, found []citation.Citation) {
	used := make([]bool, len(found))
	for i := range src.marks {
		m := &src.marks[i]
		if m.Class != numbered {
			o.touched(m, found)
			continue
		}
		for _, forms := range m.members() {
			at, near := best(m, forms, found, used)
			s := score{Wanted: 1, Right: float64(near)}
			if at >= 0 {
				used[at] = true
				s.Found = 1
			}
			if near < same {
				o.fault(src, m.Start, m.End, forms[0], nameOf(found, at), near)
			}
			o.add(src.id, m.flavour(), s)
			o.Classes[numbered] = o.Classes[numbered].plus(s)
			for _, f := range m.Flags {
				o.Flags[f] = o.Flags[f].plus(s)
			}
		}
	}
	for i := range found {
		if c := &found[i]; !used[i] && !c.Markup && !c.Named && !excused(src, c) {
			o.add(src.id, c.ID.Flavour.String(), score{Found: 1})
			o.fault(src, c.Start, c.End, "", c.ID.String(), unlike)
		}
	}
}

// best finds the citation that overlaps an annotation and comes nearest to it.
func best(m *annotation, forms []string, found []citation.Citation, used []bool) (at int, near likeness) {
	at = -1
	for i := range found {
		c := &found[i]
		if used[i] || c.End <= m.Start || c.Start >= m.End {
			continue
		}
		if l := compare(c.ID, forms...); l > near {
			at, near = i, l
		}
	}
	return at, near
}

// touched counts whether a citation was found where none has to be.
func (o *outcome) touched(m *annotation, found []citation.Citation) {
	s := score{Wanted: 1}
	for i := range found {
		if c := &found[i]; c.End > m.Start && c.Start < m.End && !(m.Class == negative && c.Markup) {
			s.Found, s.Right = 1, 1
		}
	}
	o.Classes[m.Class] = o.Classes[m.Class].plus(s)
}

// excused says whether a citation lies in what is neither rewarded nor
// punished.
func excused(src *source, c *citation.Citation) bool {
	for i := range src.marks {
		m := &src.marks[i]
		if (m.Class == named || m.Class == markup) && c.End > m.Start && c.Start < m.End {
			return true
		}
	}
	return false
}

// multiset measures by document, without regard to place.
func (o *outcome) multiset(src *source, text string, found []citation.Citation) {
	used := make([]bool, len(found))
	for _, least := range []likeness{same, parent} {
		for i := range src.marks {
			m := &src.marks[i]
			if m.Class != numbered {
				continue
			}
			for _, forms := range o.open(m, least) {
				at := firstLike(forms, found, used, least)
				switch {
				case at >= 0:
					used[at] = true
					o.add(src.id, m.flavour(), score{Wanted: 1, Found: 1, Right: float64(least)})
					if least < same {
						o.fault(src, m.Start, m.End, forms[0], nameOf(found, at), least)
					}
				case least == same:
					m.left = append(m.left, forms)
				default:
					o.add(src.id, m.flavour(), score{Wanted: 1})
					o.fault(src, m.Start, m.End, forms[0], "", unlike)
				}
			}
		}
	}
	for i := range found {
		if c := &found[i]; !used[i] && !c.Markup && !c.Named && !src.names(c.ID) {
			o.add(src.id, c.ID.Flavour.String(), score{Found: 1})
			o.Faults = append(o.Faults, fault{Doc: src.id, Kind: "wrong", Found: c.ID.String(), Context: around(text, c.Start, c.End)})
		}
	}
}

// names says whether the annotation knows a work by name that is what was
// found. Such works are annotated at their first mention only.
func (src *source) names(id designation.ID) bool {
	for i := range src.marks {
		m := &src.marks[i]
		if m.Class != named {
			continue
		}
		for _, forms := range m.members() {
			if compare(id, forms...) == same {
				return true
			}
		}
	}
	return false
}

// open gives the members of an annotation that are to be matched in a round:
// all in the first, those left over in the second.
func (o *outcome) open(m *annotation, least likeness) [][]string {
	if least == same {
		m.left = nil
		return m.members()
	}
	return m.left
}

func firstLike(forms []string, found []citation.Citation, used []bool, least likeness) int {
	for i := range found {
		if !used[i] && !found[i].Markup && compare(found[i].ID, forms...) >= least {
			return i
		}
	}
	return -1
}

func nameOf(found []citation.Citation, at int) string {
	if at < 0 {
		return ""
	}
	return found[at].ID.String()
}

func (o *outcome) fault(src *source, start, end int, wanted, got string, near likeness) {
	kind := "missed"
	switch {
	case near == parent:
		kind = "half"
	case wanted == "":
		kind = "wrong"
	}
	o.Faults = append(o.Faults, fault{src.id, kind, wanted, got, around(src.text, start, end)})
}
