package replica

import (
	"github.com/etalon-registry/etalon/service/standard"
)

// A catalogue repeats itself: names in every version, ids such as "1.0.0" in
// every standard, the same targets, notes and media types. Interning keeps
// one copy of each.

// internMax is the longest text worth a look: longer ones seldom repeat.
const internMax = 96

func intern[S ~string](b *builder, s *S) {
	t := string(*s)
	if t == "" || len(t) > internMax {
		return
	}
	if known, ok := b.texts[t]; ok {
		*s = S(known)
		return
	}
	b.texts[t] = t
}

func trim[T any](s *[]T) {
	if len(*s) == 0 {
		*s = nil
	}
}

func (b *builder) internName(n *standard.Name) {
	intern(b, &n.Authority)
	intern(b, &n.Standard)
}

func (b *builder) internTexts(ts *[]standard.Text) {
	trim(ts)
	for i := range *ts {
		intern(b, &(*ts)[i].Language)
		intern(b, &(*ts)[i].Value)
	}
}

func internStrings(b *builder, ss *[]string) {
	trim(ss)
	for i := range *ss {
		intern(b, &(*ss)[i])
	}
}

func (b *builder) internRelations(rs *[]standard.Relation) {
	trim(rs)
	for i := range *rs {
		intern(b, &(*rs)[i].Target)
		intern(b, &(*rs)[i].Member)
	}
}

func (b *builder) internStandard(r *standard.Standard) {
	b.internName(&r.Name)
	b.internTexts(&r.Titles)
	b.internTexts(&r.Descriptions)
	internStrings(b, &r.Sectors)
	internStrings(b, &r.Designations)
	b.internRelations(&r.Relations)
	intern(b, &r.Steward)
	intern(b, &r.Homepage)
	intern(b, &r.Licence)
	intern(b, &r.Provenance)
	trim(&r.Tags)
	for i := range r.Tags {
		intern(b, &r.Tags[i].Tag)
		intern(b, &r.Tags[i].Version)
	}
}

func (b *builder) internVersion(r *standard.Version) {
	b.internName(&r.Name)
	intern(b, &r.ID)
	intern(b, &r.Label)
	intern(b, &r.Provenance)
	b.internTexts(&r.Notes)
	internStrings(b, &r.Designations)
	b.internRelations(&r.Relations)
	trim(&r.Links)
	for i := range r.Links {
		intern(b, &r.Links[i].MediaType)
		intern(b, &r.Links[i].Title)
	}
	trim(&r.Members)
	for i := range r.Members {
		intern(b, &r.Members[i].Kind)
		intern(b, &r.Members[i].ID)
		intern(b, &r.Members[i].Title)
	}
}

func (b *builder) internStep(r *standard.Step) {
	b.internName(&r.Name)
	intern(b, &r.Version)
	intern(b, &r.Actor)
	intern(b, &r.Note)
	intern(b, &r.Successor)
	intern(b, &r.Alternative)
	intern(b, &r.Documentation)
}

func (b *builder) internDesignation(r *standard.Designation) {
	for i := range r.Claims {
		c := &r.Claims[i]
		b.internName(&c.Name)
		intern(b, &c.Version)
		intern(b, &c.Text)
	}
}
