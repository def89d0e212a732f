package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// CreateDraft begins a version that can still be edited.
func (s *Service) CreateDraft(ctx context.Context, req *etalonv1.CreateDraftRequest) (*etalonv1.Draft, error) {
	var f fields
	d := draftIn(&f, "draft", req.GetDraft())
	d.Version.Name = parsed(&f, "parent", req.GetParent(), standard.ParseStandardResource)
	d.Version.ID = parsed(&f, "draft_id", req.GetDraftId(), standard.ParseVersionID)
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	made, receipt, err := s.registry.CreateDraft(ctx, c, &d)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return draftOut(made, true), nil
}
