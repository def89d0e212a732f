package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// GetStandard reads one standard.
func (s *Service) GetStandard(ctx context.Context, req *etalonv1.GetStandardRequest) (*etalonv1.Standard, error) {
	var f fields
	name := parsed(&f, "name", req.GetName(), standard.ParseStandardResource)
	if err := f.err(); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	st := view.Standard(name)
	if st == nil {
		return nil, &registry.NotFoundError{Resource: req.GetName()}
	}
	return s.standardOut(view, st, view.Now), nil
}
