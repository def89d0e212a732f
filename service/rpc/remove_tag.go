package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// RemoveTag ends a tag. What it named before stays on record.
func (s *Service) RemoveTag(ctx context.Context, req *etalonv1.RemoveTagRequest) (*etalonv1.Standard, error) {
	var f fields
	name := parsed(&f, "name", req.GetName(), standard.ParseStandardResource)
	tag := parsed(&f, "tag", req.GetTag(), standard.ParseTag)
	effective := moment(&f, "effective_time", req.GetEffectiveTime())
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	st, receipt, err := s.registry.RemoveTag(ctx, c, name, tag, effective)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.standardNow(st), nil
}
