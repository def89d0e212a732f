//go:build !linux

package cli

import "github.com/rogpeppe/go-internal/testscript"

func onTerminalCommand(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("on-terminal wants Linux; put [linux] before it")
}
