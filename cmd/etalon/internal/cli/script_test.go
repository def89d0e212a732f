package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts in testdata/script run this program as a process of its own
// ("etalon") against real servers. Besides testscript's commands they have
//
//	registry NAME [FLAG...]     start an etalond with an empty registry, or what the
//	                            flags say; $NAME is its address, $ETALON_SERVER the
//	                            newest one's
//	gone NAME                   end that etalond
//	code N PROGRAM [ARG...]     as exec, but the exit code has to be N
//	masked FILE                 write what the last command printed to FILE, with
//	                            times and ids masked
//	interrupt PROGRAM [ARG...]  run it until it has printed a line, then interrupt
//	                            it as Ctrl-C does; it has to end with code 0
//	big FILE...                 make files of 2 MiB, no two alike
//	on-terminal N PROGRAM [ARG...]  run it on a terminal of N columns; what it writes
//	                            there is taken for its standard output
//	cut-off PROGRAM [ARG...]    run it with a standard output whose reader leaves
//	                            after a line; it has to end, and quietly
//
// With ETALON_UPDATE_SCRIPTS=1 what cmp compares with is written anew.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Deadline:            time.Now().Add(8 * time.Minute), // only a script that hangs meets it
		UpdateScripts:       os.Getenv("ETALON_UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("ETALON_SERVER", "127.0.0.1:1") // nobody's
			e.Setenv("ETALON_TOKEN", scriptToken)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"registry": registryCommand, "gone": goneCommand, "code": codeCommand, "masked": maskedCommand,
			"interrupt": interruptCommand, "cut-off": cutOffCommand, "big": bigCommand, "on-terminal": onTerminalCommand,
		},
	})
}

const scriptToken = "token-of-the-scripts"

func TestMain(m *testing.M) {
	testscript.Main(suite{m}, map[string]func(){
		"etalon": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			code := Run(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
			stop()
			os.Exit(code)
		},
	})
}

// suite removes what build made when the tests are over.
type suite struct{ m *testing.M }

func (s suite) Run() int {
	defer func() {
		if builtIn != "" {
			_ = os.RemoveAll(builtIn)
		}
	}()
	return s.m.Run()
}

var builtIn string // the folder of etalond, once it is built

// build makes the server once, when the first test needs it.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "etalon-cli-*")
	if err != nil {
		return "", err
	}
	builtIn = dir
	program := filepath.Join(dir, "etalond")
	if out, err := exec.Command("go", "build", "-o", program, "../../../etalond").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build etalond: %w\n%s", err, out)
	}
	return program, nil
})

// startRegistry starts an etalond and waits until it says where it listens,
// which it does when it is ready. It is killed by the function returned.
func startRegistry(dataDir string, flags ...string) (address string, stop func(), err error) {
	program, err := build()
	if err != nil {
		return "", nil, err
	}
	args := append([]string{"--data-dir", dataDir, "--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--log-level", "error"}, flags...)
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "ETALON_ADMIN_TOKEN="+scriptToken)
	out, err := cmd.StderrPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed on purpose
	}
	var said strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if f := strings.Fields(lines.Text()); len(f) > 1 && f[0] == "gRPC" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return f[1], stop, nil
		}
	}
	stop()
	return "", nil, fmt.Errorf("etalond %s did not start:\n%s", strings.Join(args, " "), said.String())
}

func registryCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: registry NAME [FLAG...]")
	}
	address, stop, err := startRegistry(ts.MkAbs(".registry-"+args[0]), args[1:]...)
	ts.Check(err)
	ts.Defer(stop)
	ts.Setenv(args[0], address)
	ts.Setenv("ETALON_SERVER", address)
	running.Store(address, stop)
}

// running are the functions that end a server, by its address.
var running sync.Map

func goneCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone NAME")
	}
	stop, ok := running.LoadAndDelete(ts.Getenv(args[0]))
	if !ok {
		ts.Fatalf("no registry %s is running", args[0])
	}
	stop.(func())()
}

func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var e *exec.ExitError
		if !errors.As(err, &e) {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	ts.Logf("[exit code %d]", got)
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if want > exitFindings || ts.ReadFile("stderr") != "" {
		checkTalk(ts, ts.ReadFile("stderr"))
	}
}

// checkTalk says what every complaint looks like: lines that begin with the
// program's name, or further ones that are indented.
func checkTalk(ts *testscript.TestScript, talk string) {
	if !strings.HasPrefix(talk, "etalon: ") {
		ts.Fatalf("the complaint %q does not begin with the program's name", talk)
	}
	for line := range strings.Lines(talk) {
		if strings.Contains(line, "rpc error") || strings.Contains(line, "goroutine ") {
			ts.Fatalf("a complaint of the inside: %s", line)
		}
	}
}

var masks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TIME"},
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`("?recordDigest"?: ?"?sha256:)[0-9a-f]{64}`), "${1}RECORD"},
	{regexp.MustCompile(`("score": )[0-9.]+`), "${1}SCORE"},
	{regexp.MustCompile(`127\.0\.0\.1:[0-9]{4,5}`), "ADDRESS"},
}

func maskedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: masked FILE")
	}
	text := ts.ReadFile("stdout")
	for _, m := range masks {
		text = m.what.ReplaceAllString(text, m.with)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// lookUp finds a program of the script.
func lookUp(ts *testscript.TestScript, program string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		p := filepath.Join(dir, program)
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			return p
		}
	}
	return program
}

func scriptEnv(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "ETALON_SERVER", "ETALON_TOKEN"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// begin starts a program of the script and waits for its first line.
func begin(ts *testscript.TestScript, args []string) (cmd *exec.Cmd, out io.ReadCloser, talk *strings.Builder) {
	cmd = exec.Command(lookUp(ts, args[0]), args[1:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), scriptEnv(ts)
	talk = &strings.Builder{}
	cmd.Stderr = talk
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		ts.Fatalf("%s printed %q and then: %v\n%s", strings.Join(args, " "), line, err, talk)
	}
	return cmd, out, talk
}

func interruptCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: interrupt PROGRAM [ARG...]")
	}
	cmd, out, talk := begin(ts, args)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	_, err := io.Copy(io.Discard, out)
	ts.Check(err)
	if err := cmd.Wait(); err != nil {
		ts.Fatalf("interrupted, it ended with %v\n%s", err, talk)
	}
}

func cutOffCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: cut-off PROGRAM [ARG...]")
	}
	cmd, out, talk := begin(ts, args)
	ts.Check(out.Close())
	err := cmd.Wait()
	if talk.String() != "" {
		ts.Fatalf("cut off, it complained: %s", talk)
	}
	// It may have been done before the reader left; else the system ends it.
	var e *exec.ExitError
	if errors.As(err, &e) && e.ExitCode() != -1 {
		ts.Fatalf("cut off, it ended with %v", err)
	}
}

func bigCommand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(strings.Repeat(name+"\n", (2<<20)/(len(name)+1)+1)[:2<<20]), 0o600))
	}
}
