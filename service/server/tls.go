package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
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
		c.VerifyConnection = func(cs tls.ConnectionState) error { return verify(cs, pool.get()) }
	}
	return c, nil
}

// verify is what crypto/tls does for a client that does not skip it.
func verify(cs tls.ConnectionState, roots *x509.CertPool) error {
	if len(cs.PeerCertificates) == 0 {
		return errors.New("the server shows no certificate")
	}
	o := x509.VerifyOptions{Roots: roots, DNSName: cs.ServerName, Intermediates: x509.NewCertPool()}
	for _, c := range cs.PeerCertificates[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err := cs.PeerCertificates[0].Verify(o)
	return err
}
