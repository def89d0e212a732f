package rpc

import (
	"cmp"
	"context"
	"strings"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// ListDrafts lists the drafts of a standard, or of several with "-".
func (s *Service) ListDrafts(ctx context.Context, req *etalonv1.ListDraftsRequest) (*etalonv1.ListDraftsResponse, error) {
	var f fields
	scope, keep := draftScope(&f, "parent", req.GetParent())
	hash := requestHash("ListDrafts", req.GetParent())
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
	after, id, _ := standard.ParseDraftResource(at.last) // of an authenticated token; zero: from the beginning
	list, more := take(view.DraftsFrom(scope, after, id), size, keep)
	out := &etalonv1.ListDraftsResponse{Revision: uint64(view.Revision())}
	for _, d := range list {
		out.Drafts = append(out.Drafts, draftOut(d, false))
	}
	if more {
		v := &list[len(list)-1].Version
		out.NextPageToken = tokens.encode(hash, page{view.Revision(), standard.DraftResource(v.Name, v.ID)})
	}
	return out, nil
}

// draftScope reads "authorities/ocp/standards/ocds" where either id may be
// "-": the names to look through, and which of them count (nil: all).
func draftScope(f *fields, field, text string) (scope standard.Name, keep predicate[*standard.DraftVersion]) {
	a, st, ok := strings.Cut(strings.TrimPrefix(text, "authorities/"), "/standards/")
	switch {
	case !ok || a != "-" && st != "-":
		return parsed(f, field, text, standard.ParseStandardResource), nil
	case a == "-" && st == "-":
		return standard.Name{}, nil
	case a == "-":
		n := parsed(f, field, "authorities/a/standards/"+st, standard.ParseStandardResource)
		return standard.Name{}, func(d *standard.DraftVersion) bool { return d.Version.Name.Standard == n.Standard }
	}
	n := parsed(f, field, "authorities/"+a+"/standards/a", standard.ParseStandardResource)
	return standard.Name{Authority: n.Authority}, nil
}
