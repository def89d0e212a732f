package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// CheckBlobs says which of the blobs are not stored yet.
func (s *Service) CheckBlobs(ctx context.Context, req *etalonv1.CheckBlobsRequest) (*etalonv1.CheckBlobsResponse, error) {
	most := s.registry.Limits().FilesPerVersion
	if n := int64(len(req.GetDigests())); n > most {
		return nil, &registry.LimitError{Limit: "files_per_version", Max: most, Value: n, Field: "digests"}
	}
	var f fields
	ds := make([]standard.Digest, len(req.GetDigests()))
	for i, text := range req.GetDigests() {
		ds[i] = parsed(&f, indexed("digests", i), text, standard.ParseDigest)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	missing, err := s.registry.MissingBlobs(ctx, ds)
	if err != nil {
		return nil, err
	}
	out := &etalonv1.CheckBlobsResponse{}
	for _, d := range missing {
		out.Missing = append(out.Missing, d.String())
	}
	return out, nil
}
