package etcdtest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// Ports below the range that Linux takes ports from for outgoing connections
// and for listeners on port 0, so that nobody is given one of these by chance.
const (
	firstPort = 12000
	endPort   = 32000
)

var given struct {
	sync.Mutex
	ports map[int]bool
}

// FreeAddresses are n loopback addresses for processes that a test starts.
// Nobody listened on them a moment ago, no two are the same, and no other call
// in this process gets one of them.
func FreeAddresses(t testing.TB, n int) []string {
	t.Helper()
	given.Lock()
	defer given.Unlock()
	if given.ports == nil {
		given.ports = map[int]bool{}
	}
	var out []string
	for tries := 0; len(out) < n; tries++ {
		if tries > 10000 {
			t.Fatal("etcdtest: no free ports are left")
		}
		port := firstPort + rand.IntN(endPort-firstPort)
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if given.ports[port] || !free(addr) {
			continue
		}
		given.ports[port] = true
		out = append(out, addr)
	}
	return out
}

func free(addr string) bool {
	l, err := net.Listen("tcp", addr) //nolint:noctx // closed at once
	if err != nil {
		return false
	}
	return l.Close() == nil
}
