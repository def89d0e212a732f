package etcdstore

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// stored is a record as it goes into a transaction.
type stored struct {
	key   string
	value []byte
	kind  string
	once  bool // create-only
	del   bool
}

// encode gives a record its key and its bytes. The encoding is deterministic:
// one record, one sequence of bytes.
func (k keys) encode(r store.Record) (stored, error) {
	s, msg, err := k.place(r)
	if err != nil || s.del {
		return s, err
	}
	s.value, err = marshal(msg)
	if err != nil {
		return stored{}, fmt.Errorf("%w: %s: %v", store.ErrInvalidBatch, s.key, err)
	}
	return s, nil
}

func (k keys) place(r store.Record) (s stored, msg proto.Message, err error) {
	switch r := r.(type) {
	case *standard.Authority:
		s.kind, msg = kindAuthority, authorityToProto(r)
		s.key, err = k.authority(r.ID)
	case *standard.Standard:
		s.kind, msg = kindStandard, standardToProto(r)
		s.key, err = k.standard(r.Name)
	case *standard.Version:
		s.kind, s.once, msg = kindVersion, true, versionToProto(r)
		s.key, err = k.version(r.Name, r.ID)
	case *standard.Step:
		s.kind, s.once, msg = kindStatus, true, stepToProto(r)
		s.key, err = k.step(r.Name, r.Version, r.Number)
	case *standard.DraftVersion:
		s.kind, msg = kindDraft, draftToProto(r)
		s.key, err = k.draft(r.Version.Name, r.Version.ID)
	case store.DeletedDraft:
		s.kind, s.del = kindDraft, true
		s.key, err = k.draft(r.Name, r.Version)
	case *store.DeletedDraft:
		return k.place(*r)
	case *standard.Designation:
		s.kind, msg = kindDesignation, designationToProto(r)
		s.key, err = k.designation(r.Key)
	case *standard.Outcome:
		s.kind, s.once, msg = kindRequest, true, outcomeToProto(r)
		s.key, err = k.outcome(r.RequestID)
	case *standard.Entry:
		s.kind, s.once, msg = kindLog, true, entryToProto(r)
		s.key = k.entry(r.Index)
	default:
		err = fmt.Errorf("%w: %T is no record", store.ErrInvalidBatch, r)
	}
	return s, msg, err
}

// decode is the inverse of encode for what Load and Follow deliver. A value
// that does not decode, or belongs under another key, is ErrCorrupt.
func (k keys) decode(kind, key string, value []byte) (store.Record, error) {
	r, err := decodeValue(kind, value)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, key, err)
	}
	if at, err := k.keyOf(r); err != nil || at != key {
		return nil, fmt.Errorf("%w: %s holds the record of %q", store.ErrCorrupt, key, at)
	}
	return r, nil
}

func decodeValue(kind string, value []byte) (store.Record, error) {
	switch kind {
	case kindAuthority:
		return unmarshal(value, &storev1.Authority{}, authorityFromProto)
	case kindStandard:
		return unmarshal(value, &storev1.Standard{}, standardFromProto)
	case kindVersion:
		return unmarshal(value, &storev1.Version{}, versionFromProto)
	case kindStatus:
		return unmarshal(value, &storev1.Step{}, stepFromProto)
	case kindDraft:
		return unmarshal(value, &storev1.Draft{}, draftFromProto)
	case kindDesignation:
		return unmarshal(value, &storev1.Designation{}, designationFromProto)
	case kindRequest:
		return unmarshal(value, &storev1.Outcome{}, outcomeFromProto)
	case kindLog:
		return unmarshal(value, &storev1.Entry{}, entryFromProto)
	}
	return nil, fmt.Errorf("no such kind of record: %q", kind)
}

// keyOf is the key that a record belongs under.
func (k keys) keyOf(r store.Record) (string, error) {
	switch r := r.(type) {
	case *standard.Authority:
		return k.authority(r.ID)
	case *standard.Standard:
		return k.standard(r.Name)
	case *standard.Version:
		return k.version(r.Name, r.ID)
	case *standard.Step:
		return k.step(r.Name, r.Version, r.Number)
	case *standard.DraftVersion:
		return k.draft(r.Version.Name, r.Version.ID)
	case *standard.Designation:
		return k.designation(r.Key)
	case *standard.Outcome:
		return k.outcome(r.RequestID)
	case *standard.Entry:
		return k.entry(r.Index), nil
	}
	return "", fmt.Errorf("%T is no record", r)
}

func (k keys) decodeEntry(key string, value []byte) (*standard.Entry, error) {
	r, err := k.decode(kindLog, key, value)
	if err != nil {
		return nil, err
	}
	return r.(*standard.Entry), nil
}

// decodeHead reads log/head; token is the etcd revision of its last change.
func decodeHead(value []byte, token int64) (store.Head, error) {
	var m storev1.Head
	if err := proto.Unmarshal(value, &m); err != nil {
		return store.Head{}, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, logHead, err)
	}
	return store.Head{Index: standard.Revision(m.Index), Sweeps: m.Sweeps, Token: token}, nil
}

func encodeHead(h store.Head) (string, error) {
	b, err := marshal(&storev1.Head{Index: uint64(h.Index), Sweeps: h.Sweeps})
	return string(b), err
}

func encodeMeta(m store.Meta) (string, error) {
	b, err := marshal(&storev1.Meta{
		RegistryId: m.RegistryID, Created: timeToProto(m.Created),
		Schema: m.Schema, MinReader: m.MinReader, KeyVersion: m.KeyVersion,
	})
	return string(b), err
}

func decodeMeta(value []byte) (store.Meta, error) {
	var m storev1.Meta
	if err := proto.Unmarshal(value, &m); err != nil {
		return store.Meta{}, fmt.Errorf("%w: %s: %v", store.ErrCorrupt, kindMeta, err)
	}
	return store.Meta{
		RegistryID: m.RegistryId, Created: timeFromProto(m.Created),
		Schema: m.Schema, MinReader: m.MinReader, KeyVersion: m.KeyVersion,
	}, nil
}

// checkRaw says whether a dumped pair decodes, and where it belongs.
func (k keys) checkRaw(raw store.Raw) (kind string, err error) {
	key := k.catalogue + raw.Key
	switch kind = kindOf(raw.Key); kind {
	case kindMeta:
		_, err = decodeMeta(raw.Value)
	case kindLog:
		if raw.Key == logHead {
			_, err = decodeHead(raw.Value, 0)
			return logHead, err
		}
		_, err = k.decodeEntry(key, raw.Value)
	case kindAuthority, kindStandard, kindVersion, kindStatus, kindDraft, kindDesignation:
		_, err = k.decode(kind, key, raw.Value)
	default:
		err = fmt.Errorf("%w: %q is no key of an archive", store.ErrCorrupt, raw.Key)
	}
	return kind, err
}

func marshal(m proto.Message) ([]byte, error) {
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

// relative is a key without the catalogue's prefix.
func (k keys) relative(key string) string { return strings.TrimPrefix(key, k.catalogue) }
