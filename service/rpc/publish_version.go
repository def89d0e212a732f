package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// PublishVersion publishes a version in one go.
func (s *Service) PublishVersion(ctx context.Context, req *etalonv1.PublishVersionRequest) (*etalonv1.PublishVersionResponse, error) {
	var f fields
	p := registry.Publication{
		Name:    parsed(&f, "parent", req.GetParent(), standard.ParseStandardResource),
		Version: versionIn(&f, "version", req.GetVersion()),
		Files:   filesIn(&f, "files", req.GetFiles()),
		Tags:    req.GetTags(),
	}
	p.Version.ID = parsed(&f, "version_id", req.GetVersionId(), standard.ParseVersionID)
	if req.GetStandard() != nil {
		st := standardIn(&f, "standard", req.GetStandard())
		st.Name = p.Name
		p.Standard = &st
	}
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
	done, err := s.registry.Publish(ctx, c, p)
	if err != nil {
		return nil, err
	}
	return s.published(ctx, &done), nil
}

func (s *Service) published(ctx context.Context, p *registry.Published) *etalonv1.PublishVersionResponse {
	wrote(ctx, p.Receipt)
	return &etalonv1.PublishVersionResponse{
		Version:          s.versionOut(p.Version, s.registry.Now(), true),
		AlreadyPublished: p.Already,
		StandardCreated:  p.StandardCreated,
		Warnings:         p.Warnings,
		Revision:         uint64(p.Receipt.Revision),
	}
}
