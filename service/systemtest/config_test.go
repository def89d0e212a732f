package systemtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// settings is what `etalond config` prints: every setting by its name, in
// order.
func settings(t *testing.T, env []string, args ...string) (values map[string]any, names []string) {
	t.Helper()
	got := etalond(t, env, append([]string{"config"}, args...)...)
	if got.code != 0 {
		t.Fatalf("etalond config: code %d\n%s", got.code, got.errs)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(got.out), &doc); err != nil {
		t.Fatal(err)
	}
	if err := doc.Decode(&values); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(doc.Content[0].Content); i += 2 {
		names = append(names, doc.Content[0].Content[i].Value)
	}
	return values, names
}

// TestConfig: a flag wins over the environment, that over the file; secrets
// are not shown; and what is shown is a file that can be used.
func TestConfig(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "etalond.yaml"), "limit-page-size: 11\nlimit-batch-refs: 12\nlimit-list-items: 13\ncors-origins: [https://a.example, https://b.example]\n")
	env := []string{
		"ETALON_CONFIG=" + file, "ETALON_LIMIT_PAGE_SIZE=21", "ETALON_LIMIT_BATCH_REFS=22",
		"ETALON_ADMIN_TOKEN=correct-horse-battery", "ETALON_ETCD_ENDPOINTS=a:1,b:2", "ETALON_ETCD_USER=u", "ETALON_ETCD_PASSWORD=hunter2",
	}
	got := etalond(t, env, "config", "--limit-page-size=31")
	if got.code != 0 {
		t.Fatalf("code %d: %s", got.code, got.errs)
	}
	values, _ := settings(t, env, "--limit-page-size=31")
	for name, want := range map[string]any{
		"limit-page-size": 31, "limit-batch-refs": 22, "limit-list-items": 13, "limit-path-bytes": 1024,
		"cors-origins": []any{"https://a.example", "https://b.example"}, "etcd-endpoints": []any{"a:1", "b:2"},
		"etcd-user": "u", "etcd-password": "********", "admin-token": "********",
	} {
		if d := cmp.Diff(want, values[name]); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	for _, secret := range []string{"correct-horse", "hunter2"} {
		if strings.Contains(got.out+got.errs, secret) {
			t.Errorf("the secret %q is shown", secret)
		}
	}
	again := writeFile(t, filepath.Join(dir, "again.yaml"), got.out)
	second := etalond(t, []string{"ETALON_ADMIN_TOKEN=correct-horse-battery", "ETALON_ETCD_PASSWORD=hunter2"}, "config", "--config", again)
	if second.out != got.out {
		t.Errorf("read back, the settings are\n%s%s\nand were\n%s", second.out, second.errs, got.out)
	}
	if _, err := os.Stat(".etalon"); err == nil {
		t.Error("printing the settings made a data directory")
	}
}
