package rpc

import (
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// RedactBlob removes a blob's bytes for ever, by legal order.
func (s *Service) RedactBlob(ctx context.Context, req *etalonv1.RedactBlobRequest) (*etalonv1.RedactBlobResponse, error) {
	var f fields
	d := parsed(&f, "digest", req.GetDigest(), standard.ParseDigest)
	if req.GetReason() == "" {
		f.add("reason", "is required: say why, for everybody to read")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := s.caller(ctx, req, false)
	if err != nil {
		return nil, err
	}
	receipt, err := s.registry.RedactBlob(ctx, c, d, req.GetReason())
	if err != nil {
		return nil, err
	}
	wrote(ctx, receipt)
	return &etalonv1.RedactBlobResponse{Revision: uint64(receipt.Revision)}, nil
}
