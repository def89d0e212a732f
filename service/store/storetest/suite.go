// Package storetest is the contract of package store as tests. Every store
// passes it: one call of Run over a function that opens a fresh store. It
// knows the contract and no implementation.
//
// The groups are named after the guarantees in the documentation of package
// store; a test of this package sees to it that none is left out.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/store"
)

// Env is a fresh, empty store with what is needed to test it.
type Env struct {
	// Store is the store under test.
	Store store.Store
	// Second is another handle on the same data, as another process would
	// have it.
	Second store.Store
	// Empty opens another store, empty.
	Empty func(t *testing.T) store.Store
	// Compact throws away all history up to now, but not the present state.
	Compact func(t *testing.T)
	// Small opens a store that is full after a few megabytes; nil: there is
	// none, and what needs it is skipped.
	Small func(t *testing.T) store.Store
	// ChunkSize is where the store cuts blobs, in bytes.
	ChunkSize int64
}

// test is one named test of a guarantee.
type test struct {
	name string
	run  func(t *testing.T, e *Env)
}

// group is a guarantee with its tests.
type group struct {
	guarantee string
	tests     []test
}

// suite is every guarantee, in the order of the documentation.
func suite() []group {
	return []group{
		{"Log", logTests()},
		{"Atomicity", atomicityTests()},
		{"One compare", compareTests()},
		{"Create-only", createOnlyTests()},
		{"Durability", durabilityTests()},
		{"Order", orderTests()},
		{"Blobs", append(blobTests(), sweepTests()...)},
		{"Archive", archiveTests()},
		{"Identity", identityTests()},
		{"Time", timeTests()},
	}
}

// Run runs the suite. open is called once a test; what it opens it closes by
// t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) *Env) {
	for _, g := range suite() {
		t.Run(g.guarantee, func(t *testing.T) {
			for _, c := range g.tests {
				t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
			}
		})
	}
}

// patience bounds every wait of the suite; nothing waits that long unless it
// fails.
const patience = 60 * time.Second

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}
