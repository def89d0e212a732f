package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/fix"
	"github.com/etalon-registry/etalon/service/spelling"
)

// fixing is what is mended, and how.
type fixing struct {
	specs
	diff  bool
	rules []string
}

func (a *app) fixCmd() *cobra.Command {
	var x fixing
	cmd := &cobra.Command{
		Use:   "fix FILE|FOLDER|GLOB...",
		Short: "Put the safe replacements that 'etalon check' suggests into text files",
		Long: `Put the replacements that 'etalon check' suggests into Markdown, plain text, HTML,
CSV, YAML and JSON. Only those are made that need no decision: a spelling, the
publisher that was left out. --rule adds those of a rule, such as the successor
of an edition that was superseded; read what changes before you agree to it.

Word, PDF and spreadsheets are left alone; 'etalon check' says what to mend.`,
		Example: `  etalon fix docs --diff
  etalon fix docs
  etalon fix contract.md --rule superseded --diff`,
		Args: documentArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return a.fix(cmd, args, &x) },
	}
	x.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&x.diff, "diff", false, "show the changes as a patch, and make none")
	f.StringArrayVar(&x.rules, "rule", nil, "make the replacements of this rule too (may be given again)")
	return cmd
}

func (a *app) fix(cmd *cobra.Command, args []string, x *fixing) error {
	if slices.Contains(args, "-") {
		return usageError{errors.New("standard input can't be mended; name files")}
	}
	if err := x.checkRules(); err != nil {
		return err
	}
	opts, err := x.options(time.Now())
	if err != nil {
		return err
	}
	f, err := a.finder()
	if err != nil {
		return err
	}
	docs, err := a.read(cmd.Context(), &x.specs, args, opts.Config)
	if err != nil {
		return err
	}
	reports, unread := a.reports(cmd, docs, f, opts)
	if reports == nil && unread != nil {
		return unread
	}
	changed := 0
	for _, rep := range reports {
		n, err := a.mend(x, rep)
		if err != nil {
			return errors.Join(err, unread)
		}
		changed += n
	}
	switch {
	case changed == 0:
		fmt.Fprintln(a.Err, "etalon: nothing to mend")
	case x.diff:
		fmt.Fprintf(a.Err, "etalon: %s could be made\n", plural(changed, "replacement"))
	}
	return unread
}

// checkRules refuses rules that there are none of.
func (x *fixing) checkRules() error {
	var names []string
	for _, r := range check.Rules() {
		names = append(names, string(r.ID))
	}
	for _, r := range x.rules {
		if slices.Contains(names, r) {
			continue
		}
		hint := "; 'etalon check --rules' lists them"
		if near, ok := spelling.Nearest(r, names); ok {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		return usageError{fmt.Errorf("--rule: there is no rule %q%s", r, hint)}
	}
	return nil
}

func (x *fixing) allow(f check.Finding) bool {
	return fix.Safe(f) || slices.Contains(x.rules, string(f.Rule))
}

// mend makes the replacements in one file, or shows them, and returns how
// many.
func (a *app) mend(x *fixing, rep check.Report) (int, error) {
	name := rep.Document.Name
	src, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	edits, skipped := fix.Plan(rep, src, x.allow)
	a.saySkipped(rep, skipped)
	if len(edits) == 0 {
		return 0, nil
	}
	fixed := fix.Apply(src, edits)
	if x.diff {
		_, err := fmt.Fprint(a.Out, fix.Diff(name, src, fixed))
		return len(edits), err
	}
	// What was read may not be what lies there now.
	if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, src) {
		return 0, errors.Join(err, fmt.Errorf("%s was changed meanwhile; it was left alone", name))
	}
	if err := placeBytes(name, fixed); err != nil {
		return 0, err
	}
	fmt.Fprintf(a.Out, "%s: %s\n", visible(name), plural(len(edits), "replacement"))
	return len(edits), nil
}

// saySkipped says once for each reason what was not mended.
func (a *app) saySkipped(rep check.Report, skipped []fix.Skip) {
	var reasons []string
	for _, s := range skipped {
		if !slices.Contains(reasons, s.Reason) {
			reasons = append(reasons, s.Reason)
		}
	}
	for _, reason := range reasons {
		var texts []string
		for _, s := range skipped {
			text := strings.Join(strings.Fields(rep.Findings[s.Finding].Text), " ")
			if s.Reason == reason && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		fmt.Fprintln(a.Err, visible(fmt.Sprintf("etalon: %s: not mended: %s: %s", rep.Document.Name, strings.Join(texts, ", "), reason)))
	}
}
