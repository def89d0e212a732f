package store

import (
	"context"
	"io"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// Head is where the log stood: what Commit compares with.
type Head struct {
	Index standard.Revision
	// Sweeps counts the sweeps of orphaned blobs; see the package comment.
	Sweeps uint64
	// Token is the store's own mark of this state of the head. Callers keep
	// it and never look inside. It is not stable over backup and restore.
	Token int64
}

// Meta identifies a registry and its store.
type Meta struct {
	RegistryID string // a random UUID, made when the store was created
	Created    time.Time
	Schema     uint32 // of the stored records
	MinReader  uint32 // the oldest schema whose programs may open it
	KeyVersion uint32 // of the designation normaliser
}

// Record is a record of the catalogue: *standard.Authority,
// *standard.Standard, *standard.Version, *standard.Step,
// *standard.DraftVersion, *standard.Designation or *standard.Outcome.
type Record any

// DeletedDraft is the record, given and delivered as a value, that says that a
// draft is gone. Drafts alone are ever deleted. Where no entry of its commit
// names the version, Follow delivers the id in its folded form.
type DeletedDraft struct {
	Name    standard.Name
	Version standard.VersionID
}

// Batch is what one transaction writes. Each record at most once. Entries are
// numbered head+1, head+2, ... by the caller, and there is at least one.
type Batch struct {
	Records []Record
	Entries []*standard.Entry
	// Blobs become whole with the batch. They are create-only: one that is
	// there already, redacted ones too, gives ErrExists.
	Blobs []SmallBlob
}

// SmallBlob is a blob that a batch carries, which saves it a transaction of
// its own. Data has at most MaxSmallBlob bytes and the digest; else Commit says
// ErrTooLarge or ErrDigestMismatch.
type SmallBlob struct {
	Digest standard.Digest
	Data   []byte
	Stored time.Time
}

// Commit is one transaction as Follow delivers it. A sweep delivers a Commit
// with neither records nor entries. Outcomes are not delivered.
type Commit struct {
	Head    Head
	Records []Record
	Entries []*standard.Entry
}

// Catalogue is the watched part of a store: metadata and the log.
type Catalogue interface {
	// Meta reads the registry's identity, creating it in an empty store.
	// ErrSchema if this program may not open the store.
	Meta(ctx context.Context) (Meta, error)
	// Load calls yield with every record as of one state, in no promised
	// order, and returns the head of that state. Outcomes are left out. Each
	// record belongs to yield from then on, which may change it. If yield
	// returns an error, Load stops and returns it.
	Load(ctx context.Context, yield func(Record) error) (Head, error)
	// Follow calls yield with each commit after the head, in order, until ctx
	// is done (it returns ctx's error), yield returns an error (which it
	// returns), the history is gone (ErrCompacted) or the store can't be
	// reached (ErrUnavailable; the caller calls again with the last head it
	// saw). idle is called from the same goroutine whenever the store shows
	// that it is reachable and there is nothing new, at least every second;
	// it may be nil.
	Follow(ctx context.Context, after Head, yield func(Commit) error, idle func()) error
	// Head reads the current head; linearizable.
	Head(ctx context.Context) (Head, error)
	// Commit writes the batch if the head is still on, and returns the new
	// head. Its ErrConflict is a *ConflictError. See the package comment for
	// the others.
	Commit(ctx context.Context, on Head, b Batch) (Head, error)
	// Entries reads log entries with after < Index, ascending, at most limit.
	Entries(ctx context.Context, after standard.Revision, limit int) ([]*standard.Entry, error)
	// Outcome reads the outcome of an idempotent write, ErrNotFound if there
	// is none or it has expired (24 hours); linearizable.
	Outcome(ctx context.Context, requestID string) (*standard.Outcome, error)
}

// The limits of one batch, chosen to fit etcd's defaults (128 operations,
// 1.5 MiB a request) whatever the flags of an external cluster.
const (
	MaxBatchOps   = 120     // records, entries, blobs and the head
	MaxBatchBytes = 1 << 20 // encoded

	MaxSmallBlob      = 64 << 10 // bytes
	SmallBlobOps      = 2        // that one takes of MaxBatchOps
	SmallBlobOverhead = 1 << 10  // bytes that one takes beside its data
)

// Sizer tells what a record or entry takes up in a transaction, so that a
// caller can fill batches. *standard.Entry is sized too.
type Sizer interface {
	Size(r any) int // bytes, encoded, with its key
}

// RecordDigester gives the SHA-256 of a record as it will be stored; log
// entries carry it.
type RecordDigester interface {
	RecordDigest(r Record) (standard.Digest, error)
}

// BlobInfo describes a stored blob.
type BlobInfo struct {
	Digest   standard.Digest
	Size     int64
	Stored   time.Time // the last time it was put
	Redacted string    // the reason; empty: not redacted
}

// Blobs keeps bytes by their digest, each written once.
type Blobs interface {
	// Put reads exactly size bytes from r and stores them if they have the
	// digest; else ErrDigestMismatch, and nothing is visible. Storing what is
	// there already is fine and restarts its grace period; r is then not
	// read. What was redacted stays so: *RedactedError. now is the time to
	// record.
	Put(ctx context.Context, d standard.Digest, size int64, r io.Reader, now time.Time) error
	// Open reads a blob from offset on. ErrNotFound, *RedactedError.
	// The caller closes it. ctx bounds the reading too. Bytes that are missing
	// or, read from 0 to the end, don't have the digest are ErrCorrupt.
	Open(ctx context.Context, d standard.Digest, offset int64) (io.ReadCloser, BlobInfo, error)
	// Stat describes blobs, in the order asked; Size -1 where one is absent.
	// Linearizable: see Sweeps in the package comment.
	Stat(ctx context.Context, ds []standard.Digest) ([]BlobInfo, error)
	// Redact removes the bytes of a blob for ever, keeping size and reason,
	// which must not be empty. Again: fine, and the first reason stays.
	// ErrNotFound.
	Redact(ctx context.Context, d standard.Digest, reason string) error
	// Sweep deletes the blobs that were stored before the given time and for
	// which keep says false, and the remains of broken uploads begun before
	// it, and returns how many it deleted and the bytes freed, also with an
	// error. keep is asked on the state of on; the sweep gives ErrConflict if
	// the head has moved since.
	Sweep(ctx context.Context, on Head, before time.Time, keep func(standard.Digest) bool) (n int, freed int64, err error)
}

// Raw is a key, relative to the store's prefix, and its stored value.
type Raw struct {
	Key   string
	Value []byte
}

// Archive moves a whole store, verbatim.
type Archive interface {
	// Dump calls yield with meta, every record and every log entry of one
	// state in key order; outcomes, blobs and access are left out.
	Dump(ctx context.Context, yield func(Raw) error) (Head, error)
	// Restore writes dumped pairs into an empty store (ErrNotEmpty
	// otherwise), in the order given; the store counts as empty until the
	// last one, log/head, is written by next returning io.EOF. Values are
	// checked to decode.
	Restore(ctx context.Context, next func() (Raw, error)) error
}

// Store is all of it.
type Store interface {
	Catalogue
	Sizer
	RecordDigester
	Blobs
	Archive
	// Close releases what the store holds, but not the client given to it.
	Close() error
}
