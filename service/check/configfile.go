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
)

// ErrConfig is what every error of ParseConfig wraps.
var ErrConfig = errors.New("configuration is not valid")

// ParseConfig reads etalon-check.yaml. The error is a ConfigProblems with
// everything that is wrong; an empty file is a configuration that says nothing.
func ParseConfig(data []byte) (Config, error) {
	r := &configReader{}
	var c Config
	if doc, ok := r.document(data); ok {
		r.mapping(doc, "configuration",
			configField{name: "rules", read: r.rules(&c)},
			configField{name: "ignore", read: r.globs(&c.Ignore)},
			configField{name: "waivers", read: r.waivers(&c)},
			configField{name: "as-of", read: r.day(&c.AsOf)},
		)
	}
	if err := r.err(); err != nil {
		return Config{}, err
	}
	return c, nil
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
		var fields []configField
		for _, id := range ruleNames() {
			fields = append(fields, configField{name: id, read: func(n configNode) {
				rc := r.rule(n)
				if c.Rules == nil {
					c.Rules = map[RuleID]RuleConfig{}
				}
				c.Rules[RuleID(id)] = rc
			}})
		}
		r.mapping(n, "rules", fields...)
	}
}

func (r *configReader) rule(n configNode) RuleConfig {
	var rc RuleConfig
	if n.isText() {
		r.level(&rc)(n)
		return rc
	}
	r.mapping(n, "rule",
		configField{name: "severity", read: r.level(&rc)},
		configField{name: "paths", read: r.globs(&rc.Paths)},
		configField{name: "exclude", read: r.globs(&rc.Exclude)},
	)
	return rc
}

func (r *configReader) level(rc *RuleConfig) func(configNode) {
	return func(n configNode) {
		s, ok := r.text(n)
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
				r.report(n, "%s", msg)
			}
		}
	}
}

func (r *configReader) waivers(c *Config) func(configNode) {
	return func(n configNode) {
		r.list(n, func(n configNode) {
			w := Waiver{Line: n.Line}
			r.mapping(n, "waiver",
				configField{name: "rule", required: true, read: r.waivedRule(&w)},
				configField{name: "designation", read: r.designation(&w)},
				configField{name: "path", read: r.glob(&w.Path)},
				configField{name: "reason", required: true, read: r.into(&w.Reason)},
				configField{name: "until", read: r.day(&w.Until)},
			)
			c.Waivers = append(c.Waivers, w)
		})
	}
}

func (r *configReader) waivedRule(w *Waiver) func(configNode) {
	return func(n configNode) {
		s, ok := r.text(n)
		if !ok {
			return
		}
		if _, ok := FindRule(RuleID(s)); !ok {
			r.report(n, "%s", unknownRule(s))
			return
		}
		if !waivable(RuleID(s)) {
			r.report(n, "findings of %s cannot be waived; set the rule off instead", s)
		}
		w.Rule = RuleID(s)
	}
}

// waivable says whether a rule's findings can be waived: all but those about
// waivers.
func waivable(id RuleID) bool { return id != RuleWaiverWithoutReason && id != RuleWaiverWithoutFinding }

func (r *configReader) designation(w *Waiver) func(configNode) {
	return func(n configNode) {
		s, ok := r.text(n)
		if !ok {
			return
		}
		id, err := designation.Parse(s)
		if err != nil {
			r.report(n, "%q is no designation; it wants a form such as ISO 9001:2015", clip(s))
			return
		}
		w.Designation, w.key = s, id.Key()
	}
}

func (r *configReader) day(dst *standard.Day) func(configNode) {
	return func(n configNode) {
		s, ok := r.text(n)
		if !ok {
			return
		}
		d, err := standard.ParseDay(s)
		if err != nil {
			r.report(n, "%q is no date; it wants the form 2027-01-31 and must exist", clip(s))
			return
		}
		*dst = d
	}
}

func (r *configReader) globs(dst *[]string) func(configNode) {
	return func(n configNode) {
		r.list(n, func(n configNode) {
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
		s, ok := r.text(n)
		switch {
		case !ok:
		case strings.Contains(s, "\\"):
			r.report(n, "glob %q has a backslash; write / between folders", clip(s))
		case path.IsAbs(s) || s != "." && strings.HasSuffix(s, "/"):
			r.report(n, "glob %q begins or ends with /; write the folder from here, and /** for all that is in it", clip(s))
		default:
			if err := glob.Check(s); err != nil {
				r.report(n, "%v", err)
				return
			}
			*dst = s
		}
	}
}

func (r *configReader) into(dst *string) func(configNode) {
	return func(n configNode) {
		if s, ok := r.text(n); ok {
			*dst = s
		}
	}
}
