package check

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/glob"
	"github.com/etalon-registry/etalon/service/spelling"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// ErrConfig is what every error of ParseConfig wraps.
var ErrConfig = errors.New("configuration is not valid")

// ParseConfig reads etalon-check.yaml. The error is a ConfigProblems with
// everything that is wrong; an empty file is a configuration that says nothing.
func ParseConfig(data []byte) (Config, error) {
	r := newConfigReader()
	c := r.config(data)
	if err := r.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (r *configReader) config(data []byte) Config {
	var c Config
	if doc, ok := r.Document(data); ok {
		r.Mapping(doc, "configuration",
			strictyaml.Optional("rules", r.rules(&c)),
			strictyaml.Optional("ignore", r.globs(&c.Ignore)),
			strictyaml.Optional("waivers", r.waivers(&c)),
			strictyaml.Optional("as-of", r.day(&c.AsOf)),
		)
	}
	return c
}

// severityNames are the words for what a rule may be set to.
var severityNames = []string{"off", "info", "warning", "error"}

// String is the severity's name: "info", "warning" or "error".
func (s Severity) String() string {
	if s >= Info && s <= Error {
		return severityNames[s]
	}
	return "unspecified"
}

// ParseSeverity is the inverse of String.
func ParseSeverity(s string) (Severity, error) {
	if i := slices.Index(severityNames, s); i > 0 {
		return Severity(i), nil
	}
	return SeverityUnspecified, fmt.Errorf("%q is no severity; it is info, warning or error", clip(s))
}

// rules reads the mapping from rules to severities or settings.
func (r *configReader) rules(c *Config) func(configNode) {
	return func(n configNode) {
		var fields []strictyaml.Field
		for _, id := range ruleNames() {
			fields = append(fields, strictyaml.Optional(id, func(n configNode) {
				rc := r.rule(n)
				if c.Rules == nil {
					c.Rules = map[RuleID]RuleConfig{}
				}
				c.Rules[RuleID(id)] = rc
			}))
		}
		r.Keyed(n, "rules", "rule", "configuration", fields...)
	}
}

func (r *configReader) rule(n configNode) RuleConfig {
	var rc RuleConfig
	if n.IsText() {
		r.level(&rc)(n)
		return rc
	}
	r.Mapping(n, "rule",
		strictyaml.Optional("severity", r.level(&rc)),
		strictyaml.Optional("paths", r.globs(&rc.Paths)),
		strictyaml.Optional("exclude", r.globs(&rc.Exclude)),
	)
	return rc
}

func (r *configReader) level(rc *RuleConfig) func(configNode) {
	return func(n configNode) {
		s, ok := r.Text(n)
		switch {
		case !ok:
		case s == "off" || s == "false":
			// YAML 1.1 reads a bare off as false; here it is the word.
			rc.Off = true
		default:
			var err error
			if rc.Severity, err = ParseSeverity(s); err != nil {
				msg := fmt.Sprintf("%q is no severity; it is %s", clip(s), strings.Join(severityNames, ", "))
				if near, ok := spelling.Nearest(s, severityNames); ok {
					msg += fmt.Sprintf("; did you mean %q?", near)
				}
				r.Report(n, "%s", msg)
			}
		}
	}
}

func (r *configReader) waivers(c *Config) func(configNode) {
	return func(n configNode) {
		r.List(n, func(n configNode) {
			w := Waiver{Line: n.Line}
			r.Mapping(n, "waiver",
				strictyaml.Required("rule", r.waivedRule(&w)),
				strictyaml.Optional("designation", r.designation(&w)),
				strictyaml.Optional("path", r.glob(&w.Path)),
				strictyaml.Required("reason", strictyaml.TextInto(&r.Reader, &w.Reason)),
				strictyaml.Optional("until", r.day(&w.Until)),
			)
			c.Waivers = append(c.Waivers, w)
		})
	}
}

func (r *configReader) waivedRule(w *Waiver) func(configNode) {
	return func(n configNode) {
		s, ok := r.Text(n)
		if !ok {
			return
		}
		if _, ok := FindRule(RuleID(s)); !ok {
			r.Report(n, "%s", unknownRule(s))
			return
		}
		if !waivable(RuleID(s)) {
			r.Report(n, "findings of %s cannot be waived; set the rule off instead", s)
		}
		w.Rule = RuleID(s)
	}
}

// waivable says whether a rule's findings can be waived: all but those about
// waivers.
func waivable(id RuleID) bool { return id != RuleWaiverWithoutReason && id != RuleWaiverWithoutFinding }

func (r *configReader) designation(w *Waiver) func(configNode) {
	return func(n configNode) {
		s, ok := r.Text(n)
		if !ok {
			return
		}
		id, err := designation.Parse(s)
		if err != nil {
			r.Report(n, "%q is no designation; it wants a form such as ISO 9001:2015", clip(s))
			return
		}
		w.Designation, w.key = s, id.Key()
	}
}

func (r *configReader) day(dst *standard.Day) func(configNode) {
	return func(n configNode) {
		s, ok := r.Text(n)
		if !ok {
			return
		}
		d, err := standard.ParseDay(s)
		if err != nil {
			r.Report(n, "%q is no date; it wants the form 2027-01-31 and must exist", clip(s))
			return
		}
		*dst = d
	}
}

func (r *configReader) globs(dst *[]string) func(configNode) {
	return func(n configNode) {
		r.List(n, func(n configNode) {
			var g string
			r.glob(&g)(n)
			if g != "" {
				*dst = append(*dst, g)
			}
		})
	}
}

func (r *configReader) glob(dst *string) func(configNode) {
	return func(n configNode) {
		s, ok := r.Text(n)
		switch {
		case !ok:
		case strings.Contains(s, "\\"):
			r.Report(n, "glob %q has a backslash; write / between folders", clip(s))
		case path.IsAbs(s) || s != "." && strings.HasSuffix(s, "/"):
			r.Report(n, "glob %q begins or ends with /; write the folder from here, and /** for all that is in it", clip(s))
		default:
			if err := glob.Check(s); err != nil {
				r.Report(n, "%v", err)
				return
			}
			*dst = s
		}
	}
}
