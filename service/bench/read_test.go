package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

const searchCall = "/etalon.v1.ResolveService/Search"

// BenchmarkList: a list of 1,000 standards without a filter, against sending
// the same list, ready in memory. The ratio less one is what the pass over the
// catalogue costs in terms of the transport.
func BenchmarkList(b *testing.B) {
	for b.Loop() {
		r := newListRig(b, large)
		s, base := r.compare(b, *rounds, turn)
		results.report(b, "server CPU over that of the transport", ratio(s, base, "cpu"), "cpu-ratio", "at most 2")
		results.report(b, "server CPU of a list, ms", each(s, "cpu").scaled(1e-3), "ms-cpu/list", "")
	}
}

type listRig struct {
	subject, base *child
	body          []byte
}

func newListRig(tb testing.TB, c catalogue) *listRig {
	tb.Helper()
	r := &listRig{subject: etalond(tb, c)}
	req := &etalonv1.ListStandardsRequest{Parent: "authorities/-", PageSize: 1000}
	m, err := etalonv1.NewStandardServiceClient(dial(tb, r.subject.GRPC)).ListStandards(tb.Context(), req)
	if err != nil || len(m.GetStandards()) != 1000 {
		tb.Fatalf("a list of %d standards, %v; want 1000", len(m.GetStandards()), err)
	}
	b, err := proto.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	r.body = framed(req)
	r.base = spawn(tb, role{Kind: "bare", Messages: map[string]string{"list": fileOf(tb, b)}}, serverCore)
	return r
}

// fileOf puts bytes where a child can read them.
func fileOf(tb testing.TB, b []byte) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "message")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

func (r *listRig) compare(tb testing.TB, n int, d time.Duration) (s, base []sample) {
	tb.Helper()
	pinSelf(tb)
	side := func(c *child) func() sample {
		return func() sample {
			return measured(tb, c, load{addr: c.GRPC, path: listCall, conns: 2, streams: 2, duration: d, body: func(int, int) []byte { return r.body }})
		}
	}
	defer r.subject.profiled("list")()
	return paired(tb, n, side(r.subject), side(r.base))
}

// BenchmarkSearch: one search at a time in 100,000 standards, against the
// empty call.
func BenchmarkSearch(b *testing.B) {
	for b.Loop() {
		r := newSearchRig(b, wide)
		s, base := r.compare(b, *rounds, 500)
		results.report(b, "median latency, ms", each(s, "p50"), "ms-p50", "")
		results.report(b, "99th percentile of latency, ms", each(s, "p99"), "ms-p99", "under 10")
		results.report(b, "99th percentile of the empty call, ms", each(base, "p99"), "ms-p99/empty", "")
	}
}

type searchRig struct {
	subject, base *child
	bodies        [][]byte
}

func newSearchRig(tb testing.TB, c catalogue) *searchRig {
	tb.Helper()
	r := &searchRig{subject: etalond(tb, c)}
	client := etalonv1.NewResolveServiceClient(dial(tb, r.subject.GRPC))
	size := 0
	for i := range 200 {
		a, b := subjects[i%len(subjects)], subjects[i*7/3%len(subjects)]
		q := []string{a, a + " " + b, "exchange of " + a, fmt.Sprintf("standard %d", i*497%c.Standards), "how buyers exchange " + b, fmt.Sprintf("DS %d", i*331%c.Standards)}[i%6]
		req := &etalonv1.SearchRequest{Q: q}
		m, err := client.Search(tb.Context(), req)
		if err != nil || len(m.GetHits()) == 0 {
			tb.Fatalf("search %q: %d hits, %v", q, len(m.GetHits()), err)
		}
		size += proto.Size(m)
		r.bodies = append(r.bodies, framed(req))
	}
	r.base = spawn(tb, role{Kind: "bare", Reply: size / len(r.bodies)}, serverCore)
	return r
}

func (r *searchRig) compare(tb testing.TB, n, calls int) (s, base []sample) {
	tb.Helper()
	pinSelf(tb)
	side := func(c *child, call string) func() sample {
		return func() sample {
			xs := make([]float64, 0, calls)
			var started time.Time
			l := load{addr: c.GRPC, path: call, conns: 1, streams: 1, calls: calls, body: func(_, i int) []byte {
				if i > 0 {
					xs = append(xs, time.Since(started).Seconds()*1e3)
				}
				started = time.Now()
				return r.bodies[i%len(r.bodies)]
			}}
			if _, _, err := l.run(); err != nil {
				tb.Fatal(err)
			}
			return sample{"p50": quantile(xs, 0.5), "p99": quantile(xs, 0.99)}
		}
	}
	defer r.subject.profiled("search")()
	return paired(tb, n, side(r.subject, searchCall), side(r.base, emptyCall))
}
