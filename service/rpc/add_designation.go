package rpc

import (
	"context"
	"strings"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// AddDesignation records a further designation of a standard or version.
func (s *Service) AddDesignation(ctx context.Context, req *etalonv1.AddDesignationRequest) (*etalonv1.AddDesignationResponse, error) {
	var f fields
	name, v := standardOrVersion(&f, "name", req.GetName())
	if req.GetDesignation() == "" {
		f.add("designation", "is required")
	}
	effective := moment(&f, "effective_time", req.GetEffectiveTime())
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	d, receipt, err := s.registry.AddDesignation(ctx, c, name, v, req.GetDesignation(), effective)
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return &etalonv1.AddDesignationResponse{Key: d.Key, Owner: d.Owner, Revision: uint64(receipt.Revision)}, nil
}

// standardOrVersion reads the resource name of a standard (no version) or of a
// version.
func standardOrVersion(f *fields, field, text string) (standard.Name, standard.VersionID) {
	if !strings.Contains(text, "/versions/") {
		return parsed(f, field, text, standard.ParseStandardResource), ""
	}
	name, v, err := standard.ParseVersionResource(text)
	if err != nil {
		f.add(field, "%s", reason(err))
	}
	return name, v
}
