package rpc

import (
	"context"
	"errors"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// BatchResolve resolves many references on one snapshot. Each has its own
// verdict.
func (s *Service) BatchResolve(ctx context.Context, req *etalonv1.BatchResolveRequest) (*etalonv1.BatchResolveResponse, error) {
	most := s.registry.Limits().BatchRefs
	if n := int64(len(req.GetRefs())); n > most {
		return nil, &registry.LimitError{Limit: "batch_refs", Max: most, Value: n, Field: "refs"}
	}
	q, err := query(req.GetAsOf(), req.GetKnownAt(), req.GetIncludePrereleases())
	if err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	q.Now = view.Now
	out := &etalonv1.BatchResolveResponse{
		Revision:         uint64(view.Revision()),
		StalenessSeconds: seconds(view.Staleness),
		Results:          make([]*etalonv1.BatchResolveResponse_Result, len(req.GetRefs())),
	}
	results := make([]etalonv1.BatchResolveResponse_Result, len(req.GetRefs()))
	resolved := make([]etalonv1.BatchResolveResponse_Result_Resolved, len(req.GetRefs()))
	sparing := &sparingView{Snapshot: view.Snapshot, left: batchSimilar}
	for i, text := range req.GetRefs() {
		out.Results[i] = &results[i]
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, next, err := s.resolveOne(view, sparing, text, q)
		var failed *resolve.Failure
		switch {
		case err == nil:
			resolved[i].Resolved = r
			results[i].Verdict = &resolved[i]
		case errors.As(err, &failed):
			next = failed.NextChange
			results[i].Verdict = &etalonv1.BatchResolveResponse_Result_Failure{Failure: failureOut(failed)}
		default:
			return nil, err
		}
		if !next.IsZero() && (out.NextChangeTime == nil || next.Before(out.NextChangeTime.AsTime())) {
			out.NextChangeTime = stamp(next)
		}
	}
	return out, nil
}

// batchSimilar is for how many references of a batch similar names are looked
// up. A look-up costs a thousand times as much as an answer, so a batch of
// nothing but mistakes would hold the server up for seconds.
const batchSimilar = 25

// sparingView gives similar names a limited number of times.
type sparingView struct {
	*replica.Snapshot
	left int
}

// Similar is empty once there were enough look-ups.
func (v *sparingView) Similar(text string, limit int) []standard.Name {
	if v.left == 0 {
		return nil
	}
	v.left--
	return v.Snapshot.Similar(text, limit)
}

func (s *Service) resolveOne(at registry.Reading, view resolve.View, text string, q resolve.Query) (*etalonv1.ResolveResponse, time.Time, error) {
	c, err := s.refs.get(text)
	if err != nil {
		return nil, time.Time{}, err
	}
	return c.answerAt(at, view, q)
}
