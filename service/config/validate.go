package config

import (
	"net"
	"net/url"
	"strings"
	"time"
)

// Validate reports every problem at once; empty: none.
func (c *Config) Validate() Problems {
	var p Problems
	c.checkListeners(&p)
	c.checkEtcd(&p)
	c.checkLimits(&p)
	if (c.TLS.Cert == "") != (c.TLS.Key == "") {
		p.add("tls-cert and tls-key go together; give both or none")
	}
	if u, err := url.Parse(c.BaseIRI); err != nil || u.Scheme == "" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		p.add("base-iri: %q wants the form https://etalon.example, without query or fragment", c.BaseIRI)
	}
	if c.Embedded() && c.DataDir == "" {
		p.add("data-dir: the embedded store needs a directory")
	}
	if c.AdminToken != "" && len(c.AdminToken) < 16 {
		p.add("admin-token: has %d characters, at least 16 are wanted", len(c.AdminToken))
	}
	if strings.ContainsAny(c.AdminToken, " \t\r\n") {
		p.add("admin-token: has white space, which no HTTP header can carry")
	}
	if c.AdminToken != "" && c.AdminTokenFile != "" {
		p.add("admin-token and admin-token-file exclude each other")
	}
	if !c.Embedded() && c.AdminToken == "" && c.AdminTokenFile == "" {
		p.add("admin-token-file: with an etcd cluster all replicas need the same token; name a file that holds it")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		p.add("log-format: %q is unknown; write text or json", c.LogFormat)
	}
	if !(c.TraceSample >= 0 && c.TraceSample <= 1) {
		p.add("trace-sample: %v is not between 0 and 1", c.TraceSample)
	}
	if c.OTLPEndpoint != "" {
		if _, _, err := net.SplitHostPort(c.OTLPEndpoint); err != nil {
			p.add("otlp-endpoint: %q wants the form host:port", c.OTLPEndpoint)
		}
	}
	if c.DrainTimeout < 0 {
		p.add("drain-timeout: %v is below 0", c.DrainTimeout)
	}
	if c.DrainDelay < 0 {
		p.add("drain-delay: %v is below 0", c.DrainDelay)
	}
	if c.SweepEvery < time.Second {
		p.add("sweep-every: %v is below 1s", c.SweepEvery)
	}
	if c.SweepGrace < time.Second {
		p.add("sweep-grace: %v is below 1s", c.SweepGrace)
	}
	for _, o := range c.CORSOrigins {
		if u, err := url.Parse(o); o != "*" && (err != nil || u.Scheme == "" || u.Host == "" || u.Path != "") {
			p.add("cors-origins: %q wants the form https://example.org", o)
		}
	}
	return p
}

func (c *Config) checkListeners(p *Problems) {
	for _, l := range []struct{ name, addr string }{{"grpc-listen", c.GRPCListen}, {"http-listen", c.HTTPListen}} {
		host, _, err := net.SplitHostPort(l.addr)
		switch {
		case err != nil:
			p.add("%s: %q wants the form host:port", l.name, l.addr)
		case loopback(host):
		case c.Dev:
			p.add("%s: %s is not loopback, and --dev serves loopback only", l.name, l.addr)
		case c.TLS.Cert == "" && !c.Insecure:
			p.add("%s: %s is not loopback and there is no TLS; give --tls-cert and --tls-key, or --insecure if something in front does TLS", l.name, l.addr)
		}
	}
	if c.GRPCListen == c.HTTPListen && !strings.HasSuffix(c.GRPCListen, ":0") {
		p.add("http-listen: %s is the address for gRPC already", c.HTTPListen)
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (c *Config) checkEtcd(p *Problems) {
	e := &c.Etcd
	if (e.Cert == "") != (e.Key == "") {
		p.add("etcd-cert and etcd-key go together; give both or none")
	}
	if e.Password != "" && e.PasswordFile != "" {
		p.add("etcd-password and etcd-password-file exclude each other")
	}
	if e.User == "" && (e.Password != "" || e.PasswordFile != "") {
		p.add("etcd-user: a password is given and no user")
	}
	if c.Embedded() {
		if e.CACert != "" || e.Cert != "" || e.User != "" {
			p.add("etcd-endpoints: settings for a cluster are given and no endpoint")
		}
		return
	}
	secured, plain := e.CACert != "" || e.Cert != "", false
	for _, s := range e.Endpoints {
		host := s
		plain = plain || strings.HasPrefix(s, "http://")
		secured = secured || strings.HasPrefix(s, "https://")
		if u, err := url.Parse(s); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			host = u.Host
		}
		if _, _, err := net.SplitHostPort(host); err != nil {
			p.add("etcd-endpoints: %q wants the form host:port or https://host:port", s)
		}
	}
	if plain && secured {
		p.add("etcd-endpoints: http:// is plain text, and other settings ask for TLS; write https://")
	}
}

// bound is the range that a limit may be set to. The upper ends are what the
// store and the transport were built for.
type bound struct {
	name     string
	value    int64
	min, max int64
}

func (c *Config) checkLimits(p *Problems) {
	l := &c.Limits
	for _, b := range []bound{
		{"quota-bytes", c.QuotaBytes, 64 << 20, 1 << 40},
		{"limit-name-bytes", int64(l.NameBytes), 2, 63},
		{"limit-blob-bytes", l.BlobBytes, 1, 1 << 30},
		{"limit-release-bytes", l.ReleaseBytes, 1, 1 << 40},
		{"limit-manifest-bytes", l.ManifestBytes, 1 << 10, 64 << 20},
		{"limit-files-per-version", int64(l.FilesPerVersion), 1, 100_000},
		{"limit-path-bytes", int64(l.PathBytes), 16, 4096},
		{"limit-designations-per-version", int64(l.DesignationsPerVersion), 1, 64},
		{"limit-members-per-version", int64(l.MembersPerVersion), 1, 100_000},
		{"limit-relations-per-version", int64(l.RelationsPerVersion), 1, 10_000},
		{"limit-links-per-version", int64(l.LinksPerVersion), 1, 10_000},
		{"limit-text-bytes", l.TextBytes, 1, 512 << 10},
		{"limit-list-items", int64(l.ListItems), 1, 10_000},
		{"limit-record-bytes", l.RecordBytes, 1 << 10, 768 << 10},
		{"limit-batch-refs", int64(l.BatchRefs), 1, 10_000},
		{"limit-page-size", int64(l.PageSize), 1, 10_000},
		{"limit-document-bytes", l.DocumentBytes, 1, 256 << 20},
	} {
		if b.value < b.min || b.value > b.max {
			p.add("%s: %d is not between %d and %d", b.name, b.value, b.min, b.max)
		}
	}
}
