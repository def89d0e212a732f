package rpc

import (
	"cmp"
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// mostScanned bounds the entries that one page of a narrow filter looks at.
const mostScanned = 20_000

// ListChanges reads a page of the log. A page of a narrow filter may be short
// or empty: next_after tells whether there is more.
func (s *Service) ListChanges(ctx context.Context, req *etalonv1.ListChangesRequest) (*etalonv1.ListChangesResponse, error) {
	var f fields
	pick := changeFilterIn(&f, req.GetAuthorities(), req.GetStandards(), req.GetTypes())
	size, err := s.pageSize(&f, req.GetPageSize(), 100)
	if err = cmp.Or(f.err(), err); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, max(req.GetMinRevision(), req.GetAfter()), etalonv1.Consistency_CONSISTENCY_SNAPSHOT)
	if err != nil {
		return nil, err
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	out := &etalonv1.ListChangesResponse{NextAfter: req.GetAfter(), Revision: uint64(view.Revision())}
	for scanned := 0; len(out.Changes) < size && scanned < mostScanned; {
		entries, err := s.changes(ctx, view, standard.Revision(out.NextAfter), max(size, watchPage))
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 {
			break
		}
		scanned += len(entries)
		for _, e := range entries {
			if len(out.Changes) == size {
				break
			}
			out.NextAfter = uint64(e.Index)
			if pick.takes(e) {
				out.Changes = append(out.Changes, changeOut(e))
			}
		}
	}
	return out, nil
}

// changes reads the log, no further than the reading goes.
func (s *Service) changes(ctx context.Context, view registry.Reading, after standard.Revision, limit int) ([]*standard.Entry, error) {
	if after >= view.Revision() {
		return nil, nil
	}
	entries, err := s.registry.Changes(ctx, after, limit)
	for i, e := range entries {
		if e.Index > view.Revision() {
			return entries[:i], err
		}
	}
	return entries, err
}
