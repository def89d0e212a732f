// Command etalond is the server of a registry of agreed data standards.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/etalon-registry/etalon/cmd/etalond/internal/daemon"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := daemon.Run(ctx, os.Args[1:], daemon.World{LookupEnv: os.LookupEnv, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
