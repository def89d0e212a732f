// Package config owns the settings of the server: where they come from (flags,
// environment, a YAML file, defaults, in this order), what they may be, and
// how the effective ones are shown. It refuses to know what they are for: it
// opens no listener and no store.
package config

import (
	"log/slog"
	"time"
)

// Config is the effective configuration. Parse makes one; it is not changed
// afterwards.
type Config struct {
	// Dev is for a first look: loopback only, starter catalogue loaded.
	Dev bool
	// DataDir holds the embedded store and the generated admin token.
	DataDir string
	// GRPCListen and HTTPListen are TCP addresses, host:port; port 0 takes a
	// free one.
	GRPCListen, HTTPListen string
	// BaseIRI is the base of all persistent identifiers.
	BaseIRI string
	// Etcd is the cluster to use; without endpoints the store is embedded.
	Etcd Etcd
	// QuotaBytes bounds the embedded store.
	QuotaBytes int64
	// TLS is the certificate of both listeners.
	TLS TLS
	// Insecure allows plain text on addresses that are not loopback.
	Insecure bool
	// AdminToken guards writes and drafts; empty: read from AdminTokenFile or,
	// with an embedded store, generated.
	AdminToken string
	// AdminTokenFile holds the token on its first line.
	AdminTokenFile string
	Limits         Limits
	LogLevel       slog.Level
	LogFormat      string // "text" or "json"
	// OTLPEndpoint is host:port of an OpenTelemetry collector; empty: no traces.
	OTLPEndpoint string
	// TraceSample is the share of calls that are traced, 0 to 1.
	TraceSample float64
	// DrainDelay is how long the server says that it is not ready and serves
	// all the same, before it drains.
	DrainDelay time.Duration
	// DrainTimeout bounds the time between the start of the drain and the end.
	DrainTimeout time.Duration
	// SweepEvery is how often files of no version are looked for; they are
	// removed once nobody has sent them for SweepGrace.
	SweepEvery, SweepGrace time.Duration
	// Catalogue lists catalogue files to load at start.
	Catalogue []string
	// CORSOrigins may read over HTTP from a browser; "*" is everybody.
	CORSOrigins []string
	// ConfigFile is the file that was read; empty: none.
	ConfigFile string
}

// Etcd is a cluster of etcd v3.
type Etcd struct {
	Endpoints    []string
	CACert       string // PEM file; empty: the system's
	Cert, Key    string // PEM files of a client certificate; empty: none
	User         string
	Password     string
	PasswordFile string
}

// TLS is a certificate and its key as PEM files. Both or none is set.
type TLS struct {
	Cert, Key string
}

// Limits bounds what the registry takes. All are inclusive.
type Limits struct {
	NameBytes              int
	BlobBytes              int64
	ReleaseBytes           int64
	ManifestBytes          int64
	FilesPerVersion        int
	PathBytes              int
	DesignationsPerVersion int
	MembersPerVersion      int
	RelationsPerVersion    int
	LinksPerVersion        int
	TextBytes              int64
	ListItems              int
	RecordBytes            int64
	BatchRefs              int
	PageSize               int
	DocumentBytes          int64
}

// Embedded says whether the server keeps its own store.
func (c *Config) Embedded() bool { return len(c.Etcd.Endpoints) == 0 }

// Defaults is the configuration where nothing is set.
func Defaults() Config {
	return Config{
		DataDir:      ".etalon",
		GRPCListen:   "127.0.0.1:7420",
		HTTPListen:   "127.0.0.1:7421",
		BaseIRI:      "http://127.0.0.1:7421",
		QuotaBytes:   8 << 30,
		LogFormat:    "text",
		TraceSample:  0.01,
		DrainTimeout: 20 * time.Second,
		SweepEvery:   time.Hour,
		SweepGrace:   24 * time.Hour,
		CORSOrigins:  []string{"*"},
		Limits: Limits{
			NameBytes:              63,
			BlobBytes:              64 << 20,
			ReleaseBytes:           512 << 20,
			ManifestBytes:          8 << 20,
			FilesPerVersion:        4000,
			PathBytes:              1024,
			DesignationsPerVersion: 64,
			MembersPerVersion:      10_000,
			RelationsPerVersion:    1000,
			LinksPerVersion:        1000,
			TextBytes:              64 << 10,
			ListItems:              200,
			RecordBytes:            512 << 10,
			BatchRefs:              1000,
			PageSize:               1000,
			DocumentBytes:          64 << 20,
		},
	}
}
