package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// fixedStandard are the fields that no update changes.
var fixedStandard = []string{"name", "tags", "latest_version", "version_count", "provenance", "create_time", "update_time", "revision", "etag", "iri"}

// UpdateStandard changes the fields that the mask names.
func (s *Service) UpdateStandard(ctx context.Context, req *etalonv1.UpdateStandardRequest) (*etalonv1.Standard, error) {
	var f fields
	in := req.GetStandard()
	st := standardIn(&f, "standard", in)
	st.Name = parsed(&f, "standard.name", in.GetName(), standard.ParseStandardResource)
	mask := maskIn(&f, in, req.GetUpdateMask(), fixedStandard, nil)
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	made, receipt, err := s.registry.UpdateStandard(ctx, c, &st, mask, in.GetEtag())
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.standardNow(made), nil
}
