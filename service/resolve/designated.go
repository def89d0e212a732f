package resolve

import (
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// holders is who holds a designation at the moment asked for.
type holders struct {
	best  *standard.Claim // nil: nobody
	rival *standard.Claim // another with the same right; nil: best is alone
	all   *standard.Designation
}

// holders finds who holds a designation. The owner's claim beats aliases; of
// two on one standard the one on a version says more. Claims on what was not
// on record do not count.
func (r *run) holders(key string) holders {
	d := r.view.Designation(key)
	if d == nil {
		return holders{}
	}
	h := holders{all: d}
	for i := range d.Claims {
		c := &d.Claims[i]
		if r.by(c.Recorded) {
			r.soonerOf(c.Effective, c.Until, c.Retracted)
		}
		if !c.HoldsAt(r.at, r.known) || !r.exists(c) {
			continue
		}
		switch {
		case h.best == nil, c.Owner && !h.best.Owner:
			h.best, h.rival = c, nil
		case c.Owner != h.best.Owner:
		case h.best.Name != c.Name || !sameClaim(h.best, c):
			h.rival = c
		case h.best.Version == "":
			h.best = c
		}
	}
	return h
}

// sameClaim says whether two claims on one standard do not contradict: they
// name the same version, or one names none.
func sameClaim(a, b *standard.Claim) bool {
	return a.Version == "" || b.Version == "" || a.Version.Fold() == b.Version.Fold()
}

// exists says whether what is claimed was on record.
func (r *run) exists(c *standard.Claim) bool {
	s := r.standard(c.Name)
	if s == nil {
		return false
	}
	if c.Version == "" {
		return true
	}
	v := s.Find(c.Version)
	return v != nil && r.recorded(v)
}

// designation resolves a text that can only be a designation.
func (r *run) designation() (Answer, *Failure) {
	key := r.c.designationKey()
	h := r.holders(key)
	if h.best != nil {
		return r.held(h)
	}
	if a, f, ok := r.adopted(key); ok {
		return a, f
	}
	return Answer{}, r.designationNotFound(h)
}

// held resolves a designation that somebody holds.
func (r *run) held(h holders) (Answer, *Failure) {
	if h.rival != nil {
		return Answer{}, r.rivals(h)
	}
	a, f := r.bound(h.best.Name, h.best.Version)
	if f != nil {
		return a, f
	}
	a.Method, a.Matched = Designation, h.best.Text
	if h.best.Version == "" && !fixed(r.c.text) {
		a.warnUndated(r.c.text)
	}
	if !h.best.Owner {
		a.add(WarnAlias, "", standard.Day{}, "%s is an alias that was recorded for %s, not a name given by its owner", quote(r.c.text), a.Standard.Record.Name)
	}
	return a, nil
}

// bound resolves what a claim or a referrer names.
func (r *run) bound(n standard.Name, id standard.VersionID) (Answer, *Failure) {
	s := r.standard(n)
	if s == nil {
		return Answer{}, r.standardNotFound()
	}
	if id == "" {
		return r.byDefault(s)
	}
	v := s.Find(id)
	if v == nil || !r.recorded(v) {
		return Answer{}, r.versionNotFound(s, string(id))
	}
	return r.exact(s, v, Designation, "")
}

// fixed says whether a designation names one text by itself.
func fixed(text string) bool {
	id, err := designation.Parse(text)
	return err == nil && id.Fixed()
}

func (a *Answer) warnUndated(text string) {
	a.add(WarnUndated, a.exactRef(), standard.Day{}, "%s names no edition; cite %s, or the edition that is meant", quote(text), a.exactRef())
}

// adopted resolves a designation that nobody holds by the version that adopts
// it. An identical adoption beats a modified one; what is not equivalent is no
// adoption. ok is false where nothing adopts it.
func (r *run) adopted(key string) (a Answer, f *Failure, ok bool) {
	// What the closure holds goes to the heap: a copy of the run, so that
	// questions that don't come here are free of it.
	inner := *r
	var best, rival *Referrer
	r.view.Referrers(key, func(ref Referrer) bool {
		if !inner.adopts(&ref) {
			return true
		}
		found := ref
		switch {
		case best == nil || degreeRank(found.Relation.Degree) < degreeRank(best.Relation.Degree):
			best, rival = &found, nil
		case found.Name == best.Name && found.Version.Fold() == best.Version.Fold():
		case degreeRank(found.Relation.Degree) == degreeRank(best.Relation.Degree):
			rival = &found
		}
		return true
	})
	r.next = inner.next
	if best == nil {
		return Answer{}, nil, false
	}
	if rival != nil {
		return Answer{}, r.rivalAdoptions(best, rival), true
	}
	if a, f = r.bound(best.Name, best.Version); f != nil {
		return a, f, true
	}
	a.Method, a.Matched = Adoption, best.Relation.Target
	a.add(WarnAdoption, best.Relation.Target, standard.Day{}, "%s is not registered; %s adopts it (%s)", quote(r.c.text), a.exactRef(), degreeText(best.Relation.Degree))
	if best.Version == "" {
		a.warnUndated(best.Name.String())
	}
	return a, nil, true
}

// adopts says whether a referrer, as a whole, adopts what it refers to at the
// moment asked for.
func (r *run) adopts(ref *Referrer) bool {
	rel := &ref.Relation
	if rel.Type != standard.Adopts || rel.Degree == standard.NotEquivalent || rel.Member != "" {
		return false
	}
	s, _ := r.refers(ref)
	return s != nil
}

// refers gives where a relation comes from, if it holds at the moment asked
// for and its version was there; nil if not. The version is nil where the
// undated standard refers. It notes when that changes.
func (r *run) refers(ref *Referrer) (*Standard, *Version) {
	s := r.standard(ref.Name)
	if s == nil {
		return nil, nil
	}
	if ref.Version == "" {
		if !r.relationAt(&ref.Relation) {
			s = nil
		}
		return s, nil
	}
	v := s.Find(ref.Version)
	if v == nil || !r.recorded(v) {
		return nil, nil
	}
	rec := r.amended(v)
	r.soonerOf(rec.VisibleFrom())
	holds := false
	for i := range rec.Relations {
		rel := &rec.Relations[i]
		if rel.Type == ref.Relation.Type && rel.Target == ref.Relation.Target && rel.Member == ref.Relation.Member {
			holds = r.relationAt(rel) || holds
		}
	}
	if !holds || !standard.VisibleAt(rec, r.at, r.known) {
		return nil, nil
	}
	return s, v
}

// relationAt says whether a relation holds, and notes when that changes.
func (r *run) relationAt(rel *standard.Relation) bool {
	if r.by(rel.Recorded) {
		r.soonerOf(rel.Effective, rel.Until)
	}
	return rel.HoldsAt(r.at, r.known)
}

func degreeRank(d standard.Degree) int {
	switch d {
	case standard.Identical:
		return 0
	case standard.Modified:
		return 1
	}
	return 2
}

func degreeText(d standard.Degree) string {
	switch d {
	case standard.Identical:
		return "IDT: identical"
	case standard.Modified:
		return "MOD: modified"
	}
	return "the degree is not recorded"
}
