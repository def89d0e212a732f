package check

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRulesAreDocumented: docs/checking-rules.md has a row and a section for
// each rule, with its severity, in the order of the table, and no others.
func TestRulesAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/checking-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows, sections, wantRows, wantSections []string
	for _, m := range regexp.MustCompile("(?m)^\\| \\[`([a-z-]+)`\\]\\(#([a-z-]+)\\) \\| ([a-z]+) \\|").FindAllStringSubmatch(string(data), -1) {
		rows = append(rows, fmt.Sprintf("%s #%s %s", m[1], m[2], m[3]))
	}
	for _, m := range regexp.MustCompile(`(?m)^## ([a-z-]+)\n\n(.+)$`).FindAllStringSubmatch(string(data), -1) {
		sections = append(sections, m[1])
		if len(m[2]) < 80 {
			t.Errorf("the section of %s says little: %s", m[1], m[2])
		}
	}
	for _, r := range Rules() {
		wantRows = append(wantRows, fmt.Sprintf("%s #%s %s", r.ID, r.ID, r.Severity))
		wantSections = append(wantSections, string(r.ID))
	}
	if diff := cmp.Diff(wantRows, rows); diff != "" {
		t.Errorf("rows (-rules +docs):\n%s", diff)
	}
	if diff := cmp.Diff(wantSections, sections); diff != "" {
		t.Errorf("sections (-rules +docs):\n%s", diff)
	}
}

// TestExamplesOfDocs: the configuration and the waivers in the documentation
// are read without a problem.
func TestExamplesOfDocs(t *testing.T) {
	data, err := os.ReadFile("../../docs/checking-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, config, _ := strings.Cut(string(data), "```yaml\n")
	config, _, _ = strings.Cut(config, "```")
	c, err := ParseConfig([]byte(config))
	if err != nil || len(c.Rules) != 2 || len(c.Waivers) != 1 {
		t.Errorf("configuration: %+v, %v", c, err)
	}
	_, waivers, _ := strings.Cut(string(data), "## Waivers")
	_, waivers, _ = strings.Cut(waivers, "```\n")
	waivers, _, _ = strings.Cut(waivers, "```")
	ws := readWaivers(waivers)
	if len(ws) != 3 {
		t.Errorf("%d waivers, want 3", len(ws))
	}
	for _, w := range ws {
		if w.problem != "" || w.reason == "" {
			t.Errorf("waiver %+v", w)
		}
	}
}
