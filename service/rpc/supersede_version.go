package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// SupersedeVersion names the successor of a version.
func (s *Service) SupersedeVersion(ctx context.Context, req *etalonv1.SupersedeVersionRequest) (*etalonv1.Version, error) {
	var f fields
	name, id := versionName(&f, "name", req.GetName())
	if req.GetSuccessor() == "" {
		f.add("successor", "is required")
	}
	step := standard.Step{
		Kind:      standard.StepSupersede,
		Effective: moment(&f, "effective_time", req.GetEffectiveTime()),
		Note:      req.GetNote(),
		Successor: req.GetSuccessor(),
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s.step(ctx, req, req.GetValidateOnly(), name, id, step)
}
