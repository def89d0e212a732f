package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/cmd/etalon/internal/cli"
	"github.com/etalon-registry/etalon/service/config"
)

const repository = "../.." // from this folder

// block is a fenced block of a Markdown file.
type block struct {
	line  int
	lang  string
	lines []string
}

func blocks(t *testing.T, path string) []block {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	inside := false
	n := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		n++
		switch lang, fence := strings.CutPrefix(line, "```"); {
		case fence && !inside:
			inside, all = true, append(all, block{line: n, lang: lang})
		case fence:
			inside = false
		case inside:
			b := &all[len(all)-1]
			b.lines = append(b.lines, line)
		}
	}
	return all
}

// Every command of the README is run, in order and by one shell, as a reader
// would do it, and what the README shows of the output is there. Only the
// ports, the data directory and the folder that the tour writes to are others.
func TestREADME(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs both programs")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell here")
	}
	readme := blocks(t, filepath.Join(repository, "README.md"))
	var script []string
	var wants []block
	var server string
	for _, b := range readme {
		switch {
		case b.lang == "text":
			wants = append(wants, b)
		case b.lang != "sh":
			t.Errorf("README.md:%d: a block of %q: use sh or text", b.line, b.lang)
		case len(b.lines) == 1 && strings.HasPrefix(b.lines[0], "go run ./cmd/etalond"):
			server = b.lines[0]
		case len(b.lines) == 1 && strings.HasPrefix(b.lines[0], "go test"):
			checkInCI(t, b.lines[0])
		default:
			script = append(script, b.lines...)
		}
	}
	if server == "" || len(script) < 15 {
		t.Fatalf("the README starts its server with %q and has %d more commands", server, len(script))
	}
	if second := script[0]; !strings.HasPrefix(second, "go run ./cmd/etalon ") {
		t.Errorf("the second command of the README is %q, not one that shows an answer", second)
	}
	tour := t.TempDir()
	data := filepath.Join(tour, ".etalon")
	grpc, http, said := startServer(t, server, data)
	replace := strings.NewReplacer(
		"http://127.0.0.1:7421", http, "127.0.0.1:7420", grpc,
		config.Defaults().DataDir+"/", data+"/",
		"-o bin/", "-o "+tour+"/bin/", "$PWD/bin", tour+"/bin",
		"registry.tar", tour+"/registry.tar", "tender.lock", tour+"/tender.lock",
	)
	out := runScript(t, script, replace, grpc)
	out = said + out
	for _, want := range wants {
		checkShown(t, want, replace, out)
	}
}

// The commands of docs/cli.md are run in order too, and each command of the
// program is among them or shown.
func TestCommandLineGuide(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs both programs")
	}
	tour := t.TempDir()
	data := filepath.Join(tour, ".etalon")
	grpc, _, _ := startServer(t, "go run ./cmd/etalond --dev", data)
	script := []string{
		"go build -o " + tour + "/bin/ ./cmd/etalon", "export PATH=" + tour + "/bin:$PATH",
		"export ETALON_TOKEN_FILE=" + data + "/admin-token",
	}
	shown := ""
	for _, b := range blocks(t, filepath.Join(repository, "docs", "cli.md")) {
		shown += strings.Join(b.lines, "\n") + "\n"
		if b.lang == "sh" {
			script = append(script, b.lines...)
		}
	}
	replace := strings.NewReplacer("--out parking", "--out "+tour+"/parking", "registry.tar", tour+"/registry.tar",
		"tender.lock", tour+"/tender.lock", "findings.sarif", tour+"/findings.sarif", "standards.bundle", tour+"/standards.bundle", "tender.bundle", tour+"/tender.bundle")
	runScript(t, script, replace, grpc)
	for _, name := range cli.Commands() {
		if !regexp.MustCompile(`(?m)(^|\| )` + regexp.QuoteMeta(name) + `\b`).MatchString(shown) {
			t.Errorf("docs/cli.md has no example of %q", name)
		}
	}
}

// The commands of docs/api.md are run in order, and what it shows of the
// output is there.
func TestAPIGuide(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the server")
	}
	for _, tool := range []string{"sh", "curl", "sed", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s here", tool)
		}
	}
	tour := t.TempDir()
	data := filepath.Join(tour, ".etalon")
	grpc, http, _ := startServer(t, "go run ./cmd/etalond --dev", data)
	replace := strings.NewReplacer("http://127.0.0.1:7421", http, config.Defaults().DataDir+"/", data+"/", "standards.bundle", tour+"/standards.bundle")
	var script []string
	var wants []block
	for _, b := range blocks(t, filepath.Join(repository, "docs", "api.md")) {
		switch b.lang {
		case "sh":
			script = append(script, b.lines...)
		case "text":
			wants = append(wants, b)
		}
	}
	if len(script) < 15 {
		t.Fatalf("docs/api.md has %d commands", len(script))
	}
	out := runScript(t, script, replace, grpc)
	for _, want := range wants {
		checkShown(t, want, replace, out)
	}
}

// checkInCI says that a command that this test can't run itself is one of
// those that every change has to pass.
func checkInCI(t *testing.T, command string) {
	t.Helper()
	ci, err := os.ReadFile(filepath.Join(repository, ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(ci, []byte(command)) {
		t.Errorf("the README says %q, and .ci/run does not run it", command)
	}
}

// startServer runs the README's own command in the background and waits until
// it says where it listens.
func startServer(t *testing.T, command, data string) (grpc, http, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // it may have to compile
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+command)
	cmd.Dir = repository
	cmd.Env = append(os.Environ(), "ETALON_DATA_DIR="+data, "ETALON_GRPC_LISTEN=127.0.0.1:0", "ETALON_HTTP_LISTEN=127.0.0.1:0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run has a child
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait() // ended by the signal
		cancel()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said += lines.Text() + "\n"
		switch f := strings.Fields(lines.Text()); {
		case len(f) > 1 && f[0] == "gRPC":
			grpc = f[1]
		case len(f) > 1 && f[0] == "HTTP":
			http = f[1]
		case len(f) > 1 && f[0] == "catalogue":
			go func() { // it must be able to go on talking
				for lines.Scan() { //nolint:revive // nobody listens
				}
			}()
			return grpc, http, said
		}
	}
	t.Fatalf("%s ended:\n%s", command, said)
	return "", "", ""
}

// runScript runs the commands in one shell, which each has to leave well.
func runScript(t *testing.T, script []string, replace *strings.Replacer, grpc string) string {
	t.Helper()
	curl := true
	if _, err := exec.LookPath("curl"); err != nil {
		curl = false
		t.Log("there is no curl here: its commands are not run")
	}
	var b strings.Builder
	for _, command := range script {
		if strings.HasPrefix(command, "curl ") {
			if !curl {
				continue
			}
			if !strings.HasPrefix(command, "curl -sS") {
				command = "curl --fail --silent --show-error " + strings.TrimPrefix(command, "curl ")
			}
		}
		command = replace.Replace(command)
		fmt.Fprintf(&b, "echo %s >&2\n%s || { echo FAILED $? >&2; exit 1; }\necho\n", quoted("$ "+command), command)
	}
	cmd := exec.Command("sh")
	cmd.Dir = repository
	cmd.Env = append(os.Environ(), "ETALON_SERVER="+grpc)
	cmd.Stdin = strings.NewReader(b.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return string(out)
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// checkShown says that each line which the README shows was printed. White
// space may differ, and "…" stands for anything.
func checkShown(t *testing.T, want block, replace *strings.Replacer, out string) {
	t.Helper()
	for i, line := range want.lines {
		fields := strings.Fields(replace.Replace(strings.ReplaceAll(line, "in "+config.Defaults().DataDir, "in …")))
		pattern := regexp.QuoteMeta(strings.Join(fields, " "))
		pattern = `(?m)^ *` + strings.ReplaceAll(strings.ReplaceAll(pattern, " ", " +"), "…", ".*") + ` *$`
		if !regexp.MustCompile(pattern).MatchString(out) {
			t.Errorf("README.md:%d: %q is not what was printed", want.line+1+i, line)
		}
	}
}
