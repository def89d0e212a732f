package replica

import (
	"cmp"
	"slices"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// orderOf is the place of a version among those of its standard. An id that
// does not fit the scheme has the zero order: it sorts below all others, so
// that "latest" does not pick it, and is found by its id.
func orderOf(s standard.Scheme, v *standard.Version) standard.Order {
	o, err := s.Parse(v.ID, v.Sequence)
	if err != nil {
		return standard.Order{}
	}
	return o
}

// compareVersions orders the versions of one standard: by their order, then by
// time of recording, then by id, so that the result does not depend on the
// order in which they were published.
func compareVersions(a, b *resolve.Version) int {
	if c := a.Order.Compare(b.Order); c != 0 {
		return c
	}
	return cmp.Or(
		a.Record.Recorded.Compare(b.Record.Recorded),
		cmp.Compare(a.Record.ID, b.Record.ID),
	)
}

// reordered gives the versions in the order of another scheme.
func reordered(r *standard.Standard, versions []*resolve.Version) []*resolve.Version {
	out := make([]*resolve.Version, len(versions))
	for i, v := range versions {
		out[i] = &resolve.Version{Record: v.Record, Order: orderOf(r.Scheme, v.Record), Steps: v.Steps}
	}
	slices.SortFunc(out, compareVersions)
	return out
}
