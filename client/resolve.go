package client

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// MaxBatch is the number of references that one BatchResolve takes.
const MaxBatch = 1000

// Failed is the error for a reference that has no answer: the registry's
// verdict, not a fault of the connection.
type Failed struct {
	Ref     string
	Failure *etalonv1.Failure
}

// Error is the registry's sentence.
func (f *Failed) Error() string {
	ref := f.Ref
	if strings.TrimSpace(ref) == "" {
		ref = strconv.Quote(ref)
	}
	return ref + ": " + f.Failure.GetMessage()
}

// Resolve finds the version that a reference or a designation means. It
// returns *Failed where there is none.
func (c *Client) Resolve(ctx context.Context, ref string) (*etalonv1.ResolveResponse, error) {
	return c.ResolveRequest(ctx, &etalonv1.ResolveRequest{Ref: ref})
}

// resolveError turns a status that carries a verdict into *Failed.
func resolveError(ref string, err error) error {
	for _, d := range status.Convert(err).Details() {
		if f, ok := d.(*etalonv1.Failure); ok {
			return &Failed{Ref: ref, Failure: f}
		}
	}
	return fmt.Errorf("resolve %s: %w", ref, err)
}

// BatchResolve resolves any number of references, 1,000 to a call, and calls
// yield with each verdict in the order asked.
func (c *Client) BatchResolve(ctx context.Context, req *etalonv1.BatchResolveRequest, yield func(i int, r *etalonv1.BatchResolveResponse_Result, revision uint64)) error {
	return c.batches(ctx, req, func(i int, r *etalonv1.BatchResolveResponse_Result, of *etalonv1.BatchResolveResponse) {
		yield(i, r, of.GetRevision())
	})
}

// batches is BatchResolve with the response that each verdict came in.
func (c *Client) batches(ctx context.Context, req *etalonv1.BatchResolveRequest, yield func(i int, r *etalonv1.BatchResolveResponse_Result, of *etalonv1.BatchResolveResponse)) error {
	refs := req.GetRefs()
	for at := 0; at < len(refs); at += MaxBatch {
		part := &etalonv1.BatchResolveRequest{
			Refs:               refs[at:min(at+MaxBatch, len(refs))],
			AsOf:               req.GetAsOf(),
			KnownAt:            req.GetKnownAt(),
			IncludePrereleases: req.GetIncludePrereleases(),
			MinRevision:        req.GetMinRevision(),
			Consistency:        req.GetConsistency(),
		}
		res, err := c.Resolution.BatchResolve(ctx, part)
		if err != nil {
			return fmt.Errorf("resolve %d references: %w", len(part.GetRefs()), err)
		}
		if len(res.GetResults()) != len(part.GetRefs()) {
			return fmt.Errorf("resolve: %d answers to %d references", len(res.GetResults()), len(part.GetRefs()))
		}
		for i, r := range res.GetResults() {
			yield(at+i, r, res)
		}
	}
	return nil
}

// ResolveRequest is Resolve with everything that can be asked.
func (c *Client) ResolveRequest(ctx context.Context, req *etalonv1.ResolveRequest) (*etalonv1.ResolveResponse, error) {
	res, err := c.Resolution.Resolve(ctx, req)
	if err != nil {
		return nil, resolveError(req.GetRef(), err)
	}
	return res, nil
}
