package resolve

import (
	"cmp"
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
)

// indexFrom is the number of versions from which an index beats a look at
// each: below it the index would cost more memory than it saves time.
const indexFrom = 24

// NewStandard makes a standard of versions that are in order already, and
// keeps the slice. A Standard written as a literal finds versions too, but by
// looking at each, and takes no version for a standalone amendment.
func NewStandard(r *standard.Standard, versions []*Version) *Standard {
	s := &Standard{Record: r, Versions: versions, supplements: supplementsOf(r, versions)}
	s.ids = make([]standard.VersionID, len(versions))
	for i, v := range versions {
		s.ids[i] = v.Record.ID
	}
	if len(versions) >= indexFrom {
		s.byID = slices.Clone(versions)
		slices.SortFunc(s.byID, func(a, b *Version) int { return compareFold(a.Record.ID, b.Record.ID) })
	}
	return s
}

// Find returns the version of that id, letter case ignored; nil if there is
// none. It does not allocate.
func (s *Standard) Find(id standard.VersionID) *Version {
	if s.byID != nil {
		i, ok := slices.BinarySearchFunc(s.byID, id, func(v *Version, id standard.VersionID) int {
			return compareFold(v.Record.ID, id)
		})
		if !ok {
			return nil
		}
		return s.byID[i]
	}
	if s.ids != nil {
		for i := range s.ids {
			if len(s.ids[i]) == len(id) && compareFold(s.ids[i], id) == 0 {
				return s.Versions[i]
			}
		}
		return nil
	}
	for _, v := range s.Versions {
		if len(v.Record.ID) == len(id) && compareFold(v.Record.ID, id) == 0 {
			return v
		}
	}
	return nil
}

// With returns a copy of the standard that has v at its place: instead of the
// version with the same id if there is one, else at index at of Versions.
func (s *Standard) With(v *Version, at int) *Standard {
	n := &Standard{Record: s.Record}
	if old := s.Find(v.Record.ID); old != nil {
		n.Versions, n.ids = replaced(s.Versions, old, v), s.ids
		if s.byID != nil {
			n.byID = replaced(s.byID, old, v)
		}
		n.supplements = supplementsOf(n.Record, n.Versions)
		return n
	}
	n.Versions = inserted(s.Versions, v, at)
	n.supplements = supplementsOf(n.Record, n.Versions)
	switch {
	case s.byID != nil:
		i, _ := slices.BinarySearchFunc(s.byID, v.Record.ID, func(w *Version, id standard.VersionID) int {
			return compareFold(w.Record.ID, id)
		})
		n.byID = inserted(s.byID, v, i)
		n.ids = inserted(s.ids, v.Record.ID, at)
	case s.ids != nil && len(n.Versions) < indexFrom:
		n.ids = inserted(s.ids, v.Record.ID, at)
	default:
		return NewStandard(n.Record, n.Versions)
	}
	return n
}

// WithRecord returns a copy of the standard with another record and the same
// versions.
func (s *Standard) WithRecord(r *standard.Standard) *Standard {
	return &Standard{Record: r, Versions: s.Versions, ids: s.ids, byID: s.byID, supplements: s.supplements}
}

func replaced(vs []*Version, old, v *Version) []*Version {
	out := slices.Clone(vs)
	out[slices.Index(out, old)] = v
	return out
}

func inserted[T any](vs []T, v T, at int) []T {
	out := make([]T, 0, len(vs)+1)
	out = append(out, vs[:at]...)
	out = append(out, v)
	return append(out, vs[at:]...)
}

// compareFold orders ids with ASCII letter case removed; ids have no other
// letters.
func compareFold(a, b standard.VersionID) int {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
