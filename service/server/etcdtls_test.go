package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/config"
)

// signer is a certificate authority.
type signer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newSigner(t *testing.T) *signer {
	t.Helper()
	s := &signer{}
	s.cert, s.key = s.sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	})
	return s
}

// sign makes a certificate; a signer without one signs itself.
func (s *signer) sign(t *testing.T, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, key, err)
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, parentKey := s.cert, s.key
	if parent == nil {
		parent, parentKey = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, parentKey)
	must(t, der, err)
	out, err := x509.ParseCertificate(der)
	return must(t, out, err), key
}

// server makes a certificate for a server of these names and addresses.
func (s *signer) server(t *testing.T, names []string, ips ...string) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{DNSNames: names, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, ip := range ips {
		c.IPAddresses = append(c.IPAddresses, net.ParseIP(ip))
	}
	out, _ := s.sign(t, c)
	return out
}

func TestEtcdCertificatesAreChecked(t *testing.T) {
	ca, other := newSigner(t), newSigner(t)
	path := filepath.Join(t.TempDir(), "ca.pem")
	writeCA := func(s *signer) {
		b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw})
		if err := os.WriteFile(path, b, 0o600); err != nil {
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
		{"the name", "etcd.example", ca.server(t, []string{"etcd.example"}), true},
		{"another name", "etcd.example", ca.server(t, []string{"evil.example"}), false},
		{"another authority", "etcd.example", other.server(t, []string{"etcd.example"}), false},
		{"the IP address", "", ca.server(t, nil, "10.1.2.3"), true},
		{"the IPv6 address", "", ca.server(t, nil, "fd00::1"), true},
		{"another IP address", "", ca.server(t, nil, "10.9.9.9"), false},
		{"a name where an IP address was dialled", "", ca.server(t, []string{"etcd.example"}), false},
		{"another authority's IP address", "", other.server(t, nil, "10.1.2.3"), false},
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
	if err := c.VerifyConnection(tls.ConnectionState{PeerCertificates: []*x509.Certificate{other.server(t, nil, "10.1.2.3")}}); err != nil {
		t.Errorf("the new authority is not taken: %v", err)
	}
	if err := os.WriteFile(path, []byte("half writ"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.VerifyConnection(tls.ConnectionState{PeerCertificates: []*x509.Certificate{other.server(t, nil, "10.1.2.3")}}); err != nil {
		t.Errorf("with a broken file the old authority goes: %v", err)
	}
}
