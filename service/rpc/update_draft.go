package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// fixedDraft are the fields that no update changes, nestedDraft those whose
// own fields a mask may name.
var (
	fixedDraft = []string{
		"name", "status", "author", "create_time", "update_time", "revision", "etag",
		"version.name", "version.version", "version.digest", "version.status", "version.status_time",
		"version.publish_time", "version.file_count", "version.total_bytes", "version.steps",
		"version.publish_revision", "version.revision", "version.etag", "version.iri", "version.next_change_time",
	}
	nestedDraft = []string{"version"}
)

// UpdateDraft changes the fields that the mask names.
func (s *Service) UpdateDraft(ctx context.Context, req *etalonv1.UpdateDraftRequest) (*etalonv1.Draft, error) {
	var f fields
	in := req.GetDraft()
	d := draftIn(&f, "draft", in)
	d.Version.Name, d.Version.ID = draftName(&f, "draft.name", in.GetName())
	mask := maskIn(&f, in, req.GetUpdateMask(), fixedDraft, nestedDraft)
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	made, receipt, err := s.registry.UpdateDraft(ctx, c, &d, mask, in.GetEtag())
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return draftOut(made, true), nil
}
