package systemtest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// result is what became of a program.
type result struct {
	out, errs string
	code      int
	took      time.Duration
}

// etalond runs the server's program until it ends by itself; env is added to
// the environment.
func etalond(t *testing.T, env []string, args ...string) result {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "etalond"), args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	begin := time.Now()
	err := cmd.Run()
	if cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("etalond %s did not end: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode(), time.Since(begin)}
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStartRefuses: what can't work is refused at once, with what to do.
func TestStartRefuses(t *testing.T) {
	dir := t.TempDir()
	held := filepath.Join(dir, "held")
	s := startServer(t, "--data-dir", held)
	unknown := writeFile(t, filepath.Join(dir, "unknown.yaml"), "grpc-listn: 127.0.0.1:1\nlimits: {blob: 3}\n")
	short := writeFile(t, filepath.Join(dir, "short-token"), "short\n")
	free := []string{"--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"}
	tests := []struct {
		name string
		args []string
		env  []string
		code int
		says []string
	}{
		{"a data directory that another process holds", append(free, "--data-dir", held), nil, 3,
			[]string{held, "held by process", "--data-dir"}},
		{"its migration", []string{"migrate", "--data-dir", held}, nil, 3, []string{held, "held by process"}},
		{"an address in use", []string{"--grpc-listen", s.grpc, "--http-listen", "127.0.0.1:0", "--data-dir", filepath.Join(dir, "a")}, nil, 3,
			[]string{"grpc-listen", s.grpc, "another address"}},
		{"plain text for everybody", []string{"--grpc-listen", "0.0.0.0:0", "--data-dir", filepath.Join(dir, "b")}, nil, 2,
			[]string{"grpc-listen", "not loopback", "--tls-cert", "--insecure"}},
		{"plain text for everybody, HTTP", []string{"--http-listen", ":0", "--data-dir", filepath.Join(dir, "b")}, nil, 2,
			[]string{"http-listen", "not loopback", "--tls-cert", "--insecure"}},
		{"settings that are unknown", []string{"--config", unknown}, nil, 2,
			[]string{unknown + ", line 1", `"grpc-listn" is unknown`, `"grpc-listen"?`, "line 2", `"limits" is unknown`}},
		{"a flag that is unknown", []string{"--gprc-listen", "x"}, nil, 2, []string{"unknown flag: --gprc-listen", "--help"}},
		{"a verb that is unknown", []string{"serve"}, nil, 2, []string{`"serve"`, "--help"}},
		{"a variable that can't be read", free, []string{"ETALON_QUOTA_BYTES=lots"}, 2, []string{"ETALON_QUOTA_BYTES", `"lots"`}},
		{"a settings file that is not there", []string{"--config", filepath.Join(dir, "none.yaml")}, nil, 2, []string{"none.yaml"}},
		{"a certificate that is not there", append(free, "--data-dir", filepath.Join(dir, "c"), "--tls-cert", "none.pem", "--tls-key", "none.key"), nil, 3,
			[]string{"tls-cert", "none.pem"}},
		{"a token that is too short", append(free, "--data-dir", filepath.Join(dir, "d"), "--admin-token-file", short), nil, 3,
			[]string{short, "16 characters"}},
		{"a data directory that can't be made", append(free, "--data-dir", filepath.Join(short, "x")), nil, 3, []string{"data-dir", short}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := etalond(t, tt.env, tt.args...)
			if got.code != tt.code || got.out != "" || got.took > 10*time.Second {
				t.Errorf("code %d after %v, output %q; want code %d at once", got.code, got.took, got.out, tt.code)
			}
			for _, want := range tt.says {
				if !strings.Contains(got.errs, want) {
					t.Errorf("said %q, want %q in it", got.errs, want)
				}
			}
			if strings.Contains(got.errs, "goroutine ") {
				t.Errorf("a stack is no message:\n%s", got.errs)
			}
		})
	}
	if err := getOK("http://" + s.http + "/readyz"); err != nil {
		t.Errorf("the server that holds the directory: %v", err)
	}
}

// TestBanner: at the start a person is told what runs and where.
func TestBanner(t *testing.T) {
	dir := t.TempDir()
	s := startServer(t, "--data-dir", dir)
	s.eventually(10*time.Second, "the banner written", func() error {
		said := s.log.tail(64 << 10)
		for _, want := range []string{"etalond ", "registry of agreed data standards", s.grpc, "http://" + s.http, "embedded, in " + dir, "token", "0 standards"} {
			if !strings.Contains(said, want) {
				return &missing{want, said}
			}
		}
		return nil
	})
	if strings.Contains(s.log.tail(64<<10), token) {
		t.Error("the log shows the token")
	}
}

// missing is a text that lacks another.
type missing struct{ want, text string }

// Error shows both.
func (m *missing) Error() string { return "no " + m.want + " in:\n" + m.text }

// TestMigrate: a store of this program's schema needs nothing, and says so.
func TestMigrate(t *testing.T) {
	dir := t.TempDir()
	s := startServer(t, "--data-dir", dir)
	id := s.registryID()
	s.stop()
	got := etalond(t, nil, "migrate", "--data-dir", dir)
	if got.code != 0 || !strings.Contains(got.out, id) || !strings.Contains(got.out, "schema 1") || !strings.Contains(got.out, "nothing to do") {
		t.Errorf("code %d\n%s%s", got.code, got.out, got.errs)
	}
	s.start()
	s.waitReady()
	if after := s.registryID(); after != id {
		t.Errorf("registry %s, was %s", after, id)
	}
}

// registryID is the id of the registry that the server holds.
func (s *server) registryID() string {
	s.t.Helper()
	r, err := s.dial().Registry.GetRegistry(within(s.t, 10*time.Second), &etalonv1.GetRegistryRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	return r.GetId()
}
