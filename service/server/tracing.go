package server

import (
	"context"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
)

// tracing is there only where a collector is configured: its hook costs every
// call, sampled or not.
type tracing struct {
	provider *trace.TracerProvider
	share    float64 // of the calls that are traced
}

func (s *Server) startTracing(ctx context.Context) error {
	if s.cfg.OTLPEndpoint == "" {
		return nil
	}
	exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(s.cfg.OTLPEndpoint), otlptracegrpc.WithInsecure())
	if err != nil {
		return fmt.Errorf("otlp-endpoint: %w", err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "etalond"), attribute.String("service.version", s.version))
	s.tracing = &tracing{trace.NewTracerProvider(
		trace.WithBatcher(exporter),
		trace.WithResource(about),
		trace.WithSampler(trace.ParentBased(chosenOr{trace.TraceIDRatioBased(s.cfg.TraceSample)})),
	), s.cfg.TraceSample}
	s.push("traces", s.tracing.provider.Shutdown)
	return nil
}

func (t *tracing) serverOptions() []grpc.ServerOption {
	if t == nil {
		return nil
	}
	return []grpc.ServerOption{grpc.StatsHandler(&sampledCalls{
		Handler: otelgrpc.NewServerHandler(
			otelgrpc.WithTracerProvider(t.provider),
			otelgrpc.WithPropagators(propagation.TraceContext{}),
		),
		share: t.share, roll: rand.Float64,
	})}
}
