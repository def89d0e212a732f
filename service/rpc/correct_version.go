package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// CorrectVersion cancels an earlier step, or corrects descriptive metadata.
func (s *Service) CorrectVersion(ctx context.Context, req *etalonv1.CorrectVersionRequest) (*etalonv1.Version, error) {
	var f fields
	name, id := versionName(&f, "name", req.GetName())
	if req.GetNote() == "" {
		f.add("note", "is required: say why, for everybody to read")
	}
	if req.GetCancelStep() < 0 {
		f.add("cancel_step", "%d is no number of a step", req.GetCancelStep())
	}
	if req.GetCancelStep() == 0 && req.GetAmendment() == nil {
		f.add("amendment", "is required where cancel_step is not given")
	}
	step := standard.Step{
		Kind:      standard.StepCorrect,
		Note:      req.GetNote(),
		Cancels:   int(req.GetCancelStep()),
		Amendment: amendmentIn(&f, "amendment", req.GetAmendment()),
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s.step(ctx, req, req.GetValidateOnly(), name, id, step)
}
