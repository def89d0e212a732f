package config

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/pflag"
)

func env(m map[string]string) func(string) (string, bool) {
	return func(k string) (string, bool) { v, ok := m[k]; return v, ok }
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "etalond.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrecedence(t *testing.T) {
	path := writeFile(t, "grpc-listen: 127.0.0.1:1\nhttp-listen: 127.0.0.1:2\nbase-iri: https://file.example\ncatalogue: [a.yaml, b.yaml]\n")
	tests := []struct {
		name string
		args []string
		env  map[string]string
		want func(*Config)
	}{
		{"default", nil, nil, func(*Config) {}},
		{"file", []string{"--config", path}, nil, func(c *Config) {
			c.GRPCListen, c.HTTPListen, c.BaseIRI = "127.0.0.1:1", "127.0.0.1:2", "https://file.example"
			c.Catalogue, c.ConfigFile = []string{"a.yaml", "b.yaml"}, path
		}},
		{"environment over file", nil, map[string]string{"ETALON_CONFIG": path, "ETALON_GRPC_LISTEN": "127.0.0.1:10", "ETALON_CATALOGUE": "c.yaml,d.yaml"}, func(c *Config) {
			c.GRPCListen, c.HTTPListen, c.BaseIRI = "127.0.0.1:10", "127.0.0.1:2", "https://file.example"
			c.Catalogue, c.ConfigFile = []string{"c.yaml", "d.yaml"}, path
		}},
		{"flag over environment over file", []string{"--grpc-listen=127.0.0.1:100", "--config=" + path}, map[string]string{"ETALON_GRPC_LISTEN": "127.0.0.1:10", "ETALON_HTTP_LISTEN": "127.0.0.1:20"}, func(c *Config) {
			c.GRPCListen, c.HTTPListen, c.BaseIRI = "127.0.0.1:100", "127.0.0.1:20", "https://file.example"
			c.Catalogue, c.ConfigFile = []string{"a.yaml", "b.yaml"}, path
		}},
		{"kinds of value", []string{"--limit-blob-bytes=1MiB", "--log-level", "warn", "--drain-timeout=3s", "--trace-sample=0.5", "--dev", "--cors-origins", "https://a.example,https://b.example"}, nil, func(c *Config) {
			c.Limits.BlobBytes, c.LogLevel, c.DrainTimeout, c.TraceSample, c.Dev = 1<<20, slog.LevelWarn, 3*time.Second, 0.5, true
			c.CORSOrigins = []string{"https://a.example", "https://b.example"}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.args, env(tt.env))
			if err != nil {
				t.Fatal(err)
			}
			want := Defaults()

			tt.want(&want)
			if d := cmp.Diff(&want, got, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("configuration (-want +got):\n%s", d)
			}
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	path := writeFile(t, "grpc-listn: x\nlimit-path-bytes: many\nlog-level: loud\nlog-level: info\ntls-cert: [a, b]\ndev:\n")
	_, err := Parse([]string{"--config", path, "--http-listen=0.0.0.0:80", "--etcd-user=u", "--trace-sample=2"}, env(map[string]string{"ETALON_QUOTA_BYTES": "lots", "ETALON_ADMIN_TOKEN": "short"}))
	var got Problems
	if !errors.As(err, &got) {
		t.Fatalf("error is %v, want Problems", err)
	}
	for _, want := range []string{
		`ETALON_QUOTA_BYTES: "lots" is no size`,
		`setting "grpc-listn" is unknown; did you mean "grpc-listen"?`,
		`line 2: limit-path-bytes:`,
		`line 3: log-level: "loud" is no log level`,
		`line 4: log-level is given twice`,
		`line 5: tls-cert: takes one value`,
		`line 6: dev: has no value`,
		`http-listen: 0.0.0.0:80 is not loopback`,
		`etcd-endpoints: settings for a cluster are given`,
		`trace-sample: 2 is not between`,
		`admin-token: has 5 characters`,
	} {
		if !strings.Contains(got.Error(), want) {
			t.Errorf("problems lack %q:\n%s", want, got)
		}
	}
}

func TestValidate(t *testing.T) {
	long := "--admin-token=0123456789abcdef"
	tests := []struct {
		args string
		want string // part of the error; empty: fine
	}{
		{"--grpc-listen=[::1]:1", ""},
		{"--grpc-listen=localhost:1", ""},
		{"--grpc-listen=0.0.0.0:1", "not loopback and there is no TLS"},
		{"--grpc-listen=:1", "not loopback"},
		{"--grpc-listen=0.0.0.0:1 --insecure", ""},
		{"--grpc-listen=0.0.0.0:1 --tls-cert=a --tls-key=b", ""},
		{"--grpc-listen=0.0.0.0:1 --insecure --dev", "--dev serves loopback only"},
		{"--tls-cert=a", "go together"},
		{"--grpc-listen=127.0.0.1:7421", "is the address for gRPC already"},
		{"--grpc-listen=127.0.0.1:0 --http-listen=127.0.0.1:0", ""},
		{"--etcd-endpoints=a:1,https://b:2", "all replicas need the same token"},
		{"--etcd-endpoints=a:1,https://b:2 " + long, ""},
		{"--etcd-endpoints=a " + long, "wants the form host:port"},
		{"--etcd-endpoints=http://a:1,http://b:2 " + long, ""},
		{"--etcd-endpoints=http://a:1 --etcd-cacert=ca.pem " + long, "write https://"},
		{"--etcd-endpoints=http://a:1,https://b:2 " + long, "write https://"},
		{"--drain-delay=-1s", "drain-delay: -1s is below 0"},
		{"--sweep-grace=1ms", "sweep-grace: 1ms is below 1s"},
		{"--sweep-every=0", "sweep-every: 0s is below 1s"},
		{"--base-iri=nowhere", "wants the form https"},
		{"--limit-blob-bytes=0", "limit-blob-bytes: 0 is not between"},
		{"--cors-origins=example.org", "wants the form https"},
		{"extra", `argument "extra"`},
		{"--no-such", "unknown flag"},
	}
	for _, tt := range tests {
		_, err := Parse(strings.Fields(tt.args), env(nil))
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.args, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: error %v, want %q", tt.args, err, tt.want)
		}
	}
	if _, err := Parse([]string{"--help"}, env(nil)); !errors.Is(err, ErrHelp) {
		t.Errorf("--help: error %v, want ErrHelp", err)
	}
}

func TestYAMLReadsBackAndMasks(t *testing.T) {
	args := []string{"--admin-token=correct-horse-battery", "--etcd-user=u", "--etcd-password=hunter2", "--etcd-endpoints=a:1,b:2", "--quota-bytes=3GiB", "--base-iri=https://x.example", "--log-level=error"}
	c, err := Parse(args, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"correct-horse", "hunter2"} {
		if strings.Contains(string(out), secret) {
			t.Errorf("output shows the secret %q:\n%s", secret, out)
		}
	}
	again, err := Parse([]string{"--config", writeFile(t, string(out))}, env(map[string]string{"ETALON_ADMIN_TOKEN": c.AdminToken, "ETALON_ETCD_PASSWORD": c.Etcd.Password}))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	again.ConfigFile = ""
	if d := cmp.Diff(c, again, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("read back (-want +got):\n%s", d)
	}
}

func TestUsageNamesEverySetting(t *testing.T) {
	c := Defaults()
	usage := Usage()
	flags(&c).VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(usage, "--"+f.Name) {
			t.Errorf("usage lacks --%s", f.Name)
		}
	})
}

func FuzzByteSize(f *testing.F) {
	for _, s := range []string{"0", "64MiB", "8GiB", "-1", "9223372036854775807TiB", "1 KiB", "KiB"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b, again byteSize
		if b.Set(s) != nil {
			return
		}
		if err := again.Set(b.String()); err != nil || again != b {
			t.Errorf("%q is %d, its text %q reads back as %d, %v", s, b, b.String(), again, err)
		}
	})
}
