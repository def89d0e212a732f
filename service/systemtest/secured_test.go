package systemtest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/server/certtest"
)

// issue writes a certificate and its key, for both ends of a connection, and
// the authority's own, into a folder: each file at once.
func issue(t *testing.T, a *certtest.Authority, serial int64, dir string) {
	t.Helper()
	cert, key := a.Issue(t, serial)
	for name, b := range map[string][]byte{"key.pem": key, "cert.pem": cert, "ca.pem": a.PEM()} {
		path := filepath.Join(dir, name)
		writeFile(t, path+".new", string(b))
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
}

// guard is an etcd member as seen through TLS, with client certificates: it
// ends TLS in front of a member that has none.
type guard struct {
	listener net.Listener
	to       string
	done     sync.WaitGroup

	mu    sync.Mutex
	cfg   *tls.Config
	conns map[net.Conn]bool
}

func startGuard(t *testing.T, to string) *guard {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's own
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{listener: l, to: strings.TrimPrefix(to, "http://"), conns: map[net.Conn]bool{}}
	g.done.Go(g.serve)
	t.Cleanup(func() { _ = l.Close(); g.use(t, nil, ""); g.done.Wait() })
	return g
}

// use presents the certificate of a folder, trusts one authority, and drops
// every connection that there is.
func (g *guard) use(t *testing.T, trust *certtest.Authority, dir string) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if trust != nil {
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
		if err != nil {
			t.Fatal(err)
		}
		g.cfg = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: trust.Pool(), ClientAuth: tls.RequireAndVerifyClientCert, NextProtos: []string{"h2"}}
	}
	for c := range g.conns {
		_ = c.Close() // its copying ends
	}
}

func (g *guard) serve() {
	for {
		c, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.mu.Lock()
		g.conns[c] = true
		cfg := g.cfg
		g.mu.Unlock()
		g.done.Go(func() {
			g.pass(tls.Server(c, cfg))
			g.mu.Lock()
			delete(g.conns, c)
			g.mu.Unlock()
		})
	}
}

// pass copies both ways until either side ends.
func (g *guard) pass(in *tls.Conn) {
	defer in.Close()
	if in.HandshakeContext(context.Background()) != nil {
		return // not one of ours
	}
	out, err := net.Dial("tcp", g.to) //nolint:noctx // ends with the member
	if err != nil {
		return
	}
	defer out.Close()
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(out, in); _ = out.Close() })
	_, _ = io.Copy(in, out)
	_ = in.Close()
	both.Wait()
}

// etcdUser makes a user that may use the registry's keys alone, and turns
// authentication on.
func etcdUser(t *testing.T, m *etcdtest.Members, user, password string) {
	t.Helper()
	c, ctx := m.Client(), within(t, 20*time.Second)
	const prefix = "/etalon/v1/"
	do := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range [][2]string{{"root", "root-password"}, {user, password}} {
		do(c.UserAdd(ctx, u[0], u[1]))
		do(c.RoleAdd(ctx, u[0]))
		do(c.UserGrantRole(ctx, u[0], u[0]))
	}
	do(c.RoleGrantPermission(ctx, user, prefix, clientv3.GetPrefixRangeEnd(prefix), clientv3.PermissionType(clientv3.PermReadWrite)))
	do(c.AuthEnable(ctx))
}

// TestSecured runs a server on all addresses, with TLS to its callers and to
// an etcd that wants a client certificate and a user; every certificate and
// authority is exchanged while it runs.
func TestSecured(t *testing.T) {
	members := etcdtest.Cluster(t, 1)
	etcdUser(t, members, "etalon", "etcd-password-1")
	dir, first := t.TempDir(), certtest.NewAuthority(t)
	ca, cert, key := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	issue(t, first, 1, dir)
	g := startGuard(t, members.Endpoints()[0])
	g.use(t, first, dir)
	password := writeFile(t, filepath.Join(dir, "password"), "etcd-password-1\n")
	secured := []string{
		"--etcd-endpoints", "https://" + g.listener.Addr().String(), "--etcd-cacert", ca, "--etcd-cert", cert, "--etcd-key", key,
		"--etcd-user", "etalon", "--tls-cert", cert, "--tls-key", key,
	}
	s := newServer(t, append(secured, "--etcd-password-file", password)...)
	everywhere := func(addr string) string { return strings.Replace(addr, "127.0.0.1", "0.0.0.0", 1) }
	s.args = append(s.args, "--grpc-listen", everywhere(s.grpc), "--http-listen", everywhere(s.http))
	s.start()
	s.ready(first)

	s.etalon("--ca", ca, "authority", "create", "secured", "--title", "Secured")
	if out, errs, code := s.try("list"); code != 3 || strings.Count(errs, "\n") != 1 {
		t.Errorf("in plain text: code %d\n%s%s", code, out, errs)
	}
	wrong := etalond(t, []string{"ETALON_ETCD_PASSWORD=wrong-password", "ETALON_ADMIN_TOKEN=" + token},
		append(secured, "--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0")...)
	if wrong.code != 3 || !strings.Contains(wrong.errs, "etcd") || strings.Contains(wrong.errs, "wrong-password") || wrong.took > 10*time.Second {
		t.Errorf("with a wrong password: code %d after %s: %s", wrong.code, wrong.took, wrong.errs)
	}

	second := certtest.NewAuthority(t)
	issue(t, second, 2, dir)
	g.use(t, second, dir)
	s.ready(second)
	s.eventually(30*time.Second, "a write", func() error {
		if out, errs, code := s.try("--ca", ca, "authority", "create", "later", "--title", "Later"); code != 0 && !strings.Contains(errs, "exists") {
			return errors.New(out + errs)
		}
		return nil
	})
	if out := s.etalon("--ca", ca, "authority", "list"); !strings.Contains(out, "secured") || !strings.Contains(out, "later") {
		t.Errorf("authorities: %s", out)
	}
}

// ready waits until the server is ready, over TLS.
func (s *server) ready(trust *certtest.Authority) {
	s.t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust.Pool()}, DisableKeepAlives: true}
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	s.eventually(60*time.Second, "ready over TLS", func() error {
		res, err := client.Get("https://" + s.http + "/readyz") //nolint:noctx // has a timeout
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("/readyz: %s", res.Status)
		}
		return nil
	})
}
