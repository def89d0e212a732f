package registry

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func nowZero() time.Time { return time.Unix(0, 0) }

// sink is a store that takes blobs, checks them and keeps nothing.
type sink struct{ store.Store }

func (sink) Put(_ context.Context, d standard.Digest, size int64, r io.Reader, _ time.Time) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if int64(len(b)) != size || standard.DigestOf(b) != d {
		return store.ErrDigestMismatch
	}
	return nil
}

func (sink) Redact(context.Context, standard.Digest, string) error { return store.ErrNotFound }

func (sink) Tombstone(context.Context, store.BlobInfo) error { return nil }

// archiveSeeds are a right archive, one cut off, and one out of order.
func archiveSeeds(t testing.TB) [][]byte {
	t.Helper()
	content := []byte("hello")
	file := standard.File{Path: "a", Size: 5, Digest: standard.DigestOf(content)}
	manifest := (&standard.Manifest{Name: standard.Name{Authority: "a", Standard: "b"}, Version: "1", Files: []standard.File{file}}).Canonical()
	pairs, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer pairs.close()
	if err := pairs.add(store.Raw{Key: "meta", Value: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := &archiveWriter{tar: tar.NewWriter(&b)}
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.json(nameRegistry, archiveHead{Format: archiveFormat, RegistryID: "id", Blobs: true}))
	check(w.file(dirManifests+standard.DigestOf(manifest).Hex(), int64(len(manifest)), bytes.NewReader(manifest)))
	check(w.file(dirBlobs+file.Digest.Hex(), 5, bytes.NewReader(content)))
	check(w.json(dirRedacted+standard.DigestOf(nil).Hex(), redaction{Size: 0, Reason: "order"}))
	w.end = archiveEnd{Manifests: 1, Blobs: 1, BlobBytes: 5, Redacted: 1}
	check(w.catalogue(&frozen{head: store.Head{Index: 1}, pairs: pairs}))
	check(w.tar.Close())
	whole := b.Bytes()
	return [][]byte{whole, whole[:len(whole)/2], append(bytes.Clone(whole[2048:4096]), whole[:2048]...)}
}

func TestImporterTakesTheSeed(t *testing.T) {
	r := &Registry{cfg: Config{Now: nowZero}, limits: DefaultLimits(), store: sink{}}
	in, err := newImporter(r, bytes.NewReader(archiveSeeds(t)[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer in.pairs.close()
	if err := in.read(t.Context()); err != nil {
		t.Error(err)
	}
}
