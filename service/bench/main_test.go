package bench_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
)

var (
	rounds  = flag.Int("rounds", 20, "paired rounds of each comparison")
	soak    = flag.Bool("soak", false, "the large forms: 10,000 watchers")
	profile = flag.String("profile", "", "directory for CPU profiles of the servers under test")
)

func TestMain(m *testing.M) {
	flag.Parse()
	if conf := os.Getenv(roleVariable); conf != "" {
		if err := runRole(conf); err != nil {
			fmt.Fprintln(os.Stderr, "bench: child:", err)
			os.Exit(1)
		}
		return
	}
	code := etcdtest.Main(m) // runs no test in a process that is a member
	if text := results.table(); text != "" {
		fmt.Print(text)
	}
	for _, dir := range fixtureDirs.all() {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// results collects what the benchmarks report, for one table at the end.
var results summary

type summary struct {
	mu    sync.Mutex
	lines []string
}

// report gives a figure to the benchmark and to the table. aim is for people.
func (s *summary) report(b *testing.B, name string, x spread, unit, aim string) {
	b.ReportMetric(x.median, unit)
	s.mu.Lock()
	defer s.mu.Unlock()
	row := strings.TrimPrefix(b.Name(), "Benchmark") + ": " + name
	s.lines = append(s.lines, fmt.Sprintf("| %s | %s | %s | %s to %s | %d |\n", row, aim, figure(x.median), figure(x.low), figure(x.high), x.n))
}

func figure(x float64) string {
	switch {
	case x >= 1000:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

func (s *summary) table() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lines) == 0 {
		return ""
	}
	return "\n| what | aim | median | middle half | rounds |\n|---|---|---|---|---|\n" + strings.Join(s.lines, "")
}
