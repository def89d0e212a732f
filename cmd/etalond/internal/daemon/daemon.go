// Package daemon owns the verbs of etalond and their exit codes. What they do
// is the server's.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/etalon-registry/etalon/service/buildinfo"
	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/server"
)

// Exit codes.
const (
	OK     = 0
	Usage  = 2 // of flags, environment or file
	Failed = 3 // of the server or of I/O
)

// World is what the program has around it.
type World struct {
	LookupEnv func(string) (string, bool)
	Out       io.Writer // data
	Err       io.Writer // talk
}

// Run does what the arguments say until it is done or ctx is, and gives the
// exit code.
func Run(ctx context.Context, args []string, w World) int {
	verb, rest := "run", args
	if len(args) > 0 && len(args[0]) > 0 && args[0][0] != '-' {
		verb, rest = args[0], args[1:]
	}
	do, ok := verbs[verb]
	if !ok {
		fmt.Fprintf(w.Err, "etalond: there is no %q; see etalond --help\n", verb)
		return Usage
	}
	cfg, err := config.Parse(rest, w.LookupEnv)
	switch {
	case errors.Is(err, config.ErrHelp):
		fmt.Fprint(w.Out, config.Usage())
		return OK
	case err != nil && verb != "version":
		fmt.Fprintf(w.Err, "etalond: %v\n", err)
		return Usage
	}
	if err := do(ctx, cfg, w); err != nil {
		fmt.Fprintf(w.Err, "etalond: %v\n", err)
		return Failed
	}
	return OK
}

var verbs = map[string]func(context.Context, *config.Config, World) error{
	"run":     run,
	"config":  show,
	"version": version,
	"migrate": migrate,
}

func run(ctx context.Context, cfg *config.Config, w World) error {
	s, err := server.New(server.Options{Config: cfg, Log: w.Err})
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

func show(_ context.Context, cfg *config.Config, w World) error {
	text, err := cfg.YAML()
	if err != nil {
		return err
	}
	_, err = w.Out.Write(text)
	return err
}

func version(_ context.Context, _ *config.Config, w World) error {
	_, err := fmt.Fprintln(w.Out, buildinfo.Version())
	return err
}

func migrate(ctx context.Context, cfg *config.Config, w World) error {
	return server.Migrate(ctx, cfg, w.Out, w.Err)
}
