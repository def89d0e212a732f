package store

import (
	"errors"
	"fmt"

	"github.com/etalon-registry/etalon/service/standard"
)

// The sentinel errors of the contract; implementations wrap them with the
// operation and the key.
var (
	// ErrConflict: the head moved since the batch was evaluated.
	ErrConflict = errors.New("the head of the log moved")
	// ErrExists: a create-only record is there already.
	ErrExists = errors.New("exists already")
	// ErrNotFound: no such record, entry or blob.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable: the store can't be reached or has no quorum. Try again.
	ErrUnavailable = errors.New("store unavailable")
	// ErrUnknownOutcome: a write was sent and its answer was lost.
	ErrUnknownOutcome = errors.New("outcome of the write is unknown")
	// ErrNoSpace: the store's quota is used up; reads go on.
	ErrNoSpace = errors.New("store is full")
	// ErrInvalidBatch: a batch breaks the contract: no entry, entries not
	// numbered from the head on, a record twice, or one that can't be stored.
	// It is a mistake of the caller; nothing was written.
	ErrInvalidBatch = errors.New("invalid batch")
	// ErrTooLarge: a batch or record is beyond what one transaction takes.
	ErrTooLarge = errors.New("too large for one transaction")
	// ErrCompacted: the history asked for is gone; load anew.
	ErrCompacted = errors.New("history compacted")
	// ErrDigestMismatch: bytes do not have the digest or size announced.
	ErrDigestMismatch = errors.New("digest mismatch")
	// ErrSchema: the store was written by a program that this one can't read.
	ErrSchema = errors.New("store schema not supported")
	// ErrNotEmpty: an import wants an empty store.
	ErrNotEmpty = errors.New("store is not empty")
	// ErrCorrupt: a stored value can't be decoded or fails its check.
	ErrCorrupt = errors.New("stored data is corrupt")
)

// ConflictError is the ErrConflict of Commit: it carries the head as it stood
// when the batch was refused, so that the caller need not ask for it.
type ConflictError struct {
	Head Head
}

// Error says where the head is now.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%v: it is at %d", ErrConflict, e.Head.Index)
}

// Unwrap makes it an ErrConflict.
func (e *ConflictError) Unwrap() error { return ErrConflict }

// RedactedError is the answer to reading a blob whose bytes were removed.
type RedactedError struct {
	Digest standard.Digest
	Reason string
}

// Error says which blob and why.
func (e *RedactedError) Error() string {
	return fmt.Sprintf("%s was redacted: %s", e.Digest, e.Reason)
}
