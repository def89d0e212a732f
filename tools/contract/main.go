// Command contract checks the .proto files:
//
//	go -C tools run ./contract lint       style and comments, by the rules of buf.yaml
//	go -C tools run ./contract breaking   against the last main
//
// Until 1.0 a break passes when the changelog's Unreleased section has gained a
// line that starts with "Breaking:" since the contract that it breaks.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/etalon-registry/etalon/tools/workspace"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "contract:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 || args[0] != "lint" && args[0] != "breaking" {
		return errors.New("usage: contract lint | breaking")
	}
	w, err := workspace.Open(ctx)
	if err != nil {
		return err
	}
	if args[0] == "lint" {
		return w.Buf(ctx, w.Root, "lint")
	}
	return breaking(ctx, w)
}

func breaking(ctx context.Context, w workspace.Workspace) error {
	repo := repository(w.Root)
	bases, err := repo.bases(ctx)
	if err != nil {
		return err
	}
	changelog, err := os.ReadFile(filepath.Join(w.Root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	released, err := repo.stable(ctx)
	if err != nil {
		return err
	}
	undeclared := 0
	for _, b := range bases {
		err := compare(ctx, w, repo, b)
		var exit *exec.ExitError
		switch declared := newBreaks(string(changelog), b.changelog); {
		case err == nil:
			fmt.Printf("keeps the contract of %s\n", b.subject)
		case !errors.As(err, &exit) || exit.ExitCode() != bufFoundProblems:
			return err
		case len(declared) > 0 && !released:
			fmt.Printf("breaks the contract of %s, declared: %q\n", b.subject, declared)
		default:
			fmt.Printf("breaks the contract of %s\n", b.subject)
			undeclared++
		}
	}
	fmt.Printf("%d earlier contracts compared, %d broken undeclared\n", len(bases), undeclared)
	if undeclared == 0 {
		return nil
	}
	if released {
		return errors.New("from 1.0 on etalon.v1 may not break")
	}
	return errors.New("undo the break, or say it in CHANGELOG.md under Unreleased, in a new line that starts with `Breaking:`")
}

// bufFoundProblems is buf's exit code where it ran well and found breaks.
const bufFoundProblems = 100

// compare runs buf breaking against a base. The imports of today stand in for
// the base's, which are not in git.
func compare(ctx context.Context, w workspace.Workspace, repo repository, b base) error {
	dir, err := os.MkdirTemp("", "etalon-base-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := repo.extract(ctx, b.commit, dir); err != nil {
		return err
	}
	config, err := os.ReadFile(filepath.Join(w.Root, "buf.yaml"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "buf.yaml"), config, 0o644); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(dir, "tools", "protodeps", "out"), os.DirFS(w.Imports())); err != nil {
		return err
	}
	return w.Buf(ctx, w.Root, "breaking", "--against", dir)
}
