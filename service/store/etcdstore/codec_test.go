package etcdstore

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/storetest"
)

var testKeys = keys{catalogue: "/c/", blob: "/b/"}

var equal = gocmp.Options{
	gocmp.Comparer(func(a, b standard.Day) bool { return a == b }),
	cmpopts.EquateEmpty(),
}

// samples are records of every kind: with every field set, and with none but
// the names.
func samples() []store.Record {
	n := standard.Name{Authority: "a", Standard: "s"}
	return []store.Record{
		storetest.Fill(new(standard.Authority), 1), &standard.Authority{ID: "a"},
		storetest.Fill(new(standard.Standard), 2), &standard.Standard{Name: n},
		storetest.Fill(new(standard.Version), 3), &standard.Version{Name: n, ID: "R4"},
		storetest.Fill(new(standard.Step), 4), &standard.Step{Name: n, Version: "R4", Number: 1},
		storetest.Fill(new(standard.DraftVersion), 5), &standard.DraftVersion{Version: standard.Version{Name: n, ID: "1"}},
		storetest.Fill(new(standard.Designation), 6), &standard.Designation{Key: "ISO 8601-1:2019"},
		storetest.Fill(new(standard.Outcome), 7), &standard.Outcome{RequestID: "x"},
		storetest.Fill(new(standard.Entry), 8), &standard.Entry{Index: 1},
		&standard.Step{Name: n, Version: "1", Number: 2, Amendment: &standard.Amendment{Label: new(string), Released: new(standard.Day)}},
	}
}

func TestCodecKeepsEverything(t *testing.T) {
	for _, r := range samples() {
		e, err := testKeys.encode(r)
		if err != nil {
			t.Errorf("encode %T: %v", r, err)
			continue
		}
		got, err := testKeys.decode(e.kind, e.key, e.value)
		if err != nil {
			t.Errorf("decode %T: %v", r, err)
			continue
		}
		if diff := gocmp.Diff(r, got, equal); diff != "" {
			t.Errorf("%T (-want +got):\n%s", r, diff)
		}
		again, err := testKeys.encode(got)
		if err != nil || !bytes.Equal(again.value, e.value) {
			t.Errorf("%T is encoded differently the second time, %v", r, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	v, err := testKeys.encode(&standard.Version{Name: standard.Name{Authority: "a", Standard: "s"}, ID: "R4"})
	if err != nil {
		t.Fatal(err)
	}
	field := func(n protowire.Number, value any) []byte {
		b := bytes.Clone(v.value)
		switch value := value.(type) {
		case string:
			b = protowire.AppendTag(b, n, protowire.BytesType)
			return protowire.AppendString(b, value)
		case int:
			b = protowire.AppendTag(b, n, protowire.VarintType)
			return protowire.AppendVarint(b, uint64(value))
		}
		t.Fatalf("no field of %T", value)
		return nil
	}
	for what, value := range map[string][]byte{
		"garbage":         {0xff, 0xff},
		"cut short":       v.value[:len(v.value)-1],
		"another name":    field(1, "other"),
		"short digest":    field(5, "123"),
		"no date":         field(6, "2019-13"),
		"negative count":  field(16, -1),
		"count too large": field(16, math.MaxInt32+1),
		"no UTF-8":        field(4, "\xff"),
	} {
		if r, err := testKeys.decode(kindVersion, v.key, value); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%s: got %+v, %v; want ErrCorrupt", what, r, err)
		}
	}
}

func TestKeysSort(t *testing.T) {
	n := standard.Name{Authority: "a", Standard: "s"}
	for what, key := range map[string]func(int) string{
		"entries": func(i int) string { return testKeys.entry(standard.Revision(i)) },
		"steps": func(i int) string {
			k, err := testKeys.step(n, "1", i)
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

// FuzzDecode: no bytes make a decoder panic; what decodes is encoded to
// something that decodes to the same; everything else is ErrCorrupt.
func FuzzDecode(f *testing.F) {
	kinds := []string{kindAuthority, kindStandard, kindVersion, kindStatus, kindDraft, kindDesignation, kindRequest, kindLog}
	for _, r := range samples() {
		e, err := testKeys.encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(slices.Index(kinds, e.kind)), e.value)
	}
	f.Fuzz(func(t *testing.T, kind uint8, value []byte) {
		k := kinds[int(kind)%len(kinds)]
		r, err := decodeValue(k, value)
		if err != nil {
			return
		}
		e, err := testKeys.encode(r)
		if err != nil {
			return // a name that has no key: decode refuses it
		}
		got, err := testKeys.decode(k, e.key, e.value)
		if err != nil {
			t.Fatalf("%T does not decode again: %v", r, err)
		}
		if diff := gocmp.Diff(r, got, equal); diff != "" {
			t.Errorf("%T (-first +second):\n%s", r, diff)
		}
	})
}

// FuzzArchive: no pair makes the check of an archive panic, and it refuses
// with ErrCorrupt alone.
func FuzzArchive(f *testing.F) {
	for _, r := range samples() {
		e, err := testKeys.encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(testKeys.relative(e.key), e.value)
	}
	f.Add(logHead, []byte{8, 1})
	f.Add(kindMeta, []byte{})
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		kind, err := testKeys.checkRaw(store.Raw{Key: key, Value: value})
		if err != nil {
			if !errors.Is(err, store.ErrCorrupt) {
				t.Errorf("%q: %v is not ErrCorrupt", key, err)
			}
			return
		}
		if !strings.HasPrefix(key, kind) || kind == kindRequest {
			t.Errorf("%q passes as %q", key, kind)
		}
	})
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
		if draft, id, ok := draftOf(string(value)); ok && (strings.Contains(draft.Standard, "/") || strings.Contains(string(id), "/")) {
			t.Errorf("%q gives %v, %v", value, draft, id)
		}
	})
}
