package registry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func TestReadOptions(t *testing.T) {
	s := openStore(t)
	a, b := start(t, s), start(t, s)
	a.authority("ocp")
	rd, err := b.Read(t.Context(), registry.ReadOptions{MinRevision: 2})
	if err != nil || rd.Authority("ocp") == nil {
		t.Errorf("min_revision 2: %v", err)
	}
	_, err = b.Read(t.Context(), registry.ReadOptions{MinRevision: 3})
	if e := as[*registry.FutureError](t, err); !errors.Is(err, registry.ErrFuture) || e.Newest != 2 {
		t.Errorf("%+v", e)
	}
	for i := range 20 {
		id := standard.AuthorityID("l" + strings.Repeat("x", i))
		a.authority(id)
		rd, err := b.Read(t.Context(), registry.ReadOptions{Linearizable: true})
		if err != nil || rd.Authority(id) == nil {
			t.Fatalf("a linearizable read misses an acknowledged write: %v", err)
		}
	}
}

func TestSweep(t *testing.T) {
	s := openStore(t)
	h := start(t, s)
	h.authority("ocp")
	p := h.release(ocds, "1.0.0", "kept")
	orphan := h.file("o", "orphan")
	drafted := h.file("d", "drafted")
	got := h.publish(p)
	if _, _, err := h.CreateDraft(t.Context(), me, &standard.DraftVersion{Version: standard.Version{Name: ocds, ID: "2.0.0"}, Files: []standard.File{drafted}}); err != nil {
		t.Fatal(err)
	}
	if n, _, err := h.Sweep(t.Context()); err != nil || n != 0 {
		t.Errorf("within the grace period: %d removed, %v", n, err)
	}
	h.clock.advance(25 * time.Hour)
	n, freed, err := h.Sweep(t.Context())
	if err != nil || n != 1 || freed != 6 {
		t.Errorf("%d removed, %d bytes, %v; want the orphan", n, freed, err)
	}
	ds := []standard.Digest{orphan.Digest, drafted.Digest, p.Files[0].Digest, got.Version.Record.Digest}
	missing, err := h.MissingBlobs(t.Context(), ds)
	if err != nil || !slices.Equal(missing, ds[:1]) {
		t.Errorf("missing %v, %v", missing, err)
	}
	// What was known whole before the sweep is looked at anew.
	p = h.release(ocds, "3.0.0", "new")
	p.Files = append(p.Files, orphan)
	_, err = h.Publish(t.Context(), me, p)
	if e := as[*registry.MissingBlobsError](t, err); !slices.Equal(e.Digests, ds[:1]) {
		t.Errorf("missing %v", e.Digests)
	}
	p.Files = []standard.File{p.Files[0], h.file("o", "orphan")}
	h.publish(p)
}

func TestRedact(t *testing.T) {
	s := openStore(t)
	h, other := start(t, s), start(t, s)
	h.authority("ocp")
	p := h.release(ocds, "1.0.0", "secret")
	got := h.publish(p)
	d := p.Files[0].Digest
	for _, r := range []*harness{h, other} { // into both caches
		rc, _, err := r.OpenBlob(t.Context(), d, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		rc.Close()
	}
	_, err := h.RedactBlob(t.Context(), me, got.Version.Record.Digest, "x")
	as[*registry.InvalidError](t, err)
	_, err = h.RedactBlob(t.Context(), me, standard.DigestOf([]byte("unknown")), "x")
	as[*registry.NotFoundError](t, err)
	rec, err := h.RedactBlob(t.Context(), me, d, "court order")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*harness{h, other} {
		deadline := time.Now().Add(10 * time.Second)
		for {
			rc, _, err := r.OpenBlob(t.Context(), d, 0, 0)
			var red *store.RedactedError
			if errors.As(err, &red) {
				if red.Reason != "court order" {
					t.Errorf("reason %q", red.Reason)
				}
				break
			}
			if err != nil || time.Now().After(deadline) {
				t.Fatalf("redacted bytes are still given: %v", err)
			}
			rc.Close()
		}
	}
	es, err := h.Changes(t.Context(), rec.Revision-1, 1)
	if err != nil || es[0].Type != standard.ChangeBlobRedacted || es[0].Digest != d || es[0].Detail != "court order" {
		t.Errorf("logged %+v, %v", es, err)
	}
	// The version stays as it is; publishing it again is still fine.
	if again, err := h.Publish(t.Context(), me, p); err != nil || !again.Already {
		t.Errorf("again: %+v, %v", again, err)
	}
	p2 := p
	p2.Version.ID = "1.1.0"
	_, err = h.Publish(t.Context(), me, p2)
	if e := as[*registry.InvalidError](t, err); fieldsOf(e)[0] != "files[0].digest" {
		t.Errorf("a new version of redacted content: %v", err)
	}
}
