package check

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

func TestWaivers(t *testing.T) {
	const plain = "error superseded ISO 9001:2008: ISO 9001:2008 was superseded on 2015-09-15 by ISO 9001:2015. => ISO 9001:2015"
	const waived = plain + " [waived: legacy]"
	const unused = "info waiver-without-finding "
	for _, tt := range []struct{ name, text, want string }{
		{"none", "[[ISO 9001:2008]]", plain},
		{"HTML comment above", "<!-- etalon-check: allow superseded -- legacy -->\n[[ISO 9001:2008]]", waived},
		{"HTML comment of several lines", "<!-- etalon-check: allow\n superseded --\n legacy -->\n[[ISO 9001:2008]]", waived},
		{"on the same line", "[[ISO 9001:2008]] <!-- etalon-check: allow superseded -- legacy -->", waived},
		{"behind something", "id: ISO 14001 # etalon-check: allow superseded -- legacy\nname: [[ISO 9001:2008]]",
			unused + "etalon-check: allow superseded -- legacy: The waiver covers no finding; remove it.\n" + plain},
		{"behind the citation", "id: [[ISO 9001:2008]] # etalon-check: allow superseded -- legacy\nname: x", waived},
		{"in an item of its own", "- # etalon-check: allow superseded -- legacy\n- [[ISO 9001:2008]]", waived},
		{"hash", "# etalon-check: allow superseded -- legacy\n- [[ISO 9001:2008]]", waived},
		{"slashes", "// etalon-check: allow superseded -- legacy\n\n\n[[ISO 9001:2008]]", waived},
		{"C comment", "/* etalon-check: allow superseded -- legacy */ [[ISO 9001:2008]]", waived},
		{"em dash", "etalon-check: allow superseded — legacy\n[[ISO 9001:2008]]", waived},
		{"several rules", "etalon-check: allow withdrawn, superseded -- legacy\n[[ISO 9001:2008]]", waived},
		{"designation", "etalon-check: allow superseded iso 9001 : 2008 -- legacy\n[[ISO 9001:2008]]", waived},
		{"until", "etalon-check: allow superseded until 2026-06 -- legacy\n[[ISO 9001:2008]]", waived},
		{"cited in the waiver", "etalon-check: allow superseded [[ISO 9001:2008]] -- legacy\n[[ISO 9001:2008]]", waived},
		{"ended", "etalon-check: allow superseded until 2026-05-31 -- legacy\n[[ISO 9001:2008]]",
			strings.Replace(plain, " =>", " Its waiver ended on 2026-05-31. =>", 1)},
		{"other designation", "etalon-check: allow superseded ISO 14001 -- legacy\n[[ISO 9001:2008]]",
			unused + "etalon-check: allow superseded ISO 14001 -- legacy: The waiver covers no finding; remove it.\n" + plain},
		{"other rule", "etalon-check: allow withdrawn -- legacy\n[[ISO 9001:2008]]",
			unused + "etalon-check: allow withdrawn -- legacy: The waiver covers no finding; remove it.\n" + plain},
		{"too far", "etalon-check: allow superseded -- legacy\ntext\n[[ISO 9001:2008]]",
			unused + "etalon-check: allow superseded -- legacy: The waiver covers no finding; remove it.\n" + plain},
		{"no reason", "etalon-check: allow superseded\n[[ISO 9001:2008]]",
			"error waiver-without-reason etalon-check: allow superseded: The waiver does not say why; write \"etalon-check: allow superseded -- the reason\".\n" + plain},
		{"dashes and no reason", "etalon-check: allow superseded --\n[[ISO 9001:2008]]",
			"error waiver-without-reason etalon-check: allow superseded --: The waiver does not say why; write \"etalon-check: allow superseded -- the reason\".\n" + plain},
		{"misspelt", "etalon-check: allow superceded -- legacy\n[[ISO 9001:2008]]",
			unused + "etalon-check: allow superceded -- legacy: The waiver covers nothing: \"superceded\" is no rule; did you mean \"superseded\"?\n" + plain},
		{"bad date", "etalon-check: allow superseded until soon -- legacy\n[[ISO 9001:2008]]",
			unused + "etalon-check: allow superseded until soon -- legacy: The waiver covers nothing: \"soon\" is no date of the form 2027-01-31.\n" + plain},
		{"neither", "etalon-check: allow superseded whatever -- legacy\n[[ISO 9001:2008]]",
			unused + "etalon-check: allow superseded whatever -- legacy: The waiver covers nothing: \"whatever\" is neither a rule nor a designation.\n" + plain},
		{"something else", "etalon-check: hello\n[[ISO 9001:2008]]", plain},
	} {
		r := run(t, tt.text, Options{})
		got := only(r, RuleSuperseded, RuleWithdrawn, RuleWaiverWithoutReason, RuleWaiverWithoutFinding)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if strings.Contains(tt.text, "allow superseded [[") && len(r.Citations) != 1 {
			t.Errorf("%s: %d citations, want that in the waiver left out", tt.name, len(r.Citations))
		}
	}
}

func TestConfigWaivers(t *testing.T) {
	cfg, err := ParseConfig([]byte(`
waivers:
  - {rule: superseded, designation: "ISO 9001 : 2008", path: "*.md", reason: legacy}
  - {rule: superseded, path: "other/**", reason: elsewhere}
  - {rule: withdrawn, reason: gone, until: 2026-05-31}
  - {rule: ambiguous, path: "*.md", reason: never was}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, "[[ISO 9001:2008]] [[PAS 1192-2:2013]]", Options{Config: cfg})
	want := "error superseded ISO 9001:2008: ISO 9001:2008 was superseded on 2015-09-15 by ISO 9001:2015. => ISO 9001:2015 [waived: legacy]\n" +
		"error withdrawn PAS 1192-2:2013: PAS 1192-2:2013 was withdrawn on 2019-01-18; BS EN ISO 19650-2:2018 replaces it. Its waiver ended on 2026-05-31. => BS EN ISO 19650-2:2018"
	if diff := cmp.Diff(want, only(r, RuleSuperseded, RuleWithdrawn)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0}, r.WaiversUsed); diff != "" {
		t.Errorf("used (-want +got):\n%s", diff)
	}
	uncited := []LockEntry{{ID: parsed("ISO 14001:2015"), Ref: must(standard.ParseRef("iso/iso-14001@2015"))}}
	var got []string
	for _, f := range Across(cfg, uncited, []Report{r}) {
		got = append(got, line(f)+" "+f.Ref)
		if f.Citation != -1 {
			t.Errorf("citation %d, want none", f.Citation)
		}
	}
	if diff := cmp.Diff([]string{
		"error lock-drift : ISO 14001:2015 is locked and no longer cited. iso/iso-14001@2015",
		"info waiver-without-finding : The waiver of withdrawn in line 5 of etalon-check.yaml ended on 2026-05-31; remove it. ",
		"info waiver-without-finding : The waiver of ambiguous in line 6 of etalon-check.yaml covers no finding; remove it. ",
	}, got); diff != "" {
		t.Errorf("across (-want +got):\n%s", diff)
	}
	cfg.Rules = map[RuleID]RuleConfig{RuleLockDrift: {Off: true}, RuleWaiverWithoutFinding: {Severity: Error}}
	if fs := Across(cfg, uncited, []Report{r}); len(fs) != 2 || fs[0].Severity != Error {
		t.Errorf("as configured: %v", fs)
	}
}

// With a lock alone some rules find nothing, so a waiver that covers nothing
// may be needed all the same.
func TestWaiversWithoutARegistry(t *testing.T) {
	cfg, err := ParseConfig([]byte("waivers: [{rule: uk-only-standard, reason: agreed}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	entry := LockEntry{ID: parsed("ISO 9001:2015"), Ref: must(standard.ParseRef("iso/iso-9001@2015")), Status: standard.Published}
	for _, tt := range []struct {
		name   string
		finder Finder
		locked Locked
		want   int
	}{
		{"a registry", finder(), nil, 2},
		{"a lock", nil, func(designation.ID) (LockEntry, bool) { return entry, true }, 0},
		{"a lock without it", nil, func(designation.ID) (LockEntry, bool) { return LockEntry{}, false }, 0},
	} {
		doc, cites := marked(t, "doc.md", "etalon-check: allow uk-only-standard -- agreed\n[[ISO 9001:2015]]")
		r, err := Run(context.Background(), doc, cites, tt.finder, Options{Now: now, Config: cfg, Locked: tt.locked})
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, f := range append(r.Findings, Across(cfg, nil, []Report{r})...) {
			if f.Rule == RuleWaiverWithoutFinding {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d waivers are said to cover nothing, want %d", tt.name, got, tt.want)
		}
	}
}
