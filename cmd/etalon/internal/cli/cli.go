// Package cli is the command line: one file for each verb. It owns flags,
// output and exit codes. What it knows of the registry it has from the
// client; it has no rules of its own.
package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/etalon-registry/etalon/client"
	"github.com/etalon-registry/etalon/service/buildinfo"
)

// Streams are what a command reads and writes. Out is data, Err is talk.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// app is one run of the program.
type app struct {
	Streams
	server, token, tokenFile, caFile string
	insecure                         bool
	timeout                          time.Duration
	format                           format
	bundle                           string // file to read instead of a server; empty: none
	partial                          bool   // the command shows what there is, and so not what a bundle lacks
	conn                             *client.Client
}

// Run runs one command and returns its exit code.
func Run(ctx context.Context, args []string, s Streams) int {
	a := &app{Streams: s}
	for _, arg := range args {
		if !utf8.ValidString(arg) {
			return failed(s.Err, usageError{fmt.Errorf("argument %q is not UTF-8", arg)})
		}
	}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if a.conn != nil {
		err = errors.Join(err, a.conn.Close())
	}
	return failed(s.Err, readOnly(err))
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "etalon",
		Short: "Publish standards, and resolve references to exact, immutable versions",
		Long: `etalon talks to a registry of agreed data standards: standards bodies publish
immutable versions, tools resolve references to them.

Exit codes: 0 fine, 1 not found or findings, 2 usage, 3 server or I/O.`,
		Example: `  etalon resolve ocp/ocds@^1.1 "BS EN ISO 19650-2:2018"
  etalon get ocp/ocds@1.1.5 --path schema/release-schema.json
  etalon publish ./my-standard`,
		Version:       buildinfo.Version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.source(cmd) },
	}
	root.SetFlagErrorFunc(usage)
	f := root.PersistentFlags()
	f.StringVar(&a.server, "server", env("ETALON_SERVER", client.DefaultAddress), "gRPC address of the registry (ETALON_SERVER)")
	f.StringVar(&a.bundle, "bundle", os.Getenv("ETALON_BUNDLE"), "file to read instead of a server; see 'etalon bundle' (ETALON_BUNDLE)")
	f.StringVar(&a.token, "token", "", "token for writing (ETALON_TOKEN)")
	f.StringVar(&a.tokenFile, "token-file", os.Getenv("ETALON_TOKEN_FILE"), "file that holds the token (ETALON_TOKEN_FILE)")
	f.StringVar(&a.caFile, "ca", os.Getenv("ETALON_CA"), "PEM file of the authorities to trust; \"system\" for the system's (ETALON_CA)")
	f.BoolVar(&a.insecure, "insecure", false, "allow a plain connection to another machine")
	f.DurationVar(&a.timeout, "timeout", time.Minute, "most time for one request; uploads and watching have none")
	f.VarP(&a.format, "output", "o", "text, json or yaml")
	root.AddCommand(
		a.resolveCmd(), a.getCmd(), a.showCmd(), a.listCmd(), a.versionsCmd(), a.searchCmd(), a.refsCmd(), a.watchCmd(),
		a.publishCmd(), a.authorityCmd(), a.standardCmd(), a.tagCmd(), a.draftCmd(),
		a.deprecateCmd(), a.supersedeCmd(), a.withdrawCmd(), a.invalidateCmd(), a.correctCmd(),
		a.checkCmd(), a.lockCmd(), a.fixCmd(), a.exportCmd(), a.importCmd(), a.bundleCmd(), a.versionCmd(),
	)
	a.strict(root)
	wrapArgs(root)
	return root
}

// Commands lists every command that does something itself, with the names of
// those above it: "etalon draft create".
func Commands() []string {
	var all []string
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		if !cmd.HasSubCommands() || cmd.Name() == "completion" { // one for each shell
			all = append(all, cmd.CommandPath())
			return
		}
		for _, sub := range cmd.Commands() {
			add(sub)
		}
	}
	add((&app{}).root())
	return all
}

// strict makes the commands that cobra adds refuse what they don't know, as
// all others do.
func (a *app) strict(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "completion":
			cmd.Args = cobra.NoArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		case "help":
			cmd.PersistentPreRun, cmd.PersistentPostRun, cmd.Run = nil, nil, nil
			cmd.RunE = func(cmd *cobra.Command, args []string) error {
				about, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return usageError{fmt.Errorf("there is no command %q; see 'etalon --help'", strings.Join(args, " "))}
				}
				return about.Help()
			}
		}
	}
}

// wrapArgs makes wrong arguments a usage error in every command.
func wrapArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usage(c, err)
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		wrapArgs(sub)
	}
}

// dial connects once per run.
func (a *app) dial() (*client.Client, error) {
	if a.conn != nil {
		return a.conn, nil
	}
	if a.bundle != "" {
		return a.openBundle()
	}
	o := client.Options{Address: a.server, Insecure: a.insecure, UserAgent: "etalon/" + buildinfo.Version()}
	var err error
	if o.Token, err = a.bearer(); err != nil {
		return nil, err
	}
	if o.TLS, err = a.tls(); err != nil {
		return nil, err
	}
	if a.conn, err = client.Dial(o); errors.Is(err, client.ErrPlain) {
		return nil, usageError{fmt.Errorf("%s is another machine and the connection would be plain: give --ca FILE (or --ca system) for TLS, or --insecure", a.server)}
	}
	return a.conn, err
}

func (a *app) bearer() (string, error) {
	if a.token != "" {
		return a.token, nil
	}
	if a.tokenFile != "" {
		b, err := os.ReadFile(a.tokenFile)
		if err != nil {
			return "", fmt.Errorf("token: %w", err)
		}
		return trimLine(b), nil
	}
	return os.Getenv("ETALON_TOKEN"), nil
}

func (a *app) tls() (*tls.Config, error) {
	switch a.caFile {
	case "":
		return nil, nil
	case "system":
		return &tls.Config{MinVersion: tls.VersionTLS12}, nil
	}
	pem, err := os.ReadFile(a.caFile)
	if err != nil {
		return nil, fmt.Errorf("ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca: %s holds no PEM certificate", a.caFile)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// call connects and bounds what follows in time.
func (a *app) call(cmd *cobra.Command) (context.Context, *client.Client, context.CancelFunc, error) {
	c, err := a.dial()
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, cancel := a.request(cmd)
	return ctx, c, cancel, nil
}

// request bounds one request in time.
func (a *app) request(cmd *cobra.Command) (context.Context, context.CancelFunc) {
	if a.timeout <= 0 {
		return context.WithCancel(cmd.Context())
	}
	return context.WithTimeout(cmd.Context(), a.timeout)
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
