package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// GetRegistry tells who and how large this registry is.
func (s *Service) GetRegistry(ctx context.Context, req *etalonv1.GetRegistryRequest) (*etalonv1.Registry, error) {
	view, err := s.read(ctx, req.GetMinRevision(), etalonv1.Consistency_CONSISTENCY_SNAPSHOT)
	if err != nil {
		return nil, err
	}
	meta, counts := s.registry.Meta(), view.Counts()
	return &etalonv1.Registry{
		Id:               meta.RegistryID,
		CreateTime:       stamp(meta.Created),
		Revision:         uint64(view.Revision()),
		AuthorityCount:   int32(counts.Authorities),
		StandardCount:    int32(counts.Standards),
		VersionCount:     int32(counts.Versions),
		StalenessSeconds: seconds(view.Staleness),
		ServerVersion:    s.version,
		BaseIri:          s.baseIRI,
		Limits:           s.registry.Limits().Map(),
	}, nil
}
