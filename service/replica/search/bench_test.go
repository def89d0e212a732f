package search

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// corpus draws standards whose words are spread as in real text (Zipf).
func corpus(n int) []Part {
	rnd := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rnd, 1.07, 4, 40_000)
	word := func() string {
		k := zipf.Uint64()
		var b strings.Builder
		for range 2 + k%4 {
			b.WriteByte("bcdfghklmnprstvz"[k%16])
			b.WriteByte("aeiou"[k/16%5])
			k = k*2654435761 + 1
			k >>= 3
		}
		return b.String()
	}
	text := func(n int) string {
		ws := make([]string, n)
		for i := range ws {
			ws[i] = word()
		}
		return strings.Join(ws, " ")
	}
	out := make([]Part, n)
	for i := range out {
		out[i] = std(fmt.Sprintf("auth-%d/std-%d", i%200, i), text(6), text(30), fmt.Sprintf("ISO %d-%d", 1000+i/4, i%4))
	}
	return out
}

func measured(b *testing.B, parts []Part) *Index {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	w := NewWriter()
	x := w.Load(slices.Values(parts))
	took := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d standards: built in %v, %.1f MB", len(parts), took.Round(time.Millisecond), float64(after.HeapAlloc-before.HeapAlloc)/1e6)
	runtime.KeepAlive(w)
	return x
}

// BenchmarkSearch asks one to three words of the corpus, the last cut short,
// and reports the 99th percentile besides the mean.
func BenchmarkSearch(b *testing.B) {
	parts := corpus(100_000)
	x := measured(b, parts)
	rnd := rand.New(rand.NewPCG(3, 4))
	pick := func() string {
		ws := strings.Fields(parts[rnd.IntN(len(parts))].Texts[2].Value)
		return ws[rnd.IntN(len(ws))]
	}
	for _, c := range []struct {
		name  string
		query func() string
	}{
		{"word", func() string { return pick() + " " }},
		{"three", func() string { return pick() + " " + pick() + " " + pick() + " " }},
		{"typing", func() string { return pick() + " " + pick()[:2] }},
		{"letter", func() string { return pick()[:1] }},
		{"designation", func() string { return fmt.Sprintf("ISO %d-%d", 1000+rnd.IntN(25_000), rnd.IntN(4)) }},
		{"misspelt", func() string { return "x" + pick() + "q" + pick() + " " + "q" + pick() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				q := Query{Text: c.query(), Limit: 20}
				start := time.Now()
				x.Search(q)
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
		})
	}
	b.Run("similar", func(b *testing.B) {
		for b.Loop() {
			x.Similar("auth-3/"+pick(), 10)
		}
	})
}

// BenchmarkCommon asks for words that 6 % to all of 100,000 standards have, in
// the standard or its one version.
func BenchmarkCommon(b *testing.B) {
	subjects := strings.Fields("tenders awards contracts invoices orders catalogues suppliers buyers payments lots bids plans notices items units prices")
	var parts []Part
	for i := range 100_000 {
		s, t := subjects[i%16], subjects[i/16%16]
		p := std(fmt.Sprintf("auth-%02d/standard-%06d", i%100, i), fmt.Sprintf("Data standard %d for the exchange of %s and %s", i, s, t),
			fmt.Sprintf("Standard %d says how buyers exchange %s and %s.", i, s, t), fmt.Sprintf("DS %d", i))
		v := Part{Name: p.Name, Version: "1.0", Texts: []Text{{FieldDesignation, fmt.Sprintf("DS %d:2010", i)}, {FieldLabel, "Edition 1"}}}
		parts = append(parts, p, v)
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return compareNames(a.Name, b.Name) })
	x := measured(b, parts)
	for _, text := range []string{"tenders", "tenders awards", "exchange of tenders", "standard 497", "how buyers exchange lots", "DS 331", "standard"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				x.Search(Query{Text: text, Limit: 20})
			}
		})
	}
}

// BenchmarkPut changes one standard of 100,000, merges included.
func BenchmarkPut(b *testing.B) {
	parts := corpus(100_000)
	w := NewWriter()
	w.Load(slices.Values(parts))
	i := 0
	for b.Loop() {
		w.Put(parts[i%len(parts) : i%len(parts)+1])
		w.Merge()
		i += 7919
	}
}
