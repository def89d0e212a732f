package server

import (
	"context"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

// A call is traced if it is in the share, whatever the sampler of other spans
// says, or if its caller traces it; and in no other case.
func TestSampledCalls(t *testing.T) {
	const sampled, not = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
	for _, tt := range []struct {
		name, parent string
		roll         float64
		want         int
	}{
		{"in the share", "", 0.009, 1},
		{"at its edge", "", 0.01, 0},
		{"not in the share", "", 0.5, 0},
		{"the caller traces it", sampled, 0.5, 1},
		{"the caller does not", not, 0.005, 0},
		{"the caller's trace is none", "nonsense", 0.5, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spans := tracetest.NewInMemoryExporter()
			p := trace.NewTracerProvider(trace.WithSyncer(spans), trace.WithSampler(trace.ParentBased(chosenOr{trace.NeverSample()})))
			h := &sampledCalls{
				Handler: otelgrpc.NewServerHandler(otelgrpc.WithTracerProvider(p), otelgrpc.WithPropagators(propagation.TraceContext{})),
				share:   0.01, roll: func() float64 { return tt.roll },
			}
			md := metadata.MD{}
			if tt.parent != "" {
				md.Set("traceparent", tt.parent)
			}
			ctx := h.TagRPC(metadata.NewIncomingContext(context.Background(), md), &stats.RPCTagInfo{FullMethodName: "/a.B/C"})
			h.HandleRPC(ctx, &stats.Begin{})
			h.HandleRPC(ctx, &stats.End{})
			if got := len(spans.GetSpans()); got != tt.want {
				t.Errorf("%d spans, want %d", got, tt.want)
			}
		})
	}
}
