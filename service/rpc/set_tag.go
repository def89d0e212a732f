package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// SetTag lets a tag name a version from now or from a later time on.
func (s *Service) SetTag(ctx context.Context, req *etalonv1.SetTagRequest) (*etalonv1.Standard, error) {
	var f fields
	name := parsed(&f, "name", req.GetName(), standard.ParseStandardResource)
	v := parsed(&f, "version", req.GetVersion(), standard.ParseVersionID)
	if err := standard.CheckSettableTag(req.GetTag()); err != nil {
		f.add("tag", "%s", reason(err))
	}
	effective := moment(&f, "effective_time", req.GetEffectiveTime())
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	st, receipt, err := s.registry.SetTag(ctx, c, name, req.GetTag(), v, effective)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.standardNow(st), nil
}
