package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// RemoveDesignation ends a claim or an alias.
func (s *Service) RemoveDesignation(ctx context.Context, req *etalonv1.RemoveDesignationRequest) (*etalonv1.RemoveDesignationResponse, error) {
	var f fields
	name, v := standardOrVersion(&f, "name", req.GetName())
	if req.GetDesignation() == "" {
		f.add("designation", "is required")
	}
	effective := moment(&f, "effective_time", req.GetEffectiveTime())
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	receipt, err := s.registry.RemoveDesignation(ctx, c, name, v, req.GetDesignation(), effective)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return &etalonv1.RemoveDesignationResponse{Revision: uint64(receipt.Revision)}, nil
}
