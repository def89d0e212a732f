package rpc

import (
	"context"
	"fmt"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// LookUpCitations says what the registry knows of designations as documents
// cite them.
func (s *Service) LookUpCitations(ctx context.Context, req *etalonv1.LookUpCitationsRequest) (*etalonv1.LookUpCitationsResponse, error) {
	most := s.registry.Limits().BatchRefs
	if n := int64(len(req.GetDesignations())); n > most {
		return nil, &registry.LimitError{Limit: "batch_refs", Max: most, Value: n, Field: "designations"}
	}
	var f fields
	ids := make([]designation.ID, len(req.GetDesignations()))
	for i, text := range req.GetDesignations() {
		ids[i] = parsed(&f, fmt.Sprintf("designations[%d]", i), text, designation.Parse)
	}
	day := asOfDay(&f, req.GetAsOf())
	if err := f.err(); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	found, err := s.finder(view).Find(ctx, ids, day)
	if err != nil {
		return nil, err
	}
	out := &etalonv1.LookUpCitationsResponse{
		Facts:            make([]*etalonv1.CitationFacts, len(found.Facts)),
		AsOf:             found.AsOf.String(),
		Revision:         uint64(view.Revision()),
		StalenessSeconds: seconds(view.Staleness),
	}
	for i := range found.Facts {
		out.Facts[i] = factsOut(&found.Facts[i])
	}
	return out, nil
}

// finder looks citations up in a reading.
func (s *Service) finder(view registry.Reading) check.Finder {
	return check.ViewFinder{View: view.Snapshot, Now: view.Now, IRIBase: s.baseIRI}
}

// asOfDay reads the day to answer for; zero where it is empty.
func asOfDay(f *fields, text string) standard.Day {
	day := optional(f, "as_of", text, standard.ParseDay)
	if _, _, d := day.Date(); !day.IsZero() && d == 0 {
		f.add("as_of", "%q wants a whole day, such as 2024-10-01", text)
	}
	return day
}

// asOfIn reads a day and gives its last moment; zero where it is empty.
func asOfIn(f *fields, text string) time.Time { return standard.EndOfDay(asOfDay(f, text)) }
