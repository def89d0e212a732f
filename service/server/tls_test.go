package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/config"
)

// authority signs certificates of a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, key, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, der, err)
	cert, err := x509.ParseCertificate(der)
	must(t, cert, err)
	return &authority{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// issue writes a certificate with a serial number, and its key.
func (a *authority) issue(t *testing.T, serial int64, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, key, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	must(t, der, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, keyDER, err)
	replace(t, certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), serial)
	replace(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), serial)
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
	ca := newAuthority(t)
	ca.issue(t, 10, cert, key)
	r := start(t, "", func(o *Options) { o.Config.TLS.Cert, o.Config.TLS.Key = cert, key })
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
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
	ca.issue(t, 11, cert, key)
	want(11)
	replace(t, cert, []byte("half a certificate"), 12) // a renewal gone wrong
	want(11)
	ca.issue(t, 13, cert, key)
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
	first, second := newAuthority(t), newAuthority(t)
	replace(t, path("ca.pem"), first.pem, 1)
	first.issue(t, 20, path("cert.pem"), path("key.pem"))
	first.issue(t, 30, path("server.pem"), path("server-key.pem"))
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
	first.issue(t, 21, path("cert.pem"), path("key.pem"))
	if n, err := handshake(); n != 21 || err != nil {
		t.Errorf("client certificate %d, %v; want 21", n, err)
	}
	second.issue(t, 31, path("server.pem"), path("server-key.pem"))
	if _, err := handshake(); err == nil {
		t.Error("a server of an unknown authority was trusted")
	}
	replace(t, path("ca.pem"), second.pem, 40)
	if _, err := handshake(); err != nil {
		t.Errorf("the new authority is not trusted: %v", err)
	}
}
