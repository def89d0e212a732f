package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/etalon-registry/etalon/service/config"
)

// pemFiles keeps what was made of some files and makes it anew when one of
// them changes. While the new content can't be read, the old one stays: a
// renewal that is half written must not take the server down.
type pemFiles[T any] struct {
	paths []string
	parse func(contents [][]byte) (T, error)

	mu     sync.Mutex
	value  T
	stamps []stamp
}

// stamp tells contents of a file apart.
type stamp struct {
	modified time.Time
	size     int64
}

// openPEM reads the files for the first time.
func openPEM[T any](parse func([][]byte) (T, error), paths ...string) (*pemFiles[T], error) {
	p := &pemFiles[T]{paths: paths, parse: parse}
	stamps, err := p.stat()
	if err != nil {
		return nil, err
	}
	if p.value, err = p.read(); err != nil {
		return nil, err
	}
	p.stamps = stamps
	return p, nil
}

// get gives what the files say now. It looks at them on each call, which is
// each handshake.
func (p *pemFiles[T]) get() T {
	p.mu.Lock()
	defer p.mu.Unlock()
	stamps, err := p.stat()
	if err != nil || equal(stamps, p.stamps) {
		return p.value
	}
	if v, err := p.read(); err == nil {
		p.value, p.stamps = v, stamps
	}
	return p.value
}

func (p *pemFiles[T]) stat() ([]stamp, error) {
	out := make([]stamp, len(p.paths))
	for i, path := range p.paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		out[i] = stamp{info.ModTime(), info.Size()}
	}
	return out, nil
}

func (p *pemFiles[T]) read() (T, error) {
	contents := make([][]byte, len(p.paths))
	var zero T
	for i, path := range p.paths {
		b, err := os.ReadFile(path)
		if err != nil {
			return zero, err
		}
		contents[i] = b
	}
	return p.parse(contents)
}

func equal(a, b []stamp) bool {
	for i := range a {
		if !a[i].modified.Equal(b[i].modified) || a[i].size != b[i].size {
			return false
		}
	}
	return len(a) == len(b)
}

func keyPair(contents [][]byte) (*tls.Certificate, error) {
	c, err := tls.X509KeyPair(contents[0], contents[1])
	return &c, err
}

func certPool(contents [][]byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(contents[0]) {
		return nil, errors.New("no certificate in the file")
	}
	return pool, nil
}

// listenerTLS secures a listener; nil where there is no certificate.
func listenerTLS(c config.TLS, protocols ...string) (*tls.Config, error) {
	if c.Cert == "" {
		return nil, nil
	}
	pair, err := openPEM(keyPair, c.Cert, c.Key)
	if err != nil {
		return nil, fmt.Errorf("tls-cert, tls-key: %w", err)
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     protocols,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return pair.get(), nil },
	}, nil
}

// etcdTLS secures the connections to etcd; nil where nothing is configured.
func etcdTLS(e *config.Etcd) (*tls.Config, error) {
	if e.CACert == "" && e.Cert == "" {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if e.Cert != "" {
		pair, err := openPEM(keyPair, e.Cert, e.Key)
		if err != nil {
			return nil, fmt.Errorf("etcd-cert, etcd-key: %w", err)
		}
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair.get(), nil }
	}
	if e.CACert != "" {
		pool, err := openPEM(certPool, e.CACert)
		if err != nil {
			return nil, fmt.Errorf("etcd-cacert: %w", err)
		}
		// The standard check reads RootCAs once. So it is left out, and the
		// same check made here with the authorities of the moment.
		c.InsecureSkipVerify = true
		ips := ipAddresses(e.Endpoints)
		c.VerifyConnection = func(cs tls.ConnectionState) error { return verify(cs, pool.get(), ips) }
	}
	return c, nil
}

// verify is what crypto/tls does for a client that does not skip it. Where a
// server is dialled by an IP address, crypto/tls leaves cs.ServerName empty;
// the certificate then has to be for one of ips, which are those configured.
func verify(cs tls.ConnectionState, roots *x509.CertPool, ips []string) error {
	if len(cs.PeerCertificates) == 0 {
		return errors.New("the server shows no certificate")
	}
	leaf := cs.PeerCertificates[0]
	o := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
	for _, c := range cs.PeerCertificates[1:] {
		o.Intermediates.AddCert(c)
	}
	if _, err := leaf.Verify(o); err != nil {
		return err
	}
	if cs.ServerName != "" {
		return leaf.VerifyHostname(cs.ServerName)
	}
	err := errors.New("the server was dialled by neither a name nor an IP address of etcd-endpoints")
	for _, ip := range ips {
		if err = leaf.VerifyHostname(ip); err == nil {
			return nil
		}
	}
	return err
}

// ipAddresses are the IP addresses among the hosts of endpoints.
func ipAddresses(endpoints []string) []string {
	var ips []string
	for _, e := range endpoints {
		if _, after, ok := strings.Cut(e, "://"); ok {
			e = after
		}
		if host, _, err := net.SplitHostPort(e); err == nil && net.ParseIP(host) != nil {
			ips = append(ips, host)
		}
	}
	return ips
}
