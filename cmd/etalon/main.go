// Command etalon publishes standards and resolves references to them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/etalon-registry/etalon/cmd/etalon/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends what does not listen to the first
	code := cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
