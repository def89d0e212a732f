package bench_test

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
)

// pinSelf keeps the load, which this process makes, off the server's core
// until the end of the benchmark.
func pinSelf(tb testing.TB) {
	tb.Helper()
	taskset, err := exec.LookPath("taskset")
	if err != nil || runtime.NumCPU() < 2 {
		tb.Log("the load is not pinned: there is no taskset, or but one core")
		return
	}
	set := func(cores string) {
		out, err := exec.Command(taskset, "-a", "-p", "-c", cores, strconv.Itoa(os.Getpid())).CombinedOutput()
		if err != nil {
			tb.Fatalf("taskset: %v\n%s", err, out)
		}
	}
	all := "0-" + strconv.Itoa(runtime.NumCPU()-1)
	set(strconv.Itoa(loadCore))
	tb.Cleanup(func() { set(all) })
}
