package resolve

import (
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

func malformed(text, problem string) *Failure {
	return &Failure{Reason: Malformed, Text: clip(text), Message: problem}
}

func fail(reason Reason, candidates []Candidate, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Candidates: candidates, Message: fmt.Sprintf(format, args...)}
}

func (r *run) standardNotFound() *Failure {
	n := r.c.ref.Name
	cs := r.similar(n.String())
	if part := r.part(); part != "" {
		return fail(StandardNotFound, cs, "%s is not in %s; the registry may have it%s", n, part, hint(cs))
	}
	return fail(StandardNotFound, cs, "there is no standard %s%s", n, hint(cs))
}

func (r *run) versionNotFound(s *Standard, want string) *Failure {
	n := s.Record.Name
	if !r.anyRecorded(s) {
		return fail(NoVersions, nil, "%s has no versions", n)
	}
	cs := r.nearest(s, want)
	return fail(VersionNotFound, cs, "%s has no version or tag %s%s", n, quote(want), hint(cs))
}

func (r *run) badRange(s *Standard, err error) *Failure {
	cs := r.newest(s)
	reason := Malformed
	if isNoRange(err) {
		reason = NoRanges
	}
	return fail(reason, cs, "%s: %s%s", s.Record.Name, plain(err), hint(cs))
}

// nothingEligible says why no version of a range, or of the standard where
// what is empty, was picked.
func (r *run) nothingEligible(s *Standard, p *pick, what string) *Failure {
	r.soonerOf(p.reasonChanges)
	n := s.Record.Name
	where := ""
	if what != "" {
		where = " " + what
	}
	switch {
	case p.prerelease != nil:
		cs := []Candidate{r.candidate(s, p.prerelease, 1, "the highest pre-release")}
		return fail(OnlyPrereleases, cs, "%s has only pre-releases%s; ask with include_prereleases, or name one%s", n, where, hint(cs))
	case p.ended != nil:
		cs := []Candidate{r.candidate(s, p.ended, 1, "the highest that was published")}
		return fail(NoCurrent, cs, "every version of %s%s was withdrawn or declared invalid by %s; name one to have it all the same%s", n, where, r.date(), hint(cs))
	case p.future != nil:
		cs := []Candidate{r.candidate(s, p.future, 1, "not released by the date asked for")}
		return fail(NotYet, cs, "%s had no version%s by %s%s", n, where, r.date(), hint(cs))
	case what == "" && p.supplement != nil:
		cs := []Candidate{r.candidate(s, p.supplement, 1, "an amendment or corrigendum, which is never picked by itself")}
		return fail(NoVersions, cs, "%s has amendments only; name one to have it%s", n, hint(cs))
	case what == "":
		return fail(NoVersions, nil, "%s has no versions", n)
	}
	cs := r.newest(s)
	return fail(NoMatch, cs, "%s has no version%s%s", n, where, hint(cs))
}

// notYet is for a version that exists and was not yet released.
func (r *run) notYet(s *Standard, v *Version) *Failure {
	from := r.amended(v).VisibleFrom()
	r.soonerOf(from)
	cs := []Candidate{r.candidate(s, v, 1, "there from "+from.UTC().Format("2006-01-02")+" on")}
	inner := *r
	if p := inner.highest(s, nil); p.found != nil {
		cs = append(cs, r.candidate(s, p.found, 0.5, "the latest at the date asked for"))
	}
	return fail(NotYet, cs, "%s@%s was not published by %s; it is there from %s on", s.Record.Name, v.Record.ID, r.date(), from.UTC().Format("2006-01-02"))
}

func (r *run) memberNotFound(s *Standard, v *Version) *Failure {
	ref := s.Record.Name.String() + "@" + string(v.Record.ID)
	if len(v.Record.Members) == 0 {
		return fail(MemberNotFound, nil, "%s lists no members, so %s can't be found in it", ref, quote(r.member))
	}
	cs := r.members(s, v)
	return fail(MemberNotFound, cs, "%s lists no member %s%s", ref, quote(r.member), hint(cs))
}

// referenceOrDesignation is for a text that is a standard's name and another's
// designation.
func (r *run) referenceOrDesignation(s *Standard, h holders) *Failure {
	cs := []Candidate{
		{Name: s.Record.Name, Score: 1, Why: "as a reference; write " + standard.RefPrefix + r.c.text + " to mean it"},
		claimCandidate(h.best),
	}
	return fail(Ambiguous, cs, "%s is the name of a standard and a designation of %s; write %s%s to mean the standard", quote(r.c.text), h.best.Name, standard.RefPrefix, r.c.text)
}

func (r *run) rivals(h holders) *Failure {
	var cs []Candidate
	for i := range h.all.Claims {
		c := &h.all.Claims[i]
		if c.HoldsAt(r.at, r.known) && r.exists(c) && c.Owner == h.best.Owner {
			cs = append(cs, claimCandidate(c))
		}
	}
	cs = most(unique(cs))
	return fail(Ambiguous, cs, "%s means more than one thing; name one by its reference: %s", quote(r.c.text), either(cs))
}

func (r *run) rivalAdoptions(a, b *Referrer) *Failure {
	var cs []Candidate
	for _, ref := range []*Referrer{a, b} {
		cs = append(cs, Candidate{Name: ref.Name, Version: ref.Version, Score: 1, Why: "adopts it (" + degreeText(ref.Relation.Degree) + ")"})
	}
	sortCandidates(cs)
	return fail(Ambiguous, cs, "%s is not registered, and more than one version adopts it; name one by its reference: %s", quote(r.c.text), either(cs))
}

func claimCandidate(c *standard.Claim) Candidate {
	why := "an alias of it"
	if c.Owner {
		why = "designated so by its owner"
	}
	return Candidate{Name: c.Name, Version: c.Version, Score: 1, Why: why}
}

// designationNotFound says what is known around a designation that nobody
// holds: when it is held, the editions of what it is an edition of, what it
// adopts by its form, and names like it.
func (r *run) designationNotFound(h holders) *Failure {
	if f := r.heldAtAnotherTime(h); f != nil {
		return f
	}
	id, err := designation.Parse(r.c.text)
	if err != nil {
		return r.unknownText()
	}
	if s := r.undatedStandard(id); s != nil {
		cs := r.editions(s, id)
		return fail(VersionNotFound, cs, "%s is no edition of %s that is registered%s", quote(r.c.text), s.Record.Name, hint(cs))
	}
	cs := append(r.adoptedByForm(id), r.similar(r.c.text)...)
	cs = most(unique(cs))
	if part := r.part(); part != "" {
		return fail(DesignationNotFound, cs, "%s is not in %s; the registry may know it%s", quote(r.c.text), part, hint(cs))
	}
	return fail(DesignationNotFound, cs, "nobody has registered the designation %s%s", quote(r.c.text), hint(cs))
}

// heldAtAnotherTime is for a designation that was held once or will be.
func (r *run) heldAtAnotherTime(h holders) *Failure {
	if h.all == nil {
		return nil
	}
	var later, before []Candidate
	for i := range h.all.Claims {
		c := &h.all.Claims[i]
		if !r.by(c.Recorded) || !r.exists(c) {
			continue
		}
		from := c.Effective
		if from.IsZero() {
			from = c.Recorded
		}
		cand := claimCandidate(c)
		if from.After(r.at) {
			cand.Why = "from " + from.UTC().Format("2006-01-02") + " on"
			later = append(later, cand)
			continue
		}
		cand.Why, cand.Score = "formerly", 0.9
		before = append(before, cand)
	}
	switch {
	case len(later) > 0:
		return fail(NotYet, most(later), "%s meant nothing yet on %s%s", quote(r.c.text), r.date(), hint(later))
	case len(before) > 0:
		return fail(DesignationNotFound, most(before), "%s no longer meant anything on %s%s", quote(r.c.text), r.date(), hint(before))
	}
	return nil
}

// unknownText is for text of no known form of designation. What begins like a
// reference is a reference gone wrong.
func (r *run) unknownText() *Failure {
	if refShaped(r.c.text) {
		name, _, _ := strings.Cut(r.c.text, "@")
		name, _, _ = strings.Cut(name, "#")
		_, err := standard.ParseRef(r.c.text)
		if n, nameErr := standard.ParseName(name); nameErr == nil && err != nil {
			var cs []Candidate
			if s := r.standard(n); s != nil {
				cs = r.newest(s)
			}
			return fail(Malformed, cs, "%s%s", plain(err), hint(cs))
		}
	}
	cs := r.similar(r.c.text)
	if part := r.part(); part != "" {
		return fail(DesignationNotFound, cs, "%s is no reference (authority/standard@version), and no designation in %s; the registry may know it%s", quote(r.c.text), part, hint(cs))
	}
	return fail(DesignationNotFound, cs, "%s is neither a reference (authority/standard@version) nor a registered designation%s", quote(r.c.text), hint(cs))
}

// undatedStandard is the standard that holds the undated form, nil if none
// does alone.
func (r *run) undatedStandard(id designation.ID) *Standard {
	if !id.Dated() {
		return nil
	}
	h := r.holders(id.Undated().Key())
	if h.best == nil || h.rival != nil {
		return nil
	}
	return r.standard(h.best.Name)
}

// adoptedByForm are the holders of what id adopts by its form alone. The
// editions may differ, so they are candidates and no answer.
func (r *run) adoptedByForm(id designation.ID) []Candidate {
	var cs []Candidate
	for range 4 {
		down, ok := id.Adopts()
		if !ok {
			break
		}
		id = down
		for _, key := range []string{id.Key(), id.Undated().Key()} {
			if h := r.holders(key); h.best != nil && h.rival == nil {
				c := claimCandidate(h.best)
				c.Score, c.Why = 0.9, "holds "+h.best.Text+", which "+quote(r.c.text)+" adopts by its form"
				cs = append(cs, c)
				break
			}
		}
	}
	return cs
}

// hint names the first candidate at the end of a message.
func hint(cs []Candidate) string {
	if len(cs) == 0 {
		return ""
	}
	return "; nearest is " + cs[0].Ref()
}

// either lists the references of candidates of equal right.
func either(cs []Candidate) string {
	refs := make([]string, len(cs))
	for i, c := range cs {
		refs[i] = c.Ref()
	}
	if len(refs) < 2 {
		return strings.Join(refs, "")
	}
	last := len(refs) - 1
	return strings.Join(refs[:last], ", ") + " or " + refs[last]
}

// part is what the view shows if that is not everything, else empty.
func (r *run) part() string {
	if p, ok := r.view.(PartialView); ok {
		return p.Part()
	}
	return ""
}

func (r *run) date() string { return r.at.UTC().Format("2006-01-02") }
