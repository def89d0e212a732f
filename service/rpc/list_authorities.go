package rpc

import (
	"cmp"
	"context"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// ListAuthorities lists authorities by name.
func (s *Service) ListAuthorities(ctx context.Context, req *etalonv1.ListAuthoritiesRequest) (*etalonv1.ListAuthoritiesResponse, error) {
	var f fields
	keep := s.filters.authorities.compile(&f, req.GetFilter())
	hash := requestHash("ListAuthorities", req.GetFilter())
	tokens := s.tokens()
	at := tokens.decode(&f, hash, req.GetPageToken())
	size, err := s.pageSize(&f, req.GetPageSize(), 50)
	if err = cmp.Or(f.err(), err); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, max(req.GetMinRevision(), uint64(at.revision)), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	list, more := take(view.AuthoritiesFrom(standard.AuthorityID(at.last)), size, keep)
	out := &etalonv1.ListAuthoritiesResponse{Revision: uint64(view.Revision())}
	for _, a := range list {
		out.Authorities = append(out.Authorities, s.authorityOut(a))
	}
	if more {
		out.NextPageToken = tokens.encode(hash, page{view.Revision(), string(list[len(list)-1].ID)})
	}
	return out, nil
}
