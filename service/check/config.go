package check

import (
	"path"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/glob"
	"github.com/etalon-registry/etalon/service/standard"
)

// ConfigName is what the configuration is called.
const ConfigName = "etalon-check.yaml"

// Config is what etalon-check.yaml says. The zero value leaves every rule as
// it is.
type Config struct {
	Rules map[RuleID]RuleConfig
	// Ignore are globs of files that are not checked.
	Ignore []string
	// Waivers cover findings that cannot be waived in the document itself.
	Waivers []Waiver
	// AsOf is the day in effect where the caller gives none.
	AsOf standard.Day
}

// RuleConfig says how a rule is applied.
type RuleConfig struct {
	Off bool
	// Severity of its findings; zero: as the rule has it.
	Severity Severity
	// Paths are globs of the files that it is applied to; none: all. Exclude
	// are globs of those that it is not.
	Paths, Exclude []string
}

// Waiver covers the findings of a rule, of one designation where Designation
// is set, in the files that Path matches where that is.
type Waiver struct {
	Rule        RuleID
	Designation string // in any spelling
	Path        string // a glob
	Reason      string
	Until       standard.Day // the last day on which it holds; zero: for good
	Line        int          // in the configuration

	key string // of Designation
}

// Ignored says whether a file is left out of checks.
func (c Config) Ignored(name string) bool { return matchesAny(c.Ignore, name) }

// severity is the configured severity of a rule's findings in a file, zero
// where none is; on is false where the rule is not applied to it.
func (c Config) severity(rule RuleID, name string) (s Severity, on bool) {
	r, ok := c.Rules[rule]
	switch {
	case !ok:
		return SeverityUnspecified, true
	case r.Off, len(r.Paths) > 0 && !matchesAny(r.Paths, name), matchesAny(r.Exclude, name):
		return SeverityUnspecified, false
	}
	return r.Severity, true
}

// matches says whether a waiver is for a finding in a file, of a designation.
func (w Waiver) matches(name, key string) bool {
	return (w.Path == "" || matchesAny([]string{w.Path}, name)) && (w.key == "" || w.key == key)
}

// matchesAny says whether any of the globs matches the name of a file. A glob
// without a slash is of the last part of the name alone.
func matchesAny(globs []string, name string) bool {
	if len(globs) == 0 {
		return false
	}
	name = path.Clean(strings.ReplaceAll(name, "\\", "/"))
	return slices.ContainsFunc(globs, func(g string) bool {
		if !strings.Contains(g, "/") {
			return glob.Match(g, path.Base(name))
		}
		return glob.Match(strings.TrimPrefix(g, "./"), name)
	})
}
