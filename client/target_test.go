package client

import (
	"net"
	"strings"
	"testing"
)

// A target that counts as this machine names a loopback address, localhost or
// a socket: nothing else may be spoken to in plain text.
func FuzzLoopback(f *testing.F) {
	for _, s := range []string{"", "127.0.0.1:7420", "localhost", "[::1]:1", "dns:///localhost:1", "unix:a", "unix-abstract:a", "dns://8.8.8.8/localhost:1", "passthrough:///x:1", "://", ":", "a:b:c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if !loopback(target) {
			return
		}
		if strings.HasPrefix(target, "unix:") || strings.HasPrefix(target, "unix-abstract:") || strings.HasPrefix(target, "bufnet:") {
			return
		}
		rest := target[strings.LastIndexByte(target, '/')+1:]
		host, _, err := net.SplitHostPort(rest)
		if err != nil {
			host = rest
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			t.Errorf("%q counts as this machine", target)
		}
	})
}
