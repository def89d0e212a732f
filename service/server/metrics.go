package server

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/rpc"
)

// metrics are the figures of the server, on a registry of its own: the
// default one belongs to the embedded etcd.
type metrics struct {
	registry *prometheus.Registry
	rpc      *rpc.Metrics

	commits      prometheus.Histogram // seconds
	commitSize   prometheus.Histogram // changes
	commitBytes  prometheus.Counter
	conflicts    prometheus.Counter
	refused      prometheus.Counter
	sweptBlobs   prometheus.Counter
	sweptBytes   prometheus.Counter
	cacheLookups *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "etalon_commit_seconds", Help: "Time that the store took for a batch of changes.",
			Buckets: prometheus.ExponentialBuckets(0.25e-3, 2, 16),
		}),
		commitSize: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "etalon_commit_changes", Help: "Changes in a batch.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 8),
		}),
		commitBytes:  counter("etalon_commit_bytes_total", "Encoded bytes of all batches."),
		conflicts:    counter("etalon_commit_conflicts_total", "Batches evaluated anew since the head of the log had moved."),
		refused:      counter("etalon_changes_refused_total", "Changes that the rules refused."),
		sweptBlobs:   counter("etalon_swept_blobs_total", "Orphaned blobs removed."),
		sweptBytes:   counter("etalon_swept_bytes_total", "Bytes of orphaned blobs removed."),
		cacheLookups: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "etalon_cache_lookups_total", Help: "Look-ups in the caches of content."}, []string{"cache", "result"}),
	}
	m.registry.MustRegister(
		m.commits, m.commitSize, m.commitBytes, m.conflicts, m.refused, m.sweptBlobs, m.sweptBytes, m.cacheLookups,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.rpc = rpc.NewMetrics(m.registry)
	return m
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

// watchReplica shows the figures of the replica as they are when asked for.
func (m *metrics) watchReplica(r *replica.Replica) {
	gauge := func(name, help string, value func(replica.Stats) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(r.Stats()) })
	}
	total := func(name, help string, value func(replica.Stats) float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return value(r.Stats()) })
	}
	m.registry.MustRegister(
		gauge("etalon_replica_revision", "Newest revision that this replica has.", func(s replica.Stats) float64 { return float64(s.Revision) }),
		gauge("etalon_replica_staleness_seconds", "How long ago the replica last knew itself level with the store; 0: level.", func(s replica.Stats) float64 { return s.Staleness.Seconds() }),
		gauge("etalon_authorities", "Authorities in the catalogue.", func(s replica.Stats) float64 { return float64(s.Counts.Authorities) }),
		gauge("etalon_standards", "Standards in the catalogue.", func(s replica.Stats) float64 { return float64(s.Counts.Standards) }),
		gauge("etalon_versions", "Published versions in the catalogue.", func(s replica.Stats) float64 { return float64(s.Counts.Versions) }),
		gauge("etalon_drafts", "Drafts.", func(s replica.Stats) float64 { return float64(s.Counts.Drafts) }),
		total("etalon_replica_commits_applied_total", "Commits that came from the store.", func(s replica.Stats) float64 { return float64(s.Applied) }),
		total("etalon_replica_commits_installed_total", "Commits that were made on this replica.", func(s replica.Stats) float64 { return float64(s.Installed) }),
		total("etalon_replica_reloads_total", "Times that the catalogue was loaded anew.", func(s replica.Stats) float64 { return float64(s.Reloads) }),
		total("etalon_replica_retries_total", "Failed attempts to reach the store.", func(s replica.Stats) float64 { return float64(s.Retries) }),
	)
}

// Committed counts a batch.
func (m *metrics) Committed(changes, bytes int, took time.Duration) {
	m.commits.Observe(took.Seconds())
	m.commitSize.Observe(float64(changes))
	m.commitBytes.Add(float64(bytes))
}

// Conflict counts a batch that lost its compare.
func (m *metrics) Conflict() { m.conflicts.Inc() }

// Refused counts a refusal.
func (m *metrics) Refused() { m.refused.Inc() }

// Swept counts a sweep.
func (m *metrics) Swept(blobs int, bytes int64) {
	m.sweptBlobs.Add(float64(blobs))
	m.sweptBytes.Add(float64(bytes))
}

// CacheHit counts a look-up that found something.
func (m *metrics) CacheHit(cache string) { m.cacheLookups.WithLabelValues(cache, "hit").Inc() }

// CacheMiss counts a look-up that found nothing.
func (m *metrics) CacheMiss(cache string) { m.cacheLookups.WithLabelValues(cache, "miss").Inc() }
