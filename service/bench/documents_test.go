package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/client"
	"github.com/etalon-registry/etalon/client/finder"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/check/report"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
	"github.com/etalon-registry/etalon/service/starter"
)

// BenchmarkDocument: a PDF of 300 pages with 1,000 citations of the starter
// catalogue, from its bytes to the findings, against a server of its own
// process; and the passes that this is made of.
func BenchmarkDocument(b *testing.B) {
	r := newDocumentRig(b, 300, 1000)
	for b.Loop() {
		all := r.check(b, *rounds)
		results.report(b, "from bytes to findings, ms", each(all, "all"), "ms/document", "below 2,000")
		results.report(b, "reading the PDF, ms", each(all, "read"), "ms-read/document", "")
		results.report(b, "finding citations, ms", each(all, "scan"), "ms-scan/document", "")
		results.report(b, "looking up and rules, ms", each(all, "check"), "ms-check/document", "")
		results.report(b, "report as SARIF, ms", each(all, "report"), "ms-report/document", "")
	}
}

// BenchmarkScan: the scanner over prose with as many citations as real
// specifications have, about 200 in a megabyte, and with twenty times as many;
// by the time of the processor, since one core is what counts. The base is one
// pass over the same bytes that looks at each rune.
func BenchmarkScan(b *testing.B) {
	for _, m := range []struct {
		name, aim string
		citations int // in 100,000 lines
	}{
		{"prose", "at least 50", 1_000}, {"dense", "", 20_000},
	} {
		b.Run(m.name, func(b *testing.B) {
			text := strings.Join(prose(rand.New(rand.NewPCG(1, 2)), designations(b), 100_000, m.citations), "\n") //nolint:gosec // for tests
			for b.Loop() {
				var rate, share []float64
				for range *rounds {
					runtime.GC()
					start := processorTime(b)
					n := len(citation.Scan(text))
					scanned := processorTime(b)
					valid := utf8.RuneCountInString(text)
					passed := processorTime(b)
					if n < m.citations*9/10 || valid == 0 {
						b.Fatalf("%d citations found", n)
					}
					rate = append(rate, float64(len(text))/1e6/(scanned-start))
					share = append(share, (scanned-start)/(passed-scanned))
				}
				results.report(b, "rate of one core, MB/s", spreadOf(rate), "MB/s", m.aim)
				results.report(b, "time, of one pass over the runes", spreadOf(share), "time-ratio", "")
			}
		})
	}
}

// processorTime is what this process has used, in seconds.
func processorTime(tb testing.TB) float64 {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

type documentRig struct {
	pdf       []byte
	citations int
	finder    *finder.Finder
}

func newDocumentRig(tb testing.TB, pages, citations int) *documentRig {
	tb.Helper()
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // for tests
	lines := prose(random, designations(tb), pages*40, citations)
	var all [][]string
	for i := range pages {
		all = append(all, lines[i*40:(i+1)*40])
	}
	server := spawn(tb, role{Kind: "etalond", Dir: tb.TempDir(), Args: []string{"--dev"}}, serverCore)
	c, err := client.Dial(client.Options{Address: server.GRPC})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return &documentRig{pdf: pdftest.Make(all), citations: citations, finder: finder.New(c)}
}

// designations are those of the starter catalogue that the scanner reads back
// from a sentence.
func designations(tb testing.TB) []string {
	tb.Helper()
	all, err := starter.Catalogues()
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for _, c := range all {
		for _, s := range c.Standards {
			for _, v := range s.Versions {
				for _, d := range v.Record.Designations {
					if found := citation.Scan("It follows " + d + " in all."); len(found) == 1 && !found[0].Markup && found[0].ID.String() == d && len(d) < 40 {
						out = append(out, d)
					}
				}
			}
		}
	}
	return out
}

// prose makes lines of plain words, some of which cite a standard.
func prose(r *rand.Rand, cite []string, lines, citations int) []string {
	words := strings.Fields("the supplier shall provide a service that conforms to what is set out in this schedule and keeps records of each change for as long as the contract runs or until the authority asks for them to be destroyed")
	out := make([]string, lines)
	for i := range out {
		var b strings.Builder
		for b.Len() < 45 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		if i*citations/lines != (i+1)*citations/lines {
			b.WriteString("see " + cite[r.IntN(len(cite))] + " ")
		}
		out[i] = b.String() + words[r.IntN(len(words))]
	}
	return out
}

// check goes the whole way a number of times.
func (r *documentRig) check(tb testing.TB, rounds int) []sample {
	tb.Helper()
	var all []sample
	for range rounds {
		runtime.GC()
		s, err := r.once(tb.Context())
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func (r *documentRig) once(ctx context.Context) (sample, error) {
	s := sample{}
	start := time.Now()
	last := start
	lap := func(name string) {
		now := time.Now()
		s[name] = now.Sub(last).Seconds() * 1e3
		last = now
	}
	doc, err := document.Read(ctx, "tender.pdf", r.pdf, document.Limits{})
	if err != nil {
		return nil, err
	}
	lap("read")
	cites := citation.Scan(doc.Text)
	lap("scan")
	rep, err := check.Run(ctx, doc, cites, r.finder, check.Options{Now: time.Now()})
	if err != nil {
		return nil, err
	}
	lap("check")
	var out bytes.Buffer
	if err := report.Write(io.Writer(&out), report.SARIF, []check.Report{rep}, report.Options{}); err != nil {
		return nil, err
	}
	lap("report")
	s["all"] = time.Since(start).Seconds() * 1e3
	if n := len(rep.Citations); n < r.citations*98/100 {
		return nil, fmt.Errorf("%d citations found, of %d", n, r.citations)
	}
	return s, nil
}
