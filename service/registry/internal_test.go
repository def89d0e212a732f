package registry

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func TestByteCacheIsBounded(t *testing.T) {
	c := newByteCache[int](80)
	d := func(i int) standard.Digest { return standard.Digest{byte(i)} }
	for i := range 20 {
		c.put(d(i), i, 10)
	}
	if c.used > 80 || len(c.items) != 8 {
		t.Errorf("%d bytes in %d items, want 80 in 8", c.used, len(c.items))
	}
	if _, ok := c.get(d(0)); ok {
		t.Error("the oldest is still there")
	}
	c.get(d(12))
	c.put(d(30), 30, 10)
	if _, ok := c.get(d(12)); !ok {
		t.Error("what was just used went first")
	}
	c.put(d(40), 40, 11)
	if _, ok := c.get(d(40)); ok {
		t.Error("a value above an eighth of the bound was kept")
	}
	c.ban(d(12))
	c.put(d(12), 12, 1)
	if _, ok := c.get(d(12)); ok {
		t.Error("a banned value came back")
	}
}

func TestWholeCacheForgetsAtEachSweep(t *testing.T) {
	c := newWholeCache()
	d := standard.Digest{1}
	c.add(d, 5, 3)
	if n, ok := c.size(d, 3); !ok || n != 5 {
		t.Errorf("got %d, %v", n, ok)
	}
	for _, sweeps := range []uint64{2, 4} {
		if _, ok := c.size(d, sweeps); ok {
			t.Errorf("known whole after %d sweeps, was seen after 3", sweeps)
		}
	}
	c.add(standard.Digest{2}, 1, 4)
	c.add(standard.Digest{3}, 1, 3) // too late to count
	if _, ok := c.size(standard.Digest{3}, 4); ok {
		t.Error("what was seen before a sweep counts after it")
	}
	c.drop(standard.Digest{2})
	if _, ok := c.size(standard.Digest{2}, 4); ok {
		t.Error("dropped and still there")
	}
}

func TestLimits(t *testing.T) {
	if err := DefaultLimits().Validate(); err != nil {
		t.Error(err)
	}
	l := DefaultLimits()
	l.PathBytes, l.BlobBytes = 0, 1<<40
	if err := l.Validate(); err == nil || err.Error() != "limit path_bytes is 0, 1 to 4096 are possible\nlimit blob_bytes is 1099511627776, 1 to 1073741824 are possible" {
		t.Errorf("got %v", err)
	}
	m := DefaultLimits().Map()
	for _, name := range []string{
		"blob_bytes", "release_bytes", "files_per_version", "batch_refs", "page_size", "path_bytes",
		"manifest_bytes", "designations_per_version",
	} {
		if m[name] == 0 {
			t.Errorf("the public contract names %s, the limits don't have it", name)
		}
	}
}

func TestSpoolCutsIntoChunks(t *testing.T) {
	s, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	var want []store.Raw
	for i := range 5 {
		p := store.Raw{Key: "key" + string(rune('a'+i)), Value: bytes.Repeat([]byte{byte(i)}, 600<<10)}
		want = append(want, p)
		if err := s.add(p); err != nil {
			t.Fatal(err)
		}
	}
	sizes := s.chunks()
	total := int64(0)
	for _, n := range sizes {
		total += n
	}
	if len(sizes) != 3 || total != s.size {
		t.Errorf("chunks of %v, of %d in all", sizes, s.size)
	}
	from, err := s.rewind()
	if err != nil {
		t.Fatal(err)
	}
	got := readPairs(t, from)
	if !slices.EqualFunc(got, want, func(a, b store.Raw) bool { return a.Key == b.Key && bytes.Equal(a.Value, b.Value) }) {
		t.Errorf("%d pairs came back, not the %d written", len(got), len(want))
	}
}

func readPairs(t *testing.T, from io.Reader) []store.Raw {
	t.Helper()
	br := bufio.NewReader(from)
	var got []store.Raw
	for {
		p, err := readPair(br)
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
}

// Any bytes are pairs, which written again are as many bytes or fewer, or a
// bad archive.
func FuzzReadPair(f *testing.F) {
	f.Add([]byte("\x03key\x05value"))
	f.Add([]byte("\x00\x00"))
	f.Add([]byte("\x03ke"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := newSpool()
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		from := bytes.NewReader(b)
		var want []store.Raw
		for {
			p, err := readPair(from)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				if !errors.Is(err, ErrBadArchive) {
					t.Fatalf("error %v is no bad archive", err)
				}
				return
			}
			want = append(want, p)
			if err := s.add(p); err != nil {
				t.Fatal(err)
			}
		}
		if s.size > int64(len(b)) {
			t.Fatalf("%d bytes became %d", len(b), s.size)
		}
		again, err := s.rewind()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, readPairs(t, again)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A broken archive is refused with ErrBadArchive before anything is restored,
// whatever is in it.
func FuzzImporter(f *testing.F) {
	for _, seed := range archiveSeeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &Registry{cfg: Config{Now: nowZero}, limits: DefaultLimits(), store: sink{}}
		in, err := newImporter(r, bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer in.pairs.close()
		if err := in.read(t.Context()); err != nil && !errors.Is(err, ErrBadArchive) && !errors.Is(err, t.Context().Err()) {
			t.Fatalf("error %v is no bad archive", err)
		}
	})
}
