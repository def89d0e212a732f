// Package buildinfo tells which build of the product is running. It knows
// nothing but what the Go tool chain put into the program.
package buildinfo

import (
	"runtime/debug"
	"sync"
)

// Version is the module's version, or "dev" and the commit where there is no
// release: "v0.3.0", "dev-1a2b3c4d5e6f", "dev".
var Version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
})
