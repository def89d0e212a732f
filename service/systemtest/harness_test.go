package systemtest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/client"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
)

// token guards the writes of every server that a test starts.
const token = "system-test-token"

func TestMain(m *testing.M) {
	code := etcdtest.Main(m) // runs no test in a process that is a member
	if bin != "" {
		if err := os.RemoveAll(bin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// bin is where build has put the programs.
var bin string

// build makes the programs once, when the first test needs them.
var build = sync.OnceValue(func() error {
	dir, err := os.MkdirTemp("", "etalon-systemtest-*")
	if err != nil {
		return err
	}
	bin = dir
	for _, program := range []string{"etalond", "etalon"} {
		cmd := exec.Command("go", "build", "-o", filepath.Join(dir, program), "../../cmd/"+program)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", program, err, out)
		}
	}
	return nil
})

// server is a running etalond.
type server struct {
	t          testing.TB
	args       []string
	grpc, http string // addresses
	cmd        *exec.Cmd
	log        *logBuffer
	exited     chan struct{}
}

// startServer starts an etalond on the data directory, or on what args say,
// and waits until it is ready. It is killed when the test ends.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	s := newServer(t, args...)
	s.start()
	s.waitReady()
	return s
}

func newServer(t testing.TB, args ...string) *server {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	addrs := etcdtest.FreeAddresses(t, 2)
	s := &server{t: t, grpc: addrs[0], http: addrs[1], log: &logBuffer{}}
	s.args = append([]string{"--grpc-listen", s.grpc, "--http-listen", s.http}, args...)
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("etalond %s said:\n%s", strings.Join(s.args, " "), s.log.tail(8<<10))
		}
	})
	return s
}

// start begins the process, which must not run.
func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(filepath.Join(bin, "etalond"), s.args...)
	s.cmd.Env = append(os.Environ(), "ETALON_ADMIN_TOKEN="+token)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	exited := make(chan struct{})
	s.exited = exited
	cmd := s.cmd
	go func() {
		_ = cmd.Wait() // killed on purpose, mostly
		close(exited)
	}()
}

// waitReady waits until /readyz says so.
func (s *server) waitReady() {
	s.t.Helper()
	s.eventually(60*time.Second, "ready", func() error {
		select {
		case <-s.exited:
			s.t.Fatalf("etalond ended before it was ready:\n%s", s.log.tail(4<<10))
		default:
		}
		return getOK("http://" + s.http + "/readyz")
	})
}

// kill ends the process as a power cut would, and waits for it.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // gone already is fine
	<-s.exited
}

// stop asks the process to end, and waits for it.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		s.t.Fatal("etalond did not end within 30 s of SIGTERM")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.t.Fatalf("etalond ended with code %d after SIGTERM", code)
	}
}

// dial connects to the server with the admin token.
func (s *server) dial() *client.Client {
	s.t.Helper()
	c, err := client.Dial(client.Options{Address: s.grpc, Token: token})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// etalon runs the command line against the server and returns what it wrote
// to standard output; it fails the test if the program fails.
func (s *server) etalon(args ...string) string {
	s.t.Helper()
	out, errs, code := s.try(args...)
	if code != 0 {
		s.t.Fatalf("etalon %s: code %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// try runs the command line against the server.
func (s *server) try(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	cmd := exec.Command(filepath.Join(bin, "etalon"), args...)
	cmd.Env = append(os.Environ(), "ETALON_SERVER="+s.grpc, "ETALON_TOKEN="+token)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// eventually asks until there is no error. It polls, because what it waits
// for happens in another process; nothing is right because of the pauses.
func (s *server) eventually(limit time.Duration, what string, ask func() error) {
	s.t.Helper()
	deadline := time.Now().Add(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("not %s within %s: %v\n%s", what, limit, err, s.log.tail(4<<10))
		}
		<-tick.C
	}
}

func getOK(url string) error {
	res, err := http.Get(url) //nolint:noctx // a test's own server
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	return nil
}

// logBuffer keeps what a process says.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.b.Bytes()
	return string(b[max(0, len(b)-n):])
}

// within is a context for one step of a test.
func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
