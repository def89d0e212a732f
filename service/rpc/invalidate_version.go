package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// InvalidateVersion says that a version was published in error.
func (s *Service) InvalidateVersion(ctx context.Context, req *etalonv1.InvalidateVersionRequest) (*etalonv1.Version, error) {
	var f fields
	name, id := versionName(&f, "name", req.GetName())
	if req.GetNote() == "" {
		f.add("note", "is required: say why, for everybody to read")
	}
	step := standard.Step{
		Kind:      standard.StepInvalidate,
		Effective: moment(&f, "effective_time", req.GetEffectiveTime()),
		Note:      req.GetNote(),
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s.step(ctx, req, req.GetValidateOnly(), name, id, step)
}
