package rpc

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
)

// lastCode is the highest code of gRPC.
const lastCode = codes.Unauthenticated

// Metrics are the figures of the calls, made once for a server.
type Metrics struct {
	handled  *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inflight prometheus.Gauge
	watchers prometheus.Gauge
	cutOff   prometheus.Counter
	refs     *prometheus.CounterVec
	dropped  prometheus.Counter
}

// NewMetrics makes the figures and registers them.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		handled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "etalon_requests_total", Help: "Calls ended, by gRPC code.",
		}, []string{"service", "method", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "etalon_request_seconds", Help: "Time from the first byte of a unary call to its answer.",
			Buckets: []float64{20e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1, 2.5, 5, 10, 30},
		}, []string{"service", "method"}),
		inflight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "etalon_requests_in_flight", Help: "Calls under way, streams included.",
		}),
		watchers: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "etalon_watchers", Help: "Watch streams open.",
		}),
		cutOff: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "etalon_watchers_cut_off_total", Help: "Watch streams ended because their reader was too slow.",
		}),
		refs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "etalon_reference_cache_total", Help: "References parsed, by whether the cache had them.",
		}, []string{"result"}),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "etalon_access_log_dropped_total", Help: "Lines of the access log that were dropped because the writer was too slow.",
		}),
	}
	reg.MustRegister(m.handled, m.latency, m.inflight, m.watchers, m.cutOff, m.refs, m.dropped)
	return m
}

// methodMetrics are the figures of one method, looked up once.
type methodMetrics struct {
	latency prometheus.Observer
	codes   [lastCode + 1]prometheus.Counter
}

func (m *Metrics) bind(service, name string) methodMetrics {
	out := methodMetrics{latency: m.latency.WithLabelValues(service, name)}
	for c := range out.codes {
		out.codes[c] = m.handled.WithLabelValues(service, name, codes.Code(c).String())
	}
	return out
}

func (m *methodMetrics) observe(code codes.Code, took time.Duration, stream bool) {
	if code > lastCode {
		code = codes.Unknown
	}
	m.codes[code].Inc()
	if !stream {
		m.latency.Observe(took.Seconds())
	}
}

// Dropped counts the lines that an access log had to drop.
func (m *Metrics) Dropped() prometheus.Counter { return m.dropped }
