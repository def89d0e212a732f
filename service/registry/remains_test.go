package registry_test

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// An import that broke off may have stored what has been redacted since.
func TestImportRedactsWhatIsThere(t *testing.T) {
	archive := filled(t).export(true)
	to := start(t, openStore(t))
	secret := to.file("left behind", "content of 2.0.0")
	if _, err := to.Import(t.Context(), bytes.NewReader(archive)); err != nil {
		t.Fatal(err)
	}
	_, _, err := to.OpenBlob(t.Context(), secret.Digest, 0, 0)
	if e := as[*store.RedactedError](t, err); e.Reason != "court order" {
		t.Errorf("redacted since %q", e.Reason)
	}
	if !bytes.Equal(archive, to.export(true)) {
		t.Error("the export of what was imported differs")
	}
}

// Every replica learns that the registry has become another by an import.
func TestImportChangesTheIdentityOfEveryReplica(t *testing.T) {
	from := filled(t)
	s := openStore(t)
	to, other := start(t, s), start(t, s)
	if _, err := to.Import(t.Context(), bytes.NewReader(from.export(true))); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for other.Meta().RegistryID != from.Meta().RegistryID {
		if time.Now().After(deadline) {
			t.Fatalf("the other replica is of registry %s, want %s", other.Meta().RegistryID, from.Meta().RegistryID)
		}
		time.Sleep(time.Millisecond)
	}
}

// A limit that was lowered since does not make a manifest fair game.
func TestManifestsBeyondTheLimitAreNotRedacted(t *testing.T) {
	s := openStore(t)
	h := start(t, s)
	h.authority("ocp")
	got := h.publish(h.release(ocds, "1.0.0", "content"))
	strict := start(t, s, func(c *registry.Config) {
		c.Limits = registry.DefaultLimits()
		c.Limits.ManifestBytes = 1
	})
	_, err := strict.RedactBlob(t.Context(), me, got.Version.Record.Digest, "court order")
	as[*registry.InvalidError](t, err)
	h.export(true)
}

// overtaken is a store whose first sweep is overtaken by a commit after it
// has deleted all that it wanted to.
type overtaken struct {
	store.Store
	sweeps atomic.Int32
}

func (o *overtaken) Sweep(ctx context.Context, on store.Head, before time.Time, keep func(standard.Digest) bool) (int, int64, error) {
	n, freed, err := o.Store.Sweep(ctx, on, before, keep)
	if err == nil && o.sweeps.Add(1) == 1 {
		err = store.ErrConflict
	}
	return n, freed, err
}

func TestSweepCountsWhatItDeletedBeforeACommitCameBetween(t *testing.T) {
	h := start(t, &overtaken{Store: openStore(t)})
	h.authority("ocp")
	h.file("o", "orphan")
	h.clock.advance(25 * time.Hour)
	if n, freed, err := h.Sweep(t.Context()); err != nil || n != 1 || freed != 6 {
		t.Errorf("%d removed, %d bytes, %v; want 1 of 6", n, freed, err)
	}
}

// sweepingReader sweeps while an archive is being read.
type sweepingReader struct {
	*bytes.Reader
	sweep func() error
	errs  []error
}

func (r *sweepingReader) Read(p []byte) (int, error) {
	r.errs = append(r.errs, r.sweep())
	return r.Reader.Read(p)
}

// An import's blobs are there before anything refers to them: no sweep may
// take them, however short the grace period.
func TestNoSweepDuringAnImport(t *testing.T) {
	archive := filled(t).export(true)
	to := start(t, openStore(t), func(c *registry.Config) { c.SweepGrace = time.Nanosecond })
	in := &sweepingReader{Reader: bytes.NewReader(archive), sweep: func() error {
		_, _, err := to.Sweep(t.Context())
		return err
	}}
	if _, err := to.Import(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if len(in.errs) == 0 {
		t.Fatal("the archive was never read")
	}
	for _, err := range in.errs {
		if !errors.Is(err, registry.ErrBusy) {
			t.Fatalf("a sweep during the import: %v", err)
		}
	}
	if !bytes.Equal(archive, to.export(true)) {
		t.Error("the export of what was imported differs")
	}
}
