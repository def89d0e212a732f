package resolve

import (
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// Resolve picks the one version that the query means. The error is always a
// *Failure; it never guesses in silence.
//
// A text of the form of a reference is one, unless no standard has that name
// and somebody holds it as a designation; where both are so and mean different
// things it is Ambiguous, and "etalon:" in front settles it. The text after
// "@" is tried as a version's id (letter case ignored), a tag, another
// spelling of a version (1.1 for 1.1.0 under NUMERIC), and a partial version.
//
// Any other text is a designation. It means what its holder says: the owner's
// claim beats aliases, two of the same right are Ambiguous. One that nobody
// holds means the version that is on record as adopting it. What it adopts by
// its form alone ("BS EN ISO ..." of "ISO ...") is a candidate and no answer,
// since the editions may differ.
//
// Exact ids, digests, tags and dated designations find whatever was published
// by the moment asked for. Everything else takes the highest version that was
// neither withdrawn nor invalid then, no standalone amendment, and no
// pre-release unless asked for.
func Resolve(v View, q Query) (Answer, error) {
	c := &Compiled{}
	if f := c.parse(q.Text); f != nil {
		return Answer{}, f
	}
	return ResolveCompiled(v, c, q)
}

// ResolveCompiled is Resolve of a text that was parsed before; Text of the
// query is not looked at.
func ResolveCompiled(v View, c *Compiled, q Query) (Answer, error) {
	r := run{view: v, c: c, at: q.At, known: q.Known, pre: q.IncludePrereleases, member: q.Member}
	if r.at.IsZero() {
		r.at = q.Now
	}
	if f := r.takeMember(); f != nil {
		return Answer{}, f
	}
	a, f := r.resolve()
	if f != nil {
		f.Text = c.text
		f.NextChange = r.next
		return Answer{}, f
	}
	return a, nil
}

// run is one resolution.
type run struct {
	view      View
	c         *Compiled
	at, known time.Time
	pre       bool
	member    string
	next      time.Time // the first possible change after at that was seen
}

func (r *run) takeMember() *Failure {
	if !r.c.isRef || r.c.ref.Member == "" {
		return nil
	}
	if r.member != "" && r.member != r.c.ref.Member {
		return malformed(r.c.text, "the reference names member "+quote(r.c.ref.Member)+" and the query "+quote(r.member)+"; give one")
	}
	r.member = r.c.ref.Member
	return nil
}

func (r *run) resolve() (Answer, *Failure) {
	if !r.c.isRef {
		return r.designation()
	}
	s := r.standard(r.c.ref.Name)
	if r.c.ref.Prefixed {
		if s == nil {
			return Answer{}, r.standardNotFound()
		}
		return r.reference(s)
	}
	h := r.holders(r.c.claimKey())
	switch {
	case s == nil && h.best == nil:
		return Answer{}, r.standardNotFound()
	case s == nil:
		return r.held(h)
	case h.best != nil && h.best.Name != r.c.ref.Name:
		return Answer{}, r.referenceOrDesignation(s, h)
	}
	return r.reference(s)
}

// reference picks by the selector of a reference.
func (r *run) reference(s *Standard) (Answer, *Failure) {
	switch sel := &r.c.ref.Selector; sel.Kind {
	case standard.SelectText:
		return r.text(s, sel.Text)
	case standard.SelectRange:
		return r.inRange(s)
	case standard.SelectDigest:
		return r.digest(s, sel.Digest)
	}
	return r.byDefault(s)
}

// text picks by a version id, a tag or a partial version, in that order.
func (r *run) text(s *Standard, text string) (Answer, *Failure) {
	if v := s.Find(standard.VersionID(text)); v != nil && r.recorded(v) {
		return r.exact(s, v, Exact, "")
	}
	if strings.EqualFold(text, standard.TagLatest) {
		return r.latest(s)
	}
	if id, ok := r.tag(s, text); ok {
		return r.tagged(s, text, id)
	}
	sel := r.c.under(s.Record.Scheme)
	if sel.hasOrder {
		if v := r.sameOrder(s, sel.order); v != nil {
			return r.exact(s, v, Exact, "")
		}
	}
	if sel.isRange {
		return r.partial(s, sel)
	}
	return Answer{}, r.versionNotFound(s, text)
}

func (r *run) inRange(s *Standard) (Answer, *Failure) {
	sel := r.c.under(s.Record.Scheme)
	if !sel.isRange {
		return Answer{}, r.badRange(s, sel.rngErr)
	}
	p := r.highest(s, &sel.rng)
	if p.found == nil {
		return Answer{}, r.nothingEligible(s, &p, "in the range "+sel.rngText)
	}
	return r.answer(s, p.found, Range, sel.rngText)
}

func (r *run) partial(s *Standard, sel *schemeSelector) (Answer, *Failure) {
	p := r.highest(s, &sel.rng)
	if p.found == nil {
		if p.seen == 0 {
			return Answer{}, r.versionNotFound(s, r.c.ref.Selector.Text)
		}
		return Answer{}, r.nothingEligible(s, &p, "in the line "+r.c.ref.Selector.Text)
	}
	return r.answer(s, p.found, Partial, sel.rngText)
}

func (r *run) digest(s *Standard, d standard.Digest) (Answer, *Failure) {
	for _, v := range s.Versions {
		if v.Record.Digest == d && r.recorded(v) {
			return r.exact(s, v, DigestMatch, "")
		}
	}
	return Answer{}, r.versionNotFound(s, d.String())
}

// byDefault picks the recommended version, else the latest.
func (r *run) byDefault(s *Standard) (Answer, *Failure) {
	if id, ok := r.tag(s, standard.TagRecommended); ok {
		if v := s.Find(id); v != nil && r.recorded(v) {
			if r.visible(v) {
				return r.answer(s, v, Tag, standard.TagRecommended)
			}
			r.soonerOf(r.amended(v).VisibleFrom())
		}
	}
	return r.latest(s)
}

func (r *run) latest(s *Standard) (Answer, *Failure) {
	p := r.highest(s, nil)
	if p.found == nil {
		return Answer{}, r.nothingEligible(s, &p, "")
	}
	return r.answer(s, p.found, Tag, standard.TagLatest)
}

func (r *run) tagged(s *Standard, tag string, id standard.VersionID) (Answer, *Failure) {
	v := s.Find(id)
	if v == nil || !r.recorded(v) {
		return Answer{}, r.versionNotFound(s, tag)
	}
	return r.exact(s, v, Tag, tag)
}

// tag is what a tag names at the moment asked for.
func (r *run) tag(s *Standard, tag string) (standard.VersionID, bool) {
	if len(s.Record.Tags) == 0 {
		return "", false
	}
	tag = strings.ToLower(tag)
	r.soonerOf(standard.NextTagChange(s.Record.Tags, tag, r.at, r.known))
	return standard.TagAt(s.Record.Tags, tag, r.at, r.known)
}

// exact answers with a version that was named, whatever became of it, if it
// was there at the moment asked for.
func (r *run) exact(s *Standard, v *Version, m Method, matched string) (Answer, *Failure) {
	if !r.visible(v) {
		return Answer{}, r.notYet(s, v)
	}
	return r.answer(s, v, m, matched)
}

// answer completes the answer: state, member, warnings, next change.
func (r *run) answer(s *Standard, v *Version, m Method, matched string) (Answer, *Failure) {
	a := Answer{Standard: s, Version: v, Method: m, Matched: matched, State: r.state(v)}
	if r.member != "" {
		if a.Member = findMember(v, r.member); a.Member == nil {
			return Answer{}, r.memberNotFound(s, v)
		}
	}
	r.soonerOf(a.State.Next)
	r.warn(&a)
	a.NextChange = r.next
	return a, nil
}

func findMember(v *Version, id string) *standard.Member {
	for i := range v.Record.Members {
		if m := &v.Record.Members[i]; m.ID == id {
			return m
		}
	}
	return nil
}
