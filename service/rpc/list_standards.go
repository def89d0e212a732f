package rpc

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// ListStandards lists the standards of one authority, or of all.
func (s *Service) ListStandards(ctx context.Context, req *etalonv1.ListStandardsRequest) (*etalonv1.ListStandardsResponse, error) {
	var f fields
	authority := wildcardAuthority(&f, "parent", req.GetParent())
	keep := s.filters.standards.compile(&f, req.GetFilter())
	order, desc := orderIn(&f, req.GetOrderBy(), "name", "title", "update_time")
	hash := requestHash("ListStandards", req.GetParent(), req.GetFilter(), order, strconv.FormatBool(desc))
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
	if authority != "" && view.Authority(authority) == nil {
		return nil, &registry.NotFoundError{Resource: req.GetParent()}
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	list, last, more := s.standardsPage(view, authority, keep.while(ctx), order, desc, at.last, size)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &etalonv1.ListStandardsResponse{Revision: uint64(view.Revision()), Standards: make([]*etalonv1.Standard, 0, len(list))}
	now := view.Now
	for _, st := range list {
		out.Standards = append(out.Standards, s.standardShown(view, st, now))
	}
	if more {
		out.NextPageToken = tokens.encode(hash, page{view.Revision(), last})
	}
	return out, nil
}

// standardsPage gives the standards after the sort key last, and the key of
// the last of them. By name the catalogue is in order already.
func (s *Service) standardsPage(view registry.Reading, authority standard.AuthorityID, keep predicate[item], order string, desc bool, last string, size int) ([]*resolve.Standard, string, bool) {
	now := view.Now
	var pick predicate[*resolve.Standard]
	if keep != nil {
		pick = func(st *resolve.Standard) bool { return keep(item{view: view, standard: st, now: now}) }
	}
	if order == "name" && !desc {
		after, _ := standard.ParseName(last) // of an authenticated token; zero: from the beginning
		list, more := take(view.StandardsFrom(authority, after), size, pick)
		if len(list) > 0 {
			last = list[len(list)-1].Record.Name.String()
		}
		return list, last, more
	}
	found, more := takeSorted(view.Standards(authority), standardKey(order), size, last, desc, pick)
	list := make([]*resolve.Standard, len(found))
	for i, k := range found {
		list[i], last = k.item, k.key
	}
	return list, last, more
}

// standardKey gives the sort key of an order: that of the field, then the name.
func standardKey(order string) func(*resolve.Standard) string {
	return func(st *resolve.Standard) string {
		name := string(st.Record.Name.Authority) + "\x00" + st.Record.Name.Standard
		switch order {
		case "title":
			return strings.ToLower(english(st.Record.Titles)) + "\x00" + name
		case "update_time":
			return timeKey(st.Record.Updated, name)
		}
		return name
	}
}

// wildcardAuthority reads "authorities/ocp", or "authorities/-", which is
// empty: all.
func wildcardAuthority(f *fields, field, text string) standard.AuthorityID {
	if text == "authorities/-" {
		return ""
	}
	return parsed(f, field, text, standard.ParseAuthorityResource)
}
