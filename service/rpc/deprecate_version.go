package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// DeprecateVersion says that new work should use something else.
func (s *Service) DeprecateVersion(ctx context.Context, req *etalonv1.DeprecateVersionRequest) (*etalonv1.Version, error) {
	var f fields
	name, id := versionName(&f, "name", req.GetName())
	step := standard.Step{
		Kind:          standard.StepDeprecate,
		Effective:     moment(&f, "effective_time", req.GetEffectiveTime()),
		Note:          req.GetNote(),
		RemovalDate:   optional(&f, "removal_date", req.GetRemovalDate(), standard.ParseDay),
		Alternative:   req.GetAlternative(),
		Documentation: req.GetDocumentation(),
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s.step(ctx, req, req.GetValidateOnly(), name, id, step)
}

// step records a step and shows the version after it.
func (s *Service) step(ctx context.Context, req write, validateOnly bool, name standard.Name, id standard.VersionID, step standard.Step) (*etalonv1.Version, error) {
	c, err := s.caller(ctx, req, validateOnly)
	if err != nil {
		return nil, err
	}
	v, receipt, err := s.registry.Step(ctx, c, name, id, step)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return s.versionOut(v, s.registry.Now(), true), nil
}
