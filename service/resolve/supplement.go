package resolve

import (
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// supplement is one relation by which a version may be a standalone amendment
// or corrigendum of another of the same standard.
type supplement struct {
	version *Version
	target  string
	// ref is the target where it is a reference to the same standard; else key
	// and undated are its normal forms as a designation.
	ref          bool
	id           standard.VersionID
	key, undated string
}

// supplementsOf finds what may be standalone amendments. Whether the relation
// holds, and what its target is, depend on the moment asked for.
func supplementsOf(r *standard.Standard, versions []*Version) []supplement {
	var out []supplement
	for _, v := range versions {
		out = appendSupplements(out, r.Name, v, v.Record.Relations)
		for _, s := range v.Steps {
			if s.Amendment != nil {
				out = appendSupplements(out, r.Name, v, s.Amendment.AddRelations)
			}
		}
	}
	return out
}

func appendSupplements(out []supplement, n standard.Name, v *Version, relations []standard.Relation) []supplement {
	for i := range relations {
		rel := &relations[i]
		if rel.Type != standard.Amends && rel.Type != standard.Corrects || rel.Member != "" {
			continue
		}
		s := supplement{version: v, target: rel.Target}
		target := strings.TrimSpace(rel.Target)
		if ref, err := standard.ParseRef(target); err == nil {
			if ref.Name != n {
				continue
			}
			s.ref, s.id = true, standard.VersionID(ref.Selector.String())
		} else {
			s.key = designation.Key(target)
			if id, err := designation.Parse(target); err == nil {
				s.undated = id.Undated().Key()
			}
		}
		out = append(out, s)
	}
	return out
}

// supplementsAt calls yield with every version that, at the moment asked for,
// is a standalone amendment or corrigendum within the standard, and with the
// id of what it supplements, empty where that is not a version on record.
func (r *run) supplementsAt(s *Standard, yield func(v *Version, base standard.VersionID)) {
	for i := range s.supplements {
		sup := &s.supplements[i]
		if !r.relationHolds(sup) {
			continue
		}
		if base, ok := r.baseOf(s, sup); ok {
			yield(sup.version, base)
		}
	}
}

// standalone says whether v is a standalone amendment at the moment asked for.
func (r *run) standalone(s *Standard, v *Version) bool {
	for i := range s.supplements {
		sup := &s.supplements[i]
		if sup.version != v || !r.relationHolds(sup) {
			continue
		}
		if _, ok := r.baseOf(s, sup); ok {
			return true
		}
	}
	return false
}

// relationHolds says whether the relation of sup holds, and notes when that
// changes.
func (r *run) relationHolds(sup *supplement) bool {
	rec := r.amended(sup.version)
	holds := false
	for i := range rec.Relations {
		rel := &rec.Relations[i]
		if rel.Target != sup.target || rel.Type != standard.Amends && rel.Type != standard.Corrects {
			continue
		}
		holds = r.relationAt(rel) || holds
	}
	return holds
}

// baseOf is what sup supplements; false if that is not of this standard.
func (r *run) baseOf(s *Standard, sup *supplement) (standard.VersionID, bool) {
	if sup.ref {
		return sup.id, true
	}
	name, id, ok := r.claimed(sup.key)
	if ok {
		return id, name == s.Record.Name
	}
	if sup.undated == "" {
		return "", false
	}
	name, _, ok = r.claimed(sup.undated)
	return "", ok && name == s.Record.Name
}

// claimed is what a designation means at the moment asked for, where one thing
// does.
func (r *run) claimed(key string) (standard.Name, standard.VersionID, bool) {
	h := r.holders(key)
	if h.best == nil || h.rival != nil {
		return standard.Name{}, "", false
	}
	return h.best.Name, h.best.Version, true
}

// soonerOf notes moments after the one asked for as possible changes.
func (r *run) soonerOf(moments ...time.Time) {
	for _, t := range moments {
		if t.After(r.at) && (r.next.IsZero() || t.Before(r.next)) {
			r.next = t
		}
	}
}
