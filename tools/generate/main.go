// Command generate makes everything under gen/ from proto/, offline:
//
//	go -C tools run ./generate           write gen/
//	go -C tools run ./generate -check    fail where gen/ is not what it would write
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/etalon-registry/etalon/tools/openapi"
	"github.com/etalon-registry/etalon/tools/workspace"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail where gen/ differs from what would be written")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *check)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, check bool) error {
	w, err := workspace.Open(ctx)
	if err != nil {
		return err
	}
	if !check {
		return generate(ctx, w, w.Root)
	}
	fresh, err := os.MkdirTemp("", "etalon-gen-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := generate(ctx, w, fresh); err != nil {
		return err
	}
	return compare(filepath.Join(fresh, "gen"), filepath.Join(w.Root, "gen"))
}

// generate writes gen/ below out, from nothing.
func generate(ctx context.Context, w workspace.Workspace, out string) error {
	if err := w.Buf(ctx, w.Root, "generate", "--output", out); err != nil {
		return fmt.Errorf("buf generate: %w", err)
	}
	return openapi.Join(filepath.Join(out, "gen", "openapi"))
}
