package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// WithdrawVersion takes a version out of force. It stays readable.
func (s *Service) WithdrawVersion(ctx context.Context, req *etalonv1.WithdrawVersionRequest) (*etalonv1.Version, error) {
	var f fields
	name, id := versionName(&f, "name", req.GetName())
	step := standard.Step{
		Kind:      standard.StepWithdraw,
		Effective: moment(&f, "effective_time", req.GetEffectiveTime()),
		Note:      req.GetNote(),
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s.step(ctx, req, req.GetValidateOnly(), name, id, step)
}
