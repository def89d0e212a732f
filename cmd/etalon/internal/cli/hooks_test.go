package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/document"
)

// TestHooks: what .pre-commit-hooks.yaml runs is there, with its flags, and
// what it is run on can be read.
func TestHooks(t *testing.T) {
	data, err := os.ReadFile("../../../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct{ ID, Name, Entry, Language, Files string }
	if err := yaml.Unmarshal(data, &hooks); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 2 {
		t.Fatalf("%d hooks", len(hooks))
	}
	for _, h := range hooks {
		words := strings.Fields(h.Entry)
		if words[0] != "etalon" || h.Language != "golang" {
			t.Errorf("%s: runs %q in %q", h.ID, h.Entry, h.Language)
			continue
		}
		cmd, rest, err := (&app{}).root().Find(words[1:])
		if err != nil || cmd.Name() != words[1] {
			t.Errorf("%s: %q is no command: %v", h.ID, h.Entry, err)
			continue
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%s: %v", h.ID, err)
		}
		if err := cmd.ValidateArgs([]string{"tender.md"}); err != nil {
			t.Errorf("%s: does not take files: %v", h.ID, err)
		}
		files := regexp.MustCompile(h.Files)
		for _, name := range []string{"a.md", "b/c.docx", "x.PDF", "p.html", "o.odt", "s.xlsx", "t.txt"} {
			if !files.MatchString(name) || !document.Readable(name) {
				t.Errorf("%s: is not run on %s, or it can't be read", h.ID, name)
			}
		}
		if files.MatchString("logo.png") {
			t.Errorf("%s: is run on pictures", h.ID)
		}
	}
}
