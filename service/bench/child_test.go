package bench_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// roleVariable holds, as JSON, what a child process is to be.
const roleVariable = "ETALON_BENCH_ROLE"

// role tells a child what to be. The test binary starts itself anew.
type role struct {
	Kind string // "etalond", "bare" or "load"
	// Args are the flags of etalond.
	Args []string
	// Dir is the data directory of a store; Endpoints those of a cluster.
	Dir       string
	Endpoints []string
	// Reply is the size of the bare call's answer, in bytes.
	Reply int
	// Intercepted puts the bare call behind the interceptors.
	Intercepted bool
	// Messages are files with the answers of bare typed calls and pages.
	Messages map[string]string
	// Keys are the sizes of the keys of one raw transaction.
	Keys []keySize
}

// answer is what a child says when it is asked, a line of JSON.
type answer struct {
	GRPC, HTTP string  `json:",omitempty"`
	CPU        float64 // seconds of user and system time so far
	Heap       uint64  // bytes, after a collection where asked for
	Stack      uint64  // bytes
	Values     []float64
	Error      string `json:",omitempty"`
}

// child is a process under test.
type child struct {
	tb    testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Scanner
	log   logFile
	idle  float64 // cores that it uses when nobody calls
	answer
}

// Cores of the two sides. A machine with one core has them share it.
const (
	serverCore = 0
	loadCore   = 1
)

// spawn starts a child and waits until it serves. core pins it; -1: not.
func spawn(tb testing.TB, r role, core int) *child {
	tb.Helper()
	conf, err := json.Marshal(r)
	if err != nil {
		tb.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(exe)
	if taskset, err := exec.LookPath("taskset"); err == nil && core >= 0 && runtime.NumCPU() > 1 {
		cmd = exec.Command(taskset, "-c", strconv.Itoa(core), exe)
	}
	c := &child{tb: tb, cmd: cmd, log: newLogFile(tb)}
	cmd.Env = append(os.Environ(), roleVariable+"="+string(conf), "ETALON_ADMIN_TOKEN="+adminToken)
	cmd.Stderr = c.log.File
	if c.stdin, err = cmd.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.stop)
	c.lines = bufio.NewScanner(stdout)
	c.lines.Buffer(nil, 1<<20)
	c.answer = c.read()
	return c
}

// stop ends the child, which it does when its standard input is closed.
func (c *child) stop() {
	if c.cmd == nil {
		return
	}
	_ = c.stdin.Close()
	for c.lines.Scan() { // drain, so that Wait can close the pipe
	}
	_ = c.cmd.Wait()
	c.cmd = nil
}

func (c *child) read() answer {
	c.tb.Helper()
	if !c.lines.Scan() {
		c.tb.Fatalf("a child ended early:\n%s", c.log)
	}
	var a answer
	if err := json.Unmarshal(c.lines.Bytes(), &a); err != nil {
		c.tb.Fatalf("a child said %q: %v", c.lines.Bytes(), err)
	}
	if a.Error != "" {
		c.tb.Fatalf("a child failed: %s\n%s", a.Error, c.log)
	}
	return a
}

// ask sends a command and reads the answer.
func (c *child) ask(command ...string) answer {
	c.tb.Helper()
	if _, err := fmt.Fprintln(c.stdin, strings.Join(command, " ")); err != nil {
		c.tb.Fatalf("a child is gone: %v\n%s", err, c.log)
	}
	return c.read()
}

// cpu is the CPU time of the child so far, in seconds.
func (c *child) cpu() float64 { return c.ask("usage").CPU }

// profiled writes a CPU profile of the child until the returned function is
// called, where the flag asks for one.
func (c *child) profiled(name string) func() {
	if *profile == "" {
		return func() {}
	}
	dir, err := filepath.Abs(*profile)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		c.tb.Fatal(err)
	}
	c.ask("profile", filepath.Join(dir, name+".pprof"))
	return func() { c.ask("unprofile") }
}

// logFile is where a child's log goes: reading it would be work for the process
// that makes the load.
type logFile struct{ *os.File }

func newLogFile(tb testing.TB) logFile {
	tb.Helper()
	f, err := os.CreateTemp(tb.TempDir(), "log-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return logFile{f}
}

// String is the end of the log.
func (l logFile) String() string {
	b, err := os.ReadFile(l.Name())
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-8<<10):])
}
