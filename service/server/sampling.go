package server

import (
	"context"

	"go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

// sampledCalls decides for each call whether it may be traced, before anything
// is prepared for it: preparing a trace that is then not sampled costs a third
// of a call.
type sampledCalls struct {
	stats.Handler // of the calls that may be traced

	share float64 // of the calls without a caller's trace that are traced
	roll  func() float64
}

// TagRPC lets a call be traced that is in the share, or that has a caller's
// trace, which decides.
func (h *sampledCalls) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	chosen := h.roll() < h.share
	if !chosen && len(metadata.ValueFromIncomingContext(ctx, "traceparent")) == 0 {
		return ctx
	}
	return h.Handler.TagRPC(context.WithValue(ctx, chosenKey{}, chosen), info)
}

// HandleRPC passes on what belongs to a call that may be traced.
func (h *sampledCalls) HandleRPC(ctx context.Context, s stats.RPCStats) {
	if ctx.Value(chosenKey{}) != nil {
		h.Handler.HandleRPC(ctx, s)
	}
}

// chosenKey marks the context of a call that may be traced; true: it is in the
// share.
type chosenKey struct{}

// chosenOr samples what was chosen already, and leaves the rest to another.
type chosenOr struct{ trace.Sampler }

// ShouldSample decides about a span without a parent.
func (s chosenOr) ShouldSample(p trace.SamplingParameters) trace.SamplingResult {
	if chosen, _ := p.ParentContext.Value(chosenKey{}).(bool); chosen {
		return trace.AlwaysSample().ShouldSample(p)
	}
	return s.Sampler.ShouldSample(p)
}
