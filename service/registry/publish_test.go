package registry_test

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

func TestPublishAndRead(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	p := h.release(ocds, "1.0.0", "hello")
	p.Tags = []string{"recommended"}
	got := h.publish(p)
	if !got.StandardCreated || got.Already || len(got.Warnings) > 0 {
		t.Errorf("published %+v, want a new standard and no warnings", got)
	}
	want := []standard.ChangeType{
		standard.ChangeRegistryCreated, standard.ChangeAuthorityCreated,
		standard.ChangeStandardCreated, standard.ChangeVersionPublished, standard.ChangeTagSet,
	}
	if diff := cmp.Diff(want, types(h.log())); diff != "" {
		t.Errorf("log: %s", diff)
	}
	if got.Receipt.Revision != 5 || got.Version.Record.Revision != 4 {
		t.Errorf("receipt %d, version at %d; want 5, 4", got.Receipt.Revision, got.Version.Record.Revision)
	}

	rd, err := h.Read(t.Context(), registry.ReadOptions{MinRevision: got.Receipt.Revision})
	if err != nil {
		t.Fatal(err)
	}
	st := rd.Standard(ocds)
	if st == nil || st.Find("1.0.0") == nil {
		t.Fatal("a reader does not see what was published")
	}
	m, err := h.Manifest(t.Context(), got.Version.Record.Digest)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.Files, m.Files); diff != "" {
		t.Errorf("manifest: %s", diff)
	}
	rc, info, err := h.OpenBlob(t.Context(), m.Files[0].Digest, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	if b, err := io.ReadAll(rc); err != nil || string(b) != "ell" || info.Size != 5 {
		t.Errorf("read %q of %d bytes, %v", b, info.Size, err)
	}
}

func TestPublishAgain(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	first := h.publish(h.release(ocds, "1.0.0", "hello"))
	before := len(h.log())

	p := h.release(ocds, "1.0.0", "hello")
	p.Version.Label = "other"
	p.Standard.Steward = "somebody"
	again := h.publish(p)
	if !again.Already || again.StandardCreated || again.Version.Record.Digest != first.Version.Record.Digest {
		t.Errorf("published again: %+v", again)
	}
	want := []string{
		"standard.steward differs from the catalogue's and was not changed",
		"version.label differs from what was published and was not changed; correct it with a step",
	}
	if diff := cmp.Diff(want, again.Warnings); diff != "" {
		t.Errorf("warnings: %s", diff)
	}
	_, err := h.Publish(t.Context(), me, h.release(ocds, "1.0.0", "other"))
	e := as[*registry.ExistsError](t, err)
	if e.Have != first.Version.Record.Digest || e.Want.IsZero() || e.Want == e.Have {
		t.Errorf("refused with %+v", e)
	}
	if n := len(h.log()); n != before {
		t.Errorf("%d entries, want %d still", n, before)
	}
}
