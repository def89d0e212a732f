package client

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// The metadata that carry revisions.
const (
	revisionHeader    = "etalon-revision"
	minRevisionHeader = "etalon-min-revision"
)

// seen is the newest revision that came with any answer.
type seen struct{ rev atomic.Uint64 }

func (s *seen) note(rev uint64) {
	for {
		old := s.rev.Load()
		if rev <= old || s.rev.CompareAndSwap(old, rev) {
			return
		}
	}
}

func (s *seen) noteHeader(md metadata.MD) {
	for _, v := range md.Get(revisionHeader) {
		if rev, err := strconv.ParseUint(v, 10, 64); err == nil {
			s.note(rev)
		}
	}
}

// ask adds the newest revision seen to a request's metadata, unless the
// caller asks for one itself.
func (s *seen) ask(ctx context.Context) context.Context {
	rev := s.rev.Load()
	if rev == 0 {
		return ctx
	}
	if md, ok := metadata.FromOutgoingContext(ctx); ok && len(md.Get(minRevisionHeader)) > 0 {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, minRevisionHeader, strconv.FormatUint(rev, 10))
}

func (s *seen) unary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	asked := s.rev.Load()
	var header metadata.MD
	all := append(slices.Clip(opts), grpc.Header(&header))
	err := invoke(s.ask(ctx), method, req, reply, cc, all...)
	if s.lost(asked, err) {
		err = invoke(s.ask(ctx), method, req, reply, cc, all...)
	}
	s.noteHeader(header)
	return err
}

// lost says whether a registry does not have the revision that was asked for,
// and forgets it: the registry was restored to an earlier state, or is another
// one. What was seen is gone; to ask for it would fail for ever.
func (s *seen) lost(asked uint64, err error) bool {
	if asked == 0 || status.Code(err) != codes.OutOfRange {
		return false
	}
	s.rev.CompareAndSwap(asked, 0)
	return true
}

func (s *seen) stream(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return open(s.ask(ctx), desc, cc, method, opts...)
}

func cutScheme(target string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(target, ":")
	if !ok || scheme == "" || strings.ContainsAny(scheme, "./[") {
		return "", target, false
	}
	if _, err := strconv.Atoi(rest); err == nil {
		return "", target, false // host:port
	}
	return scheme, strings.TrimLeft(rest, "/"), true
}
