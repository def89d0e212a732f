package check

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// unknown says what is known around a designation that means nothing.
func (l *lookup) unknown(ways []way) {
	if l.knownStandard(ways) || l.family(ways) {
		return
	}
	l.facts.Outcome = UnknownStandard
	_, f := l.resolve(l.id.String())
	if f != nil {
		l.facts.Candidates = l.likely(f.Candidates)
	}
	if near := l.editionsByForm(ways); len(near) > 0 {
		l.facts.Candidates = merged(near, l.facts.Candidates)
	}
	l.facts.Message = fmt.Sprintf("%s is not in %s", l.id, l.whole()) + l.hint() + "."
}

// whole is what the view shows, and what may be elsewhere.
func (l *lookup) whole() string {
	if p, ok := l.view.(resolve.PartialView); ok && p.Part() != "" {
		return p.Part() + "; the registry may know it"
	}
	return "the registry"
}

// knownStandard is for what names an edition of a standard that is registered
// in one of the ways that are no adoption, and has none such.
func (l *lookup) knownStandard(ways []way) bool {
	for _, w := range ways {
		if w.down {
			continue
		}
		s := l.bare(w.id)
		if s == nil {
			continue
		}
		l.standard(s)
		switch {
		case l.grouped():
			l.facts.Outcome = Family
			l.facts.Message = fmt.Sprintf("%s means more than one document.", l.id)
			return true
		case !l.id.Dated():
			l.facts.Outcome = Family
			l.facts.Message = fmt.Sprintf("The registry lists no editions of %s.", l.id)
			return true
		}
		return l.unknownEdition(w, s)
	}
	return false
}

// bare is the standard that holds the designation without its edition; nil:
// none does. Works of the industry are registered by the plain name, too:
// "OpenAPI", which says too little to be cited.
func (l *lookup) bare(id designation.ID) *resolve.Standard {
	bare := ungrouped(id.Undated())
	c, ok := l.claim(bare.Key())
	if !ok && bare.Flavour == designation.Industry && bare.Type == "" {
		c, ok = l.claim(designation.Key(bare.Number))
	}
	if !ok {
		return nil
	}
	return l.view.Standard(c.Name)
}

func (l *lookup) grouped() bool { return l.id.AllParts || l.id.Series }

func ungrouped(id designation.ID) designation.ID {
	id.AllParts, id.Series = false, false
	return id
}

// unknownEdition is for a standard that has no such edition on record.
func (l *lookup) unknownEdition(w way, s *resolve.Standard) bool {
	if len(s.Versions) == 0 {
		l.facts.Outcome = UnknownStandard
		l.facts.Message = fmt.Sprintf("The registry lists no editions of %s.", w.id.Undated())
		return true
	}
	if d := ofYear(w.id, s); d != "" && l.try(way{id: parsed(d)}) {
		return true
	}
	l.facts.Outcome = UnknownEdition
	if _, f := l.resolve(w.id.String()); f != nil {
		l.facts.Candidates = f.Candidates
	}
	own := func(c resolve.Candidate) bool { return c.Name == s.Record.Name && c.Version != "" }
	if !slices.ContainsFunc(l.facts.Candidates, own) {
		l.facts.Candidates = nil // nothing but what is written alike
		for _, v := range s.Versions {
			l.facts.Candidates = append(l.facts.Candidates, resolve.Candidate{Name: s.Record.Name, Version: v.Record.ID, Score: 0.5, Why: "an edition that is registered"})
		}
	}
	l.nearest()
	l.facts.Candidates = l.facts.Candidates[:min(len(l.facts.Candidates), resolve.MaxCandidates)]
	l.facts.Message = l.noEdition(s) + l.hint() + "."
	if latest := l.latestOfLine(w.id, s); latest != "" {
		l.facts.Message = fmt.Sprintf("%s is a line of versions; %s is its latest.", l.id, latest)
	}
	return true
}

// latestOfLine is the latest version on the day that begins with what is cited,
// as 1.1.5 does with 1.1; empty: there is none.
func (l *lookup) latestOfLine(id designation.ID, s *resolve.Standard) string {
	if id.Version == "" || len(id.Supplements) > 0 {
		return ""
	}
	var latest string
	for _, v := range s.Versions {
		c := resolve.Candidate{Name: s.Record.Name, Version: v.Record.ID}
		if strings.HasPrefix(string(v.Record.ID), id.Version+".") && !v.Record.Prerelease && l.visible(c) {
			latest = l.called(c)
		}
	}
	return latest
}

// ofYear is the designation of the only edition that a year alone can mean:
// "EN 301 549 V3.2.1 (2021-03)" for "EN 301549:2021"; empty: there is none.
func ofYear(id designation.ID, s *resolve.Standard) string {
	if len(id.Date) != 4 || id.Version != "" || id.Edition != "" || len(id.Supplements) > 0 {
		return ""
	}
	var one string
	for _, v := range s.Versions {
		i := slices.IndexFunc(v.Record.Designations, func(d string) bool {
			return strings.HasPrefix(parsed(d).Date, id.Date+"-") && len(parsed(d).Supplements) == 0
		})
		switch {
		case i >= 0 && one != "":
			return ""
		case i >= 0:
			one = v.Record.Designations[i]
		}
	}
	return one
}

func (l *lookup) noEdition(s *resolve.Standard) string {
	return fmt.Sprintf("%s is no edition of %s that is on record", l.id, l.called(resolve.Candidate{Name: s.Record.Name}))
}

// otherEdition is for an edition that is known through what it adopts by its
// form, whereas its own standard is registered and another of its editions
// adopts the very same: then the edition that is cited is none.
func (l *lookup) otherEdition(a *resolve.Answer) bool {
	if !l.id.Dated() {
		return false
	}
	own := l.view.Designation(l.id.Undated().Key())
	if own == nil {
		return false
	}
	for _, h := range inHopOrder(resolve.Adopters(l.view, a.Standard, a.Version, l.at, time.Time{})) {
		for i := range own.Claims {
			if c := &own.Claims[i]; c.Version != "" || h.Name != c.Name || h.Version == "" || !c.HoldsAt(l.at, time.Time{}) {
				continue
			}
			s := l.view.Standard(h.Name)
			l.standard(s)
			l.unknownEdition(way{id: l.id}, s)
			best := resolve.Candidate{Name: h.Name, Version: h.Version, Score: 1, Why: "adopts " + firstOf(a.Version.Record.Designations, a.Ref())}
			l.facts.Candidates = merged([]resolve.Candidate{best}, l.facts.Candidates)
			l.facts.Message = l.noEdition(s) + l.hint() + "."
			return true
		}
	}
	return false
}

// nearest sorts the candidates: editions of the standard first, by the
// distance of their years, else by the beginning that their versions share,
// then what is similar.
func (l *lookup) nearest() {
	want := yearOf(l.id.Date)
	distance := func(c resolve.Candidate) int {
		s := l.view.Standard(c.Name)
		if s == nil || c.Name != l.facts.Standard {
			return 10000
		}
		v := s.Find(c.Version)
		if v == nil {
			return 9999
		}
		year := 0
		for _, d := range v.Record.Designations {
			if year = yearOf(parsed(d).Date); year != 0 {
				break
			}
		}
		if year == 0 {
			year, _, _ = v.Record.Released.Date()
		}
		if year == 0 || want == 0 {
			return 5000 - sharedParts(l.id.Version, string(c.Version))
		}
		return max(year-want, want-year)
	}
	// The latest of a line that is cited, as 1.0.3 of 1.0.
	place := func(c resolve.Candidate) int {
		s := l.view.Standard(c.Name)
		if s == nil || c.Name != l.facts.Standard || want != 0 {
			return 0
		}
		return slices.IndexFunc(s.Versions, func(v *resolve.Version) bool { return v.Record.ID == c.Version })
	}
	slices.SortStableFunc(l.facts.Candidates, func(a, b resolve.Candidate) int {
		return cmp.Or(cmp.Compare(distance(a), distance(b)), cmp.Compare(place(b), place(a)))
	})
}

// sharedParts is how many numbers two versions begin with in common.
func sharedParts(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	n := 0
	for n < min(len(as), len(bs)) && as[n] == bs[n] {
		n++
	}
	return n
}

func yearOf(date string) int {
	if len(date) < 4 {
		return 0
	}
	y, err := strconv.Atoi(date[:4])
	if err != nil {
		return 0
	}
	return y
}

// claim is what a normal form is held for, where somebody holds it.
func (l *lookup) claim(key string) (resolve.Candidate, bool) {
	d := l.view.Designation(key)
	if d == nil {
		return resolve.Candidate{}, false
	}
	for i := range d.Claims {
		if c := &d.Claims[i]; c.HoldsAt(l.at, time.Time{}) && l.view.Standard(c.Name) != nil {
			return resolve.Candidate{Name: c.Name, Version: c.Version, Score: 1}, true
		}
	}
	return resolve.Candidate{}, false
}

// editionsByForm are the editions of what a designation adopts by its form,
// nearest in date first: an adoption may bear another year.
func (l *lookup) editionsByForm(ways []way) []resolve.Candidate {
	if !l.id.Dated() {
		return nil
	}
	for _, w := range ways {
		if !w.down {
			continue
		}
		c, ok := l.claim(w.id.Undated().Key())
		s := l.view.Standard(c.Name)
		if !ok || s == nil {
			continue
		}
		inner := lookup{view: l.view, id: w.id, at: l.at}
		inner.facts.Standard = c.Name
		if _, f := inner.resolve(w.id.String()); f != nil {
			inner.facts.Candidates = f.Candidates
			inner.nearest()
		}
		return inner.facts.Candidates
	}
	return nil
}

// merged is a and what b has besides, no more than a failure may carry.
func merged(a, b []resolve.Candidate) []resolve.Candidate {
	for _, c := range b {
		if !slices.ContainsFunc(a, func(o resolve.Candidate) bool { return o.Name == c.Name && o.Version == c.Version }) {
			a = append(a, c)
		}
	}
	return a[:min(len(a), resolve.MaxCandidates)]
}

// hint names the nearest candidates by their designations.
func (l *lookup) hint() string {
	names := l.names(3)
	if len(names) == 0 {
		return ""
	}
	return "; nearest " + isAre(len(names)) + " " + strings.Join(names, ", ")
}

// names are what people call the candidates, at most some. Amendments are left
// out unless one is cited, and so is what is not there yet.
func (l *lookup) names(most int) []string {
	var names []string
	named := map[standard.Name]bool{}
	for _, c := range l.facts.Candidates {
		name := l.called(c)
		if len(names) == most || slices.Contains(names, name) || !l.visible(c) || len(l.id.Supplements) == 0 && amends(name) ||
			c.Version == "" && named[c.Name] {
			continue
		}
		names, named[c.Name] = append(names, name), true
	}
	return names
}

// visible says whether a candidate was there on the day.
func (l *lookup) visible(c resolve.Candidate) bool {
	s := l.view.Standard(c.Name)
	if s == nil || c.Version == "" {
		return true
	}
	v := s.Find(c.Version)
	return v == nil || standard.VisibleAt(v.Record, l.at, time.Time{})
}

// amends says whether a designation is of an amendment by itself.
func amends(d string) bool {
	return slices.ContainsFunc(parsed(d).Supplements, func(s designation.Supplement) bool { return !s.Consolidated })
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// called is how people call a candidate: a designation, else the reference.
func (l *lookup) called(c resolve.Candidate) string {
	s := l.view.Standard(c.Name)
	if s == nil {
		return c.Ref()
	}
	if v := s.Find(c.Version); v != nil {
		return firstOf(v.Record.Designations, c.Ref())
	}
	if len(s.Record.Designations) == 0 && len(s.Versions) == 1 {
		return firstOf(s.Versions[0].Record.Designations, c.Ref())
	}
	return firstOf(s.Record.Designations, c.Ref())
}

// sentence makes a plain sentence of a message.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "there "); ok {
		s = "There " + rest
	}
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
