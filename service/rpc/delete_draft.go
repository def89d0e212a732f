package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// DeleteDraft throws a draft away.
func (s *Service) DeleteDraft(ctx context.Context, req *etalonv1.DeleteDraftRequest) (*etalonv1.DeleteDraftResponse, error) {
	var f fields
	name, id := draftName(&f, "name", req.GetName())
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	receipt, err := s.registry.DeleteDraft(ctx, c, name, id, req.GetEtag())
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return &etalonv1.DeleteDraftResponse{Revision: uint64(receipt.Revision)}, nil
}
