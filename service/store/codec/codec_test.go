package codec

import (
	"bytes"
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
		e, err := Encode(r)
		if err != nil {
			t.Errorf("encode %T: %v", r, err)
			continue
		}
		got, err := Decode(e.Kind, e.Key, e.Value)
		if err != nil {
			t.Errorf("decode %T: %v", r, err)
			continue
		}
		if diff := gocmp.Diff(r, got, equal); diff != "" {
			t.Errorf("%T (-want +got):\n%s", r, diff)
		}
		again, err := Encode(got)
		if err != nil || !bytes.Equal(again.Value, e.Value) {
			t.Errorf("%T is encoded differently the second time, %v", r, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	v, err := Encode(&standard.Version{Name: standard.Name{Authority: "a", Standard: "s"}, ID: "R4"})
	if err != nil {
		t.Fatal(err)
	}
	field := func(n protowire.Number, value any) []byte {
		b := bytes.Clone(v.Value)
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
		"cut short":       v.Value[:len(v.Value)-1],
		"another name":    field(1, "other"),
		"short digest":    field(5, "123"),
		"no date":         field(6, "2019-13"),
		"negative count":  field(16, -1),
		"count too large": field(16, math.MaxInt32+1),
		"no UTF-8":        field(4, "\xff"),
	} {
		if r, err := Decode(KindVersion, v.Key, value); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%s: got %+v, %v; want ErrCorrupt", what, r, err)
		}
	}
}

// FuzzDecode: no bytes make a decoder panic; what decodes is encoded to
// something that decodes to the same; everything else is ErrCorrupt.
func FuzzDecode(f *testing.F) {
	kinds := []string{KindAuthority, KindStandard, KindVersion, KindStatus, KindDraft, KindDesignation, KindRequest, KindLog}
	for _, r := range samples() {
		e, err := Encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(slices.Index(kinds, e.Kind)), e.Value)
	}
	f.Fuzz(func(t *testing.T, kind uint8, value []byte) {
		k := kinds[int(kind)%len(kinds)]
		r, err := DecodeValue(k, value)
		if err != nil {
			return
		}
		e, err := Encode(r)
		if err != nil {
			return // a name that has no key: decode refuses it
		}
		got, err := Decode(k, e.Key, e.Value)
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
		e, err := Encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(e.Key, e.Value)
	}
	f.Add(LogHead, []byte{8, 1})
	f.Add(KindMeta, []byte{})
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		kind, err := Check(store.Raw{Key: key, Value: value})
		if err != nil {
			if !errors.Is(err, store.ErrCorrupt) {
				t.Errorf("%q: %v is not ErrCorrupt", key, err)
			}
			return
		}
		if !strings.HasPrefix(key, kind) || kind == KindRequest {
			t.Errorf("%q passes as %q", key, kind)
		}
	})
}
