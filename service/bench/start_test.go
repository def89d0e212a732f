package bench_test

import (
	"testing"
)

// BenchmarkStart: loading 100,000 versions until they can be resolved, got
// and listed, against reading the same keys in pages and decoding them.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		r := newStartRig(b, large)
		s, base := r.compare(*rounds)
		results.report(b, "time until reads are served", ratio(s, base, "s"), "time-ratio", "at most 1.5")
		results.report(b, "seconds until reads are served", each(s, "s"), "s-ready", "")
		results.report(b, "seconds until search is served", each(s, "search"), "s-search", "")
		results.report(b, "heap of a version, search included, KiB", each(s, "bytes").scaled(1.0/1024), "KiB/version", "under 1.25")
	}
}

type startRig struct {
	tb testing.TB
	c  *child
}

// newStartRig has one process for both sides, since a data directory can be
// open but once.
func newStartRig(tb testing.TB, c catalogue) *startRig {
	tb.Helper()
	return &startRig{tb, spawn(tb, role{Kind: "load", Dir: c.dir(tb)}, -1)}
}

func (r *startRig) compare(n int) (s, base []sample) {
	r.tb.Helper()
	defer r.c.profiled("start")()
	return paired(r.tb, n, func() sample {
		a := r.c.ask("replica")
		return sample{"s": a.Values[0], "search": a.Values[1], "bytes": a.Values[2]}
	}, func() sample {
		a := r.c.ask("scan")
		return sample{"s": a.Values[0], "keys": a.Values[1]}
	})
}
