// Package codec is the stored form of the records: which key each has, and the
// bytes under it. A store on a database and a file that carries records
// verbatim both go by it.
//
// It owns keys relative to a catalogue's prefix, the kinds of them, and the
// encoding. It refuses to know any database, and what the records mean.
package codec

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Schema is the schema of the records that this program writes; MinReader the
// oldest whose programs can read them.
const (
	Schema    = 1
	MinReader = 1
)

// Stored is a record as it is kept.
type Stored struct {
	Key   string // relative to the catalogue
	Value []byte
	Kind  string
	Once  bool // create-only
	Del   bool // the record says that the key is gone; there is no value
}

// Encode gives a record its key and its bytes. The encoding is deterministic:
// one record, one sequence of bytes. What can't be stored is
// store.ErrInvalidBatch.
func Encode(r store.Record) (Stored, error) {
	s, msg, err := place(r)
	if err != nil || s.Del {
		return s, err
	}
	s.Value, err = Marshal(msg)
	if err != nil {
		return Stored{}, fmt.Errorf("%w: %s: %v", store.ErrInvalidBatch, s.Key, err)
	}
	return s, nil
}

func place(r store.Record) (s Stored, msg proto.Message, err error) {
	switch r := r.(type) {
	case *standard.Authority:
		s.Kind, msg = KindAuthority, authorityToProto(r)
	case *standard.Standard:
		s.Kind, msg = KindStandard, standardToProto(r)
	case *standard.Version:
		s.Kind, s.Once, msg = KindVersion, true, versionToProto(r)
	case *standard.Step:
		s.Kind, s.Once, msg = KindStatus, true, stepToProto(r)
	case *standard.DraftVersion:
		s.Kind, msg = KindDraft, draftToProto(r)
	case store.DeletedDraft:
		s.Kind, s.Del = KindDraft, true
	case *store.DeletedDraft:
		return place(*r)
	case *standard.Designation:
		s.Kind, msg = KindDesignation, designationToProto(r)
	case *standard.Outcome:
		s.Kind, s.Once, msg = KindRequest, true, outcomeToProto(r)
	case *standard.Entry:
		s.Kind, s.Once, msg = KindLog, true, entryToProto(r)
	default:
		return s, nil, fmt.Errorf("%w: %T is no record", store.ErrInvalidBatch, r)
	}
	s.Key, err = KeyOf(r)
	return s, msg, err
}

// Decode is the inverse of Encode for every kind but the record of a deleted
// draft. A value that does not decode, or belongs under another key, is
// store.ErrCorrupt.
func Decode(kind, key string, value []byte) (store.Record, error) {
	r, err := DecodeValue(kind, value)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, key, err)
	}
	if at, err := KeyOf(r); err != nil || at != key {
		return nil, fmt.Errorf("%w: %s holds the record of %q", store.ErrCorrupt, key, at)
	}
	return r, nil
}

// DecodeValue is Decode without the check of the key.
func DecodeValue(kind string, value []byte) (store.Record, error) {
	switch kind {
	case KindAuthority:
		return unmarshal(value, &storev1.Authority{}, authorityFromProto)
	case KindStandard:
		return unmarshal(value, &storev1.Standard{}, standardFromProto)
	case KindVersion:
		return unmarshal(value, &storev1.Version{}, versionFromProto)
	case KindStatus:
		return unmarshal(value, &storev1.Step{}, stepFromProto)
	case KindDraft:
		return unmarshal(value, &storev1.Draft{}, draftFromProto)
	case KindDesignation:
		return unmarshal(value, &storev1.Designation{}, designationFromProto)
	case KindRequest:
		return unmarshal(value, &storev1.Outcome{}, outcomeFromProto)
	case KindLog:
		return unmarshal(value, &storev1.Entry{}, entryFromProto)
	}
	return nil, fmt.Errorf("no such kind of record: %q", kind)
}

// DecodeEntry is Decode for an entry of the log.
func DecodeEntry(key string, value []byte) (*standard.Entry, error) {
	r, err := Decode(KindLog, key, value)
	if err != nil {
		return nil, err
	}
	return r.(*standard.Entry), nil
}

// DecodeHead reads log/head; token is the store's own mark of that state.
func DecodeHead(value []byte, token int64) (store.Head, error) {
	var m storev1.Head
	if err := proto.Unmarshal(value, &m); err != nil {
		return store.Head{}, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, LogHead, err)
	}
	return store.Head{Index: standard.Revision(m.Index), Sweeps: m.Sweeps, Token: token}, nil
}

// EncodeHead is the inverse of DecodeHead; the token is not kept.
func EncodeHead(h store.Head) ([]byte, error) {
	return Marshal(&storev1.Head{Index: uint64(h.Index), Sweeps: h.Sweeps})
}

// EncodeMeta gives the value of the key Meta.
func EncodeMeta(m store.Meta) ([]byte, error) {
	return Marshal(&storev1.Meta{
		RegistryId: m.RegistryID, Created: Timestamp(m.Created),
		Schema: m.Schema, MinReader: m.MinReader, KeyVersion: m.KeyVersion,
	})
}

// DecodeMeta is the inverse of EncodeMeta.
func DecodeMeta(value []byte) (store.Meta, error) {
	var m storev1.Meta
	if err := proto.Unmarshal(value, &m); err != nil {
		return store.Meta{}, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, KindMeta, err)
	}
	return store.Meta{
		RegistryID: m.RegistryId, Created: Time(m.Created),
		Schema: m.Schema, MinReader: m.MinReader, KeyVersion: m.KeyVersion,
	}, nil
}

// Readable says, with store.ErrSchema, whether this program may read records
// of a schema.
func Readable(m store.Meta) error {
	switch {
	case m.MinReader > Schema:
		return fmt.Errorf("%w: it has schema %d, which needs a program that reads schema %d; this one reads up to %d: install a newer one",
			store.ErrSchema, m.Schema, m.MinReader, Schema)
	case m.Schema < Schema:
		return fmt.Errorf("%w: it has schema %d, this program wants %d: migrate it first",
			store.ErrSchema, m.Schema, Schema)
	}
	return nil
}

// Check says whether a dumped pair decodes, and of which kind it is: LogHead
// for that key. Its error is store.ErrCorrupt.
func Check(raw store.Raw) (kind string, err error) {
	switch kind = KindOf(raw.Key); kind {
	case KindMeta:
		_, err = DecodeMeta(raw.Value)
	case KindLog:
		if raw.Key == LogHead {
			_, err = DecodeHead(raw.Value, 0)
			return LogHead, err
		}
		_, err = DecodeEntry(raw.Key, raw.Value)
	case KindAuthority, KindStandard, KindVersion, KindStatus, KindDraft, KindDesignation:
		_, err = Decode(kind, raw.Key, raw.Value)
	default:
		err = fmt.Errorf("%w: %q is no key of an archive", store.ErrCorrupt, raw.Key)
	}
	return kind, err
}

// Marshal encodes a message so that equal ones give equal bytes.
func Marshal(m proto.Message) ([]byte, error) {
	return proto.MarshalOptions{Deterministic: true}.Marshal(m)
}

func unmarshal[M proto.Message, R any](value []byte, m M, from func(M) (R, error)) (store.Record, error) {
	if err := proto.Unmarshal(value, m); err != nil {
		return nil, err
	}
	r, err := from(m)
	if err != nil {
		return nil, err
	}
	return r, nil
}
