package etcdstore

import (
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// The schema of the records that this program writes, and the oldest whose
// programs can read them.
const (
	Schema    = codec.Schema
	MinReader = codec.MinReader
)

// stored is a record as it goes into a transaction.
type stored struct {
	key   string
	value []byte
	kind  string
	once  bool // create-only
	del   bool
}

// encode gives a record its key in etcd and its bytes.
func (k keys) encode(r store.Record) (stored, error) {
	s, err := codec.Encode(r)
	if err != nil {
		return stored{}, err
	}
	return stored{key: k.catalogue + s.Key, value: s.Value, kind: s.Kind, once: s.Once, del: s.Del}, nil
}

// decode is the inverse of encode for what Load and Follow deliver. A value
// that does not decode, or belongs under another key, is ErrCorrupt.
func (k keys) decode(kind, key string, value []byte) (store.Record, error) {
	return codec.Decode(kind, k.relative(key), value)
}

func (k keys) decodeEntry(key string, value []byte) (*standard.Entry, error) {
	return codec.DecodeEntry(k.relative(key), value)
}

// readable reads meta and says whether this program may open the store.
func readable(value []byte) (store.Meta, error) {
	m, err := codec.DecodeMeta(value)
	if err != nil {
		return store.Meta{}, err
	}
	if err := codec.Readable(m); err != nil {
		return m, fmt.Errorf("the store: %w", err)
	}
	return m, nil
}

// relative is a key without the catalogue's prefix.
func (k keys) relative(key string) string { return strings.TrimPrefix(key, k.catalogue) }
