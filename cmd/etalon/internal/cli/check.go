package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/etalon-registry/etalon/service/buildinfo"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/lockfile"
	"github.com/etalon-registry/etalon/service/check/report"
	"github.com/etalon-registry/etalon/service/document"
)

// checking is how documents are checked and findings shown.
type checking struct {
	specs
	locked, rules, waived bool
	failOn                severity
	format                reportFormat
}

// severity is a flag: the least that counts as a failure.
type severity struct{ check.Severity }

// Set is part of the flag's contract.
func (s *severity) Set(text string) (err error) {
	s.Severity, err = check.ParseSeverity(text)
	return err
}

// Type is part of the flag's contract.
func (s *severity) Type() string { return "severity" }

// reportFormat is a flag: how findings are written.
type reportFormat struct{ report.Format }

func (f *reportFormat) String() string { return string(f.Format) }

// Set is part of the flag's contract.
func (f *reportFormat) Set(text string) (err error) {
	f.Format, err = report.ParseFormat(text)
	return err
}

// Type is part of the flag's contract.
func (f *reportFormat) Type() string { return "format" }

func (a *app) checkCmd() *cobra.Command {
	c := checking{failOn: severity{check.Warning}, format: reportFormat{report.Text}}
	cmd := &cobra.Command{
		Use:   "check FILE|FOLDER|GLOB|-...",
		Short: "Find the standards that specifications cite, and say what is wrong with them",
		Long: `Find the standards that tenders, contracts and other specifications cite, resolve
them as of a day, and say what is wrong: editions that were superseded or
withdrawn or never existed, and more (--rules lists all).

It reads Word (.docx), OpenDocument (.odt), PDF, HTML, Markdown, plain text,
spreadsheets (.xlsx), CSV, YAML and JSON. Documents do not leave this machine:
the registry is asked for what it knows of the designations alone.

With --locked no registry is asked: the documents are held against
standards.lock, which 'etalon lock' writes.

Exit code 1 if there is a finding of the severity given by --fail-on.`,
		Example: `  etalon check tender.docx
  etalon check 'docs/**/*.md' --as-of 2024-10-01
  etalon check contract.pdf -o sarif > findings.sarif
  etalon check --locked docs
  pandoc -t markdown offer.rtf | etalon check - --stdin-name offer.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if c.rules {
				return cobra.NoArgs(cmd, args)
			}
			return documentArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd, args, &c) },
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.VarP(&c.format, "output", "o", "text, json, yaml, sarif, junit or markdown")
	f.Var(&c.failOn, "fail-on", "least severity that makes the exit code 1: info, warning or error")
	f.StringVar(&c.lock, "lock", "", "lockfile to hold the documents against")
	f.BoolVar(&c.locked, "locked", false, "hold the documents against the lockfile, "+lockfile.FileName+" unless --lock says otherwise, and ask no registry")
	f.BoolVar(&c.waived, "show-waived", false, "show what is waived too")
	f.BoolVar(&c.rules, "rules", false, "list the rules and what they are for")
	return cmd
}

func (a *app) check(cmd *cobra.Command, args []string, c *checking) error {
	if c.rules {
		return a.listRules(c)
	}
	opts, err := c.options(time.Now())
	if err != nil {
		return err
	}
	lock, err := c.against(&opts)
	if err != nil {
		return err
	}
	var f check.Finder
	if !c.locked {
		if f, err = a.finder(); err != nil {
			return err
		}
	}
	docs, err := a.read(cmd.Context(), &c.specs, args, opts.Config)
	if err != nil {
		return err
	}
	reports, unread := a.reports(cmd, docs, f, opts)
	if reports == nil && unread != nil && c.format.Format == report.Text {
		return unread
	}
	if unread != nil && !errors.Is(unread, errUnread) {
		return unread
	}
	reports = append(reports, c.across(lock, opts, reports)...)
	if err := a.writeReports(reports, unreadOf(docs), c); err != nil {
		return err
	}
	if unread != nil {
		return unread
	}
	if report.Count(reports).Worst() >= c.failOn.Severity {
		return errFindings
	}
	return nil
}

// against reads the lock to check against; nil where there is none to. The day
// that was locked for is the day in effect, unless another is given.
func (c *checking) against(opts *check.Options) (*lockfile.File, error) {
	if c.locked && c.lock == "" {
		c.lock = lockfile.FileName
	}
	if c.lock == "" {
		return nil, nil
	}
	lock, err := c.specs.locked()
	if err != nil {
		return nil, err
	}
	opts.Locked = lock.Locked()
	if opts.Day().IsZero() {
		opts.AsOf = lock.AsOf
	}
	return lock, nil
}

// across is what only all documents together show: as reports of their own, on
// the files that say how to check; none where there is nothing to say.
func (c *checking) across(lock *lockfile.File, opts check.Options, reports []check.Report) []check.Report {
	var uncited []check.LockEntry
	if lock != nil {
		for _, e := range lock.Uncited(reports) {
			uncited = append(uncited, e.LockEntry)
		}
	}
	var all []check.Report
	for _, f := range check.Across(opts.Config, uncited, reports) {
		name := cmp.Or(c.config, check.ConfigName)
		if f.Rule == check.RuleLockDrift {
			name = c.lock
		}
		name = filepath.ToSlash(name)
		if n := len(all); n == 0 || all[n-1].Document.Name != name {
			rep := check.Report{Document: &document.Document{Name: name, Format: document.YAML}}
			if len(reports) > 0 {
				rep.AsOf, rep.Revision = reports[0].AsOf, reports[0].Revision
			}
			all = append(all, rep)
		}
		rep := &all[len(all)-1]
		rep.Findings = append(rep.Findings, f)
	}
	return all
}

// unreadOf are the documents that could not be read.
func unreadOf(docs []*specification) []report.Unread {
	var out []report.Unread
	for _, d := range docs {
		if d.err != nil {
			out = append(out, report.Unread{Name: d.name, Message: d.err.Error()})
		}
	}
	return out
}

func (a *app) writeReports(reports []check.Report, unread []report.Unread, c *checking) error {
	o := report.Options{Unread: unread, Waived: c.waived, FailOn: c.failOn.Severity, Version: buildinfo.Version()}
	if f, ok := a.Out.(*os.File); ok && term.IsTerminal(int(f.Fd())) { //nolint:gosec // a descriptor
		o.Color = os.Getenv("NO_COLOR") == ""
		if width, _, err := term.GetSize(int(f.Fd())); err == nil { //nolint:gosec // a descriptor
			o.Width = width
		}
	}
	var b bytes.Buffer
	if err := report.Write(&b, c.format.Format, reports, o); err != nil {
		return err
	}
	_, err := a.Out.Write(b.Bytes())
	return err
}

// listRules prints every rule.
func (a *app) listRules(c *checking) error {
	if c.format.Format != report.Text {
		return usageError{fmt.Errorf("--rules has no form for programs; SARIF reports carry the rules")}
	}
	var b bytes.Buffer
	for i, r := range check.Rules() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s (%s)\n%s", r.ID, r.Severity, indented(r.Summary+" "+r.Help))
		if r.Source != "" {
			b.WriteString(indented(r.Source))
		}
	}
	_, err := io.Copy(a.Out, &b)
	return err
}

// indented wraps a text at 76 columns below an indent of two.
func indented(text string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
			b.WriteString("  ")
			column = 2
		case column+1+len(word) > 76:
			b.WriteString("\n  ")
			column = 2
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	b.WriteByte('\n')
	return b.String()
}
