package rpc

import (
	"cmp"
	"context"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/replica/search"
	"github.com/etalon-registry/etalon/service/resolve"
)

const (
	maxQuery    = 512 // bytes of a search
	snippetSize = 240 // bytes of a snippet, about
)

// Search finds standards by words in titles, descriptions, designations and
// members, best first.
func (s *Service) Search(ctx context.Context, req *etalonv1.SearchRequest) (*etalonv1.SearchResponse, error) {
	var f fields
	switch q := req.GetQ(); {
	case strings.TrimSpace(q) == "":
		f.add("q", "is required")
	case len(q) > maxQuery:
		f.add("q", "has %d bytes, at most %d are allowed", len(q), maxQuery)
	}
	keep := s.filters.standards.compile(&f, req.GetFilter())
	hash := requestHash("Search", req.GetQ(), req.GetFilter())
	tokens := s.tokens()
	at := tokens.decode(&f, hash, req.GetPageToken())
	size, err := s.pageSize(&f, req.GetPageSize(), 20)
	if err = cmp.Or(f.err(), err); err != nil {
		return nil, err
	}
	view, err := s.read(ctx, max(req.GetMinRevision(), uint64(at.revision)), req.GetConsistency())
	if err != nil {
		return nil, err
	}
	offset, err := strconv.Atoi(cmp.Or(at.last, "0"))
	if err != nil || offset < 0 { // made by somebody who knows the registry's id
		f.add("page_token", "is no page token; pass next_page_token of the page before, unchanged")
		return nil, f.err()
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	answer, err := s.find(ctx, req.GetQ(), keep, offset, size)
	if err != nil {
		return nil, err
	}
	// The index may have been ahead of what was read, never behind it.
	rev := max(view.Revision(), answer.Snapshot.Revision())
	callOf(ctx).revision = rev
	out := &etalonv1.SearchResponse{TotalSize: int32(min(answer.Total, math.MaxInt32)), Revision: uint64(rev)}
	now := s.registry.Now()
	for _, h := range answer.Hits {
		if hit := hitOut(answer.Snapshot, h, now); hit != nil {
			out.Hits = append(out.Hits, hit)
		}
	}
	if end := offset + len(answer.Hits); len(answer.Hits) > 0 && end < answer.Total {
		out.NextPageToken = tokens.encode(hash, page{rev, strconv.Itoa(end)})
	}
	return out, nil
}

// find searches. A filter is applied to every hit, so that the total is right.
func (s *Service) find(ctx context.Context, text string, keep predicate[item], offset, size int) (replica.Answer, error) {
	q := search.Query{Text: text, Offset: offset, Limit: size}
	if keep != nil {
		q.Offset, q.Limit = 0, math.MaxInt32
	}
	answer, err := s.replica.Search(ctx, q)
	if err != nil || keep == nil {
		return answer, err
	}
	now := s.registry.Now()
	kept := answer.Hits[:0]
	for _, h := range answer.Hits {
		if err := ctx.Err(); err != nil {
			return answer, err
		}
		if st := answer.Snapshot.Standard(h.Name); st != nil && keep(item{view: answer.Snapshot, standard: st, now: now}) {
			kept = append(kept, h)
		}
	}
	answer.Total = len(kept)
	kept = kept[min(offset, len(kept)):]
	answer.Hits = kept[:min(size, len(kept))]
	return answer, nil
}

func hitOut(view resolve.View, h search.Hit, now time.Time) *etalonv1.SearchResponse_Hit {
	st := view.Standard(h.Name)
	if st == nil {
		return nil
	}
	out := &etalonv1.SearchResponse_Hit{
		Name:    h.Name.Resource(),
		Title:   english(st.Record.Titles),
		Kind:    etalonv1.Kind(st.Record.Kind),
		Snippet: snippet(english(st.Record.Descriptions)),
		Score:   float64(h.Score),
	}
	if v := resolve.Latest(view, st, now); v != nil {
		out.LatestVersion = string(v.Record.ID)
	}
	v := st.Find(h.Version)
	if h.Version == "" || v == nil {
		return out
	}
	out.Matched = h.Name.String() + "@" + string(v.Record.ID)
	if h.Member >= 0 && h.Member < len(v.Record.Members) {
		m := &v.Record.Members[h.Member]
		out.Matched += "#" + m.ID
		out.Snippet = snippet(cmp.Or(m.Title, m.ID))
		return out
	}
	if text := cmp.Or(first(v.Record.Designations), labelOf(v), english(v.Record.Notes)); text != "" {
		out.Snippet = snippet(text)
	}
	return out
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// snippet is the beginning of a text, cut between words.
func snippet(text string) string {
	if len(text) <= snippetSize {
		return text
	}
	text = text[:snippetSize]
	if i := strings.LastIndexByte(text, ' '); i > snippetSize/2 {
		text = text[:i]
	}
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + "…"
}
