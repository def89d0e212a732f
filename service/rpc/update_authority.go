package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// fixedAuthority are the fields that no update changes.
var fixedAuthority = []string{"name", "create_time", "update_time", "revision", "etag", "iri"}

// UpdateAuthority changes the fields that the mask names.
func (s *Service) UpdateAuthority(ctx context.Context, req *etalonv1.UpdateAuthorityRequest) (*etalonv1.Authority, error) {
	var f fields
	in := req.GetAuthority()
	a := authorityIn(&f, "authority", in)
	a.ID = parsed(&f, "authority.name", in.GetName(), standard.ParseAuthorityResource)
	mask := maskIn(&f, in, req.GetUpdateMask(), fixedAuthority, nil)
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	made, receipt, err := s.registry.UpdateAuthority(ctx, c, &a, mask, in.GetEtag())
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.authorityOut(made), nil
}
