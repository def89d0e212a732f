package server

import (
	"context"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/server/certtest"
)

// issue writes a certificate with a serial number, and its key.
func issue(t *testing.T, a *certtest.Authority, serial int64, certFile, keyFile string) {
	t.Helper()
	cert, key := a.Issue(t, serial)
	replace(t, certFile, cert, serial)
	replace(t, keyFile, key, serial)
}

// replace writes a file whose time differs from that of the one before.
func replace(t *testing.T, path string, content []byte, age int64) {
	t.Helper()
	must(t, 0, os.WriteFile(path+".new", content, 0o600))
	at := time.Now().Add(time.Duration(age) * time.Second)
	must(t, 0, os.Chtimes(path+".new", at, at))
	must(t, 0, os.Rename(path+".new", path))
}

func TestTLSReload(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca := certtest.NewAuthority(t)
	issue(t, ca, 10, cert, key)
	r := start(t, "", func(o *Options) { o.Config.TLS.Cert, o.Config.TLS.Key = cert, key })
	pool := ca.Pool()
	serial := func(addr string) int64 {
		c, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: pool, NextProtos: []string{"h2"}})
		must(t, c, err)
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	want := func(n int64) {
		t.Helper()
		for _, addr := range []string{r.s.GRPCAddr(), r.s.HTTPAddr()} {
			if got := serial(addr); got != n {
				t.Errorf("%s shows certificate %d, want %d", addr, got, n)
			}
		}
	}
	want(10)
	issue(t, ca, 11, cert, key)
	want(11)
	replace(t, cert, []byte("half a certificate"), 12) // a renewal gone wrong
	want(11)
	issue(t, ca, 13, cert, key)
	want(13)
	r.dial(grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: pool})))
	info, err := r.registries.GetRegistry(context.Background(), &etalonv1.GetRegistryRequest{})
	must(t, info, err)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	resp, err := client.Get("https://" + r.s.HTTPAddr() + "/readyz")
	must(t, resp, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("/readyz over TLS: %s", resp.Status)
	}
}

// Towards etcd, client certificate and authorities are read again too.
func TestEtcdTLSReload(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	first, second := certtest.NewAuthority(t), certtest.NewAuthority(t)
	replace(t, path("ca.pem"), first.PEM(), 1)
	issue(t, first, 20, path("cert.pem"), path("key.pem"))
	issue(t, first, 30, path("server.pem"), path("server-key.pem"))
	cfg, err := etcdTLS(&config.Etcd{Endpoints: []string{"127.0.0.1:2379"}, CACert: path("ca.pem"), Cert: path("cert.pem"), Key: path("key.pem")})
	must(t, cfg, err)
	// handshake gives the serial number of the client's certificate.
	handshake := func() (int64, error) {
		pair, err := tls.LoadX509KeyPair(path("server.pem"), path("server-key.pem"))
		must(t, pair, err)
		l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert})
		must(t, l, err)
		defer l.Close()
		serial := make(chan int64, 1)
		go func() {
			defer close(serial)
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			tc := c.(*tls.Conn)
			if tc.HandshakeContext(context.Background()) == nil {
				serial <- tc.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
			}
		}()
		own := cfg.Clone()
		own.ServerName = "127.0.0.1"
		c, err := tls.Dial("tcp", l.Addr().String(), own)
		if err != nil {
			<-serial
			return 0, err
		}
		defer c.Close()
		return <-serial, nil
	}
	if n, err := handshake(); n != 20 || err != nil {
		t.Fatalf("client certificate %d, %v; want 20", n, err)
	}
	issue(t, first, 21, path("cert.pem"), path("key.pem"))
	if n, err := handshake(); n != 21 || err != nil {
		t.Errorf("client certificate %d, %v; want 21", n, err)
	}
	issue(t, second, 31, path("server.pem"), path("server-key.pem"))
	if _, err := handshake(); err == nil {
		t.Error("a server of an unknown authority was trusted")
	}
	replace(t, path("ca.pem"), second.PEM(), 40)
	if _, err := handshake(); err != nil {
		t.Errorf("the new authority is not trusted: %v", err)
	}
}
