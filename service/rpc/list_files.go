package rpc

import (
	"cmp"
	"context"
	"sort"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// ListFiles lists the files of a version by path.
func (s *Service) ListFiles(ctx context.Context, req *etalonv1.ListFilesRequest) (*etalonv1.ListFilesResponse, error) {
	var f fields
	name, id := versionName(&f, "parent", req.GetParent())
	hash := requestHash("ListFiles", req.GetParent())
	tokens := s.tokens()
	at := tokens.decode(&f, hash, req.GetPageToken())
	size, err := s.pageSize(&f, req.GetPageSize(), 1000)
	if err = cmp.Or(f.err(), err); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, max(req.GetMinRevision(), uint64(at.revision)), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	_, v, err := findVersion(view, name, id)
	if err != nil {
		return nil, err
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	m, err := s.registry.Manifest(ctx, v.Record.Digest)
	if err != nil {
		return nil, err
	}
	// A manifest lists its files by path.
	files := m.Files[sort.Search(len(m.Files), func(i int) bool { return m.Files[i].Path > at.last }):]
	out := &etalonv1.ListFilesResponse{Digest: v.Record.Digest.String(), Revision: uint64(view.Revision())}
	for i := range files[:min(len(files), size)] {
		out.Files = append(out.Files, fileOut(&files[i]))
	}
	if len(files) > size {
		out.NextPageToken = tokens.encode(hash, page{view.Revision(), files[size-1].Path})
	}
	return out, nil
}
