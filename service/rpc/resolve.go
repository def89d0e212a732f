package rpc

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
)

// Resolve finds the one version that a reference or designation means.
func (s *Service) Resolve(ctx context.Context, req *etalonv1.ResolveRequest) (*etalonv1.ResolveResponse, error) {
	q, err := query(req.GetAsOf(), req.GetKnownAt(), req.GetIncludePrereleases())
	if err != nil {
		return nil, err
	}
	q.Member = req.GetMember()
	c, err := s.refs.get(req.GetRef())
	if err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	q.Now = view.Now
	out, _, err := c.answerAt(view, view.Snapshot, q)
	return out, err
}

// answerAt answers at a reading, from memory where the plain question, what a
// reference means now, was answered at its revision before: most ask that, over
// and over, and until the catalogue changes the answer is the same. What it
// returns is shared and must not be changed. next is the moment from which the
// answer may be another by the clock alone; zero: none is on record.
func (r *reference) answerAt(at registry.Reading, view resolve.View, q resolve.Query) (out *etalonv1.ResolveResponse, next time.Time, err error) {
	plain := q.At.IsZero() && q.Known.IsZero() && !q.IncludePrereleases && q.Member == "" && at.Staleness == 0
	if plain {
		if kept := r.answered(at.Revision(), q.Now); kept != nil {
			return kept.message, kept.until, nil
		}
	}
	a, err := resolve.ResolveCompiled(view, r.Compiled, q)
	if err != nil {
		return nil, time.Time{}, err
	}
	out = answerOut(&a, r)
	out.Revision = uint64(at.Revision())
	out.StalenessSeconds = seconds(at.Staleness)
	if plain {
		r.answer.Store(&resolved{message: out, from: q.Now, until: a.NextChange})
	}
	return out, a.NextChange, nil
}

// query reads the times of a resolution. The present is that of the reading
// which it is asked of.
func query(asOf string, knownAt *timestamppb.Timestamp, prereleases bool) (resolve.Query, error) {
	q := resolve.Query{IncludePrereleases: prereleases}
	if asOf == "" && knownAt == nil {
		return q, nil
	}
	var f fields
	q.At = asOfIn(&f, asOf)
	q.Known = moment(&f, "known_at", knownAt)
	return q, f.err()
}
