package resolve

import (
	"cmp"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/spelling"
	"github.com/etalon-registry/etalon/service/standard"
)

// scanned bounds how many versions or members are compared for candidates.
const scanned = 256

func isNoRange(err error) bool { return errors.Is(err, standard.ErrNoRange) }

func (r *run) candidate(s *Standard, v *Version, score float64, why string) Candidate {
	c := Candidate{Name: s.Record.Name, Version: v.Record.ID, Score: score, Why: why}
	if r.member != "" && findMember(v, r.member) != nil {
		c.Member = r.member
	}
	return c
}

func (r *run) anyRecorded(s *Standard) bool { return slices.ContainsFunc(s.Versions, r.recorded) }

// newest is the latest version, the recommended one first.
func (r *run) newest(s *Standard) []Candidate {
	inner := *r
	var cs []Candidate
	if id, ok := inner.tag(s, standard.TagRecommended); ok {
		if v := s.Find(id); v != nil && inner.visible(v) {
			cs = append(cs, r.candidate(s, v, 0.6, "recommended"))
		}
	}
	if p := inner.highest(s, nil); p.found != nil {
		cs = append(cs, r.candidate(s, p.found, 0.5, "the latest"))
	}
	return unique(cs)
}

// nearest are the versions of s near to what was wanted: by order where it
// has a place among them, and by spelling.
func (r *run) nearest(s *Standard, want string) []Candidate {
	cs := r.newest(s)
	if sel := r.c.under(s.Record.Scheme); sel.hasOrder && want == r.c.ref.Selector.Text {
		cs = append(cs, r.neighbours(s, sel.order)...)
	}
	for i := len(s.Versions) - 1; i >= max(0, len(s.Versions)-scanned); i-- {
		v := s.Versions[i]
		if !r.recorded(v) {
			continue
		}
		if score := spelling.Similarity(want, string(v.Record.ID)); score >= 0.5 {
			cs = append(cs, r.candidate(s, v, score, "written much the same"))
		}
	}
	for tag := range standard.TagsAt(s.Record.Tags, r.at, r.known) {
		id, _ := standard.TagAt(s.Record.Tags, tag, r.at, r.known)
		v := s.Find(id)
		if score := spelling.Similarity(want, tag); v != nil && score >= 0.6 && r.recorded(v) {
			cs = append(cs, r.candidate(s, v, score, "tagged "+tag))
		}
	}
	sortCandidates(cs)
	return most(unique(cs))
}

// neighbours are the versions next to a place in the order.
func (r *run) neighbours(s *Standard, o standard.Order) []Candidate {
	at := sort.Search(len(s.Versions), func(i int) bool { return s.Versions[i].Order.Compare(o) >= 0 })
	var cs []Candidate
	take := func(from, step int, why string) {
		score := 0.95
		for i := from; i >= 0 && i < len(s.Versions) && score > 0.8; i += step {
			if v := s.Versions[i]; r.recorded(v) {
				cs = append(cs, r.candidate(s, v, score, why))
				score, why = score-0.1, "further away"
			}
		}
	}
	take(at-1, -1, "the one before it")
	take(at, 1, "the one after it")
	return cs
}

// editions are the versions of a standard, those first whose date is nearest
// to that of a designation.
func (r *run) editions(s *Standard, id designation.ID) []Candidate {
	want := yearOf(id.Date)
	var cs []Candidate
	for i := len(s.Versions) - 1; i >= max(0, len(s.Versions)-scanned); i-- {
		v := s.Versions[i]
		if !r.recorded(v) {
			continue
		}
		score := 0.0
		for _, d := range v.Record.Designations {
			score = max(score, spelling.Similarity(r.c.text, d))
		}
		if year, _, _ := r.amended(v).Released.Date(); want != 0 && year != 0 {
			score = (score + 1/(1+float64(abs(year-want)))) / 2
		}
		cs = append(cs, r.candidate(s, v, score, "an edition that is registered"))
	}
	sortCandidates(cs)
	return most(unique(cs))
}

func yearOf(date string) int {
	y := 0
	for i := range min(len(date), 4) {
		if date[i] < '0' || date[i] > '9' {
			return 0
		}
		y = y*10 + int(date[i]-'0')
	}
	return y
}

func abs(n int) int { return max(n, -n) }

// members are the members of v with names like the one asked for.
func (r *run) members(s *Standard, v *Version) []Candidate {
	var cs []Candidate
	for i := range min(len(v.Record.Members), scanned) {
		m := v.Record.Members[i]
		score := spelling.Similarity(r.member, m.ID)
		why := "written much the same"
		if t := spelling.Similarity(r.member, m.Title); t > score {
			score, why = t, "titled "+quote(m.Title)
		}
		if score >= 0.5 {
			cs = append(cs, Candidate{Name: s.Record.Name, Version: v.Record.ID, Member: m.ID, Score: score, Why: why})
		}
	}
	sortCandidates(cs)
	return most(cs)
}

// similar are standards with names, titles or designations like the text.
func (r *run) similar(text string) []Candidate {
	var cs []Candidate
	want, parseErr := designation.Parse(text)
	for i, n := range r.view.Similar(text, MaxCandidates) {
		s := r.standard(n)
		if s == nil {
			continue
		}
		// The view's own order counts where the spelling says nothing.
		score := 0.4 * (1 - float64(i)/(MaxCandidates+1))
		score = max(score, spelling.Similarity(text, n.String()))
		why := "has a name, title or designation like it"
		for _, d := range s.Record.Designations {
			score = max(score, spelling.Similarity(text, d))
			if have, err := designation.Parse(d); err == nil && parseErr == nil && kin(want, have) {
				score, why = 0.98, "has that number, written "+d
			}
		}
		cs = append(cs, Candidate{Name: n, Score: min(score, 0.99), Why: why})
	}
	sortCandidates(cs)
	return most(cs)
}

// kin says whether two designations have the same number and parts, and a
// publisher in common: "ISO 27001" and "ISO/IEC 27001".
func kin(a, b designation.ID) bool {
	if a.Number == "" || a.Number != b.Number || !slices.Equal(a.Parts, b.Parts) {
		return false
	}
	of := func(id designation.ID) []string { return strings.Split(strings.Join(id.Publishers, "/"), "/") }
	return slices.ContainsFunc(of(a), func(p string) bool { return p != "" && slices.Contains(of(b), p) })
}

// sortCandidates sorts the best first, and else by name and version, so that
// the same question gives the same list.
func sortCandidates(cs []Candidate) {
	slices.SortStableFunc(cs, func(a, b Candidate) int {
		return cmp.Or(
			cmp.Compare(b.Score, a.Score),
			cmp.Compare(a.Name.String(), b.Name.String()),
			cmp.Compare(a.Version, b.Version),
			cmp.Compare(a.Member, b.Member),
		)
	})
}

// unique drops later candidates that name the same thing.
func unique(cs []Candidate) []Candidate {
	type key struct {
		name    standard.Name
		version standard.VersionID
		member  string
	}
	seen := make(map[key]bool, len(cs))
	return slices.DeleteFunc(cs, func(c Candidate) bool {
		k := key{c.Name, c.Version, c.Member}
		dup := seen[k]
		seen[k] = true
		return dup
	})
}

func most(cs []Candidate) []Candidate { return cs[:min(len(cs), MaxCandidates)] }
