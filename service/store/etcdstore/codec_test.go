package etcdstore

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store/codec"
)

var testKeys = keys{catalogue: "/c/", blob: "/b/"}

func TestKeysSort(t *testing.T) {
	n := standard.Name{Authority: "a", Standard: "s"}
	for what, key := range map[string]func(int) string{
		"entries": func(i int) string { return testKeys.entry(standard.Revision(i)) },
		"steps": func(i int) string {
			k, err := codec.KeyOf(&standard.Step{Name: n, Version: "1", Number: i})
			if err != nil {
				t.Fatal(err)
			}
			return k
		},
		"chunks": func(i int) string { return testKeys.chunk(standard.Digest{}, "u", int64(i)) },
	} {
		var got []string
		for _, i := range []int{1, 2, 9, 10, 11, 99, 100, 1000, 99_999, 100_000} {
			got = append(got, key(i))
		}
		if !slices.IsSortedFunc(got, cmp.Compare) {
			t.Errorf("%s do not sort: %q", what, got)
		}
	}
	if e := testKeys.entry(math.MaxUint64); e >= testKeys.logEnd() || testKeys.logEnd() >= testKeys.head() {
		t.Errorf("entries, their end and the head do not sort: %q", e)
	}
}

func TestKeysOfDigests(t *testing.T) {
	d := standard.DigestOf([]byte("x"))
	if got, id, ok := testKeys.digestOf(testKeys.marker(d)); got != d || id != "" || !ok {
		t.Errorf("of a marker: %s, %q, %v", got, id, ok)
	}
	if got, id, ok := testKeys.digestOf(testKeys.upload(d, "u1")); got != d || id != "u1" || !ok {
		t.Errorf("of an upload: %s, %q, %v", got, id, ok)
	}
	for _, key := range []string{"", "/b/marker/", "/b/marker/12", "/b/upload/" + d.Hex(), "/b/chunk/" + d.Hex() + "/u/000001"} {
		if _, _, ok := testKeys.digestOf(key); ok {
			t.Errorf("%q passes for a marker or an upload", key)
		}
	}
}

// FuzzBlob: no bytes make the decoders of markers panic.
func FuzzBlob(f *testing.F) {
	f.Add([]byte{8, 1, 16, 1, 26, 1, 'u'})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, value []byte) {
		b, err := decodeBlob(value)
		if err == nil && (b.Size < 0 || b.ChunkSize < 1) {
			t.Errorf("%v passes for a marker", b)
		}
		if draft, id, ok := codec.DraftOf(string(value)); ok && (strings.Contains(draft.Standard, "/") || strings.Contains(string(id), "/")) {
			t.Errorf("%q gives %v, %v", value, draft, id)
		}
	})
}
