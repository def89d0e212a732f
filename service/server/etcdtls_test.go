package server

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/server/certtest"
)

func TestEtcdCertificatesAreChecked(t *testing.T) {
	ca, other := certtest.NewAuthority(t), certtest.NewAuthority(t)
	path := filepath.Join(t.TempDir(), "ca.pem")
	writeCA := func(a *certtest.Authority) {
		if err := os.WriteFile(path, a.PEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writeCA(ca)
	c, err := etcdTLS(&config.Etcd{Endpoints: []string{"https://10.1.2.3:2379", "[fd00::1]:2379", "etcd.example:2379"}, CACert: path})
	must(t, c, err)
	tests := []struct {
		name   string
		dialed string // as crypto/tls has it: empty for an IP address
		cert   *x509.Certificate
		fine   bool
	}{
		{"the name", "etcd.example", ca.Server(t, []string{"etcd.example"}), true},
		{"another name", "etcd.example", ca.Server(t, []string{"evil.example"}), false},
		{"another authority", "etcd.example", other.Server(t, []string{"etcd.example"}), false},
		{"the IP address", "", ca.Server(t, nil, "10.1.2.3"), true},
		{"the IPv6 address", "", ca.Server(t, nil, "fd00::1"), true},
		{"another IP address", "", ca.Server(t, nil, "10.9.9.9"), false},
		{"a name where an IP address was dialled", "", ca.Server(t, []string{"etcd.example"}), false},
		{"another authority's IP address", "", other.Server(t, nil, "10.1.2.3"), false},
	}
	for _, tt := range tests {
		err := c.VerifyConnection(tls.ConnectionState{ServerName: tt.dialed, PeerCertificates: []*x509.Certificate{tt.cert}})
		if (err == nil) != tt.fine {
			t.Errorf("%s: error %v, want fine %v", tt.name, err, tt.fine)
		}
	}
	if c.VerifyConnection(tls.ConnectionState{ServerName: "etcd.example"}) == nil {
		t.Error("a server without a certificate is taken")
	}

	writeCA(other)
	later := time.Now().Add(time.Minute) // a file system may not tell two writes apart by time
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if err := c.VerifyConnection(tls.ConnectionState{PeerCertificates: []*x509.Certificate{other.Server(t, nil, "10.1.2.3")}}); err != nil {
		t.Errorf("the new authority is not taken: %v", err)
	}
	if err := os.WriteFile(path, []byte("half writ"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.VerifyConnection(tls.ConnectionState{PeerCertificates: []*x509.Certificate{other.Server(t, nil, "10.1.2.3")}}); err != nil {
		t.Errorf("with a broken file the old authority goes: %v", err)
	}
}
