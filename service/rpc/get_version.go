package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// GetVersion reads one version.
func (s *Service) GetVersion(ctx context.Context, req *etalonv1.GetVersionRequest) (*etalonv1.Version, error) {
	var f fields
	name, id := versionName(&f, "name", req.GetName())
	if err := f.err(); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, req.GetMinRevision(), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	_, v, err := findVersion(view, name, id)
	if err != nil {
		return nil, err
	}
	return s.versionOut(v, view.Now, true), nil
}

// versionName reads the resource name of a version.
func versionName(f *fields, field, text string) (standard.Name, standard.VersionID) {
	name, id, err := standard.ParseVersionResource(text)
	if err != nil {
		f.add(field, "%s", reason(err))
	}
	return name, id
}

func findVersion(view registry.Reading, name standard.Name, id standard.VersionID) (*resolve.Standard, *resolve.Version, error) {
	st := view.Standard(name)
	if st == nil {
		return nil, nil, &registry.NotFoundError{Resource: name.Resource()}
	}
	v := st.Find(id)
	if v == nil {
		return nil, nil, &registry.NotFoundError{Resource: standard.VersionResource(name, id)}
	}
	return st, v, nil
}
