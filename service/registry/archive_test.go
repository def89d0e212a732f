package registry_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// filled is a registry with some of everything.
func filled(t *testing.T) *harness {
	t.Helper()
	h := start(t, openStore(t))
	h.authority("ocp", "OCDS")
	for _, id := range []standard.VersionID{"1.0.0", "1.1.0", "2.0.0"} {
		p := h.release(ocds, id, "content of "+string(id))
		p.Version.Designations = []string{"OCDS " + string(id)}
		p.Files = append(p.Files, h.file("shared/codes.csv", "code\na\n"))
		h.publish(p)
	}
	h.publish(h.release(standard.Name{Authority: "ocp", Standard: "large"}, "1.0.0", strings.Repeat("large", 1<<19)))
	if _, _, err := h.Step(t.Context(), me, ocds, "1.0.0", standard.Step{Kind: standard.StepWithdraw}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.SetTag(t.Context(), me, ocds, "recommended", "1.1.0", time.Time{}); err != nil {
		t.Fatal(err)
	}
	d := &standard.DraftVersion{
		Version: standard.Version{Name: ocds, ID: "3.0.0"},
		Files:   []standard.File{h.file("draft.txt", "draft"), {Path: "later.txt", Size: 3, Digest: standard.DigestOf([]byte("not uploaded"))}},
	}
	if _, _, err := h.CreateDraft(t.Context(), me, d); err != nil {
		t.Fatal(err)
	}
	if _, err := h.RedactBlob(t.Context(), me, standard.DigestOf([]byte("content of 2.0.0")), "court order"); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *harness) export(withBlobs bool) []byte {
	h.t.Helper()
	var b bytes.Buffer
	if err := h.Export(h.t.Context(), &b, withBlobs); err != nil {
		h.t.Fatal(err)
	}
	return b.Bytes()
}

func TestExportImportExport(t *testing.T) {
	from := filled(t)
	archive := from.export(true)
	if again := from.export(true); !bytes.Equal(archive, again) {
		t.Fatal("two exports of one registry differ")
	}
	to := start(t, openStore(t))
	got, err := to.Import(t.Context(), bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	if got.RegistryID != from.Meta().RegistryID || got.RegistryID != to.Meta().RegistryID {
		t.Errorf("registry id %q, want %q", got.RegistryID, from.Meta().RegistryID)
	}
	if diff := cmp.Diff(from.log(), to.log()); diff != "" {
		t.Errorf("log: %s", diff)
	}
	if !bytes.Equal(archive, to.export(true)) {
		t.Error("the second export differs from the first")
	}
	_, _, err = to.OpenBlob(t.Context(), standard.DigestOf([]byte("content of 2.0.0")), 0, 0)
	if e := as[*store.RedactedError](t, err); e.Reason != "court order" {
		t.Errorf("redacted since %q", e.Reason)
	}
	v := to.publish(to.release(ocds, "2.1.0", "after the import"))
	if want := got.Revision + 1; v.Version.Record.Revision != want {
		t.Errorf("the first write after the import has revision %d, want %d", v.Version.Record.Revision, want)
	}
	if _, err := to.Import(t.Context(), bytes.NewReader(archive)); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("import into a registry in use: %v", err)
	}
}

func TestImportBroken(t *testing.T) {
	archive := filled(t).export(true)
	to := start(t, openStore(t))
	try := func(name string, b []byte, want string) {
		t.Helper()
		_, err := to.Import(t.Context(), bytes.NewReader(b))
		if !errors.Is(err, registry.ErrBadArchive) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want a bad archive with %q", name, err, want)
		}
		head, err := to.store.Head(t.Context())
		if err != nil || head.Index != 0 {
			t.Fatalf("%s: the registry is at %d, %v", name, head.Index, err)
		}
	}
	try("nothing", nil, "ends early")
	try("no archive", []byte(strings.Repeat("no archive", 100)), "")
	try("half", archive[:len(archive)/2], "")
	try("without end", edited(t, archive, func(name string, b []byte) []byte {
		if name == "end.json" {
			return nil
		}
		return b
	}), "ends early")
	try("a flipped byte in a blob", edited(t, archive, func(name string, b []byte) []byte {
		if strings.HasPrefix(name, "blobs/") {
			b[0] ^= 1
		}
		return b
	}), "don't have that digest")
	try("a flipped byte in the catalogue", edited(t, archive, func(name string, b []byte) []byte {
		if strings.HasPrefix(name, "catalogue/") {
			b[len(b)-1] ^= 1
		}
		return b
	}), "it should hold")
	try("a lost blob", edited(t, archive, func(name string, b []byte) []byte {
		if strings.HasPrefix(name, "blobs/") && string(b) == "code\na\n" {
			return nil
		}
		if name == "end.json" {
			var end map[string]any
			if err := json.Unmarshal(b, &end); err != nil {
				t.Fatal(err)
			}
			end["blobs"] = end["blobs"].(float64) - 1
			end["blobBytes"] = end["blobBytes"].(float64) - 7
			b, _ = json.Marshal(end)
		}
		return b
	}), "of a version is missing")
	try("a stranger", edited(t, archive, func(name string, b []byte) []byte {
		if name == "registry.json" {
			return []byte(`{"format":2,"registryId":"x","blobs":true}`)
		}
		return b
	}), "its format is 2")
	try("metadata only", filled(t).export(false), "without blobs")

	if _, err := to.Import(t.Context(), bytes.NewReader(archive)); err != nil {
		t.Errorf("the right archive after all the broken ones: %v", err)
	}
}

// edited is an archive with its files changed; nil leaves one out.
func edited(t *testing.T, archive []byte, edit func(name string, b []byte) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if b = edit(h.Name, b); b == nil {
			continue
		}
		h.Size = int64(len(b))
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
