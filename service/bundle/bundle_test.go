package bundle

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

var (
	moment = time.Date(2026, 11, 20, 9, 30, 0, 123000, time.UTC)
	ocds   = standard.Name{Authority: "ocp", Standard: "ocds"}
	file   = []byte("the bytes of a file")
	gone   = standard.DigestOf([]byte("gone"))
	meta   = store.Meta{RegistryID: "0193f2a0-5c4e-7b7e-8a55-3f1c2d9e4b60", Created: moment, Schema: codec.Schema, MinReader: codec.MinReader, KeyVersion: 1}
	info   = Info{
		BaseIRI: "https://standards.example/", Revision: 85, RevisionTime: moment, Refs: []string{"ocp/ocds@1.1.5"}, Files: true,
		Standards: 1, Versions: 1,
	}
)

func manifest() []byte {
	m := standard.Manifest{Name: ocds, Version: "1.1.5", Files: []standard.File{
		{Path: "a.json", Size: int64(len(file)), Digest: standard.DigestOf(file)}, {Path: "b.json", Size: 4, Digest: gone},
	}}
	return m.Canonical()
}

func records() []store.Record {
	return []store.Record{
		&standard.Authority{ID: "ocp", Created: moment},
		&standard.Designation{Key: "ocds 1.1.5", Claims: []standard.Claim{{Text: "OCDS 1.1.5", Name: ocds, Version: "1.1.5", Owner: true}}},
		&standard.Standard{Name: ocds, Created: moment, Scheme: standard.Semver},
		&standard.Step{Name: ocds, Version: "1.1.5", Number: 1, Kind: standard.StepDeprecate, Recorded: moment},
		&standard.Version{Name: ocds, ID: "1.1.5", Digest: standard.DigestOf(manifest()), Recorded: moment, FileCount: 2},
	}
}

// build writes a bundle of records, the identity after the designations.
func build(t testing.TB, in Info, m store.Meta, all []store.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, in, m)
	must(t, err)
	must(t, w.Manifest(standard.DigestOf(manifest()), manifest()))
	must(t, w.Blob(standard.DigestOf(file), int64(len(file)), bytes.NewReader(file)))
	must(t, w.Redacted(gone, Redaction{Size: 4, Reason: "court order"}))
	named := false
	for _, r := range all {
		if _, ok := r.(*standard.Standard); ok && !named {
			must(t, w.Meta(m))
			named = true
		}
		must(t, w.Record(r))
	}
	must(t, w.Close())
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func readBytes(data []byte) (*Bundle, error) {
	return Read(bytes.NewReader(data), int64(len(data)))
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	data := build(t, info, meta, records())
	if !bytes.Equal(data, build(t, info, meta, records())) {
		t.Error("the same calls gave other bytes")
	}
	b, err := readBytes(data)
	must(t, err)
	want := info
	want.Format, want.RegistryID = Format, meta.RegistryID
	if diff := cmp.Diff(want, b.Info()); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
	s := b.Store()
	if got, err := s.Meta(t.Context()); err != nil || got != meta {
		t.Errorf("meta %+v, %v", got, err)
	}
	for range 2 { // what was loaded belongs to who loaded it
		var got []store.Record
		head, err := s.Load(t.Context(), func(r store.Record) error { got = append(got, r); return nil })
		must(t, err)
		day := cmp.Comparer(func(a, b standard.Day) bool { return a == b })
		if diff := cmp.Diff(records(), got, day); diff != "" || head.Index != 85 {
			t.Errorf("head %v, records (-want +got):\n%s", head, diff)
		}
		got[0].(*standard.Authority).ID = "changed"
	}
	must(t, b.Verify(t.Context()))
}

func TestStoreReadsBlobs(t *testing.T) {
	b, err := readBytes(build(t, info, meta, records()))
	must(t, err)
	s := b.Store()
	infos, err := s.Stat(t.Context(), []standard.Digest{standard.DigestOf(file), gone, standard.DigestOf(manifest()), {1}})
	must(t, err)
	var sizes []int64
	for _, i := range infos {
		sizes = append(sizes, i.Size)
	}
	if want := []int64{int64(len(file)), 4, int64(len(manifest())), -1}; !slices.Equal(sizes, want) {
		t.Errorf("sizes %d, want %d", sizes, want)
	}
	for offset, want := range map[int64]string{0: string(file), 4: string(file[4:]), int64(len(file)): ""} {
		r, _, err := s.Open(t.Context(), standard.DigestOf(file), offset)
		must(t, err)
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("from %d: %q, %v", offset, got, err)
		}
	}
	var redacted *store.RedactedError
	if _, _, err := s.Open(t.Context(), gone, 0); !errors.As(err, &redacted) || redacted.Reason != "court order" {
		t.Errorf("redacted: %v", err)
	}
	if _, _, err := s.Open(t.Context(), standard.Digest{1}, 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("absent: %v", err)
	}
}

func TestStoreRefusesToChange(t *testing.T) {
	b, err := readBytes(build(t, info, meta, records()))
	must(t, err)
	s, ctx := b.Store(), t.Context()
	_, commit := s.Commit(ctx, store.Head{Index: 85}, store.Batch{})
	_, _, sweep := s.Sweep(ctx, store.Head{Index: 85}, moment, func(standard.Digest) bool { return false })
	for what, err := range map[string]error{
		"commit": commit, "sweep": sweep, "put": s.Put(ctx, gone, 4, strings.NewReader("gone"), moment),
		"redact": s.Redact(ctx, gone, "x"), "restore": s.Restore(ctx, nil),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if es, err := s.Entries(ctx, 84, 10); err != nil || len(es) != 1 || es[0].Index != 85 || !es[0].Time.Equal(moment) {
		t.Errorf("the last entry: %v, %v", es, err)
	}
	if _, err := s.Entries(ctx, 83, 10); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an older entry: %v", err)
	}
}

// A cut anywhere, and a change of any byte, is noticed: at once, or of a file
// when it is verified.
func TestDamageIsNoticed(t *testing.T) {
	data := build(t, info, meta, records())
	whole := len(bytes.TrimRight(data, "\x00"))
	for n := 0; n < whole; n += 1 + n%37 {
		if _, err := readBytes(data[:n]); !errors.Is(err, ErrBad) {
			t.Fatalf("cut after %d bytes of %d: %v", n, len(data), err)
		}
	}
	unnoticed := 0
	for i := 0; i < whole; i += 1 + i%5 {
		bad := bytes.Clone(data)
		bad[i] ^= 1
		b, err := readBytes(bad)
		if err == nil {
			err = b.Verify(t.Context())
		}
		if err == nil {
			// In the padding between entries, or after the sum of a header,
			// which nobody reads.
			unnoticed++
			if data[i] != 0 && i%512 != 155 {
				t.Errorf("byte %d (%q) was changed, and nobody noticed", i, data[i])
			}
		} else if !errors.Is(err, ErrBad) && !errors.Is(err, store.ErrSchema) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	if unnoticed == whole {
		t.Error("no change was noticed")
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	changed := func(f func(*Info)) Info { i := info; f(&i); return i }
	without := func(i int) []store.Record { return slices.Delete(records(), i, i+1) }
	newer := meta
	newer.Schema, newer.MinReader = 9, 9
	for want, data := range map[string][]byte{
		"it is empty":                               {},
		"it is no bundle":                           []byte(strings.Repeat("no tar archive, ", 64)),
		"it begins with \"other.json\"":             archive(t, "other.json", "{}"),
		"it has format 2":                           archive(t, nameInfo, `{"format": 2, "new": true}`),
		"unknown field":                             archive(t, nameInfo, `{"format": 1, "new": true}`),
		"does not know":                             archive(t, nameInfo, `{"format": 1}`, "surprise", ""),
		"comes after":                               archive(t, nameInfo, `{"format": 1}`, dirCatalogue+"00000001", "", dirBlobs+gone.Hex(), ""),
		"comes where chunk 1 is next":               archive(t, nameInfo, `{"format": 1}`, dirCatalogue+"00000002", ""),
		"a record ends early":                       archive(t, nameInfo, `{"format": 1}`, dirCatalogue+"00000001", "\x05meta"),
		"which no bundle has":                       archive(t, nameInfo, `{"format": 1}`, dirCatalogue+"00000001", "\x08log/head\x00"),
		"has no digest for a name":                  archive(t, nameInfo, `{"format": 1}`, dirManifests+"xyz", ""),
		"does not have that digest":                 archive(t, nameInfo, `{"format": 1}`, dirManifests+gone.Hex(), "{}"),
		"it was cut off after \"bundle.json\"":      archive(t, nameInfo, `{"format": 1}`),
		"it should hold {Manifests:1":               archive(t, nameInfo, `{"format": 1}`, nameEnd, `{"manifests": 1}`),
		"names no revision or no references":        build(t, changed(func(i *Info) { i.Refs = nil }), meta, records()),
		"2 standards and 1 versions, it holds 1":    build(t, changed(func(i *Info) { i.Standards = 2 }), meta, records()),
		"authority ocp is missing":                  build(t, info, meta, without(0)),
		"version ocp/ocds@1.1.5 is missing":         build(t, info, meta, without(4)),
		"which needs a program that reads schema 9": build(t, info, newer, records()),
		"it lacks the record \"meta\"":              build(t, info, meta, records()[:2]),
	} {
		_, err := readBytes(data)
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, ErrBad) && !errors.Is(err, store.ErrSchema) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// archive makes an archive of names and contents.
func archive(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		must(t, w.WriteHeader(header(parts[i], int64(len(parts[i+1])))))
		_, err := io.WriteString(w, parts[i+1])
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// FuzzRead: no bytes make the reader panic or take more memory than they are
// worth; what is no bundle is ErrBad or ErrSchema; what is one loads.
func FuzzRead(f *testing.F) {
	data := build(f, info, meta, records())
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte{})
	f.Add(archive(f, nameInfo, `{"format": 1}`, nameEnd, "{}"))
	f.Add(archive(f, nameInfo, `{"format": 1}`, dirCatalogue+"00000001", "\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := readBytes(data)
		if err != nil {
			if !errors.Is(err, ErrBad) && !errors.Is(err, store.ErrSchema) {
				t.Errorf("%v is neither ErrBad nor ErrSchema", err)
			}
			return
		}
		if _, err := b.Store().Load(t.Context(), func(store.Record) error { return nil }); err != nil {
			t.Errorf("what was read does not load: %v", err)
		}
		if err := b.Verify(t.Context()); err != nil && !errors.Is(err, ErrBad) {
			t.Errorf("verify: %v", err)
		}
	})
}
