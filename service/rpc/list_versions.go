package rpc

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// ListVersions lists the versions of a standard in its own order.
func (s *Service) ListVersions(ctx context.Context, req *etalonv1.ListVersionsRequest) (*etalonv1.ListVersionsResponse, error) {
	var f fields
	name := parsed(&f, "parent", req.GetParent(), standard.ParseStandardResource)
	keep := s.filters.versions.compile(&f, req.GetFilter())
	order, desc := orderIn(&f, req.GetOrderBy(), "version", "publish_time")
	hash := requestHash("ListVersions", req.GetParent(), req.GetFilter(), order, strconv.FormatBool(desc))
	tokens := s.tokens()
	at := tokens.decode(&f, hash, req.GetPageToken())
	size, err := s.pageSize(&f, req.GetPageSize(), 50)
	if err = cmp.Or(f.err(), err); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, max(req.GetMinRevision(), uint64(at.revision)), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	st := view.Standard(name)
	if st == nil {
		return nil, &registry.NotFoundError{Resource: req.GetParent()}
	}
	now := view.Now
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	var pick predicate[*resolve.Version]
	if keep = keep.while(ctx); keep != nil {
		pick = func(v *resolve.Version) bool { return keep(item{view, st, v, now}) }
	}
	list, last, more := versionsPage(st, pick, order, desc, at.last, size)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &etalonv1.ListVersionsResponse{Revision: uint64(view.Revision())}
	for _, v := range list {
		out.Versions = append(out.Versions, s.versionOut(v, now, false))
	}
	if more {
		out.NextPageToken = tokens.encode(hash, page{view.Revision(), last})
	}
	return out, nil
}

// versionsPage gives the versions after the sort key last. In the standard's
// own order that key is an id: a version is never removed, so it is still
// there.
func versionsPage(st *resolve.Standard, keep predicate[*resolve.Version], order string, desc bool, last string, size int) ([]*resolve.Version, string, bool) {
	if order == "publish_time" {
		key := func(v *resolve.Version) string { return timeKey(v.Record.Recorded, v.Record.ID.Fold()) }
		found, more := takeSorted(slices.Values(st.Versions), key, size, last, desc, keep)
		list := make([]*resolve.Version, len(found))
		for i, k := range found {
			list[i], last = k.item, k.key
		}
		return list, last, more
	}
	all := slices.Values(st.Versions)
	if desc {
		all = func(yield func(*resolve.Version) bool) {
			for _, v := range slices.Backward(st.Versions) {
				if !yield(v) {
					return
				}
			}
		}
	}
	list, more := take(afterVersion(all, st.Find(standard.VersionID(last))), size, keep)
	if len(list) > 0 {
		last = string(list[len(list)-1].Record.ID)
	}
	return list, last, more
}

// afterVersion gives what comes after v; all where it is nil.
func afterVersion(all iter.Seq[*resolve.Version], v *resolve.Version) iter.Seq[*resolve.Version] {
	if v == nil {
		return all
	}
	return func(yield func(*resolve.Version) bool) {
		seen := false
		for x := range all {
			if seen && !yield(x) {
				return
			}
			seen = seen || x == v
		}
	}
}
