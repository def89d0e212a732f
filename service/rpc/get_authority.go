package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// GetAuthority reads one authority.
func (s *Service) GetAuthority(ctx context.Context, req *etalonv1.GetAuthorityRequest) (*etalonv1.Authority, error) {
	var f fields
	id := parsed(&f, "name", req.GetName(), standard.ParseAuthorityResource)
	if err := f.err(); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	a := view.Authority(id)
	if a == nil {
		return nil, &registry.NotFoundError{Resource: req.GetName()}
	}
	return s.authorityOut(a), nil
}
