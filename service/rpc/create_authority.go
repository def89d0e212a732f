package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// CreateAuthority makes a namespace.
func (s *Service) CreateAuthority(ctx context.Context, req *etalonv1.CreateAuthorityRequest) (*etalonv1.Authority, error) {
	var f fields
	a := authorityIn(&f, "authority", req.GetAuthority())
	a.ID = parsed(&f, "authority_id", req.GetAuthorityId(), standard.ParseAuthorityID)
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	made, receipt, err := s.registry.CreateAuthority(ctx, c, &a)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.authorityOut(made), nil
}
