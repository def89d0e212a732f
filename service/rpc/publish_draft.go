package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// PublishDraft publishes a draft and ends it.
func (s *Service) PublishDraft(ctx context.Context, req *etalonv1.PublishDraftRequest) (*etalonv1.PublishVersionResponse, error) {
	var f fields
	name, id := draftName(&f, "name", req.GetName())
	for i, tag := range req.GetTags() {
		if err := standard.CheckSettableTag(tag); err != nil {
			f.add(indexed("tags", i), "%s", reason(err))
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	done, err := s.registry.PublishDraft(ctx, c, name, id, req.GetEtag(), req.GetTags())
	if err != nil {
		return nil, err
	}
	return s.published(ctx, &done), nil
}
