package systemtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// variable is the name of a setting in the environment.
func variable(setting string) string {
	return "ETALON_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// TestSettingsAreDocumented: docs/operating.md has every setting with its
// variable and default, and none that there is not.
func TestSettingsAreDocumented(t *testing.T) {
	values, names := settings(t, nil)
	docs := readDoc(t, "operating.md")
	names = append(names, "config")
	for _, name := range names {
		def := "none"
		switch v := values[name].(type) {
		case nil:
		case []any:
			if len(v) > 0 {
				def = fmt.Sprintf("`%v`", v[0])
			}
		default:
			if v != "" {
				def = fmt.Sprintf("`%v`", v)
			}
		}
		row := fmt.Sprintf("| `--%s` | `%s` | %s | ", name, variable(name), def)
		if !strings.Contains(docs, row) {
			t.Errorf("docs/operating.md lacks %q", row)
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\|").FindAllStringSubmatch(docs, -1) {
		if !slices.Contains(names, m[1]) {
			t.Errorf("docs/operating.md has --%s, which there is not", m[1])
		}
	}
}

// TestDockerfile: what the image sets are settings, which work together with
// what its user has to add.
func TestDockerfile(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for _, m := range regexp.MustCompile(`(ETALON_[A-Z_]+)=(\S+)`).FindAllStringSubmatch(string(b), -1) {
		env = append(env, m[1]+"="+m[2])
	}
	if len(env) < 3 {
		t.Fatalf("the Dockerfile sets %q", env)
	}
	values := checkVariables(t, env, "--insecure")
	exposed := regexp.MustCompile(`(?m)^EXPOSE (.*)$`).FindStringSubmatch(string(b))
	for _, setting := range []string{"grpc-listen", "http-listen"} {
		_, port, _ := strings.Cut(fmt.Sprint(values[setting]), ":")
		if len(exposed) != 2 || !slices.Contains(strings.Fields(exposed[1]), port) {
			t.Errorf("%s is %v, and exposed are %q", setting, values[setting], exposed)
		}
	}
	if got := etalond(t, env); got.code != 2 || !strings.Contains(got.errs, "--insecure") {
		t.Errorf("the image without TLS and --insecure: code %d, %s", got.code, got.errs)
	}
}

// checkVariables runs `etalond config` on an environment, in which every
// ETALON_ variable has to be that of a setting.
func checkVariables(t *testing.T, env []string, args ...string) map[string]any {
	t.Helper()
	values, names := settings(t, env, args...)
	known := map[string]bool{}
	for _, name := range names {
		known[variable(name)] = true
	}
	for _, e := range env {
		if name, _, _ := strings.Cut(e, "="); !known[name] {
			t.Errorf("there is no setting for %s", name)
		}
	}
	return values
}

// composed is what a compose file says of a service.
type composed struct {
	Environment map[string]string
	Ports       []string
	DependsOn   map[string]any `yaml:"depends_on"`
}

// TestCompose: the compose file's replicas have settings that work, and point
// at its three etcd members.
func TestCompose(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Services map[string]composed }
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	var members, replicas []string
	for _, name := range slices.Sorted(maps.Keys(file.Services)) {
		s := file.Services[name]
		if url := s.Environment["ETCD_ADVERTISE_CLIENT_URLS"]; url != "" {
			members = append(members, url)
			continue
		}
		replicas = append(replicas, name)
		var env []string
		for k, v := range s.Environment {
			if strings.HasPrefix(v, "${ETALON_ADMIN_TOKEN") {
				v = "a-token-from-the-shell"
			}
			env = append(env, k+"="+v)
		}
		values := checkVariables(t, env)
		var endpoints []string
		for _, e := range values["etcd-endpoints"].([]any) {
			endpoints = append(endpoints, e.(string))
		}
		if want := []string{"http://etcd1:2379", "http://etcd2:2379", "http://etcd3:2379"}; !slices.Equal(endpoints, want) || len(s.DependsOn) != 3 {
			t.Errorf("%s uses %q and depends on %d members", name, endpoints, len(s.DependsOn))
		}
		if values["admin-token"] != "********" || len(s.Ports) != 2 {
			t.Errorf("%s has token %v and ports %q", name, values["admin-token"], s.Ports)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s is open beyond this machine, in plain text: %s", name, p)
			}
		}
	}
	if len(members) != 3 || len(replicas) != 2 {
		t.Errorf("members %q, replicas %q", members, replicas)
	}
}
