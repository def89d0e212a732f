package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// CreateStandard makes a standard that has no versions yet.
func (s *Service) CreateStandard(ctx context.Context, req *etalonv1.CreateStandardRequest) (*etalonv1.Standard, error) {
	var f fields
	st := standardIn(&f, "standard", req.GetStandard())
	st.Name.Authority = parsed(&f, "parent", req.GetParent(), standard.ParseAuthorityResource)
	if n := parsed(&f, "standard_id", "a/"+req.GetStandardId(), standard.ParseName); n.Standard != "" {
		st.Name.Standard = n.Standard
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	made, receipt, err := s.registry.CreateStandard(ctx, c, &st)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.standardNow(made), nil
}

// standardNow shows a standard that was just written.
func (s *Service) standardNow(st *resolve.Standard) *etalonv1.Standard {
	return s.standardOut(s.replica.Snapshot(), st, s.registry.Now())
}
