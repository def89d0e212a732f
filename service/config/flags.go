package config

import (
	"github.com/spf13/pflag"
)

// secrets are the settings whose values are never shown.
var secrets = map[string]bool{"admin-token": true, "etcd-password": true}

// flags binds every setting to c. The name of the flag is also the key in the
// file; the environment variable is ETALON_ and the name in capitals with "_".
func flags(c *Config) *pflag.FlagSet {
	f := pflag.NewFlagSet("etalond", pflag.ContinueOnError)
	f.SortFlags = false

	f.StringVar(&c.ConfigFile, "config", "", "YAML file with settings, named as the flags")
	f.BoolVar(&c.Dev, "dev", c.Dev, "for a first look: loopback only, starter catalogue loaded")
	f.StringVar(&c.DataDir, "data-dir", c.DataDir, "directory of the embedded store and the generated admin token")
	f.StringVar(&c.GRPCListen, "grpc-listen", c.GRPCListen, "address for gRPC")
	f.StringVar(&c.HTTPListen, "http-listen", c.HTTPListen, "address for JSON, health and metrics")
	f.StringVar(&c.BaseIRI, "base-iri", c.BaseIRI, "base of all persistent identifiers; choose it once")

	f.StringSliceVar(&c.Etcd.Endpoints, "etcd-endpoints", nil, "etcd v3 cluster to use instead of the embedded store")
	f.StringVar(&c.Etcd.CACert, "etcd-cacert", "", "PEM file of the authority that signed etcd's certificates")
	f.StringVar(&c.Etcd.Cert, "etcd-cert", "", "PEM file of the client certificate towards etcd")
	f.StringVar(&c.Etcd.Key, "etcd-key", "", "PEM file of its key")
	f.StringVar(&c.Etcd.User, "etcd-user", "", "user of the etcd cluster")
	f.StringVar(&c.Etcd.Password, "etcd-password", "", "password of the user; better in a file")
	f.StringVar(&c.Etcd.PasswordFile, "etcd-password-file", "", "file with the password of the user")
	f.Var((*byteSize)(&c.QuotaBytes), "quota-bytes", "most bytes in the embedded store (8GiB, 512MiB, ...)")

	f.StringVar(&c.TLS.Cert, "tls-cert", "", "PEM file of the server's certificate; read again when it changes")
	f.StringVar(&c.TLS.Key, "tls-key", "", "PEM file of its key")
	f.BoolVar(&c.Insecure, "insecure", false, "allow plain text on addresses that are not loopback")
	f.StringVar(&c.AdminToken, "admin-token", "", "token that guards writes and drafts; better in a file")
	f.StringVar(&c.AdminTokenFile, "admin-token-file", "", "file with the token; with neither, one is made in the data directory")

	f.IntVar(&c.Limits.NameBytes, "limit-name-bytes", c.Limits.NameBytes, "most bytes in the name of an authority or a standard")
	f.Var((*byteSize)(&c.Limits.BlobBytes), "limit-blob-bytes", "most bytes in a file")
	f.Var((*byteSize)(&c.Limits.ReleaseBytes), "limit-release-bytes", "most bytes in a version")
	f.Var((*byteSize)(&c.Limits.ManifestBytes), "limit-manifest-bytes", "most bytes in the manifest of a version")
	f.IntVar(&c.Limits.FilesPerVersion, "limit-files-per-version", c.Limits.FilesPerVersion, "most files in a version")
	f.IntVar(&c.Limits.PathBytes, "limit-path-bytes", c.Limits.PathBytes, "most bytes in the path of a file")
	f.IntVar(&c.Limits.DesignationsPerVersion, "limit-designations-per-version", c.Limits.DesignationsPerVersion, "most designations of a version")
	f.IntVar(&c.Limits.MembersPerVersion, "limit-members-per-version", c.Limits.MembersPerVersion, "most members of a version")
	f.IntVar(&c.Limits.RelationsPerVersion, "limit-relations-per-version", c.Limits.RelationsPerVersion, "most relations of a version")
	f.IntVar(&c.Limits.LinksPerVersion, "limit-links-per-version", c.Limits.LinksPerVersion, "most links of a version")
	f.Var((*byteSize)(&c.Limits.TextBytes), "limit-text-bytes", "most bytes in one text, such as a description")
	f.IntVar(&c.Limits.ListItems, "limit-list-items", c.Limits.ListItems, "most items in one list, such as contacts or sectors")
	f.Var((*byteSize)(&c.Limits.RecordBytes), "limit-record-bytes", "most bytes in one stored record")
	f.IntVar(&c.Limits.BatchRefs, "limit-batch-refs", c.Limits.BatchRefs, "most references in a batch")
	f.IntVar(&c.Limits.PageSize, "limit-page-size", c.Limits.PageSize, "most items in a page")
	f.Var((*byteSize)(&c.Limits.DocumentBytes), "limit-document-bytes", "most bytes in a document to check")

	f.Var((*logLevel)(&c.LogLevel), "log-level", "debug, info, warn or error")
	f.StringVar(&c.LogFormat, "log-format", c.LogFormat, "text or json")
	f.StringVar(&c.OTLPEndpoint, "otlp-endpoint", "", "host:port of an OpenTelemetry collector (OTLP over gRPC); empty: no traces")
	f.Float64Var(&c.TraceSample, "trace-sample", c.TraceSample, "share of calls that are traced, 0 to 1")
	f.DurationVar(&c.DrainDelay, "drain-delay", c.DrainDelay, "time between saying not ready and refusing calls at shutdown, for a load balancer to notice")
	f.DurationVar(&c.DrainTimeout, "drain-timeout", c.DrainTimeout, "longest time for calls under way to end at shutdown")
	f.DurationVar(&c.SweepEvery, "sweep-every", c.SweepEvery, "how often files that belong to no version or draft are looked for")
	f.DurationVar(&c.SweepGrace, "sweep-grace", c.SweepGrace, "age from which such files are removed")
	f.StringSliceVar(&c.Catalogue, "catalogue", nil, "catalogue files to load at start")
	f.StringSliceVar(&c.CORSOrigins, "cors-origins", c.CORSOrigins, "origins that may read over HTTP from a browser; * is everybody")
	return f
}

// Usage is the text that explains every flag.
func Usage() string {
	c := Defaults()
	return "Usage: etalond [flags]            run the server\n" +
		"       etalond config [flags]     print the effective settings\n" +
		"       etalond migrate [flags]    bring an older store up to date\n" +
		"       etalond version            print the version\n\n" +
		"A flag --some-name is also ETALON_SOME_NAME in the environment and some-name\n" +
		"in the file; the flag wins, then the environment, then the file.\n\n" +
		flags(&c).FlagUsagesWrapped(100)
}
