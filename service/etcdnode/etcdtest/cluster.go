// Package etcdtest runs real etcd clusters for tests: every member is a process
// of its own, which can be killed, frozen and started again. It needs no etcd
// binary: the test binary starts itself anew as a member. So the package under
// test says
//
//	func TestMain(m *testing.M) { os.Exit(etcdtest.Main(m)) }
package etcdtest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// patience bounds the start of a member.
const patience = 60 * time.Second

// Members is a cluster under test. Its methods may be called concurrently for
// different members.
type Members struct {
	t       testing.TB
	members []*process
}

// process is one member: what it is told, and the process while it runs.
type process struct {
	member member
	mu     sync.Mutex
	cmd    *exec.Cmd
	stdin  interface{ Close() error } // closed: the member ends
}

// Cluster starts n members on loopback, in directories that go with the test,
// and waits until all serve. They are stopped at the end of the test.
//
// They do not sync their files: a killed process loses nothing that the kernel
// has. What measures writes takes DurableCluster.
func Cluster(t testing.TB, n int) *Members {
	t.Helper()
	return cluster(t, n, false)
}

// DurableCluster is Cluster with members that sync every write to the disk.
func DurableCluster(t testing.TB, n int) *Members {
	t.Helper()
	return cluster(t, n, true)
}

func cluster(t testing.TB, n int, durable bool) *Members {
	t.Helper()
	if os.Getenv(memberVariable) != "" {
		t.Fatal("etcdtest: a member must not start a cluster")
	}
	c := &Members{t: t}
	dir := t.TempDir()
	addrs := FreeAddresses(t, 2*n)
	var peers []string
	for i := range n {
		peers = append(peers, fmt.Sprintf("m%d=http://%s", i, addrs[n+i]))
	}
	for i := range n {
		c.members = append(c.members, &process{member: member{
			Name:    fmt.Sprintf("m%d", i),
			Dir:     filepath.Join(dir, fmt.Sprintf("m%d", i)),
			Client:  "http://" + addrs[i],
			Peer:    "http://" + addrs[n+i],
			Cluster: strings.Join(peers, ","),
			Durable: durable,
		}})
	}
	t.Cleanup(func() {
		for i := range c.members {
			c.Kill(i)
		}
	})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { c.Restart(i) })
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return c
}

// Endpoints are the client URLs of all members, running or not.
func (c *Members) Endpoints() []string {
	var out []string
	for _, p := range c.members {
		out = append(out, p.member.Client)
	}
	return out
}

// Client is a client of all members, closed at the end of the test.
func (c *Members) Client() *clientv3.Client {
	c.t.Helper()
	client, err := clientv3.New(clientv3.Config{
		Endpoints: c.Endpoints(), DialTimeout: patience, Logger: zap.NewNop(),
		DialKeepAliveTime: time.Second, DialKeepAliveTimeout: time.Second,
	})
	if err != nil {
		c.t.Fatalf("etcdtest: client: %v", err)
	}
	c.t.Cleanup(func() { _ = client.Close() })
	return client
}

// Leader is the member that leads, or -1 where none does.
func (c *Members) Leader(ctx context.Context) int {
	client := c.Client()
	for i, e := range c.Endpoints() {
		sctx, cancel := context.WithTimeout(ctx, time.Second)
		st, err := client.Status(sctx, e)
		cancel()
		if err == nil && st.Leader == st.Header.MemberId {
			return i
		}
	}
	return -1
}

// Kill kills a member, as kill -9 does, and waits until it is gone.
func (c *Members) Kill(i int) {
	p := c.members[i]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill() // it may be gone already
	_ = p.cmd.Wait()         // killed: always an error
	_ = p.stdin.Close()
	p.cmd = nil
}

// Pause freezes a member: its connections stay, and nothing answers.
func (c *Members) Pause(i int) { c.signal(i, syscall.SIGSTOP) }

// Resume ends a pause.
func (c *Members) Resume(i int) { c.signal(i, syscall.SIGCONT) }

func (c *Members) signal(i int, s os.Signal) {
	c.t.Helper()
	p := c.members[i]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		c.t.Errorf("etcdtest: member %d does not run", i)
		return
	}
	if err := p.cmd.Process.Signal(s); err != nil {
		c.t.Errorf("etcdtest: member %d: %v", i, err)
	}
}

// Restart starts a member that was killed, on the data that it had, and waits
// until it serves; which takes a majority of members.
func (c *Members) Restart(i int) {
	c.t.Helper()
	if err := c.members[i].start(); err != nil {
		c.t.Errorf("etcdtest: member %d: %v", i, err)
	}
}

func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		return fmt.Errorf("runs already")
	}
	conf, err := json.Marshal(p.member)
	if err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), memberVariable+"="+string(conf))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.stdin = cmd, stdin
	// A member that hangs is ended, so that the read below ends too.
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil || line != readyLine {
		return fmt.Errorf("does not start: it said %q, %v", line, err)
	}
	return nil
}
