package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// GetDraft reads one draft.
func (s *Service) GetDraft(ctx context.Context, req *etalonv1.GetDraftRequest) (*etalonv1.Draft, error) {
	var f fields
	name, id := draftName(&f, "name", req.GetName())
	if err := f.err(); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	d := view.Draft(name, id)
	if d == nil {
		return nil, &registry.NotFoundError{Resource: req.GetName()}
	}
	return draftOut(d, true), nil
}

// draftName reads the resource name of a draft.
func draftName(f *fields, field, text string) (standard.Name, standard.VersionID) {
	name, id, err := standard.ParseDraftResource(text)
	if err != nil {
		f.add(field, "%s", reason(err))
	}
	return name, id
}
