package daemon

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/config"
)

// runProgram runs the program and gives what it wrote and its exit code.
func runProgram(ctx context.Context, env map[string]string, args ...string) (out, errs string, code int) {
	var o, e bytes.Buffer
	code = Run(ctx, args, World{
		LookupEnv: func(k string) (string, bool) { v, ok := env[k]; return v, ok },
		Out:       &o, Err: &e,
	})
	return o.String(), e.String(), code
}

func TestVerbsAndExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	free := []string{"--grpc-listen=127.0.0.1:0", "--http-listen=127.0.0.1:0"}
	tests := []struct {
		name      string
		args      []string
		code      int
		out, errs string // parts of what is written
	}{
		{"help", []string{"--help"}, OK, "--data-dir", ""},
		{"version", []string{"version"}, OK, "dev", ""},
		{"config", []string{"config", "--admin-token=a-very-secret-token"}, OK, "admin-token: '********'", ""},
		{"no such verb", []string{"fly"}, Usage, "", `there is no "fly"`},
		{"no such flag", []string{"--fly"}, Usage, "", "unknown flag: --fly"},
		{"two mistakes", []string{"--grpc-listen=0.0.0.0:1", "--log-format=x"}, Usage, "", "log-format"},
		{"address in use", []string{"--data-dir=" + t.TempDir(), "--http-listen=127.0.0.1:0", "--grpc-listen=" + taken.Addr().String()}, Failed, "", "grpc-listen: can't listen on " + taken.Addr().String()},
		{"bad data directory", append(free, "--data-dir="+file), Failed, "", "data-dir: "},
		{"no certificate", append(free, "--data-dir="+t.TempDir(), "--tls-cert=/nowhere", "--tls-key=/nowhere"), Failed, "", "tls-cert"},
		{"no catalogue file", append(free, "--data-dir="+t.TempDir(), "--catalogue=/nowhere.yaml"), Failed, "", "catalogue: "},
		{"no token file", append(free, "--data-dir="+t.TempDir(), "--admin-token-file=/nowhere"), Failed, "", "admin-token-file: "},
		{"migrate", []string{"migrate", "--data-dir=" + t.TempDir()}, OK, "nothing to do", ""},
		{"migrate nothing", []string{"migrate", "--data-dir=" + file + "-not-there"}, Failed, "", "there is no store in " + file + "-not-there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := runProgram(context.Background(), nil, tt.args...)
			if code != tt.code || !strings.Contains(out, tt.out) || !strings.Contains(errs, tt.errs) {
				t.Errorf("code %d, wrote %q and %q; want %d, %q and %q", code, out, errs, tt.code, tt.out, tt.errs)
			}
			if strings.Contains(out+errs, "a-very-secret-token") {
				t.Error("a secret is shown")
			}
		})
	}
}

// The server says what it does and where, ends with 0 when it is told to, and
// a second one on the same directory is refused at once.
func TestRunSaysWhereAndHoldsItsDirectory(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	code := make(chan int, 1)
	go func() {
		code <- Run(ctx, []string{"--data-dir=" + dir, "--grpc-listen=127.0.0.1:0", "--http-listen=127.0.0.1:0"},
			World{LookupEnv: func(string) (string, bool) { return "", false }, Out: write, Err: write})
		_ = write.Close()
	}()
	var said strings.Builder
	buf := make([]byte, 4096)
	for !strings.Contains(said.String(), "catalogue  ") {
		n, err := read.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("ended with %v after:\n%s", err, said.String())
		}
	}
	for _, want := range []string{"gRPC       127.0.0.1:", "HTTP       http://127.0.0.1:", "embedded, in " + dir, filepath.Join(dir, "admin-token")} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the banner lacks %q:\n%s", want, said.String())
		}
	}
	info, err := os.Stat(filepath.Join(dir, "admin-token"))
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() < 32 {
		t.Errorf("token file: %v, %v", info, err)
	}
	_, errs, second := runProgram(context.Background(), nil, "--data-dir="+dir, "--grpc-listen=127.0.0.1:0", "--http-listen=127.0.0.1:0")
	if second != Failed || !strings.Contains(errs, "in use") || !strings.Contains(errs, "--data-dir") {
		t.Errorf("a second server: code %d, %q", second, errs)
	}
	cancel()
	go func() { // what is left of the log
		for {
			if _, err := read.Read(buf); err != nil {
				return
			}
		}
	}()
	if got := <-code; got != OK {
		t.Errorf("ended with code %d", got)
	}
}

func TestEnvironmentCounts(t *testing.T) {
	out, _, code := runProgram(context.Background(), map[string]string{config.Variable("base-iri"): "https://e.example"}, "config")
	if code != OK || !strings.Contains(out, "base-iri: https://e.example") {
		t.Errorf("code %d, %s", code, out)
	}
}
