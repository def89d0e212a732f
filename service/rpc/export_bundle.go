package rpc

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// ExportBundle streams a part of the registry for offline use.
func (s *Service) ExportBundle(*etalonv1.ExportBundleRequest, grpc.ServerStreamingServer[etalonv1.ExportBundleResponse]) error {
	return status.Error(codes.Unimplemented, "bundles come next")
}
