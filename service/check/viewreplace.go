package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// replace works out what could be cited instead.
func (l *lookup) replace() {
	f := &l.facts
	switch {
	case drafted(l.id) || f.Edition != nil && f.Edition.Prerelease:
		f.Replacement = l.final()
	case f.Outcome == UnknownEdition:
		f.Replacement = l.nearestInForce()
	case f.Outcome == NoCurrentEdition, f.Edition != nil && f.Edition.Status >= standard.Superseded, len(f.Successors) > 0:
		f.Replacement = l.successor()
	case f.Edition != nil && f.Edition.Status == standard.Deprecated && f.Alternative != "":
		f.Replacement = l.targetEdition(f.Alternative)
	}
}

// nearestInForce is the candidate nearest to an unknown edition that is in
// force, of the same standard; else its edition in force.
func (l *lookup) nearestInForce() *Edition {
	s := l.view.Standard(l.facts.Standard)
	if s == nil {
		return nil
	}
	var deprecated *Edition
	for _, c := range l.facts.Candidates {
		v := s.Find(c.Version)
		if c.Name != l.facts.Standard || v == nil || !l.visible(c) {
			continue
		}
		e := l.edition(s, v)
		switch {
		case e.Prerelease || len(l.id.Supplements) == 0 && amends(e.Designation):
		case e.Status == standard.Published:
			return &e
		case e.Status == standard.Deprecated && deprecated == nil:
			deprecated = &e
		}
	}
	return cmp.Or(l.facts.Current, deprecated)
}

// successor is what follows the edition and is in force, by the publishers
// that are cited where they have it; nil where several standards share its
// matter.
func (l *lookup) successor() *Edition {
	if l.ver == nil {
		return nil
	}
	var best *Edition
	names, decisive := map[standard.Name]bool{}, l.decisiveDepth()
	for _, h := range l.next {
		e, hs, hv := l.hopEdition(h)
		if e == nil || hv == l.ver && hv != nil || hs != nil && !inForce(e.Status) {
			continue
		}
		if h.Depth == decisive && hs != nil {
			names[h.Name] = true
		}
		if best == nil || best.Ref.Name.IsZero() && hs != nil {
			best = e
			l.sameChain(best, hs, hv)
		}
	}
	if len(names) > 1 {
		return nil
	}
	if c := l.facts.Current; best == nil && c != nil && c.Ref != l.facts.Edition.Ref {
		e := *c
		hs := l.view.Standard(c.Ref.Name)
		l.sameChain(&e, hs, hs.Find(standard.VersionID(c.Ref.Selector.Text)))
		best = &e
	}
	return best
}

// decisiveDepth is how far it is to where another standard takes over, or to
// the first edition in force: several there share the matter.
func (l *lookup) decisiveDepth() int {
	for _, h := range l.next {
		e, hs, hv := l.hopEdition(h)
		if e != nil && hv != l.ver && (hs != l.std || inForce(e.Status)) {
			return h.Depth
		}
	}
	return 1
}

// sameChain puts an adoption by the publishers that are cited in the place of
// what it adopts.
func (l *lookup) sameChain(e *Edition, s *resolve.Standard, v *resolve.Version) {
	if s == nil || v == nil || l.bearsPublishers(e) {
		return
	}
	for _, h := range inHopOrder(resolve.Adopters(l.view, s, v, l.at, time.Time{})) {
		up, _, _ := l.hopEdition(h)
		if up != nil && inForce(up.Status) && l.bearsPublishers(up) {
			*e = *up
			return
		}
	}
	l.sameForm(e)
}

// sameForm is sameChain where no relation leads there: by the publishers that
// are cited before the number of the successor.
func (l *lookup) sameForm(e *Edition) {
	id, cited := parsed(e.Designation), l.id.Publishers
	if len(cited) < 2 || len(id.Publishers) == 0 {
		return
	}
	core := id.Publishers[len(id.Publishers)-1]
	id.Publishers = append(slices.Clone(cited[:len(cited)-1]), core)
	id.Flavour = l.id.Flavour
	c, ok := l.claim(id.Key())
	if !ok {
		return
	}
	up, _, _ := l.hopEdition(resolve.Hop{Name: c.Name, Version: c.Version})
	if up != nil && inForce(up.Status) {
		*e = *up
	}
}

// final is the published text of a draft, nil where there is none yet.
func (l *lookup) final() *Edition {
	if e, c := l.facts.Edition, l.facts.Current; e != nil && c != nil && c.Ref != e.Ref && !c.Prerelease && c.Released.Compare(e.Released) >= 0 {
		return c
	}
	if len(l.facts.Successors) > 0 {
		return l.successor()
	}
	if l.id.Flavour == designation.IETF {
		return l.replacing(l.id.Key(), l.id.Undated().Key())
	}
	if !drafted(l.id) {
		return nil
	}
	id, amendment := published(l.id)
	for _, w := range waysOf(id) {
		forms := []designation.ID{w.id, w.id.Undated()}
		if amendment {
			forms = forms[:1]
		}
		for _, d := range forms {
			if l.view.Designation(d.Key()) == nil {
				continue
			}
			a, err := resolve.Resolve(l.view, resolve.Query{Text: d.String(), At: l.at})
			if err != nil {
				continue
			}
			if e := l.edition(a.Standard, a.Version); !e.Prerelease && yearOf(e.Released.String()) >= yearOf(l.id.Date) {
				return &e
			}
		}
	}
	return nil
}

// published is a draft's designation without its stage; amendment says that
// what is a draft is an amendment.
func published(id designation.ID) (_ designation.ID, amendment bool) {
	id.Stage = ""
	id.Supplements = slices.Clone(id.Supplements)
	for i := range id.Supplements {
		amendment = amendment || id.Supplements[i].Stage != ""
		id.Supplements[i].Stage = ""
	}
	return id, amendment
}

// replacing is the version that replaces any of the keys.
func (l *lookup) replacing(keys ...string) *Edition {
	var hops []resolve.Hop
	for _, key := range keys {
		l.view.Referrers(key, func(r resolve.Referrer) bool {
			if r.Relation.Type == standard.Replaces && r.Relation.HoldsAt(l.at, time.Time{}) {
				hops = append(hops, resolve.Hop{Name: r.Name, Version: r.Version})
			}
			return true
		})
	}
	for _, h := range inHopOrder(hops) {
		if e, _, _ := l.hopEdition(h); e != nil {
			return e
		}
	}
	return nil
}

// bearsPublishers says whether an edition is by the publishers that are cited,
// the IEC that they may have lost aside.
func (l *lookup) bearsPublishers(e *Edition) bool {
	have := parsed(e.Designation).Publishers
	return slices.Equal(have, l.id.Publishers) || slices.Equal(have, joint(l.id).Publishers)
}
